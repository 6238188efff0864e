"""What every record has: an id, a history of the fields that reports need over time, open questions."""

import datetime
from typing import Any
from typing import ClassVar
from typing import Self

from msgspec import Struct
from msgspec.structs import replace


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a history: the day, who wrote it, and the fields as they became."""

    date: datetime.date
    by: str | None = None
    note: str | None = None
    cleared: tuple[str, ...] = ()  # fields that became unknown that day


class Conflict(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question that a merge left open: what stands, what the other side said, what was before."""

    field: str
    kept: str | None = None
    other: str | None = None
    base: str | None = None


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A record of the book. Text that is None, and a list that is empty, is unknown."""

    TRACKED: ClassVar[tuple[str, ...]] = ()  # fields with a history
    PARAGRAPHS: ClassVar[tuple[str, ...]] = ()  # fields before which the file has a blank line
    FROZEN: ClassVar[tuple[str, ...]] = ()  # fields that never change once written

    id: str = ""  # the file's name (or the row's first column), never written inside a YAML file

    def with_fields(self, **fields: Any) -> Self:
        """The same record with other values; the old one is left as it was."""
        return replace(self, **fields)

    def changed(
        self, *, on: datetime.date, by: str | None, note: str | None = None, **fields: Any
    ) -> Self:
        """Set fields and write one line of history for those that keep one.

        A field that is set to what it is already leaves no line. `note` goes into the line.
        """
        tracked = {
            name: fields[name]
            for name in self.TRACKED
            if name in fields and fields[name] != getattr(self, name)
        }
        record = replace(self, **fields)
        if not tracked:
            return record
        line = {name: value for name, value in tracked.items() if value is not None}
        cleared = tuple(name for name, value in tracked.items() if value is None)
        history = record.history  # type: ignore[attr-defined]  # TRACKED is empty without one
        event = event_type(type(self))(date=on, by=by, note=note, cleared=cleared, **line)
        return replace(record, history=(*history, event))


def event_type(record: type[Record]) -> type[Event]:
    """The kind of line that the history of such a record holds."""
    found: type[Event] = record.__annotations__["history"].__args__[0]
    return found
