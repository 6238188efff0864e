"""Do two things go together: correlation, discrimination, cross tables, the worth of a forecast."""

from collections.abc import Sequence
from math import fsum
from math import sqrt
from typing import NamedTuple

from crmcli.model.statistics import Amounts
from crmcli.model.statistics import mid_ranks


def spearman(x: Amounts, y: Amounts) -> float | None:
    """The rank correlation of paired values, -1..1; None below 5 pairs or where a side is constant.

    Symmetric. Source: C. Spearman, American J. of Psychology 15 (1904), 72-101.
    """
    first, second = mid_ranks(x), mid_ranks(y)
    middle = (len(first) + 1) / 2
    products = [(a - middle) * (b - middle) for a, b in zip(first, second, strict=True)]
    scale = sqrt(sum((a - middle) ** 2 for a in first) * sum((b - middle) ** 2 for b in second))
    if len(first) < 5 or scale == 0:  # noqa: PLR2004 (fewer say nothing)
        return None
    return max(-1.0, min(1.0, fsum(products) / scale))


def auc(scores: Amounts, hits: Sequence[bool]) -> float | None:
    """The chance that a random hit scores above a random miss, ties half; None without one of both.

    Source: J. A. Hanley, B. J. McNeil, Radiology 143 (1982), 29-36.
    """
    ranks = mid_ranks(scores)
    n1 = sum(map(bool, hits))
    n0 = len(hits) - n1
    if not n1 or not n0:
        return None
    of_hits = fsum(rank for rank, hit in zip(ranks, hits, strict=True) if hit)
    return (of_hits - n1 * (n1 + 1) / 2) / (n1 * n0)


class Cell(NamedTuple):
    """A count (or units) of a cross table beside what its row and column alone would give.

    `indexed` is 100 where it is as expected; `residual` in standard deviations, about. Both None
    where nothing is expected.
    """

    observed: float
    expected: float
    indexed: float | None
    residual: float | None


def cross_table(counts: Sequence[Sequence[float]]) -> tuple[tuple[Cell, ...], ...]:
    """The cells of a table of counts, row by row, with their expected values.

    Source: A. Agresti, Categorical Data Analysis (2013), 3.3 (Pearson residuals).
    """
    columns = [sum(column) for column in zip(*counts, strict=True)]
    total = sum(columns)
    return tuple(
        tuple(
            _cell(o, sum(row) * column / total if total else 0.0)
            for o, column in zip(row, columns, strict=True)
        )
        for row in counts
    )


def _cell(observed: float, expected: float) -> Cell:
    if expected <= 0:
        return Cell(observed, expected, None, None)
    return Cell(
        observed, expected, 100 * observed / expected, (observed - expected) / sqrt(expected)
    )


def brier(forecasts: Sequence[tuple[float, bool]]) -> float | None:
    """The mean squared error of (chance 0..1, happened): 0 is perfect; None without forecasts.

    Source: G. W. Brier, Monthly Weather Review 78 (1950), 1-3.
    """
    if not forecasts:
        return None
    return fsum((p - won) ** 2 for p, won in forecasts) / len(forecasts)


def brier_base(forecasts: Sequence[tuple[float, bool]]) -> float | None:
    """The Brier score of always saying the share that happened; None without forecasts."""
    if not forecasts:
        return None
    share = sum(bool(won) for _, won in forecasts) / len(forecasts)
    return share * (1 - share)
