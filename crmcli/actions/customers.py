"""Adding customers and looking for the same one twice."""

import datetime
from typing import Any

from crmcli.actions.contacts import new_contact_id
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.customer import CustomerEvent
from crmcli.model.errors import ExistsError
from crmcli.model.names import bare_name
from crmcli.model.names import digits
from crmcli.model.names import fold

CLIENT_DIGITS = 8  # of a phone number: without country and area code


def add(
    book: Book,
    *,
    id: str,
    fields: dict[str, Any],
    person: dict[str, Any] | None,
    on: datetime.date,
    by: str | None,
) -> Change:
    """Add a customer, with a first person there if one is given; likely doubles become notes.

    Raises ExistsError if the id is taken.
    """
    if book.exists("customer", id):
        raise ExistsError(
            f"customer '{id}' exists", remedy=f"Try: crm customer show {id}, or --id {id}-2"
        )
    values = {"kind": "company", "status": "prospect", "owner": by, **fields}
    contacts = (Contact(id=new_contact_id(person["name"], ()), **person),) if person else ()
    event = CustomerEvent(
        date=on, by=by, status=values["status"], owner=values["owner"], tier=values.get("tier")
    )
    customer = Customer(id=id, **values, contacts=contacts, history=(event,))
    facts = [customer.status, f"tier {customer.tier}" if customer.tier else None]
    facts.append(f"owner {customer.owner}" if customer.owner else None)
    if id != customer.name:
        facts.insert(0, id)
    said = f"Added customer {customer.name} ({', '.join(fact for fact in facts if fact)})."
    return Change((Edit(None, customer),), said, "customer added", likely_doubles(book, customer))


def likely_doubles(book: Book, customer: Customer) -> tuple[str, ...]:
    """Sentences about customers that may be the same: an equal name, mail or phone."""
    found: dict[str, str] = {}
    bare = bare_name(customer.name)
    for id, name in book.query("SELECT id, name FROM customers ORDER BY id"):
        if bare and bare_name(name or "") == bare:
            found[id] = f"the name is {name}"
    for person in customer.contacts:
        for id, name, why in _same_person(book, person):
            found.setdefault(id, f"{name} has the same {why}")
    return tuple(
        f"{id} may be the same: {why}. Try: crm customer show {id}" for id, why in found.items()
    )


def _same_person(book: Book, person: Contact) -> list[tuple[str, str, str]]:
    rows = book.query(
        "SELECT customer, name, email, phone, mobile FROM contacts ORDER BY customer, id"
    )
    mail = fold(person.email or "")
    phones = {digits(p)[-CLIENT_DIGITS:] for p in (person.phone, person.mobile) if p}
    found = []
    for customer, name, email, *numbers in rows:
        if mail and fold(email or "") == mail:
            found.append((customer, name, "mail"))
        elif phones & {digits(n)[-CLIENT_DIGITS:] for n in numbers if n}:
            found.append((customer, name, "phone"))
    return found
