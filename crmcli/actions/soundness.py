"""What a record may not become by a command: its own fields against each other."""

from collections.abc import Iterator
from typing import Protocol
from typing import runtime_checkable

from crmcli.model.errors import BadValueError
from crmcli.model.record import Record


@runtime_checkable
class Judged(Protocol):
    """A record that can tell what is wrong with itself."""

    def faults(self) -> Iterator[tuple[str, str]]:
        """The field, and what is wrong with it."""
        ...


def refuse_faults(old: Record | None, new: Record, place: str | None = None) -> None:
    """Raise BadValueError for the first thing that is wrong with `new` and was not with `old`.

    `place` is the option that said it.
    """
    if not isinstance(new, Judged):
        return
    before: set[tuple[str, str]] = set(old.faults()) if isinstance(old, Judged) else set()
    for field, what in new.faults():
        if (field, what) not in before:
            raise BadValueError(what, place=place)
