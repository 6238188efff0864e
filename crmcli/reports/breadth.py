"""Do all of us serve, or only a few?"""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any
from typing import NamedTuple
from typing import get_args

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.model.statistics import gini
from crmcli.model.words import RepLevel
from crmcli.reports.people import ALL
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import people
from crmcli.reports.promise_dates import KEPT
from crmcli.reports.promise_dates import MISSED
from crmcli.reports.promise_dates import strict
from crmcli.reports.promises_at import promises_at
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.touches import Touch
from crmcli.reports.touches import touches
from crmcli.reports.window import Window
from crmcli.reports.window import window

GROUPINGS = ("department", "level")
COLUMNS = (
    Column("staff", "number"),
    Column("active", "number"),
    Column("share", "rate"),
    Column("signed", "number"),
    Column("contacts", "number"),
    Column("gini", "number"),
    Column("internal_n", "number"),
    Column("internal_kept", "number"),
    Column("internal_rate", "rate"),
)
PEOPLE = (
    Column("rep"),
    Column("department"),
    Column("level"),
    Column("contacts", "number"),
    Column("signed_standard", "date"),
    Column("internal_n", "number"),
    Column("internal_kept", "number"),
)
ORDER = (*get_args(RepLevel), NOT_KNOWN)
EMPTY = "no rep yet: crm rep add NAME"
STAFF = """
    SELECT id, department, level, signed_standard FROM reps
    WHERE (left IS NULL OR left > :as_of) AND (joined IS NULL OR joined <= :as_of)
        AND (archived IS NULL OR archived > :as_of)
    ORDER BY id
"""


class Member(NamedTuple):
    """One of us on the day. `signed` is an ISO day, None: not by then."""

    id: str
    department: str | None
    level: str | None
    signed: str | None


def breadth(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "department",
) -> Table:
    """How many of us had a contact with a customer, signed the standard, and keep faith inside.

    Staff are the reps who have not left. `active` had at least one contact in the window, alone
    or with others; `signed` have signed the standard by the day. A joint contact counts once in
    a department and once in all. `gini` tells how unevenly the contacts lie on the staff: 0 all
    alike, towards 1 all with one. Promises between departments, those without a customer, count
    for who made them, as kept by the day first promised.

    Source: Gini (1912); percent plan complete, Lean Construction Institute.

    Who serves customers without a contact, in the back office, is not seen here.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    span = window(book.policy, as_of, since, until)
    day = as_of.isoformat()
    staff = [
        Member(id, department, level, signed if signed and signed <= day else None)
        for id, department, level, signed in book.query(STAFF, as_of=day)
    ]
    figures = _Figures(book.policy, touches(book, span), _inside(book, as_of, span))
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in staff:
        groups[_key(member, by)].append(member)
    names = sorted(groups, key=lambda name: _place(name, by))
    mine = {_key(member, by) for member in staff if member.id == rep}
    rows = [(name, *figures.of(groups[name])) for name in names if rep is None or name in mine]
    total = figures.of(staff)
    pairs = [figures.promises(groups[name]) for name in names]
    note = difference_note(pairs, f"{by}s", "promises kept between departments")
    return Table(
        "breadth",
        f"Who serves, by {by}, {span.since} to {span.until}",
        (Column(by), *COLUMNS),
        (*rows, (ALL, *total)) if staff else (),
        (note,) if note else (),
        (_people_part(book, [one for one in staff if rep in (None, one.id)], figures),),
        dict(zip((column.key for column in COLUMNS), total, strict=True)),
        empty=EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _key(member: Member, by: str) -> str:
    return (member.department if by == "department" else member.level) or NOT_KNOWN


def _place(name: str, by: str) -> tuple[Any, ...]:
    return (name == NOT_KNOWN, ORDER.index(name) if by == "level" else 0, name)


def _inside(book: Readable, as_of: date, span: Window) -> Mapping[str, tuple[int, int]]:
    """By rep: (kept, judged) of his promises without a customer, in the strict rate."""
    since, until = span.bounds
    judged: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for promise in promises_at(book, as_of, span.since):
        due = promise.standing.original_due
        if promise.customer is None and due is not None and since <= due <= until:
            word = strict(promise.standing, as_of.isoformat())
            judged[promise.by] += word in (KEPT, MISSED)
            kept[promise.by] += word == KEPT
    return {rep: (kept[rep], n) for rep, n in judged.items()}


class _Figures:
    """The cells of a group of staff."""

    def __init__(
        self, policy: Policy, contacts: Iterable[Touch], inside: Mapping[str, tuple[int, int]]
    ) -> None:
        self.min_n = policy.standard("min_n")
        self.groups = Counter(touch.reps for touch in contacts)  # alike ones are counted at once
        self.inside = inside
        self.counts: Counter[str] = Counter()
        for reps, count in self.groups.items():
            self.counts.update(dict.fromkeys(reps, count))

    def promises(self, members: Iterable[Member]) -> tuple[int, int]:
        pairs = [self.inside.get(member.id, (0, 0)) for member in members]
        return sum(k for k, _ in pairs), sum(n for _, n in pairs)

    def of(self, members: Sequence[Member]) -> tuple[Any, ...]:
        ids = {member.id for member in members}
        counts = [self.counts[member.id] for member in members]
        active = sum(count > 0 for count in counts)
        kept, judged = self.promises(members)
        return (
            len(members),
            active,
            active / len(members) if members else None,
            sum(member.signed is not None for member in members),
            sum(count for reps, count in self.groups.items() if not ids.isdisjoint(reps)),
            gini(counts),
            judged,
            kept,
            one_rate(kept, judged, self.min_n).rate,
        )


def _people_part(book: Readable, staff: Sequence[Member], figures: _Figures) -> Table:
    """What each of us did; by name."""
    by_id = {member.id: member for member in staff}
    rows = tuple(
        (
            id,
            by_id[id].department,
            by_id[id].level,
            figures.counts[id],
            date.fromisoformat(signed) if (signed := by_id[id].signed) else None,
            *reversed(figures.promises([by_id[id]])),
        )
        for id in people(book).sorted(by_id)
    )
    return Table("people", "Each of us", PEOPLE, rows, empty="no rep")
