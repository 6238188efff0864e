"""What people consent to: writing it down, and refusing to contact those who do not."""

import datetime
from collections.abc import Iterable
from collections.abc import Sequence

from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.consent import ALL
from crmcli.model.consent import Judged
from crmcli.model.consent import Person
from crmcli.model.consent import Ways
from crmcli.model.consent import judged
from crmcli.model.consent import reason
from crmcli.model.customer import ConsentEvent
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.errors import BadValueError
from crmcli.model.errors import PolicyError

TOLD = 5  # of those who are refused, by name


def add(book: Book, ref: str, event: ConsentEvent, *, today: datetime.date) -> Change:
    """Write down what a person said about being contacted; what they said before stays.

    Raises BadValueError for an end before its beginning, NotFoundError for the ref.
    """
    if event.expires and event.expires < event.date:
        raise BadValueError(
            f"expires {event.expires} is before the day itself ({event.date})", place="--expires"
        )
    customer, contact = book.contact(ref)
    id = f"{customer.id}/{contact.id}"
    pair = f"{event.channel}/{event.purpose}"
    if any(old == _alike(event, old) for old in contact.consent):
        return Change((), f"nothing changed: {id} {pair} {event.state}", "contact unchanged")
    new = type(contact)(
        **{name: getattr(contact, name) for name in contact.__struct_fields__}
        | {"consent": (*contact.consent, event)}
    )
    until = f" until {event.expires}" if event.expires else ""
    said = f"{pair} {event.state} on {event.date}{until}, {event.source}"
    return Change(
        (Edit(customer, customer.with_contact(new)),),
        f"Consent of {id} ({contact.name}): {said}",
        "contact consent",
        tuple(_notes(book, customer, new, event, today)),
        shown=(id,),
    )


def _alike(event: ConsentEvent, old: ConsentEvent) -> ConsentEvent:
    """The event as if the writer of the old one had written it."""
    return type(event)(
        **{name: getattr(event, name) for name in event.__struct_fields__} | {"by": old.by}
    )


def _notes(
    book: Book, customer: Customer, contact: Contact, event: ConsentEvent, today: datetime.date
) -> Iterable[str]:
    """What still stands although it was said: a later word of theirs, a place in a campaign."""
    if event.state != "given":
        sql = """SELECT g.id, m.value, g.channel, g.purpose FROM campaigns g, json_each(g.members) m
            WHERE m.value IN (:customer, :person) AND g.archived IS NULL
            AND (g.end IS NULL OR g.end >= :today) ORDER BY g.id"""
        id = f"{customer.id}/{contact.id}"
        rows = book.query(sql, customer=customer.id, person=id, today=today.isoformat())
        for campaign, member, channel, purpose in rows:
            if event.channel in (channel, ALL) and event.purpose in (purpose, ALL):
                yield (
                    f"{campaign} has {member} among its members. "
                    f"Try: crm campaign set {campaign} members-={member}"
                )
    later = [old for old in contact.consent if old.date > event.date]
    if any((old.channel, old.purpose) == (event.channel, event.purpose) for old in later):
        yield "Something later was said about the same, and that counts."


def people_of(customer: Customer) -> list[Person]:
    """The people of a customer, as the rule of consent looks at them."""
    return [
        Person(
            f"{customer.id}/{contact.id}",
            contact.name,
            Ways(
                mail=bool(contact.email or contact.other_emails),
                phone=bool(contact.phone or contact.other_phones),
                mobile=bool(contact.mobile),
                address=bool(customer.address),
            ),
            contact.consent,
            contact.left,
        )
        for contact in customer.contacts
    ]


def verdict_on(
    customer: Customer,
    contact: str | None,
    channel: str,
    purpose: str,
    *,
    day: datetime.date,
    required_for: Sequence[str],
) -> Judged:
    """Whether a customer, or a person there, may be contacted so; `contact` is the person's id.

    Without a person, or with one who is not there, it is judged for everyone who can be reached.
    """
    named = f"{customer.id}/{contact}" if contact else None
    people = people_of(customer)
    return judged(people, channel, purpose, day, required_for, named=named)


def refuse(refused: Sequence[tuple[str, Judged]], channel: str, purpose: str) -> None:
    """Raises PolicyError, with the reason for each, unless `refused` is empty.

    Each is a customer, or `customer/contact`, and the verdict.
    """
    if not refused:
        return
    told = "; ".join(f"{who}: {reason(found, channel)}" for who, found in refused[:TOLD])
    more = f"; and {len(refused) - TOLD} more" if len(refused) > TOLD else ""
    person = next((found.person.id for _, found in refused if found.person), None)
    look = f"consent {person}" if person else f"list --customer {refused[0][0]}"
    raise PolicyError(
        f"{purpose} by {channel} is not allowed: {told}{more}", remedy=f"Try: crm contact {look}"
    )
