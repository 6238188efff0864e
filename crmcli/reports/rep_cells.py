"""A rep in a measure: the rate with its bounds, beside the house's and the standard."""

from collections.abc import Sequence
from datetime import date
from math import fsum
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.model.standard import STANDARD
from crmcli.model.statistics import shrunk_means
from crmcli.reports.feedback_at import Said
from crmcli.reports.rates import Rate
from crmcli.reports.rates import compared_rates
from crmcli.reports.rates import one_rate
from crmcli.reports.rep_measures import Tally
from crmcli.reports.rep_measures import newest_first
from crmcli.reports.table import Evidence

MEETS = "meets"
BELOW = "below"
CANNOT_TELL = "cannot tell"
UNKNOWN = "unknown"


class Cell(NamedTuple):
    """One rep in one measure, in the order of the report's columns.

    Conduct has means, 1 to 5, in place of rates. `evidence` are the misses.
    """

    k: int | None
    n: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    shrunk: float | None = None
    firm: float | None = None
    standard: float | None = None
    verdict: str | None = None
    outside: bool | None = None
    mean: float | None = None
    shrunk_mean: float | None = None
    firm_mean: float | None = None
    evidence: tuple[Evidence, ...] = ()


def rate_cells(tallies: Sequence[Tally], name: str, policy: Policy) -> list[Cell]:
    """The cells of all reps in one measure; the standard is `reps.<name>`, if there is one."""
    min_n = policy.standard("min_n")
    pairs = [(tally.k, tally.n) for tally in tallies]
    firm = one_rate(sum(k for k, _ in pairs), sum(n for _, n in pairs), min_n)
    key = f"reps.{name}"
    standard = policy.standard(key) if key in STANDARD else None
    return [
        Cell(
            *(rate.k, rate.n, rate.rate, rate.low, rate.high, rate.shrunk, firm.rate, standard),
            verdict=verdict(rate, standard),
            outside=rate.outside,
            evidence=tally.misses,
        )
        for tally, rate in zip(tallies, compared_rates(pairs, min_n), strict=True)
    ]


def verdict(rate: Rate, standard: float | None) -> str | None:
    """Whether the rate is surely up to the standard, or surely not; None without a standard."""
    if standard is None:
        return None
    if rate.low is None or rate.high is None:
        return UNKNOWN
    if rate.low >= standard:
        return MEETS
    return BELOW if rate.high < standard else CANNOT_TELL


def mean_cells(ratings: Sequence[Sequence[Said]], policy: Policy) -> list[Cell]:
    """The cells of all reps in conduct; no means below `min_n` scores."""
    min_n = max(1, policy.standard("min_n"))
    groups = [[float(one.score) for one in its if one.score is not None] for its in ratings]
    every = [score for group in groups for score in group]
    firm = fsum(every) / len(every) if len(every) >= min_n else None
    found = shrunk_means(groups)
    limit = policy.standard("bad.conduct")
    return [
        Cell(
            None,
            len(group),
            mean=fsum(group) / len(group) if len(group) >= min_n else None,
            shrunk_mean=found.means[at] if found and len(group) >= min_n else None,
            firm_mean=firm,
            evidence=newest_first(
                _low(one) for one in ratings[at] if one.score is not None and one.score <= limit
            ),
        )
        for at, group in enumerate(groups)
    ]


def _low(one: Said) -> Evidence:
    text = f"{one.item or 'conduct'} rated {one.score}"
    text += f": {one.comment}" if one.comment else ""
    return Evidence(date.fromisoformat(one.day), one.id, "feedback", "said", text)
