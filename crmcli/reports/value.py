"""Who brings the value, and who costs more than he brings?"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.model.policy import Policy
from crmcli.model.statistics import lifetime_value
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.merged import survivors
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import money
from crmcli.reports.pricing import shown
from crmcli.reports.ranking import Ranked
from crmcli.reports.ranking import Ranking
from crmcli.reports.ranking import ranking
from crmcli.reports.readable import Readable
from crmcli.reports.stays import stayed
from crmcli.reports.stays import stays_by
from crmcli.reports.table import Column
from crmcli.reports.table import Item
from crmcli.reports.table import Money
from crmcli.reports.table import Picture
from crmcli.reports.table import Table
from crmcli.reports.window import year
from crmcli.reports.window import year_or
from crmcli.reports.worth import Entry
from crmcli.reports.worth import Figure
from crmcli.reports.worth import Worth
from crmcli.reports.worth import worth

COLUMNS = (
    Column("rank", "number"),
    Column("customer"),
    Column("tier"),
    Column("owner"),
    Column("revenue", "money"),
    Column("cost_of_goods", "money"),
    Column("cost_to_serve", "money"),
    Column("value", "money"),
    Column("share", "rate"),
    Column("cumulative", "rate"),
    Column("class"),
    Column("differs", "yes"),
)
LIFETIME = Column("lifetime_value", "money")
SHOWN = ("rank", "customer", "tier", "value", "share", "cumulative", "class")
LINES = (
    Column("id", "id"),
    Column("date", "date"),
    Column("what"),
    Column("quantity", "number"),
    Column("amount", "money"),
    Column("revenue", "money"),
    Column("cost_of_goods", "money"),
)
WORDS = {
    "revenue": "revenue",
    "margin": "revenue less the cost of goods",
    "contribution": "revenue less the cost of goods and the cost to serve",
}
ORIGINS = {"sales": "order lines", "deals": "won deals"}
FEWEST_ON_A_CURVE = 3  # customers; fewer are read faster than looked at
EMPTY = "no sale and no won deal in these days: crm help sale"


def value(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    customer: str | None = None,
    basis: str | None = None,
    source: str | None = None,
    clv: bool = False,
) -> Table:
    """Rank the customers who bought by what they bring, with the running share of the total.

    The days are the year that ends on the day, unless others are given. Value is revenue, less the
    cost of goods where every line has one (margin), less the cost to serve where the cost of a
    minute is known too (contribution); the first note names it and what was missing. It comes from
    order lines, or from won deals in a book without any line, never from both. Returns are
    negative. Minutes that nobody wrote down are taken by the kind of contact.

    Class A are the best customers until 80 % of the total is reached, B until 95 %, C the others
    and all whose value is not above 0; `differs` marks a stored tier that is another. The share of
    the best fifth is measured, never assumed. With a total that is not above 0 there are no shares
    and no classes, with a customer below 0 no Gini coefficient. --customer adds the lines behind
    his figure.

    --clv adds the lifetime value: (yearly margin - cost to serve) x r / (1 + interest - r), with r
    the yearly retention of the customer's tier, known from 30 customers on; what it cost to win him
    is not in it.

    Source: Kaplan and Narayanan 2001 (whale curve); Gupta and Lehmann 2003 (lifetime value); Gini
    1912.

    It cannot know what a customer would have brought elsewhere, nor costs that nobody wrote down.
    """
    policy = book.policy
    span = year_or(policy, as_of, since, until)
    found = worth(book, as_of, span=span, basis=basis, source=source)
    ranked = ranking(found, policy)
    people = {each.id: each for each in customers_at(book, as_of)}
    chosen = None if customer is None else survivors(book).get(customer, customer)
    picked = [
        one
        for one in ranked.rows
        if chosen in (None, one.id) and rep in (None, _owner(people, one.id))
    ]
    rows = [_row(one, people.get(one.id), policy) for one in picked]
    notes = _notes(found, ranked, people.values(), policy)
    columns: tuple[Column, ...] = COLUMNS
    if clv:
        spent = found if span == year(policy, as_of) else worth(book, as_of, source=source)
        factors, said = _factors(book, as_of, people)
        rows = [
            (*row, money(_lifetime(spent.figures.get(one.id), people.get(one.id), factors), policy))
            for row, one in zip(rows, picked, strict=True)
        ]
        columns, notes = (*COLUMNS, LIFETIME), (*notes, *said)
    return Table(
        "value",
        f"Value of customers: {_basis_words(found)}, {span.since} to {span.until}",
        columns,
        tuple(rows),
        notes,
        () if chosen is None else (_lines_part(found.entries, chosen, policy),),
        {
            "customers": len(ranked.rows),
            "total": money(ranked.total, policy),
            "top_share": ranked.top_share,
            "customers_for_80": ranked.for_goal,
            "gini": ranked.gini,
            "peak": ranked.peak,
            "negative": len(ranked.losses),
        },
        (*SHOWN, LIFETIME.key) if clv else SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
        pictures=_whale_curve(ranked),
    )


def _whale_curve(ranked: Ranking) -> tuple[Picture, ...]:
    """The running share of the total, the best customer first; none without shares."""
    shares = tuple(one.cumulative for one in ranked.rows if one.cumulative is not None)
    if len(shares) < FEWEST_ON_A_CURVE:
        return ()
    words = f"{len(shares)} customers, the best first"
    return (Picture("curve", "Share of the total, running", (Item("", shares, words),)),)


def _owner(people: Mapping[str, CustomerAt], id: str) -> str | None:
    return people[id].owner if id in people else None


def _row(one: Ranked, who: CustomerAt | None, policy: Policy) -> tuple[Any, ...]:
    tier = who.tier if who else None
    figure = one.figure
    return (
        one.rank,
        one.id,
        tier,
        who.owner if who else None,
        money(figure.revenue, policy),
        money(figure.cost_of_goods, policy),
        money(figure.cost_to_serve, policy),
        money(figure.value, policy),
        one.share,
        one.cumulative,
        one.letter,
        None if tier is None or one.letter is None else tier != one.letter,
    )


def _basis_words(found: Worth) -> str:
    words = f"{found.basis} of {ORIGINS.get(found.source or '', 'nothing sold')}"
    return f"{words} ({found.missing})" if found.missing else words


def _notes(
    found: Worth, ranked: Ranking, people: Iterable[CustomerAt], policy: Policy
) -> tuple[str, ...]:
    """What the value is, how it is spread, and what is not in it; empty without a sale."""
    if not ranked.rows:
        return found.notes
    idle = sum(each.is_live and each.id not in found.figures for each in people)
    unknown = len(ranked.rows) - ranked.known
    losses = sum(ranked.losses, Decimal())
    over = ((ranked.peak or 1) - 1) * 100
    taken = f": {over:.{0 if over >= 1 else 1}f} % of the total is lost again" if over else ""
    said = {
        f"value: {WORDS[found.basis]}, from {ORIGINS.get(found.source or '', '')}"
        + (f" ({found.missing})" if found.missing else ""): True,
        _spread(found, ranked, policy): ranked.known,
        f"{counted(len(ranked.losses), 'customer')} below 0, {shown(losses, policy)} in all{taken}":
            ranked.losses,
        f"{counted(unknown, 'customer')} of unknown value: last, in no share": unknown,
        f"{counted(idle, 'live customer')} without a sale in these days": idle,
    }  # fmt: skip
    return (*(note for note, holds in said.items() if holds), *found.notes)


def _spread(found: Worth, ranked: Ranking, policy: Policy) -> str:
    if ranked.top_share is None:
        return f"total {shown(ranked.total, policy)}: not above 0, so no shares and no classes"
    top, goal = (policy.standard(f"value.{key}") * 100 for key in ("top", "goal"))
    below = counted(len(ranked.losses), "customer")
    spread = f"not defined: {below} below 0" if ranked.gini is None else f"{ranked.gini:.2f}"
    return (
        f"the best {top:g} % ({ranked.best} of {ranked.known}) bring"
        f" {ranked.top_share * 100:.0f} % of the {found.basis};"
        f" {goal:g} % takes {counted(ranked.for_goal or 0, 'customer')}; Gini {spread}"
    )


def _factors(
    book: Readable, as_of: date, people: Mapping[str, CustomerAt]
) -> tuple[dict[str, Decimal], tuple[str, ...]]:
    """What a yearly gain is worth for life, by tier; and a note on the retention behind it."""
    least, interest = (book.policy.standard(f"value.{key}") for key in ("clv_min", "interest"))
    tiers = {id: each.tier for id, each in people.items()}
    factors = {}
    said = []
    for tier, (k, n) in sorted(
        (tier, pair) for tier, pair in stays_by(stayed(book, as_of), tiers.get).items() if tier
    ):
        factor = lifetime_value(1, 0, k / n, interest) if n >= least else None
        if factor is not None:
            factors[tier] = Decimal(str(factor))
            said.append(f"{tier} {k} of {n}")
    kept = f"lifetime value: yearly retention of tier {', '.join(said)}"
    few = f"lifetime value unknown: no tier has {least} customers who bought in the year before"
    return factors, (kept if said else few,)


def _lifetime(
    figure: Figure | None, who: CustomerAt | None, factors: Mapping[str, Decimal]
) -> Decimal | None:
    """None where a cost, the tier, or the retention of the tier is unknown."""
    factor = factors.get(who.tier or "") if who else None
    if factor is None or figure is None or None in figure[:3]:
        return None
    revenue, goods, serving = (part or Decimal() for part in figure[:3])
    return (revenue - goods - serving) * factor


def _lines_part(entries: Sequence[Entry], customer: str, policy: Policy) -> Table:
    """The lines, or won deals, behind the figure of one customer; newest first."""
    its = sorted((one for one in entries if one.customer == customer), key=lambda one: one.id)
    its.sort(key=lambda one: one.day, reverse=True)
    rows = tuple(
        (
            one.id,
            date.fromisoformat(one.day),
            one.what,
            one.quantity,
            None if one.own is None else Money(one.own, one.currency),
            money(one.revenue, policy),
            money(one.cost, policy),
        )
        for one in its
    )
    return Table("lines", f"What {customer} bought", LINES, rows, empty=EMPTY)
