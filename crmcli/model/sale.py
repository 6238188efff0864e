"""A sale: one line of an order; a negative quantity is a return."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from crmcli.model.record import Record


class Sale(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a month. `list_price`, `price` and `cost` are per unit, in `currency`.

    `delivered_quantity` blank with a `delivered_on` means all of it. `conflicts` is compact JSON.
    """

    date: datetime.date
    order: str | None = None
    customer: str | None = None
    product: str | None = None
    channel: str | None = None
    quantity: Decimal
    list_price: Decimal | None = None
    price: Decimal | None = None
    currency: str | None = None
    cost: Decimal | None = None
    rep: str | None = None
    deal: str | None = None
    campaign: str | None = None
    promised_on: datetime.date | None = None
    delivered_on: datetime.date | None = None
    delivered_quantity: Decimal | None = None
    conflicts: str | None = None
    ref: str | None = None

    @property
    def day(self) -> datetime.date:
        """The day of the sale."""
        return self.date

    @property
    def total(self) -> Decimal | None:
        """Quantity x price in `currency`, below zero for a return; None where no price is known."""
        return None if self.price is None else self.quantity * self.price

    def faults(self) -> Iterator[tuple[str, str]]:
        """What a line of an order cannot say: the field, and what is wrong."""
        if self.quantity == 0:
            yield "quantity", "quantity 0 is no sale and no return"
        for field in ("list_price", "price", "cost"):
            amount = getattr(self, field)
            if amount is not None and amount < 0:
                yield field, f"{field} {amount} is below zero: a return has a quantity below zero"
        if self.delivered_on and self.delivered_on < self.date:
            yield (
                "delivered_on",
                f"delivered_on {self.delivered_on} is before the sale ({self.date})",
            )
        if self.delivered_quantity is not None and self.delivered_on is None:
            yield "delivered_quantity", f"{self.delivered_quantity} delivered, but no day says when"


def as_refund(quantity: Decimal, price: Decimal | None) -> tuple[Decimal, Decimal | None]:
    """Quantity and price of a line as they are kept; a refund typed as a negative price is a return.

    Raises ValueError if both are below zero, which may mean either.
    """
    if price is None or price >= 0:
        return quantity, price
    if quantity < 0:
        raise ValueError(f"quantity {quantity} and price {price} are both below zero")
    return -quantity, -price
