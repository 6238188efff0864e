"""Making one customer of two that are the same."""

import datetime
from collections.abc import Mapping
from typing import Any

from crmcli.actions.gathering import counted
from crmcli.actions.gathering import gather
from crmcli.actions.uniting import United
from crmcli.actions.uniting import united
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.customer import CustomerEvent
from crmcli.model.doubles import Sign
from crmcli.model.doubles import signs
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import UsageError
from crmcli.model.names import fold

BELONGING = (
    "deal",
    "promise",
    "task",
    "case",
    "interaction",
    "feedback",
    "sale",
)  # with a customer


def merge(
    book: Book, keep: str, other: str, *, on: datetime.date, by: str | None, note: str | None
) -> Change:
    """Unite two customers and every reference to them: `other` goes into `keep`.

    What `keep` lacks is taken; where they differ, the value of `keep` stands and the other is an
    open question in its `conflicts`. `other` stays in the archive, without its people, and points
    at `keep`. Raises UsageError if both are one, or if only `keep` is in the archive;
    AlreadyError if one of them was merged before; NotFoundError for a ref.
    """
    book.index.refresh()  # a person may have been asked since it last looked
    for ref in (keep, other):
        _refuse_merged(book, ref)
    kept, gone = book.customer(keep), book.customer(other)
    _refuse_pair(book, kept, gone)
    one = united(kept, gone, book.policy.currency)
    new = _with_line(kept, one.customer, on, by, _line(f"{gone.id} was merged into this one", note))
    empty = gone.with_fields(status="archived", merged_into=kept.id, contacts=(), conflicts=())
    old = _with_line(gone, empty, on, by, _line(f"merged into {kept.id}", note))
    edits = [Edit(kept, new), Edit(gone, old), *_pointing_customers(book, kept, gone)]
    numbers = {"contact": len(one.people)}
    for kind in BELONGING:
        moved = _pointing(book, kind, kept, gone, one.people)
        numbers[kind] = len(moved)
        edits += moved
    named = _naming_campaigns(book, kept, gone, one.people)
    numbers["campaign"] = len(named)
    edits += named
    return Change(
        tuple(edits),
        f"Merged {book.label(gone)} into {book.label(kept)}{_told(one, counted(numbers))}",
        "customer merged",
        _notes(book, kept, one),
        shown=(kept.id,),
    )


def _refuse_merged(book: Book, ref: str) -> None:
    sql = "SELECT id, merged_into FROM customers WHERE id IN (:ref, :key) AND merged_into <> ''"
    for id, into in book.query(sql, ref=ref, key=fold(ref).replace(" ", "-")):
        raise AlreadyError(
            f"customer '{id}' is already merged into {into}",
            remedy=f"Try: crm customer show {into}",
        )


def _refuse_pair(book: Book, kept: Customer, gone: Customer) -> None:
    if kept.id == gone.id:
        raise UsageError(
            f"both words mean {book.label(kept)}", remedy="Try: crm customer find --duplicates"
        )
    if kept.status == "archived" != gone.status:
        raise UsageError(
            f"{book.label(kept)} is archived, and {book.label(gone)} is not",
            remedy=f"Try: crm customer merge {gone.id} {kept.id}",
        )


def _with_line(
    before: Customer, after: Customer, on: datetime.date, by: str | None, note: str
) -> Customer:
    """The customer with a line of history, which names what changed of the tracked fields."""
    tracked = {name: getattr(after, name) for name in Customer.TRACKED}
    line = before.changed(on=on, by=by, note=note, **tracked).history[len(before.history) :]
    event = line or (CustomerEvent(date=on, by=by, note=note),)
    return after.with_fields(history=(*before.history, *event))


def _line(said: str, note: str | None) -> str:
    return f"{said}: {note}" if note else said


def _pointing_customers(book: Book, kept: Customer, gone: Customer) -> list[Edit]:
    """Customers whom the one that goes referred to us, or that were merged into it."""
    edits = []
    condition = ":gone IN (referred_by, merged_into) AND id NOT IN (:gone, :kept)"
    for record in gather(book, "customer", condition, gone=gone.id, kept=kept.id):
        names = ("referred_by", "merged_into")
        fields = {name: kept.id for name in names if getattr(record, name) == gone.id}
        edits.append(Edit(record, record.with_fields(**fields)))
    return edits


def _pointing(
    book: Book, kind: str, kept: Customer, gone: Customer, people: Mapping[str, Contact]
) -> list[Edit]:
    """The records of a kind that were of the one that goes."""
    edits = []
    for record in gather(book, kind, "customer = :gone", gone=gone.id):
        fields: dict[str, Any] = {"customer": kept.id}
        person = people.get(getattr(record, "contact", None) or "")
        if person is not None:
            fields["contact"] = person.id
        edits.append(Edit(record, record.with_fields(**fields)))
    return edits


def _naming_campaigns(
    book: Book, kept: Customer, gone: Customer, people: Mapping[str, Contact]
) -> list[Edit]:
    """The campaigns that reach, or leave alone, the one that goes or a person there."""
    found = gather(
        book,
        "campaign",
        """EXISTS (SELECT 1 FROM json_each(members)
            WHERE value = :gone OR substr(value, 1, length(:gone) + 1) = :gone || '/')
        OR EXISTS (SELECT 1 FROM json_each(holdout) WHERE value = :gone)""",
        gone=gone.id,
    )
    edits = []
    for record in found:
        fields = {
            name: tuple(dict.fromkeys(_renamed(each, kept, gone, people) for each in old))
            for name in ("members", "holdout")
            if (old := getattr(record, name))
        }
        edits.append(Edit(record, record.with_fields(**fields)))
    return edits


def _renamed(named: str, kept: Customer, gone: Customer, people: Mapping[str, Contact]) -> str:
    customer, slash, contact = named.partition("/")
    if customer != gone.id:
        return named
    return f"{kept.id}/{people[contact].id if contact in people else contact}" if slash else kept.id


def _told(one: United, moved: str) -> str:
    asked = ", ".join(question.field for question in one.questions)
    parts = (
        f"moved {moved}" if moved else "",
        f"took {', '.join(one.taken)}" if one.taken else "",
        f"open questions: {asked}" if asked else "",
    )
    told = "; ".join(part for part in parts if part)
    return f": {told}" if told else ""


def _notes(book: Book, kept: Customer, one: United) -> tuple[str, ...]:
    notes = [
        f"{each.field} is {each.kept or 'unknown'}, the other had {each.other}. "
        f"Settle it: crm customer set {kept.id} {each.field}=..."
        for each in one.questions
    ]
    for person in one.people.values():
        twin = _same_person(kept, person)
        if twin:
            notes.append(f"{kept.id}/{person.id} may be the same person as {kept.id}/{twin.id}")
    if any(problem.level == "error" for problem in book.problems()):
        notes.append("files that cannot be read were left as they are: crm check")
    return tuple(notes)


def _same_person(customer: Customer, person: Contact) -> Contact | None:
    mine = _person_signs(person)
    return next((twin for twin in customer.contacts if mine & _person_signs(twin)), None)


def _person_signs(person: Contact) -> set[Sign]:
    mails = (person.email, *person.other_emails)
    phones = (person.phone, person.mobile, *person.other_phones)
    return {sign for sign, _ in signs((person.name,), mails, phones)}
