"""Rates with their limits, shrinkage, ranks and shares: pure formulas, each with its source."""

from bisect import bisect_left
from collections.abc import Iterable
from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate
from math import erfc
from math import exp
from math import floor
from math import fsum
from math import lgamma
from math import log
from math import sqrt
from typing import Any
from typing import NamedTuple
from typing import overload

Z95 = 1.959963984540054

Pairs = Iterable[tuple[int, int]]  # (hits, tries) of each unit
Amounts = Sequence[float] | Sequence[Decimal]


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float] | None:
    """The interval of a rate, hits of n: (low, high), both within 0..1; None when n is 0.

    Source: E. B. Wilson, JASA 22 (1927), 209-212.
    """
    if n == 0:
        return None
    p = hits / n
    d = 1 + z * z / n
    middle = (p + z * z / (2 * n)) / d
    half = z / d * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # At the ends the formula is exact, only its arithmetic is not.
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == n else min(1.0, middle + half)
    return low, high


def newcombe(
    k1: int, n1: int, k2: int, n2: int, z: float = Z95
) -> tuple[float, float, float] | None:
    """The difference of two rates, first minus second: (difference, low, high), within -1..1.

    None when an n is 0. Swapping the sides changes the signs.
    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10.
    """
    first, second = wilson(k1, n1, z), wilson(k2, n2, z)
    if first is None or second is None:
        return None
    p1, p2 = k1 / n1, k2 / n2
    (l1, u1), (l2, u2) = first, second
    low = p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return p1 - p2, low, high


def rate_prior(pairs: Pairs) -> tuple[float, float | None] | None:
    """What all units together say of a rate: (mean, weight in tries), for `shrunk_rate`.

    Weight None is infinite: no evidence that the units differ. None when nobody tried.
    Source: J. C. Kleinman, JASA 68 (1973), 46-54; B. Efron, C. Morris, JASA 70 (1975), 311-319.
    """
    tried = [(k, n) for k, n in pairs if n]
    if not tried:
        return None
    units, total = len(tried), sum(n for _, n in tried)
    m = sum(k for k, _ in tried) / total
    if units == 1:
        return m, None
    spread = fsum(n * (k / n - m) ** 2 for k, n in tried) / (units - 1)
    typical = (total - sum(n * n for _, n in tried) / total) / (units - 1)
    if typical <= 1:
        return m, None
    variance = (spread - m * (1 - m)) / (typical - 1)
    if variance <= 0:
        return m, None
    # Units further apart than chance and a beta law allow: then nothing is shrunk.
    return m, max(0.0, m * (1 - m) / variance - 1)


def shrunk_rate(k: int, n: int, prior: tuple[float, float | None] | None) -> float | None:
    """The rate k of n drawn towards that of all units, the more the smaller n is.

    Source: as `rate_prior`.
    """
    if prior is None:
        return None
    mean, weight = prior
    if weight is None or n == 0:
        return mean
    return (k + mean * weight) / (n + weight)


def chi_square_tail(x: float, df: int) -> float:
    """The chance of a chi-square value of x or more with `df` whole degrees of freedom.

    Raises ValueError if df is below 1. Source: Abramowitz & Stegun (1964), 26.4.4 and 26.4.5.
    """
    if df < 1:
        raise ValueError("a chi-square test needs at least one degree of freedom")
    if x <= 0:
        return 1.0
    half = x / 2
    odd = df % 2
    # By logarithms: a large x would make e^(-x/2) zero, and with it the whole sum.
    powers = (odd / 2 + step for step in range(df // 2))
    terms = fsum(exp(power * log(half) - half - lgamma(power + 1)) for power in powers)
    return min(1.0, terms + (erfc(sqrt(half)) if odd else 0.0))


def funnel(m: float, n: int, z: float = Z95) -> tuple[float, float] | None:
    """Where a rate on n tries falls by chance if the true one is m: (low, high), within 0..1.

    None when n is 0. Source: D. J. Spiegelhalter, Statistics in Medicine 24 (2005), 1185-1202.
    """
    if n == 0:
        return None
    half = z * sqrt(m * (1 - m) / n)
    return max(0.0, m - half), min(1.0, m + half)


def is_outside(k: int, n: int, m: float, z: float = Z95) -> bool | None:
    """Whether the raw rate k of n lies beyond the funnel around m; None when n is 0."""
    limits = funnel(m, n, z)
    return None if limits is None else not limits[0] <= k / n <= limits[1]


def chi_square(pairs: Pairs) -> tuple[float, int, float] | None:
    """How far rates lie apart: (chi-square, degrees of freedom, p), however small the units.

    None with fewer than two units that tried, or a common rate of 0 or 1.
    Source: K. Pearson, Philosophical Magazine 50 (1900), 157-175.
    """
    tried = [(k, n) for k, n in pairs if n]
    hits, total = sum(k for k, _ in tried), sum(n for _, n in tried)
    if len(tried) < 2 or hits in (0, total):  # noqa: PLR2004 (one unit differs from none)
        return None
    m = hits / total
    x = fsum(n * (k / n - m) ** 2 for k, n in tried) / (m * (1 - m))
    df = len(tried) - 1
    return x, df, chi_square_tail(x, df)


def homogeneity(pairs: Pairs) -> tuple[float, int, float] | None:
    """Do the units differ? `chi_square`, or None also where there is too little to test.

    Fewer than 80 % of the units expect 5 hits and 5 misses: too little.
    Source: W. G. Cochran, Biometrics 10 (1954), 417-451.
    """
    tried = [(k, n) for k, n in pairs if n]
    hits, total = sum(k for k, _ in tried), sum(n for _, n in tried)
    enough = sum(n * min(hits, total - hits) >= 5 * total for _, n in tried)
    return chi_square(tried) if 5 * enough >= 4 * len(tried) else None


class ShrunkMeans(NamedTuple):
    """Means drawn together, in the order of the groups, and the figures behind them.

    `within` and `between` are variances, `mean` that of all groups.
    """

    means: tuple[float, ...]
    mean: float
    within: float
    between: float


def shrunk_means(groups: Sequence[Sequence[float]]) -> ShrunkMeans | None:
    """The mean of each group drawn towards that of all, the more the fewer values it has.

    An empty group gets the mean of all. None with one group, or one value in each.
    Source: R. DerSimonian, N. Laird, Controlled Clinical Trials 7 (1986), 177-188.
    """
    rated = [group for group in groups if group]
    units, total = len(rated), sum(map(len, rated))
    if units < 2 or total == units:  # noqa: PLR2004 (one group has nothing to be drawn to)
        return None
    raw = [fsum(group) / len(group) for group in rated]
    sizes = [len(group) for group in rated]
    pairs = list(zip(rated, raw, strict=True))
    within = fsum((x - own) ** 2 for group, own in pairs for x in group) / (total - units)
    # The published form multiplied by `within`, so that a variance of 0 needs no case.
    mean = fsum(n * own for n, own in zip(sizes, raw, strict=True)) / total
    apart = fsum(n * (own - mean) ** 2 for n, own in zip(sizes, raw, strict=True))
    between = (apart - (units - 1) * within) / (total - sum(n * n for n in sizes) / total)
    between = max(0.0, between)
    if within or between:
        weights = [1 / (within / n + between) for n in sizes]
        mean = fsum(w * own for w, own in zip(weights, raw, strict=True)) / fsum(weights)
    means = (_shrunk_mean(group, mean, within, between) for group in groups)
    return ShrunkMeans(tuple(means), mean, within, between)


def _shrunk_mean(group: Sequence[float], mean: float, within: float, between: float) -> float:
    if not group:
        return mean
    own = fsum(group) / len(group)
    if within == 0:
        return own
    return mean + between / (between + within / len(group)) * (own - mean)


@overload
def quantile(values: Iterable[Decimal], q: float) -> Decimal | None: ...
@overload
def quantile(values: Iterable[float], q: float) -> float | None: ...
def quantile(values: Iterable[Any], q: float) -> Any:
    """The value below which the share q (0..1) lies, linear between neighbours; None if empty.

    Decimals give a Decimal. Source: R. J. Hyndman, Y. Fan, American Statistician 50 (1996),
    361-365, type 7.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    # 0.7 * 10 is a little above 7, and would put a value between two equal ranks.
    place = round((len(ordered) - 1) * q, 9)
    below = floor(place)
    part = round(place - below, 9)
    if not part:
        return ordered[below]
    low, high = ordered[below], ordered[below + 1]
    return low + (high - low) * (Decimal(str(part)) if isinstance(low, Decimal) else part)


@overload
def median(values: Iterable[Decimal]) -> Decimal | None: ...
@overload
def median(values: Iterable[float]) -> float | None: ...
def median(values: Iterable[Any]) -> Any:
    """The middle value, or the mean of the two middle ones; None if empty."""
    return quantile(values, 0.5)


def silence_score(
    own: Sequence[float], pool: Sequence[float], s: float, k: float = 5
) -> float | None:
    """How usual a pause of `s` days or more is, 0..1: the customer's own pauses with the house's.

    `pool` is sorted, lowest first, and weighs as much as `k` own pauses. None if it is empty.
    Source: M. Wübben, F. von Wangenheim, J. of Marketing 72 (2008), 82-93 (hiatus); the blend
    is ours.
    """
    if not pool:
        return None
    longer = (len(pool) - bisect_left(pool, s)) / len(pool)
    return (sum(pause >= s for pause in own) + k * longer) / (len(own) + k)


def gini(values: Amounts) -> float | None:
    """How unequal amounts are: 0 all alike, towards 1 all with one.

    None if there is no value, a negative one, or a sum of 0.
    Source: C. Gini, Variabilità e mutabilità (1912).
    """
    ordered: list[Any] = sorted(values)
    n, total = len(ordered), sum(ordered)
    if not ordered or total == 0 or ordered[0] < 0:
        return None
    return float(sum((2 * i - n - 1) * x for i, x in enumerate(ordered, 1)) / (n * total))


def whale(values: Amounts) -> tuple[float, ...] | None:
    """The running share of the total, largest amount first; above 1 where losses come last.

    None if the total is not positive.
    Source: R. S. Kaplan, V. G. Narayanan, J. of Cost Management 15 (2001), 5-15.
    """
    ordered: list[Any] = sorted(values, reverse=True)
    total = sum(ordered)
    if total <= 0:
        return None
    return tuple(float(part / total) for part in accumulate(ordered))


def top_share(values: Amounts) -> float | None:
    """The share of the total that the largest fifth brings, its number rounded up.

    None if the total is not positive.
    """
    running = whale(values)
    return running[(len(running) + 4) // 5 - 1] if running else None


def effective(counts: Sequence[int]) -> float | None:
    """On how many people the work rests in effect, 1 to all of them; None without work.

    Source: M. O. Hill, Ecology 54 (1973), 427-432.
    """
    total = sum(counts)
    return total * total / sum(c * c for c in counts) if total else None


def cover_half(counts: Sequence[int]) -> int | None:
    """The fewest people who together do more than half of the work; None without work."""
    total = sum(counts)
    running = accumulate(sorted(counts, reverse=True))
    return next((n for n, part in enumerate(running, 1) if 2 * part > total), None)


def mid_ranks(values: Amounts) -> tuple[float, ...]:
    """The rank of each value from 1, lowest first; equal values share the mean of their places.

    Source: M. G. Kendall, Biometrika 33 (1945), 239-251.
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    places: dict[float | Decimal, list[int]] = {}
    for place, index in enumerate(order, 1):
        places.setdefault(values[index], []).append(place)
    return tuple((places[value][0] + places[value][-1]) / 2 for value in values)


def fifths(values: Amounts) -> tuple[int, ...] | None:
    """1 (lowest fifth) to 5 for each value; equal values get equal fifths. None below 5 values."""
    n = len(values)
    if n < 5:  # noqa: PLR2004 (fifths)
        return None
    return tuple(min(5, 1 + floor(5 * (rank - 0.5) / n)) for rank in mid_ranks(values))


def nps(
    promoters: int, passives: int, detractors: int, z: float = Z95
) -> tuple[float, float, float] | None:
    """The net promoter score with its interval: (score, low, high), -100..100; None without answers.

    Source: B. Rocks, American Statistician 70 (2016), 365-372 (Wald).
    """
    n = promoters + passives + detractors
    if n == 0:
        return None
    a, b = promoters / n, detractors / n
    half = z * sqrt(max(0.0, a + b - (a - b) ** 2) / n)
    score = 100 * (promoters - detractors) / n
    return score, max(-100.0, score - 100 * half), min(100.0, score + 100 * half)


def lifetime_value(m: float, c: float, r: float, i: float) -> float | None:
    """What a customer is worth: yearly margin m less cost c, retention r, interest i (0.1 is 10 %).

    In the unit of m and c. None if r is not within 0..1, or is 1 without interest.
    Source: S. Gupta, D. R. Lehmann, J. of Interactive Marketing 17 (2003), 9-24.
    """
    if not 0 <= r <= 1 or 1 + i - r <= 0:
        return None
    return (m - c) * r / (1 + i - r)
