"""Until when a case is to be answered and resolved, by the house's standard."""

from datetime import date
from typing import NamedTuple

from crmcli.model.opening_hours import deadline
from crmcli.reports.readable import Readable

# The first answer is `replied`, else the first contact about the case that reached the customer.
OPEN = """
    SELECT s.id, s.opened, s.type, c.tier, s.replied IS NOT NULL OR EXISTS (
        SELECT 1 FROM interactions i
        WHERE i.case_id = s.id AND i.day <= :as_of AND i.day >= substr(s.opened, 1, 10)
            AND ((i.direction = 'out' AND i.kind <> 'note'
                    AND coalesce(i.outcome, '') NOT IN ('bounced', 'no-answer'))
                OR (i.kind IN ('visit', 'meeting') AND i.outcome IS NOT 'not-held')
                OR (i.kind = 'call' AND i.outcome IS NOT 'no-answer')))
    FROM cases s LEFT JOIN customers c ON c.id = s.customer
    WHERE s.status <> 'resolved' AND s.archived IS NULL AND substr(s.opened, 1, 10) <= :as_of
    ORDER BY s.id
"""


class Deadline(NamedTuple):
    """What an open case waits for: `reply` or `resolve`, and the last day on which it is in time."""

    step: str
    day: date


def deadlines(book: Readable, as_of: date) -> dict[str, Deadline]:
    """The earlier deadline that each open case has still before it, or missed; by id.

    Hours are those of the standard for its type and the customer's tier, in business hours where
    the house has any. A case with no day of its opening, or one ten years off, is not there.
    """
    found: dict[str, Deadline] = {}
    policy = book.policy
    for id, opened, kind, tier, is_answered in book.query(OPEN, as_of=as_of.isoformat()):
        hours = zip(("reply", "resolve"), policy.case_hours(kind, tier), strict=True)
        ends = [
            Deadline(step, date.fromisoformat(end[:10]))
            for step, within in hours
            if not (step == "reply" and is_answered)
            and (end := deadline(opened, within, policy.hours)) is not None
        ]
        if ends:
            found[id] = min(ends, key=lambda each: each.day)
    return found
