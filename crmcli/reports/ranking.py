"""How the value of a book is spread over its customers: shares, the whale curve, classes."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import ceil
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.model.statistics import gini
from crmcli.reports.worth import Figure
from crmcli.reports.worth import Worth


class Ranked(NamedTuple):
    """A customer in his place. `cumulative` is the share of all up to him; None is unknown.

    `letter` is the class: A while the best bring the first 80 %, B up to 95 %, else C.
    """

    id: str
    figure: Figure
    rank: int | None = None
    share: float | None = None
    cumulative: float | None = None
    letter: str | None = None


class Ranking(NamedTuple):
    """The customers by value, and how much the best of them bring.

    `known` have a value. `best` are the best fifth, `top_share` is theirs; `for_goal` are the
    fewest who bring 80 %; `peak` is the top of the running share. Shares are None where the total
    is not above 0, `gini` also where one value is below.
    """

    rows: Sequence[Ranked]
    total: Decimal
    known: int
    best: int
    top_share: float | None
    for_goal: int | None
    gini: float | None
    peak: float | None
    losses: Sequence[Decimal]


def ranking(worth: Worth, policy: Policy) -> Ranking:
    """Order the customers by value, largest first; those of unknown value stand last.

    Source: R. S. Kaplan, V. G. Narayanan, J. of Cost Management 15 (2001), 5-15 (whale curve).
    """
    order = worth.ranked()
    values = [figure.value for _, figure in order if figure.value is not None]
    running = list(accumulate(values))
    total = running[-1] if running else Decimal()
    shares = [float(part / total) for part in running] if total > 0 else []
    best = ceil(Fraction(str(policy.standard("value.top"))) * len(values))
    goal = Decimal(str(policy.standard("value.goal"))) * total
    limits = [Decimal(str(limit)) * total for limit in policy.standard("value.classes")]
    rows = []
    for place, (id, figure) in enumerate(order):
        if figure.value is None:
            rows.append(Ranked(id, figure))
        elif not shares:
            rows.append(Ranked(id, figure, place + 1))
        else:
            before = running[place] - figure.value
            step = len(limits)
            if figure.value > 0:
                step = sum(before >= limit for limit in limits)
            share = float(figure.value / total)
            rows.append(Ranked(id, figure, place + 1, share, shares[place], "ABCDEFGH"[step]))
    reached = (place for place, part in enumerate(running, 1) if part >= goal)
    return Ranking(
        rows=rows,
        total=total,
        known=len(values),
        best=best,
        top_share=shares[best - 1] if shares and best else None,
        for_goal=next(reached, None) if shares else None,
        gini=gini(values),
        peak=max(shares, default=None),
        losses=[value for value in values if value < 0],
    )
