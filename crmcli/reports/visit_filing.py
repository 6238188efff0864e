"""Whether a visit was reported in time, and whether its next step was done."""

from datetime import date
from datetime import datetime
from datetime import timedelta
from typing import NamedTuple

DAY = len("2026-11-09")  # an `at` of this length has no time of day


IN_TIME = "in time"
LATE = "late"
UNREPORTED = "unreported"
PENDING = "pending"  # unreported, and not yet due
OLDER = "older"  # the report is dated before the visit: a slip of the pen


class Filing(NamedTuple):
    """How a visit was reported, as of a day: one of the words above.

    `lag` is in calendar hours; None where a side has no time of day, or the lag is negative.
    """

    state: str
    lag: float | None = None

    @property
    def reported(self) -> bool:
        """Whether a report is there, in time or not."""
        return self.state in (IN_TIME, LATE, OLDER)

    @property
    def on_time(self) -> bool | None:
        """Whether it came in time; None while it is not due."""
        return None if self.state == PENDING else self.state == IN_TIME


def filing(at: str, reported: str | None, as_of: date, hours: int) -> Filing:
    """Judge a report that is due `hours` after the visit; whole days where a time is missing.

    `at` and `reported` are ISO times or bare days. A report filed after `as_of` is not there yet.
    """
    if reported is None or reported[:DAY] > as_of.isoformat():
        return Filing(PENDING if deadline_lies_ahead(at, as_of, hours) else UNREPORTED)
    if len(at) == DAY or len(reported) == DAY:
        days = (date.fromisoformat(reported[:DAY]) - date.fromisoformat(at[:DAY])).days
        return Filing(_word(days, whole_days(hours)))
    lag = hours_between(at, reported)
    return Filing(_word(lag, hours), lag if lag >= 0 else None)


def _word(lag: float, limit: float) -> str:
    return OLDER if lag < 0 else IN_TIME if lag <= limit else LATE


def hours_between(first: str, last: str) -> float:
    """Hours from one ISO time to another: instants, so the offsets may differ.

    Where only one names its offset, both are read as the same clock.
    """
    a, b = datetime.fromisoformat(first), datetime.fromisoformat(last)
    if (a.tzinfo is None) != (b.tzinfo is None):
        a, b = a.replace(tzinfo=None), b.replace(tzinfo=None)
    return (b - a).total_seconds() / 3600


def whole_days(hours: int) -> int:
    """Hours as whole days, rounded up."""
    return -(-hours // 24)


def deadline_lies_ahead(at: str, as_of: date, hours: int) -> bool:
    """Whether the deadline is not before the end of the day, by the visit's own clock."""
    day = date.fromisoformat(at[:DAY])
    if len(at) == DAY:
        return day + timedelta(days=whole_days(hours)) >= as_of
    deadline = datetime.fromisoformat(at).replace(tzinfo=None) + timedelta(hours=hours)
    return deadline >= datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)  # noqa: DTZ001  the visit's own clock


def next_step_state(next_date: str, followed: str | None, as_of: str) -> str:
    """Tell whether there was a contact by the day set: `done`, `late`, `open` or `missed`.

    `followed` is the day of the first later contact, None: none so far. Days are ISO text.
    """
    if followed is not None:
        return "done" if followed <= next_date else "late"
    return "open" if next_date >= as_of else "missed"
