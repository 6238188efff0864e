"""The parts of the report on consent: where it was not respected, and all that was said."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from crmcli.model.consent import Judged
from crmcli.model.consent import Person
from crmcli.model.consent import judged
from crmcli.reports.campaign_contacts import campaign_contacts
from crmcli.reports.campaign_contacts import plans
from crmcli.reports.reachable import required_for
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import Window

VIOLATIONS = (
    Column("id", "id"),
    Column("date", "date"),
    Column("person", "id"),
    Column("channel"),
    Column("purpose"),
    Column("campaign", "id"),
    Column("because"),
    Column("event"),
    Column("rep"),
)
PEOPLE = (
    Column("person", "id"),
    Column("name"),
    Column("date", "date"),
    Column("channel"),
    Column("purpose"),
    Column("state"),
    Column("source"),
    Column("wording"),
    Column("basis"),
    Column("expires", "date"),
    Column("by"),
)


def violations_part(
    book: Readable,
    as_of: date,
    span: Window,
    people: Sequence[Person],
    *,
    rep: str | None,
    customer: str | None,
) -> tuple[Table, int, int]:
    """The outbound contacts of campaigns in these days that were not allowed, newest first.

    Also how many were judged, and how many could not be. `person` is who said no; the customer, where nobody there
    has an address for the channel. `event` is what it rests on: day, source and wording.
    """
    since, until = span.bounds
    campaigns = {plan.id: plan for plan in plans(book)}
    houses: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        houses[person.id.partition("/")[0]].append(person)
    needed = required_for(book.policy)
    rows = []
    number = unjudged = 0
    for contact in campaign_contacts(book, as_of):
        if contact.direction != "out" or not since <= contact.day <= until:
            continue
        if rep not in (None, contact.rep) or customer not in (None, contact.customer):
            continue
        plan = campaigns.get(contact.campaign)
        if not (plan and plan.channel and plan.purpose and contact.customer):
            unjudged += 1
            continue
        number += 1
        day = date.fromisoformat(contact.day)
        house = houses[contact.customer]
        named = f"{contact.customer}/{contact.contact}" if contact.contact else None
        found = judged(house, plan.channel, plan.purpose, day, needed, named=named)
        if not found.verdict.allowed:
            who = found.person.id if found.person else contact.customer
            why = _because(found, plan.channel)
            head = (contact.id, day, who, plan.channel, plan.purpose, plan.id)
            rows.append((*head, why, _event(found), contact.rep))
    rows.reverse()
    title = f"Not allowed, {span.since} to {span.until}"
    return Table("violations", title, VIOLATIONS, tuple(rows)), number, unjudged


def people_part(people: Sequence[Person], customer: str, as_of: date) -> Table:
    """Everything that the people of a customer said up to the day, by person, newest first."""
    rows = []
    for person in people:
        if person.id.partition("/")[0] != customer:
            continue
        events = [event for event in person.events if event.date <= as_of]
        for event in sorted(events, key=lambda each: each.date, reverse=True):
            said = (getattr(event, column.key) for column in PEOPLE[2:])
            rows.append((person.id, person.name, *said))
    return Table("people", "Said", PEOPLE, tuple(rows))


def _because(found: Judged, channel: str) -> str:
    if found.person is None:
        return f"nobody there has an address for {channel}"
    return "never asked" if found.verdict.event is None else found.verdict.state


def _event(found: Judged) -> str | None:
    event = found.verdict.event
    if event is None:
        return None
    until = f" until {event.expires}" if event.expires else ""
    told = (f"{event.date} {event.state}{until}", event.source, event.wording)
    return ", ".join(word for word in told if word)
