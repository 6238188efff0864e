"""Signs of life: on which days a customer was heard of, and how unusual a silence is."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.model.statistics import silence_score
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.sales_at import sale_days
from crmcli.reports.touches import two_way_days


class Life(NamedTuple):
    """The distinct days (ordinals) with a sign of life of each customer, rising; and the pool.

    A sign of life is a two-way contact or a sale. A pause is the days between two of them; the
    pool holds those of all customers, lowest first.
    """

    days: Mapping[str, Sequence[int]]
    pool: Sequence[int]
    as_of: int

    def last(self, customer: str) -> int | None:
        """The day of the last sign of life; None if there never was one."""
        days = self.days.get(customer)
        return days[-1] if days else None

    def silence(self, customer: str) -> int | None:
        """Days since the last sign of life; None if there never was one."""
        last = self.last(customer)
        return None if last is None else self.as_of - last

    def pauses(self, customer: str) -> list[int]:
        """The customer's own pauses, in days, oldest first."""
        return [later - earlier for earlier, later in pairwise(self.days.get(customer, ()))]

    def score(self, customer: str, policy: Policy) -> float | None:
        """How usual the present silence is, 0..1; small is unusual.

        None if there never was a sign of life, or the pool has too few pauses.
        """
        silence = self.silence(customer)
        if silence is None or len(self.pool) < policy.standard("relationships.silence_pool"):
            return None
        weight = policy.standard("relationships.silence_k")
        return silence_score(self.pauses(customer), self.pool, silence, weight)

    def until(self, day: date) -> "Life":
        """The same as it was known on an earlier day."""
        last = day.toordinal()
        kept = {id: days[: bisect_right(days, last)] for id, days in self.days.items()}
        return _life({id: days for id, days in kept.items() if days}, last)


@remembered
def life_at(book: Readable, as_of: date) -> Life:
    """The signs of life of all customers up to the day, whatever their status."""
    days: dict[str, set[str]] = defaultdict(set)
    for customer, day in (*two_way_days(book, as_of), *sale_days(book, as_of)):
        days[customer].add(day)
    ordinal = {day: date.fromisoformat(day).toordinal() for day in set().union(*days.values())}
    rising = {id: sorted(ordinal[day] for day in days[id]) for id in sorted(days)}
    return _life(rising, as_of.toordinal())


def life_of(book: Readable, as_of: date, only: Sequence[str]) -> Life:
    """The same of a few customers (ids, those merged into them too), sooner.

    The pool, which takes everybody's days to make, is empty where no silence of theirs can be
    unusual: where their own pauses alone keep the score above `relationships.silence_score`.
    """
    limit, weight, gaps = (
        book.policy.standard(f"relationships.{key}")
        for key in ("silence_score", "silence_k", "silence_gaps")
    )
    days: dict[str, set[str]] = defaultdict(set)
    own = (*two_way_days(book, as_of, only=only), *sale_days(book, as_of, only=only))
    for customer, day in own:
        days[customer].add(day)
    rising = {
        id: sorted(date.fromisoformat(day).toordinal() for day in its) for id, its in days.items()
    }
    life = Life(rising, (), as_of.toordinal())
    for id, its in rising.items():
        pauses, silence = life.pauses(id), life.as_of - its[-1]
        longer = sum(pause >= silence for pause in pauses)
        if len(pauses) >= gaps and longer < limit * (len(pauses) + weight):
            return life_at(book, as_of)
    return life


def _life(days: Mapping[str, Sequence[int]], as_of: int) -> Life:
    pool = sorted(later - earlier for its in days.values() for earlier, later in pairwise(its))
    return Life(days, pool, as_of)
