"""When a promise was due, as first said and as agreed, and whether it was kept by then."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

KEPT = "kept"
MISSED = "not kept"
NOT_YET = "not yet"
OUT = "out"  # withdrawn by the customer in time, or disputed: in no rate
UNDATED = "undated"
UNKNOWN = "unknown"  # settled on an unknown day: in no rate


class Move(NamedTuple):
    """A line of history that set the due date. Days are ISO text; `due` None: cleared."""

    date: str
    due: str | None
    agreed: str | None = None  # "no": moved without the customer


class Standing(NamedTuple):
    """What became of a promise up to a day. Days are ISO text, None = unknown.

    `settled` is the day of the last line that set `status`, when that is not `open`.
    """

    status: str
    settled: str | None
    original_due: str | None
    agreed_due: str | None
    due: str | None
    disputed: bool = False


def original_due(moves: Iterable[Move], due: str | None) -> str | None:
    """The day first promised: that of the first line that names one, else `due`."""
    return next((move.due for move in moves if move.due), due)


def agreed_due(moves: Iterable[Move], original: str | None) -> str | None:
    """The day that the customer may count on: the original, moved only in time and with him.

    A move counts when it is made on or before the day agreed until then, and does not say
    `agreed: no`. One made later is no keeping.
    """
    day = original
    for move in moves:
        if day and move.due and move.date <= day and move.agreed != "no":
            day = move.due
    return day


def strict(promise: Standing, as_of: str) -> str:
    """Kept by the day first promised? KEPT, MISSED, NOT_YET, OUT, UNDATED or UNKNOWN.

    Source: percent plan complete (Lean Construction Institute).
    """
    return _judge(promise, promise.original_due, as_of)


def agreed(promise: Standing, as_of: str) -> str:
    """Kept by the day last agreed in time? Words as for `strict`."""
    return _judge(promise, promise.agreed_due, as_of)


def _judge(promise: Standing, day: str | None, as_of: str) -> str:
    if day is None or promise.agreed_due is None:
        return UNDATED
    if promise.disputed:
        return OUT
    if promise.status in ("kept", "withdrawn-by-customer") and promise.settled is None:
        return UNKNOWN
    if promise.status == "withdrawn-by-customer" and str(promise.settled) <= promise.agreed_due:
        return OUT
    if day > as_of or (day == as_of and promise.status == "open"):
        return NOT_YET
    kept = promise.status == "kept" and str(promise.settled) <= day
    return KEPT if kept else MISSED


def is_late(promise: Standing, as_of: str) -> bool:
    """Open, and its current due date is past; on the day itself nothing is late."""
    return (
        promise.status == "open"
        and not promise.disputed
        and promise.due is not None
        and promise.due < as_of
    )


def days_late(promise: Standing, as_of: str) -> int | None:
    """Days past due: of an open promise by its current date, of a kept one by the agreed date.

    None when it is not late.
    """
    if is_late(promise, as_of):
        return days_between(promise.due, as_of)
    if promise.disputed or promise.status != "kept":
        return None
    days = days_between(promise.agreed_due, promise.settled)
    return days if days is not None and days > 0 else None


def state(promise: Standing, as_of: str) -> str:
    """One word for a list: the status, or `late`, `kept late`, `disputed`."""
    if promise.disputed:
        return "disputed"
    if promise.status in ("open", "kept") and days_late(promise, as_of) is not None:
        return "late" if promise.status == "open" else "kept late"
    return promise.status


def days_between(first: str | None, last: str | None) -> int | None:
    """Days from one ISO day to another, negative when it lies before; None if one is unknown."""
    if first is None or last is None:
        return None
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
