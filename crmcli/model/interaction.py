"""An interaction: a visit, call, meeting, mail, message or note, and what came of it."""

from datetime import date
from typing import ClassVar

from crmcli.model import words
from crmcli.model.record import Record


class Interaction(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a rep's month.

    `also` are reps who came along. `reviewed` is the day a manager read it. `conflicts` is
    compact JSON, as a merge leaves it.
    """

    FROZEN: ClassVar[tuple[str, ...]] = ("rep",)

    at: words.Moment
    customer: str | None = None
    contact: str | None = None
    rep: str
    kind: words.InteractionKind
    direction: words.Direction | None = None
    minutes: int | None = None
    mood: words.Mood | None = None
    failure: words.Failure | None = None
    summary: str | None = None
    next_step: str | None = None
    next_date: date | None = None
    deal: str | None = None
    case: str | None = None
    campaign: str | None = None
    reported: words.Moment | None = None
    lesson: str | None = None
    also: tuple[str, ...] = ()
    outcome: words.Outcome | None = None
    step: words.Step | None = None
    reviewed: date | None = None
    conflicts: str | None = None
    ref: str | None = None

    @property
    def day(self) -> date:
        """The date part of `at`, as the writer's clock had it."""
        return date.fromisoformat(self.at[:10])
