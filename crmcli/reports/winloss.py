"""What do we win, what do we lose, and why?"""

import json
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.model.errors import BadValueError
from crmcli.model.goods import read_goods
from crmcli.model.policy import Policy
from crmcli.model.statistics import median
from crmcli.model.statistics import quantile
from crmcli.reports.closings import Closing
from crmcli.reports.closings import closings
from crmcli.reports.closings import undated_note
from crmcli.reports.closings import won_pricing_notes
from crmcli.reports.customers_at import customers_at
from crmcli.reports.deal_results import total
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.new_or_existing import first_purchases
from crmcli.reports.new_or_existing import new_or_existing_part
from crmcli.reports.people import ALL
from crmcli.reports.people import NO_CUSTOMER
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import people
from crmcli.reports.rates import Rate
from crmcli.reports.rates import compared_rates
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table
from crmcli.reports.window import window
from crmcli.reports.winloss_parts import NO_REASON
from crmcli.reports.winloss_parts import cohorts_part
from crmcli.reports.winloss_parts import reasons_part

GROUPINGS = ("rep", "product", "source", "type", "customer", "all")
COLUMNS = (
    Column("group"),
    Column("won", "number"),
    Column("lost", "number"),
    Column("n", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("shrunk", "rate"),
    Column("outside", "yes"),
    Column("won_amount", "money"),
    Column("mean_won", "money"),
    Column("median_won", "money"),
    Column("cycle_mean", "number"),
    Column("cycle_median", "number"),
    Column("cycle_p90", "number"),
)
SHOWN = ("group", "won", "lost", "rate", "low", "high", "won_amount", "cycle_median")
EMPTY = "no deal was won or lost in these days: crm deal win DEAL, crm deal lose DEAL --reason R"
PROFILES = """
    SELECT id, products, source, type, lost_reason FROM deals ORDER BY id
"""
SLOWEST = 0.9  # nine of ten cycles are no longer

Profiles = Mapping[str, tuple[Any, ...]]  # deal -> products (JSON), source, type, lost reason


def winloss(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "rep",
    lost: bool = False,
) -> Table:
    """Deals won and lost by rep (or by product, source, type, customer), and all of them.

    A deal counts on the day it was closed, for the rep who had it on that day, and for each of its
    products; in all it counts once. The rate is won of won and lost. Amounts are those of won
    deals, in the book's currency; cycles are days from the clock stage to the closing day, of won
    deals unless lost ones are asked for. Rates by closing day are biased near the start of a book,
    where only quick deals have had time to close. So a part counts the same deals by the month in
    which they began; a month with open deals is not finished. Further parts tell the reasons of
    lost deals, and whether customers who had bought before are won more readily: they had an order
    line or a won deal before the deal began.

    Source: the bounds of a rate: E. B. Wilson, JASA 22 (1927), 209-212; the difference of two:
    R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890; shrinkage: J. C. Kleinman, JASA 68
    (1973), 46-54; what chance allows: D. J. Spiegelhalter, Statistics in Medicine 24 (2005),
    1185-1202.

    What it cannot know: why a customer truly chose another; a reason is what the rep wrote down.
    The amount of a lost deal is what was hoped for, and a 0 is none. Source, type, products and
    reason are as they stand now, whatever the day.

    Raises BadValueError for an unknown grouping, UsageError for an empty window.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    steps = ladder(policy)
    deals = deals_at(book, as_of)
    closed = closings(book, as_of, deals, steps)
    inside = closed.within(span)
    profiles = {id: tuple(rest) for id, *rest in book.query(PROFILES)}
    groups = _groups(inside, by, profiles)
    order = _order(book, by, groups)
    min_n = policy.standard("min_n")
    pairs = [_pair(groups[key]) for key in order]
    chosen = set(order) if rep is None else _rows_of(book, as_of, rep, by, groups)
    rows = [
        (key, *_cells(groups[key], rate, policy, lost=lost))
        for key, rate in zip(order, compared_rates(pairs, min_n), strict=True)
        if key in chosen and by != ALL
    ]
    everyone = (ALL, *_cells(inside, one_rate(*_pair(inside), min_n), policy, lost=lost))
    own = [one for one in inside if rep in (None, one.owner)]
    reasons = {id: profile[-1] for id, profile in profiles.items()}
    notes = [
        difference_note(pairs, f"{by}s", "deals won") if by != ALL else "",
        *_notes(inside, own, reasons, policy, rep if by not in ("rep", "customer") else None),
        undated_note(closed.undated),
    ]
    return Table(
        "winloss",
        f"Won and lost by {by}, {span.since} to {span.until}",
        COLUMNS,
        (*rows, everyone) if inside else (),
        tuple(note for note in notes if note),
        (
            cohorts_part([deal for deal in deals if rep in (None, deal.owner)], steps, min_n),
            reasons_part([one for one in own if not one.won], reasons, policy),
            new_or_existing_part(own, first_purchases(book, as_of, closed.every), min_n),
        ),
        dict(zip((column.key for column in COLUMNS[1:]), everyone[1:], strict=True)),
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _groups(closed: Sequence[Closing], by: str, profiles: Profiles) -> dict[str, list[Closing]]:
    groups: dict[str, list[Closing]] = defaultdict(list)
    for one in closed:
        for key in _keys(one, by, profiles):
            groups[key].append(one)
    return groups


def _keys(one: Closing, by: str, profiles: Profiles) -> tuple[str, ...]:
    """The rows that a deal counts in: several where it is about several products."""
    products, source, type, _ = profiles[one.deal.id]
    match by:
        case "rep":
            return (one.owner or NOT_KNOWN,)
        case "product":
            named = (read_goods(text).product for text in json.loads(products or "[]"))
            return tuple(dict.fromkeys(named)) or (NOT_KNOWN,)
        case "source":
            return (source or NOT_KNOWN,)
        case "type":
            return (type or NOT_KNOWN,)
        case "customer":
            return (one.deal.customer or NO_CUSTOMER,)
    return (ALL,)


def _order(book: Readable, by: str, groups: Mapping[str, object]) -> list[str]:
    if by == "rep":
        return people(book).sorted(groups)
    return sorted(groups, key=lambda key: (key in (NOT_KNOWN, NO_CUSTOMER), key))


def _rows_of(
    book: Readable, as_of: date, rep: str, by: str, groups: Mapping[str, Sequence[Closing]]
) -> set[str]:
    """The rows that belong to a rep: his own, his customers', those he closed a deal in."""
    if by == "rep":
        return {rep}
    if by == "customer":
        return {customer.id for customer in customers_at(book, as_of) if customer.owner == rep}
    return {key for key, members in groups.items() if any(one.owner == rep for one in members)}


def _pair(closed: Sequence[Closing]) -> tuple[int, int]:
    return sum(one.won for one in closed), len(closed)


def _cells(closed: Sequence[Closing], rate: Rate, policy: Policy, *, lost: bool) -> tuple[Any, ...]:
    amounts = [one.amount for one in closed if one.won]
    known = [amount for amount in amounts if amount is not None]
    cycles = [one.cycle for one in closed if one.cycle is not None and one.won != lost]
    return (
        rate.k,
        rate.n - rate.k,
        rate.n,
        *rate[2:],
        _money(total(amounts), policy),
        _money(sum(known, Decimal()) / len(known) if known else None, policy),
        _money(median(known), policy),
        sum(cycles) / len(cycles) if cycles else None,
        median(cycles),
        quantile(cycles, SLOWEST),
    )


def _notes(
    inside: Sequence[Closing],
    own: Sequence[Closing],
    reasons: Mapping[str, str | None],
    policy: Policy,
    rep: str | None,
) -> tuple[str, ...]:
    if not inside:
        return ()
    lost = [one.deal.id for one in own if not one.won]
    return (
        f"rows in which {rep} closed a deal; their figures are everyone's" if rep else "",
        "by closing day, where quick deals come first: part cohorts goes by the day they began",
        *won_pricing_notes(inside, policy),
        f"{NO_REASON} for any lost deal: crm deal lose DEAL --reason R says more"
        if lost and not any(reasons[id] for id in lost)
        else "",
    )


def _money(amount: Decimal | None, policy: Policy) -> Money | None:
    return None if amount is None else Money(amount, policy.currency)
