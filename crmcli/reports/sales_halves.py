"""Whether a customer buys less than before: two halves of time beside each other."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.sales_at import has_lines
from crmcli.reports.sales_at import lines
from crmcli.reports.sales_at import won_deals

Bought = tuple[str, str, str, Decimal | None, bool]  # customer, day, order, amount, no return


class Halves(NamedTuple):
    """What a customer bought in the last days, and in as many days before them.

    In the book's currency, less returns; None where the price of something is not known.
    `orders` are those of the earlier half (or the deals won in it).
    """

    now: Decimal | None
    before: Decimal | None
    orders: int

    @property
    def share(self) -> Decimal | None:
        """The later half as a share of the earlier one; None unless that is above 0."""
        if self.now is None or self.before is None or self.before <= 0:
            return None
        return self.now / self.before


@remembered
def halves(book: Readable, as_of: date, *, only: Sequence[str] | None = None) -> dict[str, Halves]:
    """The halves of each customer who bought in either; each has `relationships.value_days`.

    From order lines, or won deals in a book without any line. Lines without an order number are
    one order a day. `only`: ids of customers, those merged into them too.
    """
    days = book.policy.standard("relationships.value_days")
    start = max(1, as_of.toordinal() - 2 * days + 1)
    turn = (as_of - timedelta(days=min(days, as_of.toordinal()) - 1)).isoformat()
    now: dict[str, list[Decimal | None]] = defaultdict(list)
    before: dict[str, list[Decimal | None]] = defaultdict(list)
    orders: dict[str, set[str]] = defaultdict(set)
    for customer, day, order, amount, bought in _bought(book, date.fromordinal(start), as_of, only):
        if day >= turn:
            now[customer].append(amount)
            continue
        before[customer].append(amount)
        if bought:
            orders[customer].add(order)
    return {
        customer: Halves(
            _sum(now.get(customer, ())),
            _sum(before.get(customer, ())),
            len(orders.get(customer, ())),
        )
        for customer in sorted({*now, *before})
    }


def _bought(
    book: Readable, since: date, as_of: date, only: Sequence[str] | None
) -> Iterable[Bought]:
    if has_lines(book, as_of):
        for line in lines(book, since, as_of, only=only):
            if line.customer:
                order = line.order or line.day
                yield line.customer, line.day, order, line.revenue, line.quantity > 0
        return
    for at, (customer, day, amount) in enumerate(won_deals(book, as_of, only=only)):
        if since.isoformat() <= day:
            yield customer, day, str(at), amount, True


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal()
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total
