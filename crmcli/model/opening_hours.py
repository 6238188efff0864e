"""Hours between moments: of the calendar, or only those in which the house is open."""

from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from decimal import Decimal
from math import ceil

from crmcli.model.policy import Hours

MINUTES = 60
HOURS = 24
LONGEST = 3660  # days of work; a deadline farther off is as good as none
DAY = len("2026-11-09")


def hours_words(opening: Hours | None) -> str:
    """What the hours are, for a title."""
    return "in business hours" if opening and opening.days else "in calendar hours"


def hours_between(first: str, last: str, opening: Hours | None = None) -> float:
    """Hours from one moment to another, negative where it lies before.

    Moments are ISO times; their offsets may differ, the house's clock is that of `first`. Where
    either is a bare day, whole days count, with all the hours that a day has.
    """
    if DAY in (len(first), len(last)):
        days = _days(date.fromisoformat(first[:DAY]), date.fromisoformat(last[:DAY]), opening)
        return days * _day_length(opening)
    a, b = datetime.fromisoformat(first), datetime.fromisoformat(last)
    if a.tzinfo and b.tzinfo:
        b = b.astimezone(a.tzinfo)
    # Where only one names its offset, both are read as the same clock.
    a, b = a.replace(tzinfo=None), b.replace(tzinfo=None)
    if opening is None or not opening.days:
        return (b - a).total_seconds() / MINUTES / MINUTES
    return _open_hours(a, b, opening) if a <= b else -_open_hours(b, a, opening)


def deadline(first: str, hours: Decimal, opening: Hours | None = None) -> str | None:
    """The moment so many hours after `first`, in its offset; None where that is years off.

    For a bare day the last day on which it is in time: hours rounded up to whole days, with
    opening hours to days on which the house is open.
    """
    length = Decimal(_day_length(opening))
    if hours > LONGEST * length:
        return None
    try:
        if len(first) == DAY:
            days = ceil(hours / length)
            return _day_after(date.fromisoformat(first), days, opening).isoformat()
        return _moment_after(datetime.fromisoformat(first), hours, opening).isoformat()
    except OverflowError:  # past the last day of the calendar
        return None


def _days(first: date, last: date, opening: Hours | None) -> int:
    """Days from one to the other; with opening hours, those of them on which the house is open."""
    apart = (last - first).days
    if opening is None or not opening.days:
        return apart
    start, way = (first, 1) if apart >= 0 else (last, -1)
    return way * sum(_is_open(start + timedelta(days=n), opening) for n in range(1, abs(apart) + 1))


def _day_length(opening: Hours | None) -> float:
    if opening is None or not opening.days:
        return HOURS
    return (opening.end - opening.start) / MINUTES


def _is_open(day: date, opening: Hours) -> bool:
    return day.weekday() in opening.days and day not in opening.holidays


def _open_hours(a: datetime, b: datetime, opening: Hours) -> float:
    seconds = 0.0
    for n in range((b.date() - a.date()).days + 1):
        day = a.date() + timedelta(days=n)
        if _is_open(day, opening):
            opens, closes = _bounds(day, opening)
            seconds += max(0.0, (min(b, closes) - max(a, opens)).total_seconds())
    return seconds / MINUTES / MINUTES


def _bounds(day: date, opening: Hours) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time())
    return (
        midnight + timedelta(minutes=opening.start),
        midnight + timedelta(minutes=opening.end),
    )


def _day_after(day: date, days: int, opening: Hours | None) -> date:
    if opening is None or not opening.days:
        return day + timedelta(days=days)
    while days > 0:
        day += timedelta(days=1)
        days -= _is_open(day, opening)
    return day


def _moment_after(start: datetime, hours: Decimal, opening: Hours | None) -> datetime:
    left = timedelta(minutes=float(hours * MINUTES))
    if opening is None or not opening.days:
        return start + left
    day, now = start.date(), start.replace(tzinfo=None)
    while True:
        if _is_open(day, opening):
            opens, closes = _bounds(day, opening)
            begins = max(now, opens)
            if begins + left <= closes:
                return (begins + left).replace(tzinfo=start.tzinfo)
            left -= max(timedelta(), closes - begins)
        day += timedelta(days=1)
