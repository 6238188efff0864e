"""Adding, changing and removing the people at a customer."""

from collections.abc import Collection
from collections.abc import Sequence
from typing import Any

from crmcli.actions.fields import ReadDay
from crmcli.actions.fields import assign
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.customer import Contact
from crmcli.model.errors import BadValueError
from crmcli.model.errors import ExistsError
from crmcli.model.errors import UsageError
from crmcli.model.names import slug


def add(book: Book, customer: str, *, id: str | None, fields: dict[str, Any]) -> Change:
    """Add a person to a customer; `id` None makes one of the name.

    Raises ExistsError if the id is taken there.
    """
    old = book.customer(customer)
    taken = {contact.id for contact in old.contacts}
    if id in taken:
        raise ExistsError(f"contact '{old.id}/{id}' exists", remedy="Try: another --id")
    contact = Contact(id=id or new_contact_id(fields["name"], taken), **fields)
    role = f" ({contact.role})" if contact.role else ""
    said = f"Added contact {old.id}/{contact.id}: {contact.name}{role} at {old.name}"
    return Change(
        (Edit(old, old.with_contact(contact)),),
        said,
        "contact added",
        shown=(f"{old.id}/{contact.id}",),
    )


def new_contact_id(name: str, taken: Collection[str]) -> str:
    """A short id: the last word of the name, then the whole of it, then numbered."""
    words = name.split()
    stem = "contact"
    for candidate in (words[-1] if words else "", name):
        try:
            stem = slug(candidate)
        except ValueError:
            continue
        if stem not in taken:
            return stem
    return free_id(stem, taken)


def free_id(stem: str, taken: Collection[str]) -> str:
    """The id itself, or the first of `chen-2`, `chen-3` ... that is not taken."""
    number = 1
    id = stem
    while id in taken:
        number += 1
        id = f"{stem}-{number}"
    return id


def set_fields(book: Book, ref: str, assignments: Sequence[str], *, day: ReadDay) -> Change:
    """Set fields of a person by `FIELD=VALUE` words.

    Raises BadValueError for a word that the field does not take, NotFoundError for the ref.
    """
    customer, contact = book.contact(ref)
    values = assign(book, contact, assignments, day)
    if values.get("name", "") is None:
        raise BadValueError("name cannot be unknown")
    different = {name: v for name, v in values.items() if v != getattr(contact, name)}
    if not different:
        return Change((), f"nothing changed: {customer.id}/{contact.id}", "contact unchanged")
    new = type(contact)(
        **{name: getattr(contact, name) for name in contact.__struct_fields__} | different
    )
    said = ", ".join(f"{name} {value or 'unknown'}" for name, value in different.items())
    return Change(
        (Edit(customer, customer.with_contact(new)),),
        f"Set {customer.id}/{contact.id} ({contact.name}): {said}",
        "contact set",
        shown=(f"{customer.id}/{contact.id}",),
    )


def remove(book: Book, ref: str, *, sure: bool) -> Change:
    """Take a person out of a customer's file.

    Raises UsageError if records name this person and nobody said that this is meant (`sure`).
    """
    customer, contact = book.contact(ref)
    where = {"customer": customer.id, "contact": contact.id}
    named = sum(
        book.query(
            f"SELECT count(*) FROM {table} WHERE customer = :customer AND contact = :contact",
            **where,
        )[0][0]
        for table in ("interactions", "promises", "deals", "cases", "feedback")
    )
    campaigns = "SELECT count(*) FROM campaigns g, json_each(g.members) WHERE value = :person"
    named += book.query(campaigns, person=f"{customer.id}/{contact.id}")[0][0]
    if named and not sure:
        some = "1 record names" if named == 1 else f"{named} records name"
        raise UsageError(
            f"{some} {customer.id}/{contact.id}",
            remedy=f"Try: crm contact set {customer.id}/{contact.id} left=today   or --yes",
        )
    said = f"Removed contact {customer.id}/{contact.id}: {contact.name}"
    return Change(
        (Edit(customer, customer.without_contact(contact.id)),),
        said,
        "contact removed",
        shown=(f"{customer.id}/{contact.id}",),
    )
