"""A customer, the people there, and what they consented to."""

import datetime
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct

from crmcli.model import words
from crmcli.model.record import Conflict
from crmcli.model.record import Event
from crmcli.model.record import Record


class ConsentEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing a person said about being contacted: channel, purpose, state, day, where from."""

    channel: words.ConsentChannel
    purpose: str
    state: words.ConsentState
    date: datetime.date
    source: str | None = None
    wording: str | None = None
    basis: words.ConsentBasis | None = None
    expires: datetime.date | None = None
    by: str | None = None


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person at a customer. `left` is the day they left the house."""

    id: str
    name: str
    role: words.ContactRole | None = None
    title: str | None = None
    department: str | None = None
    email: str | None = None
    other_emails: tuple[str, ...] = ()
    phone: str | None = None
    mobile: str | None = None
    other_phones: tuple[str, ...] = ()
    language: str | None = None
    birthday: str | None = None  # a day, or --MM-DD where the year is not known
    note: str | None = None
    left: datetime.date | None = None
    verified: datetime.date | None = None
    refs: tuple[str, ...] = ()
    consent: tuple[ConsentEvent, ...] = ()


class CustomerEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A line of a customer's history."""

    status: words.CustomerStatus | None = None
    owner: str | None = None
    tier: str | None = None


class Customer(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Who they are, who looks after them, what they could become."""

    TRACKED: ClassVar[tuple[str, ...]] = ("status", "owner", "tier")
    PARAGRAPHS: ClassVar[tuple[str, ...]] = (
        "tier",
        "background",
        "contacts",
        "history",
        "conflicts",
    )

    name: str
    aliases: tuple[str, ...] = ()
    kind: words.CustomerKind | None = None
    status: words.CustomerStatus | None = None
    owner: str | None = None
    deputy: str | None = None
    referred_by: str | None = None
    merged_into: str | None = None

    tier: str | None = None
    industry: str | None = None
    region: str | None = None
    source: str | None = None
    potential: Decimal | None = None  # a year
    currency: str | None = None
    potential_basis: str | None = None
    potential_date: datetime.date | None = None
    verified: datetime.date | None = None
    cadence: int | None = None  # days between signs of life
    contract_end: datetime.date | None = None
    quiet_until: datetime.date | None = None
    quiet_reason: str | None = None
    website: str | None = None
    address: str | None = None
    tax_id: str | None = None

    background: str | None = None
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()  # ids in other programs, as `hubspot:123`

    contacts: tuple[Contact, ...] = ()

    history: tuple[CustomerEvent, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def contact(self, id: str) -> Contact | None:
        """The person of that id; None if there is none."""
        return next((contact for contact in self.contacts if contact.id == id), None)

    def with_contact(self, contact: Contact) -> "Customer":
        """The customer with this person added, or put in the place of the one with the same id."""
        if self.contact(contact.id) is None:
            return self.with_fields(contacts=(*self.contacts, contact))
        return self.with_fields(
            contacts=tuple(contact if old.id == contact.id else old for old in self.contacts)
        )

    def without_contact(self, id: str) -> "Customer":
        """The customer without that person."""
        return self.with_fields(contacts=tuple(c for c in self.contacts if c.id != id))
