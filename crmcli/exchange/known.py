"""Who and what is in the book already, for looking up thousands of rows: one question a table."""

import json
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from crmcli.book.book import Book
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.errors import BadValueError
from crmcli.model.kinds import BY_NAME
from crmcli.model.names import digits
from crmcli.model.names import fold
from crmcli.model.names import slug
from crmcli.model.nearest import nearest
from crmcli.model.rep import Rep
from crmcli.model.words import plural

PHONE_DIGITS = 9  # from the right, so that a country code may stand before them
SHORTEST_PHONE = 7
MOST_NEAREST = 50  # looking for the nearest name is slow, and a list of them helps nobody

Ref = tuple[str, str]  # ids of a customer and a contact there


class Known:
    """Names, ids, refs, mails and phones of the book, and of what the import has added so far.

    `near` collects names that were matched only without spaces and case.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.near: dict[tuple[str, str, str], None] = {}
        self._missed: dict[tuple[str, str], str] = {}
        self._refs: dict[str, dict[str, dict[str, None]]] = {}
        self._files: dict[str, dict[str, str]] = {}
        self._added: set[str] = set()  # ids of deals and the like, which begin with their kind

    # customers

    @cached_property
    def _customers(self) -> "Names":
        names = Names()
        rows = self.book.query("SELECT id, name, aliases, merged_into FROM customers ORDER BY id")
        self._heirs = {id: heir for id, _, _, heir in rows if heir}
        for id, name, aliases, _ in rows:
            names.add(id, (name, *_items(aliases)))
        return names

    def customer(self, text: str, *, by_id: bool = False) -> str:
        """The id of the customer that a name, alias, id or ref means; of merged ones the survivor.

        `by_id`: an id means just that customer, merged or not. Raises BadValueError with the
        nearest name.
        """
        found = self.customer_or_none(text, by_id=by_id)
        if found is None:
            raise self._missing("customer", text, self._customers)
        return found

    def customer_or_none(self, text: str, *, by_id: bool = False) -> str | None:
        """The same; None if there is none. Raises BadValueError if there are several."""
        if by_id and text in self._customers.names:
            return text
        found = self._one("customer", text, self._customers)
        if found is None and ":" in text:
            found = next(iter(self.by_ref("customer", text)), None)
        return None if found is None else self._heir(found)

    def _heir(self, id: str) -> str:
        seen: set[str] = set()
        while id in self._heirs and id not in seen:
            seen.add(id)
            id = self._heirs[id]
        return id

    def note_customer(self, customer: Customer) -> None:
        """Take a customer of this import into account."""
        self._customers.add(customer.id, (customer.name, *customer.aliases))
        self.note_refs("customer", customer.id, customer.refs)

    # reps

    @cached_property
    def _reps(self) -> "Names":
        names = Names()
        for id, name, email in self.book.query("SELECT id, name, email FROM reps ORDER BY id"):
            names.add(id, (name, email or ""))
        return names

    def rep(self, text: str) -> str:
        """The id of the rep that an id, name or mail address means. Raises BadValueError."""
        found = self.rep_or_none(text)
        if found is None:
            raise self._missing("rep", text, self._reps)
        return found

    def rep_or_none(self, text: str) -> str | None:
        """The same; None if there is none."""
        return self._one("rep", text, self._reps)

    def note_rep(self, rep: Rep) -> None:
        """Take a rep of this import into account."""
        self._reps.add(rep.id, (rep.name, rep.email or ""))
        self.note_refs("rep", rep.id, rep.refs)

    def expect(self, kind: str, id: str, name: str) -> None:
        """Let a rep or customer be named before its row has come; `id` is empty where none is told."""
        names = self._reps if kind == "rep" else self._customers
        if not id and names.by_name(name):
            return
        try:
            id = id or slug(name)
        except ValueError:
            return
        if id not in names.names:
            names.add(id, (name,))

    # contacts

    @cached_property
    def _contacts(self) -> dict[str, dict[str, dict[Ref, None]]]:
        found: dict[str, dict[str, dict[Ref, None]]] = {
            key: defaultdict(dict) for key in ("ref", "email", "phone", "name")
        }
        sql = """SELECT customer, id, name, email, other_emails, phone, mobile, other_phones, refs
            FROM contacts ORDER BY customer, id"""
        for customer, id, name, email, emails, phone, mobile, phones, refs in self.book.query(sql):
            keys = {
                "ref": _items(refs),
                "email": [email, *_items(emails)],
                "phone": [phone, mobile, *_items(phones)],
                "name": [id, name],
            }
            _note_contact(found, (customer, id), keys)
        return found

    def contacts_by(self, key: str, text: str) -> tuple[Ref, ...]:
        """Contacts with that `ref`, `email`, `phone` or `name` (a customer's id, `/` and a name)."""
        plain = _contact_key(key, text)
        return tuple(self._contacts[key].get(plain, ())) if plain else ()

    def contact(self, text: str, customer: str | None) -> str:
        """The id of a contact of that customer, by id, name or mail. Raises BadValueError."""
        wanted = fold(text.rpartition("/")[2])
        by_name = self.contacts_by("name", f"{customer}/{wanted}")
        found = by_name or tuple(
            ref for ref in self.contacts_by("email", text) if ref[0] == customer
        )
        if len(found) == 1:
            return found[0][1]
        if customer is None:
            raise BadValueError(f"contact '{text}' needs a customer")
        word = "several contacts" if found else "no contact"
        raise BadValueError(
            f"{word} '{text}' at {customer}", remedy=f"Try: crm contact list --customer {customer}"
        )

    def note_contact(self, customer: str, contact: Contact) -> None:
        """Take a contact of this import into account."""
        keys = {
            "ref": contact.refs,
            "email": [contact.email, *contact.other_emails],
            "phone": [contact.phone, contact.mobile, *contact.other_phones],
            "name": [contact.id, contact.name],
        }
        _note_contact(self._contacts, (customer, contact.id), keys)

    def member(self, text: str) -> str:
        """A customer, or a person there as `customer/contact`. Raises BadValueError."""
        customer, slash, contact = text.partition("/")
        id = self.customer(customer)
        return f"{id}/{self.contact(contact, id)}" if slash else id

    # refs

    def by_ref(self, kind: str, ref: str) -> tuple[str, ...]:
        """Ids of the records with that id in another program, as `hubspot:123`."""
        if kind not in self._refs:
            known: dict[str, dict[str, None]] = defaultdict(dict)
            is_row = BY_NAME[kind].is_row
            column = "ref" if is_row else "refs"
            sql = f"SELECT id, {column} FROM {plural(kind)} WHERE {column} IS NOT NULL ORDER BY id"
            for id, text in self.book.query(sql):
                for each in [text] if is_row else _items(text):
                    known[each][id] = None
            self._refs[kind] = known
        return tuple(self._refs[kind].get(ref, ()))

    def note_refs(self, kind: str, id: str, refs: Iterable[str]) -> None:
        """Take the refs of a record of this import into account."""
        self._added.add(id)
        self.by_ref(kind, "")
        for ref in refs:
            self._refs[kind].setdefault(ref, {})[id] = None

    def announce(self, ids: Iterable[str]) -> None:
        """Let records be named that this import is still to bring."""
        self._added.update(ids)

    def files(self, kind: str) -> dict[str, str]:
        """The file of each record of a kind, by id."""
        if kind not in self._files:
            self._files[kind] = dict(self.book.query(f"SELECT id, file FROM {plural(kind)}"))
        return self._files[kind]

    def id(self, kind: str, text: str) -> str:
        """The id of a deal, interaction or the like, given as id or as ref. Raises BadValueError."""
        if text in self.files(kind) or text in self._added:
            return text
        found = self.by_ref(kind, text)
        if len(found) != 1:
            raise BadValueError(f"no {kind} '{text}'", remedy=f"Try: crm {kind} list")
        return found[0]

    # products

    def product(self, text: str) -> str:
        """The id of a product of crm.yaml, by id or name; any other text stays as it is.

        One that is the same but for spaces and case is told in `near`.
        """
        products = self.book.policy.products
        for id, product in products.items():
            if fold(text) in (fold(id), fold(product.name)):
                return id
        for id, product in products.items():
            if _squeezed(text) in (_squeezed(id), _squeezed(product.name)):
                self.near[("product", text, product.name)] = None
        return text

    def _one(self, kind: str, text: str, names: "Names") -> str | None:
        found = names.by_name(text)
        if not found:
            found = names.by_squeezed(text)
            if len(found) == 1:
                self.near[(kind, text, names.names[found[0]])] = None
        if len(found) > 1:
            raise BadValueError(
                f"{kind} '{text}' may be {' or '.join(found)}", remedy="Write the id"
            )
        return found[0] if found else None

    def _missing(self, kind: str, text: str, names: "Names") -> BadValueError:
        key = (kind, text)
        if key not in self._missed:
            many = len(self._missed) >= MOST_NEAREST
            near = () if many else nearest(text, names.names.values(), 1)
            self._missed[key] = (
                f"Did you mean '{near[0]}'?" if near else f"Try: crm {kind} add, or --value"
            )
        return BadValueError(f"no {kind} '{text}'", remedy=self._missed[key])


class Names:
    """Ids by folded name, and by name without spaces and punctuation."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._folded: dict[str, dict[str, None]] = defaultdict(dict)
        self._bare: dict[str, dict[str, None]] = defaultdict(dict)

    def add(self, id: str, names: Iterable[str | None]) -> None:
        for name in (id, *names):
            if name:
                self._folded[fold(name)][id] = None
                self._bare[_squeezed(name)][id] = None
                if name != id:
                    self.names.setdefault(id, name)
        self.names.setdefault(id, id)

    def by_name(self, text: str) -> tuple[str, ...]:
        if text in self.names:
            return (text,)
        found = tuple(self._folded.get(fold(text), ()))
        try:
            return found or ((slug(text),) if slug(text) in self.names else ())
        except ValueError:
            return found

    def by_squeezed(self, text: str) -> tuple[str, ...]:
        return tuple(self._bare.get(_squeezed(text), ()))


def phone_key(text: str) -> str:
    """The last digits of a number, for comparing; empty if there are too few."""
    plain = digits(text).lstrip("0")
    return plain[-PHONE_DIGITS:] if len(plain) >= SHORTEST_PHONE else ""


def _note_contact(
    found: dict[str, dict[str, dict[Ref, None]]],
    place: Ref,
    keys: Mapping[str, Iterable[str | None]],
) -> None:
    for key, texts in keys.items():
        for text in filter(None, texts):
            plain = _contact_key(key, f"{place[0]}/{text}" if key == "name" else text)
            if plain:
                found[key][plain][place] = None


def _contact_key(key: str, text: str) -> str:
    return phone_key(text) if key == "phone" else text if key == "ref" else fold(text)


def _squeezed(text: str) -> str:
    return fold(text).replace(" ", "")


def _items(text: Any) -> list[str]:
    return json.loads(text) if text else []
