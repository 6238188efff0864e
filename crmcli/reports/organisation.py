"""Has everyone one manager, and every customer one owner?"""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.people import ALL
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window

REPS = """
    SELECT id, name, manager, level FROM reps
    WHERE (left IS NULL OR left > :as_of) AND (archived IS NULL OR archived > :as_of)
    ORDER BY id
"""
KNOWN = "SELECT id, left FROM reps ORDER BY id"
DISPUTED = """
    SELECT id, group_concat(other, ', ') FROM conflicts
    WHERE kind = 'customer' AND field = 'owner' GROUP BY id ORDER BY id
"""
NO_MANAGER = "no manager"
HEAD = "head"
COLUMNS = (
    Column("manager"),
    Column("staff", "number"),
    Column("customers", "number"),
    Column("problems", "number"),
)
PROBLEMS = (
    Column("problem"),
    Column("kind"),
    Column("id", "id"),
    Column("who"),
    Column("owner"),
)
EMPTY = 'no reps: crm rep add "Mei Lin" --email mei@example.com'


class Rep(NamedTuple):
    """One of us who is here on the day. `manager` is a rep's id, or what stands in its place."""

    id: str
    name: str | None
    manager: str | None
    level: str | None


class Problem(NamedTuple):
    """What is wrong, with which record. `who` is who it names; `owner` the rep it concerns."""

    problem: str
    kind: str
    id: str
    who: str | None
    owner: str | None


def organisation(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Managers with their span: how many reps each leads, and the customers of these.

    Reps who left are not counted. Customers are all but lost and archived ones. A further part
    lists what is wrong, one by one: a customer without an owner, with an owner who has left or is
    no rep of the book, or with several owners after a merge that left the question open; a deputy
    who is the owner; a rep without a manager, where only one may have none (the head, else the
    one who leads most); a manager who is no rep of the book; a circle of managers. A problem
    counts for the manager of the rep it concerns.

    Source: one owner, one manager and a span of control (管理幅度), as the article on CRM and the
    supply chain asks for.

    What it cannot know: who really gives orders to whom. Managers and deputies have no history,
    so a past day is answered with those of now.

    Raises UsageError for an empty window.
    """
    span = window(book.policy, as_of, since, until)
    reps = [Rep(*row) for row in book.query(REPS, as_of=as_of.isoformat())]
    left = dict(book.query(KNOWN))
    customers = [one for one in customers_at(book, as_of) if one.status not in ("lost", "archived")]
    disputed = dict(book.query(DISPUTED))
    problems = [
        *_of_customers(customers, left, disputed, as_of.isoformat()),
        *_of_reps(reps, left),
    ]
    managers = {one.id: one.manager for one in reps}
    shown = [one for one in problems if rep in (None, one.owner, one.id)]
    return Table(
        "organisation",
        "Managers, and what is not in order",
        COLUMNS,
        tuple(_rows(reps, customers, problems, rep)) if reps else (),
        (),
        (Table("problems", "Not in order", PROBLEMS, tuple(shown)),),
        {
            "reps": len(reps),
            "customers": len(customers),
            "no_owner": sum(one.problem == "no owner" for one in problems),
            "problems": len(problems),
            "widest_span": max(Counter(filter(None, managers.values())).values(), default=0),
        },
        empty=EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _rows(
    reps: Sequence[Rep],
    customers: Sequence[CustomerAt],
    problems: Sequence[Problem],
    rep: str | None,
) -> Iterator[tuple[str | int, ...]]:
    """A row for each manager by name, then those without one, then all."""
    boss = {one.id: one.manager or NO_MANAGER for one in reps}
    owned = Counter(boss[one.owner] for one in customers if one.owner in boss)
    wrong = Counter(boss.get(one.owner or "", NO_MANAGER) for one in problems)
    span = Counter(boss.values())
    if wrong[NO_MANAGER] and NO_MANAGER not in span:
        span[NO_MANAGER] = 0
    for manager in sorted(span, key=lambda each: (each == NO_MANAGER, each)):
        if rep in (None, manager):
            yield manager, span[manager], owned[manager], wrong[manager]
    yield ALL, len(reps), len(customers), len(problems)


def _of_customers(
    customers: Sequence[CustomerAt],
    left: Mapping[str, str | None],
    disputed: Mapping[str, str | None],
    day: str,
) -> Iterator[Problem]:
    for one in customers:
        if one.owner is None:
            yield Problem("no owner", "customer", one.id, None, None)
        elif one.owner not in left:
            yield Problem("owner is no rep", "customer", one.id, one.owner, None)
        elif (gone := left[one.owner]) is not None and gone <= day:
            yield Problem("owner has left", "customer", one.id, one.owner, one.owner)
        if one.id in disputed:
            yield Problem("several owners", "customer", one.id, disputed[one.id], one.owner)
        if one.deputy is not None and one.deputy == one.owner:
            yield Problem("deputy is the owner", "customer", one.id, one.deputy, one.owner)


def _of_reps(reps: Sequence[Rep], left: Mapping[str, str | None]) -> Iterator[Problem]:
    staff: dict[str, int] = defaultdict(int)
    for one in reps:
        staff[one.manager or ""] += 1
    alone = [one for one in reps if not one.manager]
    alone.sort(key=lambda one: (one.level != HEAD, -staff[one.id], one.id))
    bosses = {one.id: one.manager for one in reps}
    for one in reps:
        if one in alone[1:]:
            yield Problem("no manager", "rep", one.id, None, one.id)
        if one.manager and one.manager not in left:
            yield Problem("manager is no rep", "rep", one.id, one.manager, one.id)
        if _is_in_circle(one.id, bosses):
            yield Problem("circle of managers", "rep", one.id, one.manager, one.id)


def _is_in_circle(id: str, bosses: Mapping[str, str | None]) -> bool:
    """Whether the way up from this rep leads back to him."""
    seen = {id}
    above = bosses.get(id)
    while above is not None and above not in seen:
        seen.add(above)
        above = bosses.get(above)
    return above == id
