"""Settling a question that a merge left open."""

import datetime
import json
from collections.abc import Mapping
from typing import Any
from typing import Literal

from msgspec import ValidationError
from msgspec import convert

from crmcli.actions.records import subject
from crmcli.book.book import Book
from crmcli.book.records import to_values
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.errors import BadValueError
from crmcli.model.errors import NotFoundError
from crmcli.model.record import Conflict
from crmcli.model.record import Record
from crmcli.model.record import event_type

Take = Literal["kept", "other", "base"]


def settle(
    book: Book,
    kind: str,
    ref: str,
    field: str,
    *,
    take: Take | None,
    value: str | None,
    on: datetime.date,
    by: str | None,
) -> Change:
    """Give a field its value for good: one of those asked about, or another (`value`).

    `kept` is the value that the question shows as the one that stands, also where the field was
    changed since, as by undo. A field with a history gets a line, unless its last one says the same. Raises NotFoundError
    if nothing is asked about the field, BadValueError for a value that it does not take, or where
    several values were kept aside and it is not said which.
    """
    record = book.record(kind, ref)
    asked = questions(record)
    about = [question for question in asked if question.field == field]
    if not about:
        fields = ", ".join(dict.fromkeys(question.field for question in asked)) or "nothing"
        raise NotFoundError(f"no question about {field} of {record.id}", remedy=f"Asked: {fields}")
    others = {getattr(question, take) for question in about} if take else {value}
    if len(others) > 1:
        raise BadValueError(
            f"{len(others)} values were kept aside: {', '.join(str(each) for each in others)}",
            place="--take",
            remedy="Try: --value V",
        )
    path = field.split(".")
    new = _kept(record, path, others.pop()) if take == "kept" else _with(record, path, others.pop())
    left = tuple(question for question in asked if question.field != field)
    new = _told(new, field, on=on, by=by)
    new = new.with_fields(conflicts=_stored(record, left))
    said = _shown(new, field)
    return Change(
        (Edit(record, new),),
        f"Settled {book.label(record)}: {field} {said}",
        subject(kind, record.id, "settled"),
        shown=(record.id,),
    )


def questions(record: Record) -> tuple[Conflict, ...]:
    """The open questions of a record; a row keeps them as compact JSON."""
    asked = getattr(record, "conflicts", None) or ()
    return convert(json.loads(asked), tuple[Conflict, ...]) if isinstance(asked, str) else asked


def _stored(record: Record, left: tuple[Conflict, ...]) -> tuple[Conflict, ...] | str | None:
    if isinstance(getattr(record, "conflicts", None), tuple):
        return left
    items = [
        {name: text for name in Conflict.__struct_fields__ if (text := getattr(each, name))}
        for each in left
    ]
    return json.dumps(items, ensure_ascii=False, separators=(",", ":")) if items else None


def _kept(record: Record, path: list[str], text: str | None) -> Record:
    """The record with the value that was kept; as it is, where that is one that crm cannot set."""
    try:
        return _with(record, path, text)
    except (BadValueError, NotFoundError):
        return record


def _with(record: Record, path: list[str], text: str | None) -> Record:
    """The record with another value, given as text, at a path as `contacts.chen.phone`."""
    values: dict[str, Any] = {**to_values(record), "id": record.id}
    inner: Any = values
    for name in path[:-1]:
        if isinstance(inner, list):
            inner = next((each for each in inner if each.get("id") == name), None)
        else:
            inner = inner.get(name)
        if inner is None:
            raise NotFoundError(f"{record.id} has no {'.'.join(path)} any more")
    if not isinstance(inner, dict) or (inner is values and path[0] not in record.__struct_fields__):
        raise BadValueError(
            f"{'.'.join(path)} is not one that crm can set", remedy="Try: --take kept, or edit it"
        )
    inner.pop(path[-1], None)
    if text:
        inner[path[-1]] = json.loads(text) if text.startswith(("[", "{")) else text
    try:
        return convert(values, type(record), strict=False)
    except (ValidationError, ValueError):
        raise BadValueError(f"{'.'.join(path)} does not take '{text}'") from None


def _told(record: Record, field: str, *, on: datetime.date, by: str | None) -> Record:
    """The record with a line of history for the field, unless the last one says the same."""
    if field not in record.TRACKED:
        return record
    now = getattr(record, field)
    history = record.history  # type: ignore[attr-defined]  # TRACKED is empty without one
    for event in reversed(history):
        if field in event.cleared or getattr(event, field) is not None:
            if getattr(event, field) == now:
                return record
            break
    line: Mapping[str, Any] = {"cleared": (field,)} if now is None else {field: now}
    event = event_type(type(record))(date=on, by=by, **line)
    return record.with_fields(history=(*history, event))


def _shown(record: Record, field: str) -> str:
    inner: Any = record
    for name in field.split("."):
        if isinstance(inner, tuple):
            inner = next((each for each in inner if getattr(each, "id", None) == name), None)
        else:
            inner = getattr(inner, name, None)
    if isinstance(inner, tuple):
        return ", ".join(str(each) for each in inner) or "unknown"
    return "unknown" if inner is None else str(inner)
