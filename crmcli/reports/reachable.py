"""The people at our customers: how they can be reached, and what they said about it."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from crmcli.model.consent import Person
from crmcli.model.consent import Ways
from crmcli.model.consent import may_contact
from crmcli.model.consent import standing
from crmcli.model.policy import Policy
from crmcli.reports.readable import Readable
from crmcli.reports.table import Table

PEOPLE = """
    SELECT k.customer, k.id, k.name, k.left,
        k.email IS NOT NULL OR k.other_emails IS NOT NULL,
        k.phone IS NOT NULL OR k.other_phones IS NOT NULL,
        k.mobile IS NOT NULL, c.address IS NOT NULL
    FROM contacts k JOIN customers c ON c.id = k.customer
    WHERE :customer IN ('', k.customer)
    ORDER BY k.customer, k.id
"""
SAID = """
    SELECT customer, contact, channel, purpose, state, date, source, wording, basis, expires, by
    FROM consents
    WHERE :customer IN ('', customer)
    ORDER BY customer, contact, seq
"""


class ConsentAt(NamedTuple):
    """One thing that a person said about being contacted."""

    channel: str
    purpose: str
    state: str
    date: datetime.date
    source: str | None
    wording: str | None
    basis: str | None
    expires: datetime.date | None
    by: str | None


def reachable(book: Readable, customer: str = "") -> list[Person]:
    """The people of a customer, or of all; by customer and id, those who left too.

    Customers in the archive are among them. Everything they ever said is there, in the order of
    their files: what counts on a day is for the rule to say.
    """
    said: dict[tuple[str, str], list[ConsentAt]] = defaultdict(list)
    for owner, contact, *event in book.query(SAID, customer=customer):
        said[owner, contact].append(_event(event))
    return [
        Person(
            f"{owner}/{id}",
            name,
            Ways(bool(mail), bool(phone), bool(mobile), bool(address)),
            said.get((owner, id), ()),
            None if left is None else datetime.date.fromisoformat(left),
        )
        for owner, id, name, left, mail, phone, mobile, address in book.query(
            PEOPLE, customer=customer
        )
    ]


def required_for(policy: Policy) -> tuple[str, ...]:
    """The purposes for which consent is needed."""
    found: tuple[str, ...] = policy.standard("consent.required_for")
    return found


def allowed(book: Readable, table: Table, may: tuple[str, str], as_of: datetime.date) -> Table:
    """Those rows of a list of contacts whom consent lets us contact on the day.

    `may` is the channel and the purpose.
    """
    needed = required_for(book.policy)
    yes = {
        person.id
        for person in reachable(book)
        if may_contact(person.events, *may, as_of, needed).allowed
    }
    at = table.keys.index("id")
    return table._replace(rows=tuple(row for row in table.rows if row[at] in yes))


def with_consent(book: Readable, table: Table, as_of: datetime.date) -> Table:
    """The list of contacts with its column `consent` filled: what stands on the day."""
    needed = required_for(book.policy)
    at, id_at = table.keys.index("consent"), table.keys.index("id")
    customers = {row[id_at].partition("/")[0] for row in table.rows}
    stands = {
        person.id: standing(person.events, as_of, needed)
        for person in reachable(book, customers.pop() if len(customers) == 1 else "")
        if person.events
    }
    rows = tuple((*row[:at], stands.get(row[id_at], ()), *row[at + 1 :]) for row in table.rows)
    return table._replace(rows=rows)


def _event(row: Sequence[Any]) -> ConsentAt:
    channel, purpose, state, day, source, wording, basis, expires, by = row
    over = None if expires is None else datetime.date.fromisoformat(expires)
    return ConsentAt(
        channel, purpose, state, datetime.date.fromisoformat(day), source, wording, basis, over, by
    )
