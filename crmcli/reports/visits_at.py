"""The visits of a window as they stood on a day: reported, followed up, promised in."""

from collections import defaultdict
from datetime import date
from typing import Any
from typing import NamedTuple

from crmcli.reports.merged import families
from crmcli.reports.merged import survivors
from crmcli.reports.promises_at import PromiseAt
from crmcli.reports.promises_at import promises_made_in
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.visit_filing import DAY
from crmcli.reports.visit_filing import Filing
from crmcli.reports.visit_filing import filing
from crmcli.reports.visit_filing import next_step_state
from crmcli.reports.window import Window

FIELDS = (
    "id",
    "at",
    "customer",
    "contact",
    "rep",
    "kind",
    "direction",
    "minutes",
    "mood",
    "failure",
    "summary",
    "next_step",
    "next_date",
    "deal",
    "campaign",
    "reported",
    "lesson",
    "step",
    "reviewed",
)
VISITS = f"""
    SELECT {", ".join(FIELDS)}
    FROM interactions
    WHERE kind = :kind AND day BETWEEN :since AND :until
        AND (outcome IS NULL OR outcome <> 'not-held')
    ORDER BY day, id
"""
BRIEFS = """
    SELECT id, rep, mood, failure
    FROM interactions
    WHERE kind = :kind AND day BETWEEN :since AND :until
        AND (outcome IS NULL OR outcome <> 'not-held')
    ORDER BY day, id
"""
ALSO = """
    SELECT i.id, also.value
    FROM interactions i, json_each(i.also) also
    WHERE i.kind = :kind AND i.day BETWEEN :since AND :until AND i.also IS NOT NULL
    ORDER BY i.id, also.key
"""
# Later on the same day only where both have a time; of two bare days nobody knows the order.
LATER = """n.day >= v.day AND n.day <= :as_of AND n.kind <> 'note'
        AND (n.day > v.day OR (length(n.at) > 10 AND length(v.at) > 10 AND n.at > v.at))
        AND (v.deal IS NULL OR n.deal = v.deal)"""
FOLLOWED = f"""
    SELECT v.id, (SELECT n.day FROM interactions n WHERE n.customer = v.customer AND {LATER}
        ORDER BY n.day, n.id LIMIT 1)
    FROM interactions v
    WHERE v.kind = :kind AND v.day BETWEEN :since AND :until AND v.next_date IS NOT NULL
    ORDER BY v.id
"""
FOLLOWED_ONE = f"""
    SELECT n.day FROM interactions v, interactions n
    WHERE v.id = :id AND n.customer = :customer AND {LATER}
    ORDER BY n.day, n.id LIMIT 1
"""


class Visit(NamedTuple):
    """A visit that took place. Days and times are ISO text.

    `fields` are the columns of its row by name, None = blank. `customer` is the one it counts
    for after a merge. `reps` are who was there, its own rep first. `next` is the state of its next
    step (`done`, `late`, `open`, `missed`, `undated`), None where none was agreed; `followed` the
    day of the first later contact.
    """

    id: str
    at: str
    rep: str
    customer: str | None
    reps: tuple[str, ...]
    fields: dict[str, Any]
    filing: Filing
    next: str | None
    followed: str | None
    promises: tuple[PromiseAt, ...]


class Brief(NamedTuple):
    """A visit for comparing windows: who was there, and whether it went badly (None: unknown)."""

    reps: tuple[str, ...]
    bad: bool | None


@remembered
def visits_at(book: Readable, as_of: date, span: Window) -> list[Visit]:
    """The visits that took place in these days, with what became of them by `as_of`; by day, id."""
    found: list[Visit] = []
    for kind in book.policy.standard("visits.kinds"):
        found.extend(_of_kind(book, as_of, span, kind))
    found.sort(key=lambda visit: (visit.at[:DAY], visit.id))
    return found


def briefs(book: Readable, span: Window) -> list[Brief]:
    """The visits that took place in these days, in brief."""
    found = []
    for kind in book.policy.standard("visits.kinds"):
        params = _params(kind, span)
        also = _also(book, params)
        for id, rep, mood, failure in book.query(BRIEFS, **params):
            found.append(Brief(_reps(id, rep, also), is_bad(mood, failure)))
    return found


def is_bad(mood: str | None, failure: str | None) -> bool | None:
    """Whether the customer was served or felt badly; None where neither is noted."""
    if failure is None and mood is None:
        return None
    return failure is not None or mood in ("unhappy", "offended")


def _of_kind(book: Readable, as_of: date, span: Window, kind: str) -> list[Visit]:
    params = _params(kind, span)
    day, hours = as_of.isoformat(), book.policy.standard("visits.report_hours")
    also = _also(book, params)
    heirs = survivors(book)
    households = families(heirs)
    followed = dict(book.query(FOLLOWED, as_of=day, **params))
    made = defaultdict(list)
    for promise in promises_made_in(book, as_of, kind, span):
        made[promise.made_in].append(promise)
    found = []
    for row in book.query(VISITS, **params):
        fields = dict(zip(FIELDS, row, strict=True))
        id, customer = fields["id"], heirs.get(fields["customer"], fields["customer"])
        state = None
        later = None
        if fields["next_step"] not in (None, "none"):
            later = followed.get(id)
            if customer in households:
                later = _followed_by_any(book, day, id, households[customer])
            next_date = fields["next_date"]
            state = next_step_state(next_date, later, day) if next_date else "undated"
        found.append(
            Visit(
                id=id,
                at=fields["at"],
                rep=fields["rep"],
                customer=customer,
                reps=_reps(id, fields["rep"], also),
                fields=fields,
                filing=filing(fields["at"], fields["reported"], as_of, hours),
                next=state,
                followed=later,
                promises=tuple(made.get(id, ())),
            )
        )
    return found


def _followed_by_any(book: Readable, day: str, id: str, customers: tuple[str, ...]) -> str | None:
    days = (
        row[0]
        for customer in customers
        for row in book.query(FOLLOWED_ONE, id=id, customer=customer, as_of=day)
    )
    return min(days, default=None)


def _params(kind: str, span: Window) -> dict[str, str]:
    since, until = span.bounds
    return {"kind": kind, "since": since, "until": until}


def _also(book: Readable, params: dict[str, str]) -> dict[str, list[str]]:
    also: dict[str, list[str]] = defaultdict(list)
    for id, rep in book.query(ALSO, **params):
        also[id].append(rep)
    return also


def _reps(id: str, rep: str, also: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((rep, *also[id]))) if id in also else (rep,)
