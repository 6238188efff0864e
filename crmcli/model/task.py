"""A task: something of our own to do, by a day; of kind `visit` it is a planned visit."""

from datetime import date
from typing import ClassVar

from crmcli.model import words
from crmcli.model.record import Conflict
from crmcli.model.record import Event
from crmcli.model.record import Record


class TaskEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A line of a task's history."""

    status: words.TaskStatus | None = None
    due: date | None = None
    owner: str | None = None


class Task(Record, frozen=True, kw_only=True, omit_defaults=True):
    """`done` is the day it was done; `reason` why it was dropped."""

    TRACKED: ClassVar[tuple[str, ...]] = ("status", "due", "owner")
    PARAGRAPHS: ClassVar[tuple[str, ...]] = ("history", "conflicts")

    what: str
    kind: words.TaskKind | None = None
    customer: str | None = None
    owner: str | None = None
    due: date | None = None
    status: words.TaskStatus
    done: date | None = None
    reason: str | None = None
    snoozed_until: date | None = None
    snoozed_reason: str | None = None
    deal: str | None = None
    case: str | None = None
    campaign: str | None = None
    archived: date | None = None
    refs: tuple[str, ...] = ()

    history: tuple[TaskEvent, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
