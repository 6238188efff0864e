"""The list of sales, with what each line comes to."""

from datetime import date
from decimal import Decimal
from typing import Any

from crmcli.reports.noun import ID
from crmcli.reports.noun import Noun
from crmcli.reports.noun import plain
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Price
from crmcli.reports.table import Table

QUANTITIES = ("quantity", "delivered_quantity")
PRICES = ("list_price", "price", "cost")


def with_totals(book: Readable, table: Table, as_of: date) -> Table:
    """The list with exact quantities and prices, and `total`: quantity x price.

    `total` is below zero for a return, None where no price is known.
    """
    places = {column.key: at for at, column in enumerate(table.columns)}
    return table._replace(rows=tuple(_filled(list(row), places) for row in table.rows))


def _filled(cells: list[Any], places: dict[str, int]) -> tuple[Any, ...]:
    for key in QUANTITIES:
        text = cells[places[key]]
        cells[places[key]] = None if text is None else Decimal(text)
    for key in PRICES:
        money = cells[places[key]]
        cells[places[key]] = None if money is None else Price(*money)
    price = cells[places["price"]]
    if price is not None:
        total = cells[places["quantity"]] * price.amount
        cells[places["total"]] = Money(total, price.currency)
    return tuple(cells)


def _price(key: str) -> tuple[Column, str]:
    return Column(key, "money"), f"s.{key} || ' ' || coalesce(s.currency, :currency)"


SALES = Noun(
    title="Sales",
    columns=(
        (ID, "s.id"),
        (Column("date", "date"), "s.date"),
        (Column("order"), "s.order_id"),
        (Column("customer", "id"), "s.customer"),
        *plain("product", "channel", table="s"),
        (Column("quantity", "number"), "s.quantity"),
        _price("list_price"),
        _price("price"),
        _price("cost"),
        (Column("rep"), "s.rep"),
        (Column("deal", "id"), "s.deal"),
        (Column("campaign", "id"), "s.campaign"),
        (Column("promised_on", "date"), "s.promised_on"),
        (Column("delivered_on", "date"), "s.delivered_on"),
        (Column("delivered_quantity", "number"), "s.delivered_quantity"),
        (Column("customer_name"), "c.name"),
        (Column("total", "money"), "NULL"),
        (Column("ref"), "s.ref"),
    ),
    source="sales s LEFT JOIN customers c ON c.id = s.customer",
    order="s.day DESC, s.id DESC",
    live="1",
    day="s.day",
    filters={
        "id": "s.id IN ({values})",
        "customer": "s.customer IN ({values})",
        "rep": "coalesce(s.rep, c.owner) IN ({values})",
        "product": "s.product IN ({values})",
        "channel": "s.channel IN ({values})",
        "order": "s.order_id IN ({values})",
        "deal": "s.deal IN ({values})",
        "campaign": "s.campaign IN ({values})",
        "tag": "EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = {values})",
    },
    shown=("id", "date", "customer_name", "product", "quantity", "total"),
    empty="no sales. Try: crm sale add acme charger --quantity 2 --price 500",
    finish=with_totals,
)
