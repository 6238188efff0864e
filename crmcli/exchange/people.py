"""Rows of people: each goes into the file of its customer, which is made if it is missing."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from crmcli.actions.contacts import new_contact_id
from crmcli.exchange.known import Ref
from crmcli.exchange.taking import Taken
from crmcli.exchange.taking import Work
from crmcli.exchange.taking import add
from crmcli.exchange.taking import is_there
from crmcli.exchange.taking import new_id
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.errors import BadValueError
from crmcli.model.names import fold


def take_person(work: Work, values: Mapping[str, Any]) -> Taken:
    """Take a row of the kind contact. Raises BadValueError for a row that is bad."""
    person = {n: v for n, v in values.items() if n in Contact.__struct_fields__ and n != "id"}
    person["refs"] = (*values.get("ref", ()), *values.get("refs", ()))
    person["name"] = person.get("name") or person.get("email")
    if not person["name"]:
        raise BadValueError("name is missing")
    house = {n.partition(".")[2]: v for n, v in values.items() if n.startswith("customer.")}
    match = _match(work, values, person)
    customer = _customer(work, values, person, match, house)
    if match and match[0] != customer.id:
        raise BadValueError(f"this person is {'/'.join(match)}, and not of {customer.id}")
    place = match or _by_name(work, customer, person["name"])
    if not is_there(work, "customer", customer.id):
        add(work, customer)
        work.made["customer"] += 1
    old = customer.contact(place[1]) if place else None
    if old is None:
        taken = {contact.id for contact in customer.contacts}
        given = (values.get("id") or "").rpartition("/")[2]
        id = given if given and given not in taken else new_contact_id(person["name"], taken)
        new = Contact(id=id, **{n: v for n, v in person.items() if v not in (None, "")})
    else:
        if fold(old.name) == fold(person["name"]):
            del person["name"]
        new = replace(old, **work.fills(old, person))
    work.draft.put(_with_house(work, customer, house).with_contact(new))
    work.known.note_contact(customer.id, new)
    if old is None:
        return "added"
    return "unchanged" if work.draft.record("customer", customer.id) == customer else "changed"


def _match(work: Work, values: Mapping[str, Any], person: Mapping[str, Any]) -> Ref | None:
    """The contact that the row means by id, ref, mail or phone; None if no such key tells."""
    owner, _, id = (values.get("id") or "").partition("/")
    if id and (owner, id) in work.known.contacts_by("name", f"{owner}/{id}"):
        return owner, id
    ways = {
        "ref": person["refs"],
        "email": [person.get("email")],
        "phone": [person.get("mobile"), person.get("phone")],
    }
    found: dict[Ref, str] = {}
    for way, keys in ways.items():
        if work.wishes.match not in (None, way):
            continue
        for key in filter(None, keys):
            hits = work.known.contacts_by(way, key)
            if way == "phone" and work.wishes.match is None:  # a switchboard is many people's
                hits = tuple(hit for hit in hits if _is_named(work, hit, person["name"]))
            found |= {hit: found.get(hit, way) for hit in hits}
    if len(found) > 1:
        both = " and ".join(f"{'/'.join(ref)} (by {way})" for ref, way in found.items())
        raise BadValueError(f"this person may be {both}", remedy="Try: --match ref")
    return next(iter(found), None)


def _is_named(work: Work, place: Ref, name: str) -> bool:
    return place in work.known.contacts_by("name", f"{place[0]}/{fold(name)}")


def _customer(
    work: Work,
    values: Mapping[str, Any],
    person: Mapping[str, Any],
    match: Ref | None,
    house: Mapping[str, Any],
) -> Customer:
    company = values.get("customer")
    if not company and work.wishes.customer:
        id: str | None = work.wishes.customer
    elif not company and match:
        id = match[0]
    else:
        id = work.known.customer_or_none(company or person["name"], by_id=work.by_id)
    if id is not None:
        found = work.draft.record("customer", id)
        assert isinstance(found, Customer)
        return found
    name = company or person["name"]
    customer = Customer(
        id=new_id(work, "customer", name), name=name, kind="company" if company else "person"
    )
    if work.wishes.owner and not house.get("owner"):
        customer = customer.with_fields(owner=work.wishes.owner)
    return customer


def _by_name(work: Work, customer: Customer, name: str) -> Ref | None:
    if work.wishes.match not in (None, "name"):
        return None
    found = work.known.contacts_by("name", f"{customer.id}/{fold(name)}")
    if len(found) > 1:
        raise BadValueError(
            f"{customer.id} has several people called {name}", remedy="Try: --match email"
        )
    return found[0] if found else None


def _with_house(work: Work, customer: Customer, house: Mapping[str, Any]) -> Customer:
    taken = work.fills(customer, {name: value for name, value in house.items() if name != "tags"})
    # Each of several rows may give one customer a tag.
    tags = dict.fromkeys((*customer.tags, *house.get("tags", ()), *work.wishes.tags))
    if len(tags) > len(customer.tags):
        taken["tags"] = tuple(tags)
    if work.draft.is_new("customer", customer.id):
        return customer.with_fields(**taken)
    return customer.changed(on=work.wishes.today, by=work.wishes.me, **taken)
