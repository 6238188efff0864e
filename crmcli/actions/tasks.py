"""Our own things to do: added, done, put off."""

import datetime
from collections.abc import Sequence
from typing import Any

from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.errors import AlreadyError
from crmcli.model.task import Task
from crmcli.model.task import TaskEvent


def add(
    book: Book, *, id: str, fields: dict[str, Any], by: str | None, on: datetime.date, echo: str
) -> Change:
    """Add a task; `echo` shows its due day, empty where it has none."""
    values = {"owner": by, **fields, "status": "open"}
    event = TaskEvent(
        date=on, by=by, status="open", due=values.get("due"), owner=values.get("owner")
    )
    task = Task(id=id, **values, history=(event,))
    due = f", due {echo}" if echo else ""
    who = f" for {book.name_of('customer', task.customer)}" if task.customer else ""
    kind = "visit" if task.kind == "visit" else "task"
    said = f"Added {kind} {id}{who}{due}: {task.what}"
    return Change((Edit(None, task),), said, f"task {id} added")


def done(
    book: Book, refs: Sequence[str], *, on: datetime.date, by: str | None, note: str | None
) -> Change:
    """Mark tasks as done on that day.

    Raises NotFoundError if a ref names no task or several, AlreadyError if one is closed.
    """
    edits, said = [], []
    for task in {task.id: task for task in map(book.task, refs)}.values():
        if task.status != "open":
            raise AlreadyError(f"task {task.id} is already {task.status}")
        new = task.changed(on=on, by=by, note=note, status="done", done=on)
        edits.append(Edit(task, new.with_fields(snoozed_until=None, snoozed_reason=None)))
        late = (on - task.due).days if task.due else 0
        said.append(f"Done {task.id} on {on}{f', {late}d late' if late > 0 else ''}: {task.what}")
    ids = " ".join(edit.record.id for edit in edits)
    return Change(tuple(edits), said[0], f"task {ids} done", more=tuple(said[1:]))


def snooze(book: Book, ref: str, *, until: datetime.date, echo: str, reason: str | None) -> Change:
    """Put a task out of sight until a day. Raises AlreadyError if it is closed."""
    task = book.task(ref)
    if task.status != "open":
        raise AlreadyError(f"task {task.id} is already {task.status}")
    new = task.with_fields(snoozed_until=until, snoozed_reason=reason)
    why = f" ({reason})" if reason else ""
    said = f"Snoozed {task.id} until {echo}{why}: {task.what}"
    return Change((Edit(task, new),), said, f"task {task.id} snoozed")
