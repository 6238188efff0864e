"""A case: a complaint, request, question or fault that a customer brought to us."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar
from typing import Self

from crmcli.model import words
from crmcli.model.days import is_before
from crmcli.model.errors import AlreadyError
from crmcli.model.record import Conflict
from crmcli.model.record import Event
from crmcli.model.record import Record


class CaseEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A line of a case's history. `status: open` after the first line is a reopening."""

    status: words.CaseStatus | None = None
    owner: str | None = None
    resolved: words.Moment | None = None
    accepted: date | None = None


class Case(Record, frozen=True, kw_only=True, omit_defaults=True):
    """`acknowledged`: we told the customer that we have it. `replied`: first answer on the matter.

    `accepted` is the day on which the customer said that it is settled.
    """

    TRACKED: ClassVar[tuple[str, ...]] = ("status", "owner", "resolved", "accepted")
    PARAGRAPHS: ClassVar[tuple[str, ...]] = ("status", "history", "conflicts")
    FROZEN: ClassVar[tuple[str, ...]] = ("opened_in",)

    what: str
    type: words.CaseType | None = None
    customer: str | None = None
    contact: str | None = None
    owner: str | None = None
    step: words.Step | None = None
    channel: words.Channel | None = None
    failure: words.Failure | None = None
    opened_in: str | None = None

    status: words.CaseStatus
    opened: words.Moment | None = None
    acknowledged: words.Moment | None = None
    replied: words.Moment | None = None
    resolved: words.Moment | None = None
    accepted: date | None = None
    remedy: str | None = None
    archived: date | None = None
    refs: tuple[str, ...] = ()

    history: tuple[CaseEvent, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def faults(self) -> Iterator[tuple[str, str]]:
        """What its days and its status say against each other: the field, and what is wrong."""
        for field in ("acknowledged", "replied", "resolved"):
            moment = getattr(self, field)
            if moment and self.opened and is_before(moment, self.opened):
                yield field, f"{field} {moment} is before opened {self.opened}"
        if self.accepted and self.resolved and is_before(str(self.accepted), self.resolved):
            yield "accepted", f"accepted {self.accepted} is before resolved {self.resolved}"
        elif self.accepted and not self.resolved:
            yield "accepted", f"accepted {self.accepted}, but not resolved"
        if self.status == "resolved" and not self.resolved:
            yield "resolved", "resolved, but nothing says when"
        elif self.status == "acknowledged" and not (self.acknowledged or self.replied):
            yield "acknowledged", "acknowledged, but nothing says when"
        elif self.status != "resolved" and self.resolved:
            yield "status", f"{self.status}, but resolved {self.resolved}"

    def acknowledge(
        self, at: str, *, by: str | None, replied: bool = False, note: str | None = None
    ) -> Self:
        """The case as one that the customer knows to be in our hands, since the moment `at`.

        `replied`: this was also the first answer on the matter. Raises AlreadyError if it is
        resolved, or acknowledged already and this tells nothing new.
        """
        is_old = self.status == "acknowledged" and not (replied and not self.replied)
        if self.status == "resolved" or is_old:
            raise AlreadyError(
                f"case {self.id} is already {self.status}", remedy=f"Try: crm case show {self.id}"
            )
        fields = {"replied": self.replied or at} if replied else {}
        on = date.fromisoformat(at[:10])
        first = self.acknowledged or at
        return self.changed(
            on=on, by=by, note=note, status="acknowledged", acknowledged=first, **fields
        )

    def resolve(
        self,
        at: str,
        *,
        by: str | None,
        remedy: str | None = None,
        accepted: date | None = None,
        note: str | None = None,
    ) -> Self:
        """The case as resolved at that moment. Raises AlreadyError if it is resolved already."""
        if self.status == "resolved":
            raise AlreadyError(
                f"case {self.id} is already resolved", remedy=f"Try: crm case show {self.id}"
            )
        fields = {"remedy": remedy} if remedy else {}
        on = date.fromisoformat(at[:10])
        return self.changed(
            on=on, by=by, note=note, status="resolved", resolved=at, accepted=accepted, **fields
        )

    def reopen(self, *, on: date, by: str | None, note: str | None = None) -> Self:
        """The case as open again. Raises AlreadyError if it is not resolved."""
        if self.status != "resolved":
            raise AlreadyError(
                f"case {self.id} is still {self.status}", remedy=f"Try: crm case show {self.id}"
            )
        return self.changed(on=on, by=by, note=note, status="open", resolved=None, accepted=None)
