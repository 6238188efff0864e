"""Feedback: what a customer, or an observer, said of us; a score or a compliment."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar
from typing import get_args

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

    def faults(self) -> Iterator[tuple[str, str]]:
        """What its kind does not allow: the field, and what is wrong."""
        scale = words.SCALES.get(self.kind)
        for field in ("score", "expected"):
            value = getattr(self, field)
            if scale is None and value is not None:
                yield (
                    field,
                    f"a {self.kind} has no {'score' if field == 'score' else 'expected score'}",
                )
            elif scale and value is not None and not scale[0] <= value <= scale[1]:
                low, high = scale
                yield field, f"{field} {value} is off the scale of {self.kind}: {low} to {high}"
        if scale and self.score is None:
            yield "score", f"{self.kind} without a score, {scale[0]} to {scale[1]}"
        if self.kind == "conduct" and self.item is None:
            items = ", ".join(get_args(words.ConductItem))
            yield "item", f"conduct without its item, one of {items}"
        elif self.kind != "conduct" and self.item is not None:
            yield "item", f"item '{self.item}' is of conduct, not of {self.kind}"
        if self.rater == "observer" and self.rep is not None and self.rep == self.by:
            yield "rater", f"{self.rep} is both the observer and the one who is rated"
