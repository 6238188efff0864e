"""A campaign as a card: whom it may reach, who was contacted, which sales name it."""

from collections import defaultdict
from datetime import date

from crmcli.model.consent import Person
from crmcli.model.consent import because
from crmcli.model.consent import judged
from crmcli.model.consent import reason
from crmcli.reports.listing import listing
from crmcli.reports.reachable import reachable
from crmcli.reports.reachable import required_for
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

CONSENT = (
    Column("member"),
    Column("name"),
    Column("allowed", "yes"),
    Column("because"),
)
TOUCHED = ("id", "at", "kind", "direction", "customer_name", "outcome", "summary")
SOLD = ("id", "date", "customer_name", "product", "quantity", "total")


def campaign_card(book: Readable, id: str, as_of: date) -> Table:
    """A campaign with what consent says of each member on the day, its contacts and its sales."""
    base = listing(book, "campaign", as_of, filters={"id": [id]})
    cells = dict(zip(base.keys, base.rows[0], strict=True))
    mine = {"campaign": [id]}
    contacts = listing(book, "interaction", as_of, filters=mine, until=as_of)
    sales = listing(book, "sale", as_of, filters=mine, until=as_of)
    parts = (
        _consent(book, cells["members"], cells["channel"], cells["purpose"], as_of),
        contacts._replace(name="interactions", title="Contacts", shown=TOUCHED, empty=""),
        sales._replace(name="sales", title="Sales", shown=SOLD, empty=""),
    )
    title = f"{cells['name']} ({id})"
    return base._replace(name="campaign", title=title, single=True, parts=parts, shown=())


def _consent(
    book: Readable, members: tuple[str, ...], channel: str | None, purpose: str | None, as_of: date
) -> Table:
    people: dict[str, list[Person]] = defaultdict(list)
    for person in reachable(book) if members else ():
        people[person.id.partition("/")[0]].append(person)
    needed = required_for(book.policy)
    rows: list[tuple[str, str | None, bool | None, str]] = []
    for member in members:
        house = people[member.partition("/")[0]]
        name = next((person.name for person in house if person.id == member), None)
        if channel is None or purpose is None:
            rows.append((member, name, None, "no channel or no purpose"))
            continue
        found = judged(house, channel, purpose, as_of, needed, named=member)
        allowed = found.verdict.allowed and found.person is not None
        why = because(found.verdict) if name else reason(found, channel)
        rows.append((member, name, allowed, why))
    return Table("consent", "Members", CONSENT, tuple(rows))
