"""Service cases with their deadlines: when each was answered and resolved, and whether in time."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.opening_hours import DAY
from crmcli.model.opening_hours import deadline
from crmcli.model.opening_hours import hours_between
from crmcli.model.policy import Hours
from crmcli.reports.cases_at import CaseAt
from crmcli.reports.cases_at import cases_at
from crmcli.reports.customers_at import customers_at
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.window import Window

# Their own mail is no answer of ours, nor is one that did not reach them.
LINKED = """
    SELECT case_id, at, coalesce(outcome, '') NOT IN ('bounced', 'no-answer', 'not-held')
        AND (coalesce(direction, '') = 'out' OR kind IN ('visit', 'meeting', 'call'))
    FROM interactions
    WHERE case_id IS NOT NULL AND kind <> 'note' AND day <= :as_of
    ORDER BY at, id
"""


class Step(NamedTuple):
    """The first answer to a case, or its resolution. Moments are ISO times, or bare days.

    `due`: it counts in a rate of these days, and `met` tells whether it came by its deadline.
    `hours` from the opening; None where it is not done, or dated before it. `now`: done in these
    days.
    """

    done: str | None
    deadline: str | None
    due: bool
    met: bool
    hours: float | None
    now: bool


class TimedCase(NamedTuple):
    """A case with its steps. `tier` is its customer's.

    `contacts` that name it, and `replies` among them: those in which we spoke or wrote to them.
    """

    case: CaseAt
    tier: str | None
    reply: Step
    resolve: Step
    contacts: int
    replies: int


@remembered
def timed_cases(book: Readable, as_of: date, span: Window) -> list[TimedCase]:
    """All cases that exist on the day, by id, with what their steps count for in these days."""
    policy = book.policy
    tiers = {customer.id: customer.tier for customer in customers_at(book, as_of)}
    linked: Mapping[str, list[tuple[str, int]]] = defaultdict(list)
    for id, at, is_reply in book.query(LINKED, as_of=as_of.isoformat()):
        linked[id].append((at, is_reply))
    clock = _Clock(policy.hours, as_of.isoformat(), *span.bounds)
    found = []
    for case in cases_at(book, as_of):
        tier = tiers.get(case.customer or "")
        reply_hours, resolve_hours = policy.case_hours(case.type, tier)
        contacts = linked.get(case.id, ())
        replies = [at for at, is_reply in contacts if is_reply]
        first = case.replied or (replies[0] if replies else None)
        found.append(
            TimedCase(
                case,
                tier,
                clock.step(case.opened, first, reply_hours),
                clock.step(case.opened, case.resolved, resolve_hours),
                len(contacts),
                len(replies),
            )
        )
    return found


class _Clock(NamedTuple):
    """When the house is open, the day of the report, and its window; ISO days."""

    opening: Hours | None
    as_of: str
    since: str
    until: str

    def step(self, opened: str | None, done: str | None, hours: Decimal) -> Step:
        now = done is not None and self.since <= done[:DAY] <= self.until
        if opened is None:
            return Step(done, None, due=False, met=False, hours=None, now=now)
        if done is not None and DAY in (len(opened), len(done)):
            opened, done = opened[:DAY], done[:DAY]
        last = deadline(opened, hours, self.opening)
        spent = None if done is None else hours_between(opened, done, self.opening)
        inside = last is not None and self.since <= last[:DAY] <= self.until
        return Step(
            done,
            last,
            due=now or (inside and self._is_past(last)),
            met=done is not None and (last is None or _by(done, last)),
            hours=spent if spent is not None and spent >= 0 else None,
            now=now,
        )

    def _is_past(self, last: str | None) -> bool:
        """Whether a deadline lies before the end of the day; a bare day ends with its own end."""
        if last is None:
            return False
        return last < self.as_of if len(last) == DAY else last[:DAY] <= self.as_of


def _by(done: str, last: str) -> bool:
    if len(last) == DAY:
        return done <= last
    return hours_between(last, done) <= 0
