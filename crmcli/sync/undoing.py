"""Undo: the last command of one's own, reversed field by field as a new change."""

import datetime
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.customer import Customer
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.model.kinds import BY_RECORD
from crmcli.model.record import Record
from crmcli.sync.clone import Clone
from crmcli.sync.commits import BY_HAND
from crmcli.sync.past import UNDO
from crmcli.sync.past import Entry
from crmcli.sync.past import entries
from crmcli.sync.past import is_sent
from crmcli.sync.past import steps
from crmcli.sync.versions import pairs

NO_COMMAND = ("", "sync", "init", BY_HAND, UNDO)
SHORT = 12  # letters of a commit's id, in a subject
Now = Callable[[str, str], Record | None]  # kind and id to the record as it is


def own_writes(clone: Clone, by: str | None, email: str | None) -> Iterator[Entry]:
    """The commands of a rep that have not been undone, newest first."""
    undone: set[str] = set()
    for entry in entries(clone):
        if entry.undoes:
            undone.add(entry.undoes)
        elif (
            entry.op not in NO_COMMAND
            and entry.id[:SHORT] not in undone
            and (entry.by == by if entry.by else email is not None and entry.email == email)
        ):
            yield entry


def undo(clone: Clone, entry: Entry, now: Now, *, on: datetime.date, by: str | None) -> Change:
    """The change that reverses a commit, for the fields that are still as it left them.

    What it added is removed, or put into the archive if others have it already; a row is removed.
    Raises ConflictError for a field that changed since.
    """
    sent = is_sent(clone, entry.id)

    def put_away(record: Record) -> Edit | None:
        """Out of the way, as far as it can be: what others have is not taken from them."""
        if not sent or BY_RECORD[type(record)].is_row:
            return Edit(record, None)
        fields = {"status": "archived"} if isinstance(record, Customer) else {"archived": on}
        return _edit(record, record.changed(on=on, by=by, **fields))

    edits = []
    for _, files in steps(clone, iter((entry,))):
        for old, new in (pair for file in files for pair in pairs(file)):
            record = new if new is not None else old
            assert record is not None
            kind = BY_RECORD[type(record)].name
            edit = _reversed(old, new, now(kind, record.id), put_away)
            if edit is not None:
                edits.append(edit)
    if not edits:
        raise CrmError(
            f"nothing is left to undo of: {entry.subject}",
            remedy="Try: crm history, crm undo --list",
        )
    told = "; ".join(_told(edit) for edit in edits)
    return Change(
        tuple(edits),
        f"Undid {entry.op} of {entry.when[:16].replace('T', ' ')}: {told}",
        f"{UNDO} {entry.id[:SHORT]}",
    )


def _reversed(
    old: Record | None,
    new: Record | None,
    now: Record | None,
    put_away: Callable[[Record], Edit | None],
) -> Edit | None:
    if new is None:
        return Edit(None, old) if now is None else None
    if old is None:
        if now is not None and now != new:
            raise ConflictError(f"{new.id} changed since", remedy=f"Try: crm history {new.id}")
        return None if now is None else put_away(now)
    if now is None:
        raise ConflictError(f"{new.id} is gone since", remedy="Try: crm history")
    fields = {
        name: _before(now, name, getattr(old, name), getattr(new, name))
        for name in new.__struct_fields__
        if getattr(old, name) != getattr(new, name)
    }
    return _edit(now, now.with_fields(**fields))


def _before(now: Record, name: str, old: Any, new: Any) -> Any:
    """The value that a field had, if it is still as the command left it."""
    value = getattr(now, name)
    if value in (new, old):
        return old
    if isinstance(value, tuple):
        kept = tuple(item for item in value if item not in new or item in old)
        if set(new) - set(old) <= set(value):
            return (*kept, *(item for item in old if item not in new and item not in kept))
    raise ConflictError(f"{name} of {now.id} changed since", remedy=f"Try: crm history {now.id}")


def _edit(now: Record, then: Record) -> Edit | None:
    return None if now == then else Edit(now, then)


def _told(edit: Edit) -> str:
    """`p-4t8wz01m: status open`, the fields as they are again."""
    id = edit.record.id
    if edit.new is None:
        return f"{id} is removed"
    if edit.old is None:
        return f"{id} is back"
    fields = [
        f"{name} {_word(getattr(edit.new, name))}"
        for name in edit.new.__struct_fields__
        if name not in ("history", "conflicts")
        and getattr(edit.old, name) != getattr(edit.new, name)
    ]
    return f"{id}: {', '.join(fields) or 'as before'}"


def _word(value: Any) -> str:
    if value is None or value == ():
        return "unknown"
    if isinstance(value, tuple):
        plain = all(isinstance(item, str) for item in value)
        return ", ".join(value) if plain else f"{len(value)} as before"
    return str(value)
