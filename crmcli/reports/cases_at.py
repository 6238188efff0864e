"""The service cases of a book as they stood on a day."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from crmcli.reports.history import past_values
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered

CASES = """
    SELECT s.id, s.what, s.type, s.customer, s.contact, s.owner, s.step, s.channel, s.failure,
        s.opened_in, s.status, s.opened, s.acknowledged, s.replied, s.resolved, s.accepted,
        s.remedy, s.archived,
        (SELECT min(h.date) FROM history h WHERE h.kind = 'case' AND h.id = s.id)
    FROM cases s
    ORDER BY s.id
"""
STATUSES = """
    SELECT id, date, value FROM history
    WHERE kind = 'case' AND field = 'status' AND date <= :as_of
    ORDER BY id, date, seq
"""


class CaseAt(NamedTuple):
    """A case on a day. Moments are ISO times, or bare days; None is unknown, or not yet.

    `customer` is the one it counts for after a merge. `resolutions` and `reopenings` are the ISO
    days on which it was resolved and opened again, oldest first; `resolved` is the moment of the
    resolution that holds on the day.
    """

    id: str
    what: str
    type: str | None
    customer: str | None
    contact: str | None
    owner: str | None
    step: str | None
    channel: str | None
    failure: str | None
    opened_in: str | None
    status: str
    opened: str | None
    acknowledged: str | None
    replied: str | None
    resolved: str | None
    accepted: str | None
    remedy: str | None
    archived: bool
    resolutions: Sequence[str]
    reopenings: Sequence[str]

    @property
    def opened_day(self) -> str | None:
        """The day it was opened."""
        return self.opened and self.opened[:10]

    @property
    def resolved_day(self) -> str | None:
        """The day of the resolution that holds."""
        return self.resolved and self.resolved[:10]


@remembered
def cases_at(book: Readable, as_of: date) -> list[CaseAt]:
    """All cases that exist on the day, by id, archived ones too.

    A case is born when it was opened, else with its first line of history.
    """
    day = as_of.isoformat()
    past = past_values(book, "case", as_of)
    heirs = survivors(book)
    lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for id, when, status in book.query(STATUSES, as_of=day):
        lines[id].append((when, status))
    found = []
    for row in book.query(CASES):
        id, what, type, customer, contact, owner, step, channel, failure, opened_in, *steps = row
        status, opened, acknowledged, replied, resolved, accepted, remedy, archived, first = steps
        born = (opened and opened[:10]) or first
        if born and born > day:
            continue
        if past:
            owner = past.get((id, "owner"), owner)
            status = past.get((id, "status"), status) or "open"
            resolved = past.get((id, "resolved"), resolved)
            accepted = past.get((id, "accepted"), accepted)
        resolutions, reopenings = _turns(lines.get(id, ()))
        if status != "resolved":
            resolved = accepted = None
        elif resolved is None or resolved[:10] > day:
            resolved = resolutions[-1] if resolutions else None
        found.append(
            CaseAt(
                id=id,
                what=what,
                type=type,
                customer=heirs.get(customer, customer),
                contact=contact,
                owner=owner,
                step=step,
                channel=channel,
                failure=failure,
                opened_in=opened_in,
                status=status,
                opened=opened or first,
                acknowledged=_by(acknowledged, day),
                replied=_by(replied, day),
                resolved=resolved,
                accepted=_by(accepted, day),
                remedy=remedy,
                archived=archived is not None and archived <= day,
                resolutions=resolutions or ([resolved[:10]] if resolved else []),
                reopenings=reopenings,
            )
        )
    return found


def _turns(lines: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """The days on which it was resolved, and those on which it was opened again."""
    resolutions: list[str] = []
    reopenings: list[str] = []
    was = "open"
    for day, status in lines:
        if status == "resolved" and was != "resolved":
            resolutions.append(day)
        elif status != "resolved" and was == "resolved":
            reopenings.append(day)
        was = status
    return resolutions, reopenings


def _by(moment: str | None, day: str) -> str | None:
    """The moment, if it lies on or before the day."""
    return moment if moment and moment[:10] <= day else None
