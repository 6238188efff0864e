"""What was sold around campaigns: what each line brought, and to which campaign it is given."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.reports.campaign_contacts import CampaignContact
from crmcli.reports.readable import Readable
from crmcli.reports.sales_at import FIRST_DAY
from crmcli.reports.sales_at import has_lines
from crmcli.reports.sales_at import lines
from crmcli.reports.sales_at import won_deals

METHODS = ("first", "last", "linear")


class Sold(NamedTuple):
    """An order line, or a won deal in a book without lines; amounts are in the book's currency.

    `own` is the revenue in its own `currency`. None is unknown.
    """

    id: str
    day: str
    customer: str | None
    campaign: str | None
    quantity: Decimal
    revenue: Decimal | None
    margin: Decimal | None
    own: Decimal | None
    currency: str

    def value(self, basis: str) -> Decimal | None:
        """What it brought: `margin` or `revenue`."""
        return self.margin if basis == "margin" else self.revenue


class Share(NamedTuple):
    """A part of a line that is given to a campaign: the whole divided by `of`."""

    sold: Sold
    of: int

    def value(self, basis: str) -> Decimal | None:
        """What that part brought."""
        whole = self.sold.value(basis)
        return None if whole is None else whole / self.of


def all_sold(book: Readable, as_of: date) -> list[Sold]:
    """Everything sold up to the day, by day and id; won deals in a book without any line."""
    if not has_lines(book, as_of):
        currency = book.policy.currency
        return [
            Sold("", day, customer, None, Decimal(1), amount, None, amount, currency)
            for customer, day, amount in won_deals(book, as_of)
        ]
    found = []
    for line in lines(book, FIRST_DAY, as_of):
        cost = None if line.cost is None else line.quantity * line.cost
        revenue = line.revenue
        margin = None if revenue is None or cost is None else revenue - cost
        own = None if line.own_price is None else line.quantity * line.own_price
        head = (line.id, line.day, line.customer, line.campaign, line.quantity)
        found.append(Sold(*head, revenue, margin, own, line.currency))
    return found


def shares(
    sold: Iterable[Sold],
    deliveries: Mapping[str, Sequence[CampaignContact]],
    days: Mapping[str, int],
    method: str | None,
) -> dict[str, list[Share]]:
    """The lines given to each campaign.

    `method` None: those that name it. Else every line within the `days` of a campaign after a
    delivery to its customer is given to the campaign with the `first` such delivery, with the
    `last`, or in equal parts to all of them (`linear`). `deliveries` are in the order of time.
    """
    found: dict[str, list[Share]] = defaultdict(list)
    if method is None:
        for line in sold:
            if line.campaign is not None:
                found[line.campaign].append(Share(line, 1))
        return found
    told: dict[str, list[CampaignContact]] = defaultdict(list)
    for each in sorted(
        (one for some in deliveries.values() for one in some),
        key=lambda one: (one.day, one.at, one.id),
    ):
        if each.customer is not None:
            told[each.customer].append(each)
    for line in sold:
        before = [
            each.campaign
            for each in told.get(line.customer or "", ())
            if 0 <= _days(each.day, line.day) <= days[each.campaign]
        ]
        if before:
            chosen = {"first": before[:1], "last": before[-1:]}.get(method, before)
            campaigns = tuple(dict.fromkeys(chosen))
            for campaign in campaigns:
                found[campaign].append(Share(line, len(campaigns)))
    return found


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
