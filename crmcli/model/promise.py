"""A promise: what was said would be done, for whom, by which day, and what became of it."""

from datetime import date
from typing import ClassVar
from typing import Self

from crmcli.model import words
from crmcli.model.errors import AlreadyError
from crmcli.model.record import Conflict
from crmcli.model.record import Event
from crmcli.model.record import Record


class PromiseEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A line of a promise's history. `agreed: no` = moved without the customer."""

    due: date | None = None
    status: words.PromiseStatus | None = None
    owner: str | None = None
    agreed: words.Agreed | None = None


class Promise(Record, frozen=True, kw_only=True, omit_defaults=True):
    """`by` is who promised, for good; `owner` who must keep it now, when that is someone else."""

    TRACKED: ClassVar[tuple[str, ...]] = ("due", "status", "owner")
    PARAGRAPHS: ClassVar[tuple[str, ...]] = ("history", "conflicts")
    FROZEN: ClassVar[tuple[str, ...]] = ("made", "made_in", "by")

    what: str
    customer: str | None = None
    contact: str | None = None
    by: str
    owner: str | None = None
    type: str | None = None
    made: date | None = None
    due: date | None = None
    status: words.PromiseStatus
    made_in: str | None = None
    case: str | None = None
    reason: str | None = None
    archived: date | None = None
    refs: tuple[str, ...] = ()

    history: tuple[PromiseEvent, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def settle(
        self,
        status: words.PromiseStatus,
        *,
        on: date,
        by: str | None,
        reason: str | None = None,
        note: str | None = None,
    ) -> Self:
        """Close the promise with `status`; the old record is left as it was.

        Raises AlreadyError if it is closed already.
        """
        if self.status != "open":
            raise AlreadyError(
                f"promise {self.id} is already {self.status}",
                remedy=f"Try: crm promise show {self.id}",
            )
        fields = {"reason": reason} if reason else {}
        return self.changed(on=on, by=by, note=note, status=status, **fields)

    @property
    def original_due(self) -> date | None:
        """The day first promised: the due of the first line of history that has one."""
        return next((event.due for event in self.history if event.due), self.due)
