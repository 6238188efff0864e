"""Rates of few cases, told honestly: bounds, shrinkage, and whether people differ at all."""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import NamedTuple

from crmcli.model.statistics import funnel
from crmcli.model.statistics import homogeneity
from crmcli.model.statistics import rate_prior
from crmcli.model.statistics import shrunk_rate
from crmcli.model.statistics import wilson

LEVEL = 0.05  # below it, chance alone is no good explanation
TINY = 0.01  # below it, more digits say nothing


class Rate(NamedTuple):
    """k of n as a share, 0..1. None is unknown: all of it for n = 0, the share for a small n.

    `low` and `high` bound it with 95 %. `shrunk` is drawn towards the rate of all, the more the
    smaller n is; `outside` tells whether the raw rate lies beyond what chance allows. Both are
    None where there is nothing to compare with.
    """

    k: int
    n: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    shrunk: float | None = None
    outside: bool | None = None


def one_rate(k: int, n: int, min_n: int) -> Rate:
    """The rate of k in n, by itself; with n below `min_n` only its bounds."""
    bounds = wilson(k, n)
    if bounds is None:
        return Rate(k, n)
    return Rate(k, n, k / n if n >= min_n else None, *bounds)


def compared_rates(pairs: Sequence[tuple[int, int]], min_n: int) -> list[Rate]:
    """The rates of several people (or types ...), each seen beside the others.

    `pairs` are (k, n) of everyone, whoever is shown later.
    """
    counted = [pair for pair in pairs if pair[1]]
    prior = rate_prior(counted) if len(counted) > 1 else None
    rates = []
    for k, n in pairs:
        rate = one_rate(k, n, min_n)
        limits = funnel(prior[0], n) if prior else None
        if limits is not None and rate.rate is not None:
            outside = not limits[0] <= rate.rate <= limits[1]
            rate = rate._replace(shrunk=shrunk_rate(k, n, prior), outside=outside)
        rates.append(rate)
    return rates


def difference_note(pairs: Iterable[tuple[int, int]], who: str, what: str) -> str:
    """One sentence: do they differ? `who` is `reps`, `what` is `promises kept`.

    Empty where nobody has a case. Source: chi-square test of homogeneity, `homogeneity`.
    """
    counted = [pair for pair in pairs if pair[1]]
    if not counted:
        return ""
    if len(counted) == 1:
        return f"one {who.removesuffix('s')}: nothing to compare with"
    found = homogeneity(counted)
    if found is None:
        needed = f"5 hits and 5 misses expected for 80 % of {who} are needed"
        return f"too few to test whether {who} differ in {what}: {needed}"
    square, df, p = found
    chance = f"p {p:.2f}" if p >= TINY else f"p < {TINY}"
    verdict = f"no evidence that {who} differ in" if p >= LEVEL else f"{who} differ in"
    return f"{verdict} {what} (chi-square {square:.1f}, {df} df, {chance})"


def rate_words(k: int, n: int, min_n: int) -> str:
    """A rate for a sentence: `78 % (55-91) 14/18`; `3 of 4` when n is small, `unknown` when 0."""
    rate = one_rate(k, n, min_n)
    if rate.low is None or rate.high is None:
        return "unknown"
    if rate.rate is None:
        return f"{k} of {n}"
    return f"{rate.rate * 100:.0f} % ({rate.low * 100:.0f}-{rate.high * 100:.0f}) {k}/{n}"
