"""How much will be wanted?"""

import json
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import fsum
from typing import Any
from typing import NamedTuple

from crmcli.model.days import add_months
from crmcli.model.goods import read_goods
from crmcli.model.policy import Policy
from crmcli.reports.customers_at import customers_at
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import deals_at
from crmcli.reports.forecasts import TOO_SHORT
from crmcli.reports.forecasts import forecast
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window

COLUMNS = (
    Column("product"),
    Column("months", "number"),
    Column("mean", "number"),
    Column("adi", "number"),
    Column("cv2", "number"),
    Column("class"),
    Column("method"),
    Column("next_month", "number"),
    Column("mase", "number"),
    Column("naive_mae", "number"),
    Column("pipeline_units", "number"),
    Column("stock", "number"),
    Column("months_of_stock", "number"),
    Column("croston", "number"),
)
SHOWN = ("product", "months", "mean", "class", "method", "next_month", "mase", "stock")
MONTHS = (Column("product"), Column("month"), Column("units", "number"))
UNITS = """
    SELECT product, substr(day, 1, 7), quantity FROM sales
    WHERE day <= :as_of AND product IS NOT NULL AND CAST(quantity AS REAL) > 0
    ORDER BY product, day, id
"""
SELLERS = """
    SELECT DISTINCT product, customer, rep FROM sales
    WHERE day <= :as_of AND product IS NOT NULL AND CAST(quantity AS REAL) > 0
    ORDER BY product, customer, rep
"""
PRODUCTS = "SELECT id, products FROM deals WHERE products IS NOT NULL ORDER BY id"
AHEAD = 3  # months of the pipeline
EMPTY = "no sale of a product yet: crm help sale"


def demand(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Foretell next month's units of each product from its past months.

    Units are those of order lines with a quantity above 0 (a return is no demand) by full calendar
    month: the last 24 before the month of the day, or those given, from the product's first sale
    on; a month without a line is 0. ADI is the number of months divided by that of months with
    demand, CV2 the squared coefficient of variation of the latter.

    ADI below 1.32 is smooth or erratic demand (CV2 from 0.49) and foretold by simple smoothing,
    else intermittent or lumpy and foretold by SBA, with Croston beside it. Over the last 6 months
    each forecast is compared with what came, beside "as last month" (naive) and, with 24 months,
    "as a year ago" (seasonal); the nearest is used. MASE of 1 or more is no better than saying "as
    last time". Under 12 months nothing is foretold.

    `pipeline_units` are the units of open deals that close in the next 3 months by their chance
    (`products: [lfp-12 x 40]`); months of stock are the latest stock in crm.yaml divided by next
    month's units. For a rep the products that he sold are shown.

    Source: Brown 1959; Croston 1972; Syntetos and Boylan 2005; Syntetos, Boylan and Croston 2005;
    Hyndman and Koehler 2006.

    It cannot know of orders that were wished and not taken, nor how our own orders swing
    (bullwhip): a book holds no purchase orders.
    """
    policy = book.policy
    end = as_of if until is None else min(until, as_of)
    if since is not None:
        window(policy, as_of, since, until)  # refuses days in the wrong order
    sold = _units(book, as_of)
    months = _months(end, policy.standard("demand.periods"), since)
    coming = _coming(book, as_of)
    chosen = None if rep is None else _sold_by(book, as_of, rep)
    names = [id for id in policy.products if id in sold or id in coming]
    names += sorted({*sold, *coming} - set(names))
    rows, series = [], []
    for product in names:
        units = sold.get(product, {})
        first = min(units, default="9999")
        its = {month: units.get(month, Decimal()) for month in months if month >= first}
        row = _row(product, [float(each) for each in its.values()], coming, end, policy)
        if chosen is None or product in chosen:
            rows.append(row)
            series += [(product, month, each) for month, each in its.items()]
    return Table(
        "demand",
        f"Demand by product, {months[0]} to {months[-1]}" if months else "Demand by product",
        COLUMNS,
        tuple(rows),
        _notes(rows, coming),
        (Table("months", "Units by month", MONTHS, tuple(series)),),
        {
            "products": len(rows),
            "too_short": sum(row[6] == TOO_SHORT for row in rows),
            "no_better": sum(row[8] is not None and row[8] >= 1 for row in rows),
        },
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=date.fromisoformat(f"{months[0]}-01") if months else None,
        until=end.replace(day=1) - timedelta(days=1) if months else None,
    )


def _units(book: Readable, as_of: date) -> dict[str, dict[str, Decimal]]:
    """Units sold by product and month (`2026-11`), up to the day."""
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for product, month, quantity in book.query(UNITS, as_of=as_of.isoformat()):
        found[product][month] += Decimal(quantity)
    return found


def _months(end: date, count: int, since: date | None) -> list[str]:
    """The full months before that of `end`, oldest first."""
    first = end.replace(day=1)
    every = [add_months(first, -back).isoformat()[:7] for back in range(count, 0, -1)]
    return [month for month in every if since is None or month >= since.isoformat()[:7]]


class _Coming(NamedTuple):
    """What open deals will bring: units by their chance, None where no deal says how many."""

    units: Fraction | None


def _coming(book: Readable, as_of: date) -> dict[str, _Coming]:
    """By product, the open deals that close from the day on, in the next months."""
    policy = book.policy
    last = add_months(as_of, AHEAD).isoformat()
    goods = dict(book.query(PRODUCTS))
    found: dict[str, _Coming] = {}
    for deal in deals_at(book, as_of):
        if deal.role != "open" or not as_of.isoformat() <= (deal.close or "") <= last:
            continue
        for text in json.loads(goods.get(deal.id) or "[]"):
            product, units = read_goods(text)
            before = found.get(product, _Coming(None)).units
            chance = _chance(deal, policy)
            if units is None or chance is None:
                found[product] = _Coming(before)
            else:
                more = Fraction(units) * chance / 100
                found[product] = _Coming(more if before is None else before + more)
    return found


def _chance(deal: DealAt, policy: Policy) -> int | None:
    if deal.probability is not None:
        return deal.probability
    stage = policy.stage(deal.stage or "")
    return stage.probability if stage else None


def _row(
    product: str, y: Sequence[float], coming: Mapping[str, _Coming], end: date, policy: Policy
) -> tuple[Any, ...]:
    found = forecast(y, policy)
    goods = policy.products.get(product)
    counts = reversed(goods.stock if goods else ())
    stock = next((units for day, units in counts if day <= end), None)
    units = coming.get(product, _Coming(None)).units
    return (
        product,
        len(y),
        fsum(y) / len(y) if y else None,
        found.pattern.adi if found.pattern else None,
        found.pattern.cv2 if found.pattern else None,
        found.pattern.pattern if found.pattern else None,
        found.method,
        found.next_month,
        found.mase,
        found.naive_mae,
        None if units is None else float(units),
        stock,
        float(stock) / found.next_month if stock is not None and found.next_month else None,
        found.croston,
    )


def _sold_by(book: Readable, as_of: date, rep: str) -> set[str]:
    """The products that a rep sold: he stands in the line, or owns the customer."""
    owners = {each.id: each.owner for each in customers_at(book, as_of)}
    heirs = survivors(book)
    return {
        product
        for product, customer, seller in book.query(SELLERS, as_of=as_of.isoformat())
        if rep == (seller or owners.get(heirs.get(customer, customer)))
    }


def _notes(rows: Sequence[tuple[Any, ...]], coming: Mapping[str, _Coming]) -> tuple[str, ...]:
    poor = [row[0] for row in rows if row[8] is not None and row[8] >= 1]
    short = sum(row[6] == TOO_SHORT for row in rows)
    silent = [product for product, each in coming.items() if each.units is None]
    said = {
        f"no better than saying 'as last time' (MASE 1 and more): {', '.join(poor)}": poor,
        f"{short} of {len(rows)} products too short: 12 full months are needed": short,
        "open deals name products without units, as lfp-12 x 40: their units unknown": silent,
        "orders that were not taken are not in it, nor our own purchase orders": rows,
    }
    return tuple(note for note, holds in said.items() if holds)
