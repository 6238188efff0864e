"""The customers of a book as they stood on a day."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.reports.history import past_values
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered

CUSTOMERS = """
    SELECT c.id, c.name, c.kind, c.status, c.owner, c.tier, c.deputy, c.cadence, c.industry,
        c.region, c.source, c.potential, c.currency,
        (SELECT min(h.date) FROM history h WHERE h.kind = 'customer' AND h.id = c.id)
    FROM customers c
    WHERE c.merged_into IS NULL
    ORDER BY c.id
"""
LIVE = ("active", "lapsed")
PROSPECTS = ("lead", "prospect")


class CustomerAt(NamedTuple):
    """A customer on a day; one that was merged into another is in that one.

    `cadence`: days between signs of life that are owed: his own, his tier's, or the standard's.
    `potential` a year, in the book's currency; None also where no rate is known. `born` is an
    ISO day. None is unknown.
    """

    id: str
    name: str
    kind: str | None
    status: str | None
    owner: str | None
    tier: str | None
    deputy: str | None
    cadence: int
    industry: str | None
    region: str | None
    source: str | None
    potential: Decimal | None
    born: str | None

    @property
    def is_live(self) -> bool:
        """Whether we do business with them, or did until lately."""
        return self.status in LIVE

    @property
    def is_prospect(self) -> bool:
        """Whether they have not bought yet."""
        return self.status in PROSPECTS


@remembered
def customers_at(book: Readable, as_of: date) -> list[CustomerAt]:
    """All customers that exist on the day, by id. They are born with their first line of history."""
    day = as_of.isoformat()
    policy = book.policy
    past = past_values(book, "customer", as_of)
    found = []
    for row in book.query(CUSTOMERS):
        id, name, kind, status, owner, tier, deputy, cadence, *profile = row
        industry, region, source, potential, currency, born = profile
        if born and born > day:
            continue
        if past:
            status = past.get((id, "status"), status)
            owner = past.get((id, "owner"), owner)
            tier = past.get((id, "tier"), tier)
        found.append(
            CustomerAt(
                id=id,
                name=name,
                kind=kind,
                status=status,
                owner=owner,
                tier=tier,
                deputy=deputy,
                cadence=cadence or policy.cadence(tier),
                industry=industry,
                region=region,
                source=source,
                potential=policy.priced(Decimal(potential) if potential else None, currency),
                born=born,
            )
        )
    return found


def live(customers: Sequence[CustomerAt]) -> list[CustomerAt]:
    """Those that are active or lapsed."""
    return [customer for customer in customers if customer.is_live]


def none_live(book: Readable, as_of: date) -> str:
    """What is said where no customer is active or lapsed, and how one becomes so."""
    count = len(customers_at(book, as_of))
    if not count:
        return 'no customer yet: crm customer add "NAME" --status active'
    customers = "1 customer" if count == 1 else f"{count} customers"
    return f"{customers}, none active or lapsed: crm customer set CUSTOMER status=active"
