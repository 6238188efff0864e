"""Adding customers and looking for the same one twice."""

import datetime
import json
from typing import Any

from crmcli.actions.contacts import new_contact_id
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.customer import CustomerEvent
from crmcli.model.doubles import signs
from crmcli.model.errors import ExistsError

CUSTOMERS = "SELECT id, name, aliases FROM customers WHERE merged_into IS NULL ORDER BY id"
PEOPLE = """
    SELECT p.customer, p.name, p.email, p.other_emails, p.phone, p.mobile, p.other_phones
    FROM contacts p JOIN customers c ON c.id = p.customer
    WHERE c.merged_into IS NULL
    ORDER BY p.customer, p.id
"""


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
    people = customer.contacts
    mails = (mail for person in people for mail in (person.email, *person.other_emails))
    phones = (p for person in people for p in (person.phone, person.mobile, *person.other_phones))
    mine = {sign for sign, _ in signs((customer.name, *customer.aliases), mails, phones)}
    found: dict[str, str] = {}
    for id, name, aliases in book.query(CUSTOMERS):
        for sign, word in signs((name, *_items(aliases)), (), ()):
            if sign in mine:
                found.setdefault(id, f"the name is {word}")
    for id, name, mail, other_mails, phone, mobile, other_phones in book.query(PEOPLE):
        reach = ((mail, *_items(other_mails)), (phone, mobile, *_items(other_phones)))
        for sign, _ in signs((), *reach):
            if sign in mine:
                found.setdefault(id, f"{name} has the same {sign.why}")
    return tuple(
        f"{id} may be the same: {why}. Try: crm customer show {id}" for id, why in found.items()
    )


def _items(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text and text != "[]" else ()
