"""What is done alike to every kind of record: set fields, put in the archive, take out a row."""

import datetime
from collections.abc import Collection
from collections.abc import Sequence
from typing import Any

from crmcli.actions.amounts import MONEY
from crmcli.actions.fields import ReadDay
from crmcli.actions.fields import assign
from crmcli.actions.soundness import refuse_faults
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.errors import BadValueError
from crmcli.model.kinds import BY_NAME
from crmcli.model.money import show_money
from crmcli.model.record import Record

LONG_LIST = 5  # items; of longer ones a sentence tells what came and went


def set_fields(
    book: Book,
    kind: str,
    ref: str,
    assignments: Sequence[str],
    *,
    day: ReadDay,
    on: datetime.date,
    by: str | None,
    note: str | None,
) -> Change:
    """Set fields of a record by `FIELD=VALUE` words; fields with a history get their line.

    Raises BadValueError for a word that the field does not take, NotFoundError for the ref.
    """
    record = book.record(kind, ref)
    values = assign(book, record, assignments, day)
    values = _with_contact(book, record, values)
    for name in ("stage", "what", "name", "status", "kind", "at", "by", "rep", "date", "quantity"):
        if name in values and values[name] is None and _is_required(record, name):
            raise BadValueError(f"{name} cannot be unknown")
    return changed(book, record, values, on=on, by=by, note=note)


def _is_required(record: Record, name: str) -> bool:
    return name in record.__struct_fields__ and name not in _defaulted(type(record))


def _defaulted(kind: type[Record]) -> set[str]:
    count = len(kind.__struct_defaults__)
    return {
        name
        for name, default in zip(
            kind.__struct_fields__[-count:], kind.__struct_defaults__, strict=True
        )
        if default is None or default == ()
    }


def _with_contact(book: Book, record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """The values with the id of the contact; one of another customer does not come along."""
    before = getattr(record, "customer", None)
    customer = values.get("customer", before)
    if values.get("contact"):
        return {**values, "contact": book.contact(values["contact"], customer)[1].id}
    if customer != before and getattr(record, "contact", None):
        return {**values, "contact": None}
    return values


def changed(
    book: Book,
    record: Record,
    values: dict[str, Any],
    *,
    on: datetime.date,
    by: str | None,
    note: str | None = None,
) -> Change:
    """A change of these fields of one record, with a sentence that names them."""
    kind = book.kind_of(record)
    different = {name: v for name, v in values.items() if v != getattr(record, name)}
    new = record.changed(on=on, by=by, note=note, **different, **_settled(record, values))
    refuse_faults(record, new)
    if new == record:
        return Change((), f"nothing changed: {record.id}", f"{kind} unchanged")
    said = ", ".join(
        f"{name} {_told(book, name, value, new, getattr(record, name))}"
        for name, value in _to_tell(record, different or values).items()
    )
    name = book.label(record)
    return Change((Edit(record, new),), f"Set {name}: {said}", subject(kind, record.id, "set"))


def _to_tell(record: Record, values: dict[str, Any]) -> dict[str, Any]:
    """The values to name in a sentence; a currency is told with its amount."""
    if "currency" not in values:
        return values
    amounts = {name: getattr(record, name) for name in MONEY if hasattr(record, name)}
    return {name: v for name, v in (amounts | values).items() if name != "currency"}


def _settled(record: Record, values: Collection[str]) -> dict[str, Any]:
    """The open questions that are left once these fields were written, if any is answered so."""
    asked = getattr(record, "conflicts", None)
    if not isinstance(asked, tuple):  # of an interaction it is one text
        return {}
    left = tuple(question for question in asked if question.field not in values)
    return {} if left == asked else {"conflicts": left}


def archive(
    book: Book,
    kind: str,
    refs: Sequence[str],
    *,
    on: datetime.date,
    by: str | None,
    note: str | None,
) -> Change:
    """Put records in the archive: out of lists and open work, still in every total of the past.

    Archiving what is in the archive changes nothing. Raises NotFoundError for a ref.
    """
    edits, said = [], []
    found = [book.record(kind, ref) for ref in refs]
    for record in {record.id: record for record in found}.values():
        fields = {"status": "archived"} if kind == "customer" else {"archived": on}
        done = getattr(record, "status", None) == "archived" or getattr(record, "archived", None)
        if done:
            said.append(f"already archived: {record.id}")
            continue
        edits.append(Edit(record, record.changed(on=on, by=by, note=note, **fields)))
        said.append(f"Archived {book.label(record)}")
    ids = " ".join(edit.record.id for edit in edits)
    told = subject(kind, ids, "archived")
    return Change(tuple(edits), said[0], told, more=tuple(said[1:]))


def subject(kind: str, id: str, verb: str) -> str:
    """A line for git's log: a slug may be a person's name, so only random ids are written there."""
    return f"{kind} {verb}" if BY_NAME[kind].letter is None else f"{kind} {id} {verb}"


def _told(book: Book, name: str, value: Any, record: Record, before: Any) -> str:
    if value is None or value == ():
        return "unknown"
    if isinstance(value, tuple) and len(value) > LONG_LIST:
        moves = [*(f"+{each}" for each in value if each not in before)]
        moves += [f"-{each}" for each in before if each not in value]
        more = f" and {len(moves) - LONG_LIST} more" if len(moves) > LONG_LIST else ""
        return f"{' '.join(moves[:LONG_LIST])}{more} ({len(value)} in all)"
    if name in MONEY:
        return show_money(value, getattr(record, "currency", None) or book.policy.currency)
    return ", ".join(value) if isinstance(value, tuple) else str(value)
