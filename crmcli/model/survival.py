"""How long things last, and how they end, where some are not over yet."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from operator import attrgetter
from operator import itemgetter
from typing import Literal
from typing import NamedTuple
from typing import TypeVar

End = TypeVar("End")
Ending = Literal["won", "lost", "open"]


class Step(NamedTuple):
    """After `day`: `open` is the share that is not decided yet, `won` the share won so far."""

    day: int
    open: float
    won: float


def kaplan_meier(rows: Iterable[tuple[int, bool]]) -> tuple[tuple[int, float], ...]:
    """The share that has lasted beyond each day: (day, share), from rows of (days, happened).

    Rows that have not happened were watched for so long; on one day they leave after the events.
    Source: E. L. Kaplan, P. Meier, JASA 53 (1958), 457-481.
    """
    steps = []
    lasting = 1.0
    for day, at_risk, ends in _days(rows):
        lasting *= 1 - ends[True] / at_risk
        steps.append((day, lasting))
    return tuple(steps)


def aalen_johansen(rows: Iterable[tuple[int, Ending]]) -> tuple[Step, ...]:
    """The shares won and undecided after each day, from rows of (age in days, ending).

    Source: O. O. Aalen, S. Johansen, Scandinavian J. of Statistics 5 (1978), 141-150.
    """
    steps = []
    undecided, won = 1.0, 0.0
    for day, at_risk, ends in _days(rows):
        won += undecided * ends["won"] / at_risk
        undecided *= 1 - (ends["won"] + ends["lost"]) / at_risk
        steps.append(Step(day, undecided, won))
    return tuple(steps)


def win_chance(curve: tuple[Step, ...], age: int) -> float | None:
    """The chance that a deal still open at `age` days is won; None where the curve is empty.

    0 where no deal was ever open so long.
    """
    if not curve:
        return None
    at = bisect_right(curve, age, key=attrgetter("day"))
    now = curve[at - 1] if at else Step(0, 1.0, 0.0)
    return (curve[-1].won - now.won) / now.open if now.open else 0.0


def _days(rows: Iterable[tuple[int, End]]) -> Iterator[tuple[int, int, Counter[End]]]:
    """Each distinct day in order, how many were there before it, and how they ended."""
    by_day: dict[int, Counter[End]] = {}
    for day, end in rows:
        by_day.setdefault(day, Counter())[end] += 1
    at_risk = sum(ends.total() for ends in by_day.values())
    for day, ends in sorted(by_day.items(), key=itemgetter(0)):
        yield day, at_risk, ends
        at_risk -= ends.total()
