"""Feedback: what a customer, or an observer, said of us; a score or a compliment."""

from datetime import date
from typing import ClassVar

from crmcli.model import words
from crmcli.model.record import Record


class Feedback(Record, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a month of the rep who wrote it down (`by`); `rep` is the rep who is rated.

    `expected` is the score that the rater had expected. `conflicts` is compact JSON.
    """

    FROZEN: ClassVar[tuple[str, ...]] = ("by",)

    at: words.Moment
    customer: str | None = None
    contact: str | None = None
    rep: str | None = None
    kind: words.FeedbackKind
    item: words.ConductItem | None = None
    score: int | None = None
    expected: int | None = None
    rater: words.Rater | None = None
    interaction: str | None = None
    case: str | None = None
    comment: str | None = None
    by: str | None = None
    conflicts: str | None = None
    ref: str | None = None

    @property
    def day(self) -> date:
        """The date part of `at`, as the writer's clock had it."""
        return date.fromisoformat(self.at[:10])
