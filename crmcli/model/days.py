"""Days and months of the calendar: what exists, and so many months on."""

from datetime import date
from datetime import datetime
from datetime import timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class NoSuchDayError(ValueError):
    """The form of a date, but no such day; the text says why."""


def month_length(year: int, month: int) -> int:
    """Days in that month (`calendar` would take 2 ms to import). Raises NoSuchDayError."""
    if not 1 <= month <= len(MONTHS):
        raise NoSuchDayError("a year has 12 months")
    if month == 2:  # noqa: PLR2004  # February
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 + (month + month // 8) % 2


def make_day(year: int, month: int, day: int) -> date:
    """The day of those numbers. Raises NoSuchDayError, which says what the calendar has."""
    length = month_length(year, month)
    if not date.min.year <= year <= date.max.year:
        raise NoSuchDayError("years go from 1 to 9999")
    if not 1 <= day <= length:
        raise NoSuchDayError(f"{MONTHS[month - 1]} {year} has {length} days")
    return date(year, month, day)


def add_months(day: date, months: int) -> date:
    """The same day number so many months on, cut to the month's length."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return make_day(year, month + 1, min(day.day, month_length(year, month + 1)))


def moved(day: date, count: int, unit: str) -> date:
    """That day and `count` of d, w, m or y."""
    if unit in "dw":
        return day + timedelta(days=count if unit == "d" else 7 * count)
    return add_months(day, count if unit == "m" else 12 * count)


def weekday_from(today: date, step: int, number: int) -> date:
    """The nearest such weekday strictly past today, either way. Monday is 0."""
    days = (step * (number - today.weekday()) - 1) % 7 + 1
    return today + timedelta(days=step * days)


def weekday_echo(day: date) -> str:
    """A day with its weekday, as `Fri 2026-11-27`; English in every locale."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day}"


def is_before(one: str, other: str) -> bool:
    """Whether a moment lies before another; where either is a bare day, by their days."""
    if "T" in one and "T" in other:
        return datetime.fromisoformat(one) < datetime.fromisoformat(other)
    return one[:10] < other[:10]
