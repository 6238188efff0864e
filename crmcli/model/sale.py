"""A sale: one line of an order; a negative quantity is a return."""

import datetime
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
