"""Sales as they count on a day: order lines, or won deals in a book without any line."""

from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.reports.deal_results import results
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.whose import listed
from crmcli.reports.whose import narrowed

ANY = "SELECT 1 FROM sales WHERE day <= :as_of LIMIT 1"
LINES = """
    SELECT id, day, order_id, customer, product, channel, quantity, list_price, price, currency,
        cost, rep, deal, campaign, promised_on, delivered_on, delivered_quantity
    FROM sales
    WHERE day BETWEEN :since AND :until {whose}
    ORDER BY day, id
"""
BOUGHT = """
    SELECT DISTINCT customer, day FROM sales
    WHERE day <= :as_of AND customer IS NOT NULL AND CAST(quantity AS REAL) > 0 {whose}
    ORDER BY customer, day
"""
FIRST_DAY = date(1, 1, 1)


class Line(NamedTuple):
    """A line of an order. Days are ISO text; prices per unit are in the book's currency.

    `currency` is the line's own, and `own_price` and `own_list_price` are in it; where it has no
    rate, `priced` is False and no other price is known.
    `customer` is the one it counts for after a merge.
    """

    id: str
    day: str
    order: str | None
    customer: str | None
    product: str | None
    channel: str | None
    quantity: Decimal
    list_price: Decimal | None
    price: Decimal | None
    cost: Decimal | None
    currency: str
    priced: bool
    rep: str | None
    deal: str | None
    campaign: str | None
    promised_on: str | None
    delivered_on: str | None
    delivered_quantity: Decimal | None
    own_price: Decimal | None
    own_list_price: Decimal | None

    @property
    def revenue(self) -> Decimal | None:
        """Quantity x price, negative for a return; None where no price is known."""
        return None if self.price is None else self.quantity * self.price


def has_lines(book: Readable, as_of: date) -> bool:
    """Whether the book has any order line up to the day: then won deals are no sales."""
    return bool(book.query(ANY, as_of=as_of.isoformat()))


@remembered
def lines(
    book: Readable, since: date, until: date, *, only: Sequence[str] | None = None
) -> list[Line]:
    """The order lines of these days, both included, by day and id.

    `only`: ids of customers, those merged into them too.
    """
    policy, heirs = book.policy, survivors(book)
    goods = policy.products
    found = []
    params = {"since": since.isoformat(), "until": until.isoformat(), "customers": listed(only)}
    for row in book.query(LINES.format(whose=narrowed(only)), **params):
        id, day, order, customer, product, channel, quantity, list_price, price, *rest = row
        currency, cost, rep, deal, campaign, promised_on, delivered_on, delivered = rest
        rate = policy.rate(currency)
        own = goods[product].cost if product in goods else None
        found.append(
            Line(
                id=id,
                day=day,
                order=order,
                customer=heirs.get(customer, customer),
                product=product,
                channel=channel,
                quantity=Decimal(quantity),
                list_price=_times(list_price, rate),
                price=_times(price, rate),
                cost=own if cost is None else _times(cost, rate),
                currency=currency or policy.currency,
                priced=rate is not None,
                rep=rep,
                deal=deal,
                campaign=campaign,
                promised_on=promised_on,
                delivered_on=delivered_on,
                delivered_quantity=None if delivered is None else Decimal(delivered),
                own_price=None if price is None else Decimal(price),
                own_list_price=None if list_price is None else Decimal(list_price),
            )
        )
    return found


@remembered
def sale_days(
    book: Readable, as_of: date, *, only: Sequence[str] | None = None
) -> list[tuple[str, str]]:
    """(customer, ISO day) of each day on which a customer bought; by customer, then day.

    A line with a quantity above 0; in a book without any line, a deal that was won. `only`: ids
    of customers, those merged into them too.
    """
    heirs = survivors(book)
    if has_lines(book, as_of):
        sql = BOUGHT.format(whose=narrowed(only))
        rows = book.query(sql, as_of=as_of.isoformat(), customers=listed(only))
        return sorted({(heirs.get(customer, customer), day) for customer, day in rows})
    return sorted({(customer, day) for customer, day, _ in won_deals(book, as_of, only=only)})


def won_deals(
    book: Readable, as_of: date, *, only: Sequence[str] | None = None
) -> list[tuple[str, str, Decimal | None]]:
    """(customer, closing day, amount in the book's currency) of the deals won by the day.

    Those without a customer, or with no known closing day, are not in it. `only`: ids of
    customers, those merged into them too.
    """
    closed = results(deals_at(book, as_of, customers=only), ladder(book.policy))
    return [
        (one.deal.customer, one.closed, one.deal.book_amount)
        for one in closed
        if one.won and one.closed and one.deal.customer
    ]


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The sum of the known amounts."""
    return sum((amount for amount in amounts if amount is not None), Decimal())


def _times(text: str | None, rate: Decimal | None) -> Decimal | None:
    return None if text is None or rate is None else Decimal(text) * rate
