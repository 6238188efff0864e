"""What an action hands back: which records become which, and one sentence about it."""

from typing import NamedTuple

from crmcli.model.record import Record


class Edit(NamedTuple):
    """One record before and after. `old` None: a new record; `new` None: a row to remove."""

    old: Record | None
    new: Record | None

    @property
    def record(self) -> Record:
        """The record as it will be, or was."""
        record = self.new if self.new is not None else self.old
        assert record is not None
        return record


class Change(NamedTuple):
    """All of it happens, or none of it.

    `sentence` tells the user what happened, `more` the same of further records, one each. `subject` is for git's log and holds kinds, ids and
    verbs only. `notes` are warnings and hints for stderr. `shown` are the ids that `-q` prints;
    empty: those of all new records.
    """

    edits: tuple[Edit, ...]
    sentence: str
    subject: str
    notes: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
