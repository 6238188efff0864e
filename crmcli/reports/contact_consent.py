"""The answer of `crm contact consent`: may we contact this person, with the events behind it."""

from datetime import date

from crmcli.model.consent import ALL
from crmcli.model.consent import CHANNELS
from crmcli.model.consent import Person
from crmcli.model.consent import may_contact
from crmcli.reports.reachable import reachable
from crmcli.reports.reachable import required_for
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

COLUMNS = (
    Column("channel"),
    Column("purpose"),
    Column("allowed", "yes"),
    Column("state"),
    Column("date", "date"),
    Column("expires", "date"),
    Column("source"),
)
EVENTS = (
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


def contact_consent(
    book: Readable,
    customer: str,
    contact: str,
    as_of: date,
    *,
    channel: str | None = None,
    purpose: str | None = None,
) -> Table:
    """The answer of the day for each channel and purpose, and every event behind it, newest first.

    `channel`, `purpose`: the answers for this one alone.

    A channel is there if the person has an address for it, or spoke of it. `date`, `expires` and
    `source` are those of the event that decides; None where nothing was said.
    """
    id = f"{customer}/{contact}"
    person = next(each for each in reachable(book, customer) if each.id == id)
    spoken = {event.channel for event in person.events if event.date <= as_of}
    purposes = [each for each in book.policy.purposes if each != ALL]
    needed = required_for(book.policy)
    rows = []
    for way in CHANNELS:
        if channel not in (None, way) or not (person.ways.has(way) or way in spoken):
            continue
        for use in purposes:
            if purpose not in (None, use):
                continue
            verdict = may_contact(person.events, way, use, as_of, needed)
            event = verdict.event
            why = (event.date, event.expires, event.source) if event else (None, None, None)
            rows.append((way, use, verdict.allowed, verdict.state, *why))
    return Table(
        "consent",
        f"{person.name} ({id})",
        COLUMNS,
        tuple(rows),
        (f"{', '.join(p for p in purposes if p in needed)} need consent, the others do not",),
        (_events(person, as_of),),
        empty="no address for it, and nothing was ever said about it",
        question=f"May we contact {person.name} ({id})?",
        as_of=as_of,
    )


def _events(person: Person, as_of: date) -> Table:
    events = [event for event in person.events if event.date <= as_of]
    events.sort(key=lambda event: event.date, reverse=True)
    rows = tuple(tuple(getattr(event, column.key) for column in EVENTS) for event in events)
    return Table("events", "Said", EVENTS, rows, empty="nothing was ever said about it")
