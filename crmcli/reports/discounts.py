"""Who buys only at a discount?"""

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.reports.customers_at import customers_at
from crmcli.reports.deal_results import total
from crmcli.reports.merged import survivors
from crmcli.reports.people import ALL
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import people
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import money
from crmcli.reports.pricing import pricing_notes
from crmcli.reports.readable import Readable
from crmcli.reports.sales_at import Line
from crmcli.reports.sales_at import lines
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.touches import TWO_WAY
from crmcli.reports.window import Window
from crmcli.reports.window import window
from crmcli.reports.window import year_or

GROUPINGS = ("customer", "rep", "product")
COLUMNS = (
    Column("orders", "number"),
    Column("discounted_orders", "number", "discounted"),
    Column("share", "rate"),
    Column("depth", "rate"),
    Column("revenue", "money"),
    Column("margin", "money"),
)
TRANSACTIONAL = Column("transactional", "yes")
SHOWN = ("orders", "discounted_orders", "share", "depth", "revenue", "transactional")
MET = f"""
    SELECT DISTINCT customer FROM interactions
    WHERE kind IN ('visit', 'meeting', 'call') AND customer IS NOT NULL
        AND day BETWEEN :since AND :until AND {TWO_WAY}
    ORDER BY customer
"""
EMPTY = "no sale in these days: crm help sale"


class Tally(NamedTuple):
    """What a group bought. Orders are counted; amounts in the book's currency, None is unknown.

    `share` is the part of the revenue with a list price that was discounted, `depth` how far.
    """

    orders: int
    discounted_orders: int | None
    share: float | None
    depth: float | None
    revenue: Decimal | None
    margin: Decimal | None


def discounts(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "customer",
) -> Table:
    """Show how much was sold below the list price, and how far below, by customer, rep or product.

    Order lines of the year count, unless other days are given; returns are left out. A line is
    discounted if its price is below its list price; lines without a list price are in no share. The
    share is the revenue of discounted lines divided by that of all lines with a list price, the
    depth is what is missing of the list price on discounted lines. Lines without an order number
    are one order per customer and day. A customer is transactional if he gave 5 orders or more, 80
    % of them with a discounted line, and nobody met or called him in the window.

    Source: the argument against dependence on low prices (低價依賴) and transactional customers
    (交易型顧客); the limits are ours.

    It cannot know whether he would have bought at the list price.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    span = year_or(policy, as_of, since, until)
    talked = window(policy, as_of, since, until)
    owners = {each.id: each.owner for each in customers_at(book, as_of)}
    sold = [line for line in lines(book, span.since, span.until) if line.quantity > 0]
    groups = _groups(sold, by, owners)
    tallies = {name: _tally(its) for name, its in groups.items()}
    met = _met(book, talked)
    judge = _Judge(policy, met)
    verdicts = {name: judge.transactional(name, tally) for name, tally in tallies.items()}
    names = people(book).sorted(groups) if by == "rep" else _order(tallies)
    chosen = None if rep is None else _rows_of(rep, by, sold, owners)
    whole = _tally(sold)
    rows = [
        _row(name, tallies[name], verdicts[name], policy)
        for name in names
        if chosen is None or name in chosen
    ]
    columns = (Column(by), *COLUMNS, TRANSACTIONAL)
    wanted = (by, *SHOWN)
    all_row = _row(ALL, whole, None, policy)
    cut = None if by == "customer" else -1
    return Table(
        "discounts",
        f"Discounts by {by}, {span.since} to {span.until}",
        columns[:cut],
        tuple(row[:cut] for row in (*rows, all_row)) if sold else (),
        _notes(sold, talked, by, policy),
        (),
        {
            "orders": whole.orders,
            "discounted_orders": whole.discounted_orders,
            "share": whole.share,
            "depth": whole.depth,
            "revenue": money(whole.revenue, policy),
            "transactional": sum(map(bool, verdicts.values())) if by == "customer" else None,
        },
        wanted[:cut],
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _groups(
    sold: Sequence[Line], by: str, owners: Mapping[str, str | None]
) -> dict[str, list[Line]]:
    keys: dict[str, Callable[[Line], str | None]] = {
        "customer": lambda line: line.customer,
        "rep": lambda line: _seller(line, owners),
        "product": lambda line: line.product,
    }
    found: dict[str, list[Line]] = defaultdict(list)
    for line in sold:
        found[keys[by](line) or NOT_KNOWN].append(line)
    return dict(found)


def _seller(line: Line, owners: Mapping[str, str | None]) -> str | None:
    """The rep of the line, else the owner of the customer."""
    return line.rep or owners.get(line.customer or "")


def _tally(sold: Iterable[Line]) -> Tally:
    every = list(sold)
    compared = [line for line in every if _is_discounted(line) is not None]
    discounted = [line for line in compared if _is_discounted(line)]
    listed = [line for line in compared if line.priced]
    cheaper = [line for line in discounted if line.priced]
    of_listed = total(line.revenue for line in listed) or Decimal()
    of_cheaper = total(line.revenue for line in cheaper) or Decimal()
    at_list = sum((line.quantity * (line.list_price or 0) for line in cheaper), Decimal())
    priced = [line for line in every if line.revenue is not None]
    costs = [line.quantity * line.cost for line in priced if line.cost is not None]
    revenue = total(line.revenue for line in every)
    complete = revenue is not None and len(costs) == len(priced)
    return Tally(
        orders=len({_order_of(line) for line in every}),
        discounted_orders=len({_order_of(line) for line in discounted}) if compared else None,
        share=float(of_cheaper / of_listed) if of_listed else None,
        depth=float(1 - of_cheaper / at_list) if at_list else None,
        revenue=revenue,
        margin=revenue - sum(costs, Decimal()) if complete and revenue is not None else None,
    )


def _is_discounted(line: Line) -> bool | None:
    """Whether it was sold below its list price, rate or none; None where a price is not known."""
    if line.own_price is None or line.own_list_price is None:
        return None
    return line.own_price < line.own_list_price


def _order_of(line: Line) -> tuple[str | None, str]:
    return line.customer, line.order or line.day


class _Judge(NamedTuple):
    policy: Policy
    met: set[str]

    def transactional(self, customer: str, tally: Tally) -> bool | None:
        """Whether he only buys: often, cheaply, and without a word; None where it is unknown."""
        if customer == NOT_KNOWN:
            return None
        if customer in self.met or tally.orders < self.policy.standard("discounts.min_orders"):
            return False
        if tally.discounted_orders is None:
            return None
        least = Fraction(str(self.policy.standard("discounts.order_share")))
        return tally.discounted_orders >= least * tally.orders


def _met(book: Readable, span: Window) -> set[str]:
    """The customers who were met or called, and reached, in these days."""
    heirs = survivors(book)
    since, until = span.bounds
    return {heirs.get(id, id) for (id,) in book.query(MET, since=since, until=until)}


def _order(tallies: Mapping[str, Tally]) -> list[str]:
    """The largest share first, then the largest revenue; unknown last."""

    def place(name: str) -> tuple[Any, ...]:
        tally = tallies[name]
        unknown = name == NOT_KNOWN, tally.share is None
        return *unknown, -(tally.share or 0), -(tally.revenue or 0), name

    return sorted(tallies, key=place)


def _rows_of(
    rep: str, by: str, sold: Iterable[Line], owners: Mapping[str, str | None]
) -> set[str | None]:
    """The rows that belong to a rep: his own, his customers', the products he sold."""
    if by == "customer":
        return {id for id, owner in owners.items() if owner == rep}
    if by == "product":
        return {line.product for line in sold if _seller(line, owners) == rep}
    return {rep}


def _row(name: str, tally: Tally, verdict: bool | None, policy: Policy) -> tuple[Any, ...]:
    *figures, revenue, margin = tally
    return (name, *figures, money(revenue, policy), money(margin, policy), verdict)


def _notes(sold: Sequence[Line], talked: Window, by: str, policy: Policy) -> tuple[str, ...]:
    bare = sum(line.priced and line.list_price is None for line in sold)
    orders = policy.standard("discounts.min_orders")
    share = policy.standard("discounts.order_share") * 100
    said = {
        f"transactional: {orders} orders or more, {share:g} % of them discounted, and nobody met"
        f" or called since {talked.since}": sold and by == "customer",
        f"{counted(bare, 'line')} without a list price: in no share": bare,
    }
    amounts = (
        (None if line.own_price is None else line.quantity * line.own_price, line.currency)
        for line in sold
    )
    notes = pricing_notes(amounts, "line", policy)
    return (*(note for note, holds in said.items() if holds), *notes)
