"""Who are our customers, and in what state?"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.model.statistics import fifths
from crmcli.reports.activity import ACTIVITIES
from crmcli.reports.activity import activities
from crmcli.reports.activity import last_heard
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.deal_results import total
from crmcli.reports.life import Life
from crmcli.reports.life import life_at
from crmcli.reports.people import ALL
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import money
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window
from crmcli.reports.worth import Worth
from crmcli.reports.worth import worth

GROUPINGS = ("status", "industry", "region", "tier", "source", "kind", "activity")
STATUSES = ("lead", "prospect", "active", "lapsed", "lost", "archived")
COLUMNS = (
    Column("group"),
    Column("customers", "number"),
    Column("share", "rate"),
    Column("value", "money"),
    Column("value_share", "rate"),
)
DIFFERS = (
    Column("customer"),
    Column("owner"),
    Column("status"),
    Column("activity"),
    Column("last_sign", "date"),
    Column("silence", "number"),
    Column("silence_score", "number"),
)
RFM = (
    Column("customer"),
    Column("r", "number"),
    Column("f", "number"),
    Column("m", "number"),
    Column("cell"),
    Column("recency", "number"),
    Column("frequency", "number"),
    Column("monetary", "money"),
)
EMPTY = "no customer yet: crm customer add NAME"


def base(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "status",
) -> Table:
    """Count the customers by status, industry, region, tier, source, kind or activity.

    All customers of the book count, with their share, and what they brought in the year. Activity
    is computed from two-way contacts and sales, beside the status that somebody wrote down: `new`
    was first heard of in the last 180 days; `won-back` came back in the window after a pause that
    was unusual for him (a silence score below 0.05); else the present silence is usual (`active`,
    0.20 and more), less so (`quiet`) or unusual (`gone-quiet`, below 0.05); `never` was never heard
    of. In a book with too few pauses the days owed to the customer stand in: once, twice, more.

    The part `differs` lists where status and activity contradict each other, the part `rfm` ranks
    those who bought in the year from 1 to 5 by how lately, how often and for how much. For a rep
    his customers are counted, and the shares are those among them.

    Source: Hughes 1994 (RFM); Wübben and Wangenheim, J. of Marketing 72 (2008), 82-93 (silence).

    It cannot know of a contact that nobody wrote down.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    everyone = customers_at(book, as_of)
    life = life_at(book, as_of)
    states = activities(everyone, life, span, policy)
    brought = worth(book, as_of)
    ours = [each for each in everyone if rep in (None, each.owner)]
    differing = [each for each in ours if _contradicts(each, states)]
    rows = _rows(_groups(ours, by, states, policy), len(ours), brought, policy)
    return Table(
        "base",
        f"Customers by {by}",
        COLUMNS,
        rows,
        _notes(differing, life, brought, policy) if ours else (),
        (
            _differs_part(differing, states, life, policy),
            _rfm_part(policy, as_of, brought, None if rep is None else {each.id for each in ours}),
        ),
        {
            "customers": len(ours),
            "value": rows[-1][3] if rows else None,
            "differs": len(differing),
        },
        empty=EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _groups(
    ours: Sequence[CustomerAt], by: str, states: Mapping[str, str], policy: Policy
) -> dict[str, list[CustomerAt]]:
    """The customers of each group: in the order of life or tiers, else the largest first."""
    groups: dict[str, list[CustomerAt]] = {}
    for each in ours:
        value = states[each.id] if by == "activity" else getattr(each, by)
        groups.setdefault(value or NOT_KNOWN, []).append(each)
    order = {"status": STATUSES, "activity": ACTIVITIES, "tier": [t.name for t in policy.tiers]}
    places = {name: place for place, name in enumerate(order.get(by, ()))}

    def place(name: str) -> tuple[bool, int, int, str]:
        known = places.get(name, len(places))
        return name == NOT_KNOWN, known, -len(groups[name]), name

    return {name: groups[name] for name in sorted(groups, key=place)}


def _rows(
    groups: Mapping[str, Sequence[CustomerAt]], n: int, brought: Worth, policy: Policy
) -> tuple[tuple[Any, ...], ...]:
    """A row for each group, then all."""
    if not groups:
        return ()
    sums = {name: total(brought.of(each.id) for each in its) for name, its in groups.items()}
    whole = total(sums.values())
    rows = []
    for name, its in groups.items():
        own = sums[name]
        share = None if own is None or whole is None or whole <= 0 else float(own / whole)
        rows.append((name, len(its), len(its) / n, money(own, policy), share))
    share = None if whole is None or whole <= 0 else 1.0
    return (*rows, (ALL, n, 1.0, money(whole, policy), share))


def _contradicts(who: CustomerAt, states: Mapping[str, str]) -> bool:
    if who.status == "active":
        return states[who.id] == "gone-quiet"
    return who.status in ("lapsed", "lost") and states[who.id] == "active"


def _notes(
    differing: Sequence[CustomerAt], life: Life, brought: Worth, policy: Policy
) -> tuple[str, ...]:
    quiet = sum(each.status == "active" for each in differing)
    alive = len(differing) - quiet
    few = len(life.pool) < policy.standard("relationships.silence_pool")
    said = {
        f"{counted(quiet, 'customer')} stored as active, but gone quiet": quiet,
        f"{counted(alive, 'customer')} stored as lapsed or lost, but active": alive,
        "too few pauses in this book for a silence score: activity by the days owed": few,
        "no sale yet, so no value and no rfm: crm help sale": brought.source is None,
        f"value: {brought.basis} of the year": brought.source is not None,
    }
    return tuple(note for note, holds in said.items() if holds)


def _differs_part(
    differing: Iterable[CustomerAt], states: Mapping[str, str], life: Life, policy: Policy
) -> Table:
    """Those whose status contradicts their signs of life, the longest silence first."""
    ordered = sorted(differing, key=lambda each: (-(life.silence(each.id) or 0), each.id))
    rows = tuple(
        (
            each.id,
            each.owner,
            each.status,
            states[each.id],
            last_heard(life, each.id),
            life.silence(each.id),
            life.score(each.id, policy),
        )
        for each in ordered
    )
    return Table("differs", "Status and activity contradict each other", DIFFERS, rows)


def _rfm_part(policy: Policy, as_of: date, brought: Worth, ours: set[str] | None) -> Table:
    """Those who bought in the year, in fifths of all of them; the best first.

    One whose revenue is unknown has no place among the others.
    """
    bought: dict[str, set[str]] = {}
    for one in brought.entries:
        if one.customer is not None and (one.quantity is None or one.quantity > 0):
            bought.setdefault(one.customer, set()).add(one.day)
    sums = {id: brought.revenue(id) for id in bought}
    known = {id: amount for id, amount in sorted(sums.items()) if amount is not None}
    recency = [(as_of - date.fromisoformat(max(bought[id]))).days for id in known]
    frequency = [len(bought[id]) for id in known]
    ranks = [fifths([-days for days in recency]), fifths(frequency), fifths(list(known.values()))]
    rows = []
    if None not in ranks:
        cells = zip(*(rank or () for rank in ranks), strict=True)
        for id, (r, f, m), days, times in zip(known, cells, recency, frequency, strict=True):
            if ours is None or id in ours:
                amount = money(known[id], policy)
                rows.append((id, r, f, m, f"{r}{f}{m}", days, times, amount))
    rows.sort(key=lambda row: (-int(row[4]), row[0]))
    few = f"{counted(len(known), 'customer')} bought in the year: 5 are needed for fifths"
    notes = (few,) if known and not rows and ours is None else ()
    return Table("rfm", "How lately, how often, for how much", RFM, tuple(rows), notes)
