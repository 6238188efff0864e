"""What the closed deals of a book tell: how often a stage is won, how long it takes, what it brings."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.model.statistics import quantile
from crmcli.model.survival import Ending
from crmcli.model.survival import Step
from crmcli.model.survival import aalen_johansen
from crmcli.model.survival import win_chance
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.promise_dates import days_between
from crmcli.reports.window import Window


class Result(NamedTuple):
    """A closed deal.

    `closed` is an ISO day, None = unknown. `cycle` is in days, None also where the clock never
    started, or only after the deal was closed. `reach` is a rank on the ladder.
    """

    deal: DealAt
    won: bool
    closed: str | None
    cycle: int | None
    reach: int | None


class Lesson(NamedTuple):
    """What all closed deals say about the open ones, whoever's they are.

    `curve` is None with too few of them; `closed` and `won` are those it could use.
    `aged` is the age in days beyond which hardly anything is won, None with too few won deals.
    """

    measured: dict[str, tuple[int, int]]  # stage -> (won, closed) of those that reached it
    curve: tuple[Step, ...] | None
    closed: int
    won: int
    aged: float | None


def results(deals: Iterable[DealAt], ladder: Ladder) -> list[Result]:
    """The deals that are won or lost."""
    found = []
    for deal in deals:
        if deal.role in ("won", "lost"):
            closed = ladder.closed(deal)
            cycle = days_between(ladder.clock_day(deal), closed)
            if cycle is not None and cycle < 0:
                cycle = None
            found.append(Result(deal, deal.role == "won", closed, cycle, ladder.reach(deal)))
    return found


def lesson(
    closed: Sequence[Result], open_ages: Iterable[int], ladder: Ladder, policy: Policy
) -> Lesson:
    """Learn from the closed deals and from the ages (days) that the open ones have reached."""
    ends: list[tuple[int, Ending]] = [
        (result.cycle, "won" if result.won else "lost")
        for result in closed
        if result.cycle is not None
    ]
    won = sum(end == "won" for _, end in ends)
    enough = len(ends) >= policy.standard("pipeline.forecast_min_closed")
    enough = enough and won >= policy.standard("pipeline.forecast_min_won")
    curve = aalen_johansen([*ends, *((age, "open") for age in open_ages)]) if enough else None
    cycles = [cycle for cycle, end in ends if end == "won"]
    aged = None
    if len(cycles) >= policy.standard("pipeline.aged_min"):
        aged = quantile(cycles, policy.standard("pipeline.aged_quantile"))
    return Lesson(_measured(closed, ladder), curve, len(ends), won, aged)


def _measured(closed: Iterable[Result], ladder: Ladder) -> dict[str, tuple[int, int]]:
    """What was won of the deals that reached each stage, which is to say that one or a later."""
    ends = Counter((result.reach, result.won) for result in closed)
    found = {}
    won = n = 0
    for stage, rank in reversed(ladder.ranks.items()):
        won += ends[rank, True]
        n += ends[rank, True] + ends[rank, False]
        found[stage] = (won, n)
    return found


def age_adjusted(
    deals: Iterable[tuple[Decimal | None, int | None]], curve: tuple[Step, ...] | None
) -> Decimal | None:
    """What open deals are worth by their age: the sum of amount x chance to be won yet.

    `deals` are amounts with ages in days; those without an age are not in it. None without a
    curve, or if no amount is known though there are such deals.
    """
    if not curve:
        return None
    chances: dict[int, Decimal] = {}
    worth: list[Decimal | None] = []
    for amount, age in deals:
        if age is None:
            continue
        if age not in chances:
            chances[age] = Decimal(win_chance(curve, age) or 0)
        worth.append(None if amount is None else amount * chances[age])
    return total(worth)


class Harvest(NamedTuple):
    """What was won and lost in a window. Amounts in the book's currency, cycles in days.

    `amount` is None if won deals have no known amount; the means are None with nothing to average.
    """

    won: int
    closed: int
    amount: Decimal | None
    mean_amount: Decimal | None
    cycles: tuple[int, ...]

    @property
    def mean_cycle(self) -> float | None:
        """The mean cycle of the won deals."""
        return sum(self.cycles) / len(self.cycles) if self.cycles else None

    def velocity(self, open_deals: int, min_n: int) -> Decimal | None:
        """What the pipeline brings a day: open deals x win rate x mean won amount / mean cycle.

        None where one of them is unknown, or the mean cycle is 0.
        """
        if self.closed < max(1, min_n) or self.mean_amount is None or not self.mean_cycle:
            return None
        share = Decimal(self.won) / self.closed
        return open_deals * share * self.mean_amount / Decimal(self.mean_cycle)


def harvest(closed: Iterable[Result], span: Window) -> Harvest:
    """What was won and lost by closing day in these days."""
    since, until = span.bounds
    inside = [one for one in closed if one.closed and since <= one.closed <= until]
    won = [one for one in inside if one.won]
    amounts = [one.deal.book_amount for one in won]
    known = [amount for amount in amounts if amount is not None]
    return Harvest(
        won=len(won),
        closed=len(inside),
        amount=total(amounts),
        mean_amount=sum(known, Decimal()) / len(known) if known else None,
        cycles=tuple(one.cycle for one in won if one.cycle is not None),
    )


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the known amounts; None if there are amounts but none is known, 0 if there are none."""
    every = list(amounts)
    known = [amount for amount in every if amount is not None]
    return sum(known, Decimal()) if known or not every else None
