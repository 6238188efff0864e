"""Making, keeping, breaking, moving and withdrawing promises."""

import datetime
from collections.abc import Sequence
from typing import Any

from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import BadValueError
from crmcli.model.promise import Promise
from crmcli.model.promise import PromiseEvent


def add(
    book: Book, *, id: str, fields: dict[str, Any], by: str, on: datetime.date, echo: str
) -> Change:
    """Make a promise. `fields` holds at least `what`, `customer` and `due`; `echo` shows the due day.

    Raises BadValueError if it is due before it was made.
    """
    promise = new_promise(id, fields, by=by, on=on)
    customer = book.name_of("customer", promise.customer)
    return Change(
        (Edit(None, promise),),
        f"Promised {id} to {customer}, due {echo}: {promise.what}",
        f"promise {id} added",
    )


def new_promise(id: str, fields: dict[str, Any], *, by: str | None, on: datetime.date) -> Promise:
    """A new open promise with its first line of history.

    `by` writes it down, and has promised it unless `fields` tells who did.
    Raises BadValueError if it is due before it was made.
    """
    made = fields.get("made") or on
    due = fields.get("due")
    if due is not None and due < made:
        raise BadValueError(f"due {due} is before it was made ({made})", place="--due")
    values = {"by": by, **fields, "made": made, "status": "open"}
    event = PromiseEvent(date=made, by=by, due=due, owner=values.get("owner"))
    return Promise(id=id, history=(event,), **values)


def keep(
    book: Book, refs: Sequence[str], *, on: datetime.date, by: str | None, note: str | None
) -> Change:
    """Close promises as kept on that day, and say how late.

    Raises NotFoundError if a ref names no promise or several, AlreadyError if one is closed,
    BadValueError if it was not made yet on that day.
    """
    edits, said = [], []
    for promise in _each(book, refs):
        _refuse_early(promise, on)
        kept = promise.settle("kept", on=on, by=by, note=note)
        days = (on - promise.due).days if promise.due else 0
        when = f"{on}, {days}d late" if days > 0 else f"{on}, in time"
        edits.append(Edit(promise, kept))
        said.append(f"Kept {kept.id} on {when if promise.due else on}: {kept.what}")
    return _change(edits, said, "kept")


def break_(
    book: Book,
    refs: Sequence[str],
    *,
    reason: str,
    on: datetime.date,
    by: str | None,
    note: str | None,
) -> Change:
    """Close promises as broken, with the reason. Raises as `keep`."""
    edits, said = [], []
    for promise in _each(book, refs):
        _refuse_early(promise, on)
        broken = promise.settle("broken", on=on, by=by, reason=reason, note=note)
        edits.append(Edit(promise, broken))
        said.append(f"Broken {promise.id} on {on} ({reason}): {promise.what}")
    return _change(edits, said, "broken")


def withdraw(
    book: Book,
    ref: str,
    *,
    by_customer: bool,
    reason: str | None,
    on: datetime.date,
    by: str | None,
    note: str | None,
) -> Change:
    """Close a promise that is no longer wanted, or no longer offered. Raises as `keep`."""
    promise = book.promise(ref)
    _refuse_early(promise, on)
    status = "withdrawn-by-customer" if by_customer else "withdrawn-by-us"
    record = promise.settle(status, on=on, by=by, reason=reason, note=note)  # type: ignore[arg-type]  # one of the two
    who = "by the customer" if by_customer else "by us"
    said = f"Withdrawn {promise.id} {who} on {on}: {promise.what}"
    return _change([Edit(promise, record)], [said], "withdrawn")


def renegotiate(
    book: Book,
    ref: str,
    *,
    due: datetime.date,
    echo: str,
    agreed: str | None,
    on: datetime.date,
    by: str | None,
    note: str | None,
) -> Change:
    """Move the day of an open promise; the old day stays in its history.

    Raises as `keep`; BadValueError if the new day lies before it was made.
    """
    promise = book.promise(ref)
    if promise.status != "open":
        raise AlreadyError(
            f"promise {promise.id} is already {promise.status}",
            remedy=f"Try: crm promise show {promise.id}",
        )
    if promise.made and due < promise.made:
        raise BadValueError(f"due {due} is before it was made ({promise.made})", place="--due")
    if due == promise.due:
        raise AlreadyError(f"promise {promise.id} is due {due} already")
    event = PromiseEvent(date=on, by=by, due=due, agreed=agreed, note=note)  # type: ignore[arg-type]  # yes, no or None
    moved = promise.with_fields(due=due, history=(*promise.history, event))
    asked = {"yes": ", agreed", "no": ", not agreed", None: ""}[agreed]
    late = promise.due is not None and on > promise.due
    notes = (
        (f"The day {promise.due} had passed: for the record of keeping it still counts.",)
        if late
        else ()
    )
    said = f"Moved {promise.id} from {promise.due or 'no day'} to {echo}{asked}: {promise.what}"
    return Change((Edit(promise, moved),), said, f"promise {promise.id} renegotiated", notes)


def hand_to(
    book: Book, ref: str, rep: str, *, on: datetime.date, by: str | None, note: str | None
) -> Change:
    """Let someone else keep an open promise; who promised stays. Raises as `keep`."""
    promise = book.promise(ref)
    if promise.status != "open":
        raise AlreadyError(f"promise {promise.id} is already {promise.status}")
    if (promise.owner or promise.by) == rep:
        raise AlreadyError(f"promise {promise.id} is {rep}'s to keep already")
    moved = promise.changed(on=on, by=by, note=note, owner=rep)
    said = f"Assigned {promise.id} to {rep} (promised by {promise.by}): {promise.what}"
    return Change((Edit(promise, moved),), said, f"promise {promise.id} assigned")


def _each(book: Book, refs: Sequence[str]) -> list[Promise]:
    found: dict[str, Promise] = {}
    for ref in refs:
        promise = book.promise(ref)
        found[promise.id] = promise
    return list(found.values())


def _refuse_early(promise: Promise, on: datetime.date) -> None:
    if promise.made and on < promise.made:
        raise BadValueError(f"{on} is before {promise.id} was made ({promise.made})", place="--on")


def _change(edits: list[Edit], said: list[str], verb: str) -> Change:
    ids = " ".join(edit.record.id for edit in edits)
    return Change(tuple(edits), said[0], f"promise {ids} {verb}", more=tuple(said[1:]))
