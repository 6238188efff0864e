"""What sells where, to whom, and where badly?"""

from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.reports.crossing import AGAINST
from crmcli.reports.crossing import NOT_NAMED
from crmcli.reports.crossing import Crossed
from crmcli.reports.crossing import columns_of
from crmcli.reports.crossing import crossing
from crmcli.reports.deal_results import total
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import money
from crmcli.reports.pricing import pricing_notes
from crmcli.reports.readable import Readable
from crmcli.reports.sales_at import Line
from crmcli.reports.sales_at import lines
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import Window
from crmcli.reports.window import window

CELLS = (
    Column("units", "number"),
    Column("expected", "number"),
    Column("index", "number"),
    Column("residual", "number"),
    Column("flag"),
    Column("revenue", "money"),
)
TURNOVER = (
    Column("product"),
    Column("units", "number"),
    Column("revenue", "money"),
    Column("average_stock", "number"),
    Column("turnover", "number"),
    Column("received", "number"),
    Column("sell_through", "rate"),
)
CHANCE = 0.05  # of the cells lie outside two standard deviations by chance
EMPTY = "no sale in these days: crm help sale"


def products(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    against: str = "channel",
) -> Table:
    """Set the units of each product against the channels they were sold through.

    With --against there may be, in place of channels, industries, tiers or regions of the
    customers, or reps. Units are the quantities of the order lines in the window, returns negative.
    Expected is what the product's and the channel's totals alone would give; the index is 100 where
    units are as expected. Where at least 5 were expected, a residual below -2 is weak, above 2
    strong. The part `segments` is the same table against industries: which customers tend to buy
    what. The part `turnover` sets units against the mean of the stock counted in the window, and
    against what was received in it. For a rep the products that he sold are shown, with everyone's
    figures.

    Source: contingency residuals, Haberman 1973.

    It shows where to look, not why: with many cells some are far off by chance.
    """
    if against not in AGAINST:
        raise BadValueError(f"--against '{against}' is not one of {', '.join(AGAINST)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    sold = lines(book, span.since, span.until)
    cells = crossing(sold, columns_of(book, as_of, against))
    chosen = None if rep is None else _sold_by(book, as_of, sold, rep)
    shown = [cell for cell in cells if chosen is None or cell.product in chosen]
    parts = [_turnover_part(sold, span, policy, chosen)]
    if against != "industry":
        segments = crossing(sold, columns_of(book, as_of, "industry"))
        its = [cell for cell in segments if chosen is None or cell.product in chosen]
        title = "Which customers tend to buy what"
        parts.append(Table("segments", title, _columns("industry"), _rows(its, policy)))
    flags = [cell.flag(policy) for cell in cells]
    return Table(
        "products",
        f"Products by {against}, {span.since} to {span.until}",
        _columns(against),
        _rows(shown, policy),
        _notes(sold, cells, policy),
        tuple(parts),
        {
            "products": len({cell.product for cell in cells}),
            "units": sum((line.quantity for line in sold), Decimal()),
            "revenue": money(total(line.revenue for line in sold), policy),
            "weak": flags.count("weak"),
            "strong": flags.count("strong"),
        },
        empty=EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _columns(against: str) -> tuple[Column, ...]:
    return (Column("product"), Column(against), *CELLS)


def _rows(cells: Iterable[Crossed], policy: Policy) -> tuple[tuple[object, ...], ...]:
    return tuple((*cell[:-1], cell.flag(policy), money(cell.revenue, policy)) for cell in cells)


def _sold_by(book: Readable, as_of: date, sold: Sequence[Line], rep: str) -> set[str]:
    seller = columns_of(book, as_of, "rep")
    return {line.product or NOT_NAMED for line in sold if seller(line) == rep}


def _notes(sold: Sequence[Line], cells: Sequence[Crossed], policy: Policy) -> tuple[str, ...]:
    judged = sum(cell.is_judged(policy) for cell in cells)
    weak = sorted(
        (cell for cell in cells if cell.flag(policy) == "weak"),
        key=lambda cell: (cell.residual or 0, cell.product, cell.column),
    )
    worst = ", ".join(f"{cell.product} in {cell.column}" for cell in weak[:3])
    limit = policy.standard("products.residual")
    alone = bool(sold) and all(cell.expected is None for cell in cells)
    said = {
        f"sells badly: {worst}": weak,
        f"of {counted(judged, 'cell')} about {judged * CHANCE:.1f} lie beyond {limit:g} by"
        " chance: they mark where to look": judged,
        "one product or one column alone, or nothing sold in all: nothing to compare": alone,
    }
    amounts = (
        (None if line.own_price is None else line.quantity * line.own_price, line.currency)
        for line in sold
    )
    return (
        *(note for note, holds in said.items() if holds),
        *pricing_notes(amounts, "line", policy),
    )


def _turnover_part(
    sold: Sequence[Line], span: Window, policy: Policy, chosen: set[str] | None
) -> Table:
    """Units against stock, the products in the order of the house, others by name."""
    by_product: dict[str, list[Line]] = {product: [] for product in policy.products}
    for line in sorted(sold, key=lambda line: line.product or NOT_NAMED):
        by_product.setdefault(line.product or NOT_NAMED, []).append(line)
    rows = []
    for product, its in by_product.items():
        if chosen is not None and product not in chosen:
            continue
        units = sum((line.quantity for line in its), Decimal())
        own = policy.products.get(product)
        stock = _within(own.stock if own else (), span)
        received = _within(own.received if own else (), span)
        mean = float(sum(stock, Decimal()) / len(stock)) if stock else None
        came = sum(received, Decimal()) if received else None
        rows.append(
            (
                product,
                units,
                money(total(line.revenue for line in its), policy),
                mean,
                float(units) / mean if mean else None,
                came,
                float(units / came) if came else None,
            )
        )
    has_stock = any(product.stock or product.received for product in policy.products.values())
    hint = () if has_stock or not rows else ("no stock in crm.yaml: turnover unknown",)
    return Table("turnover", "Turnover", TURNOVER, tuple(rows) if sold else (), hint)


def _within(counted: Iterable[tuple[date, Decimal]], span: Window) -> list[Decimal]:
    return [units for day, units in counted if span.since <= day <= span.until]
