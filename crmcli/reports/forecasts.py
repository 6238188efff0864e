"""What a product's past months say of the next: the method that would have been nearest."""

from collections.abc import Callable
from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from crmcli.model.demand import DemandClass
from crmcli.model.demand import croston
from crmcli.model.demand import demand_class
from crmcli.model.demand import mase
from crmcli.model.demand import ses
from crmcli.model.policy import Policy

SHORTEST = 12  # months below which nothing is foretold
YEARS = 24  # months from which the same month a year ago is tried
TOO_SHORT = "too short"

Series = Sequence[float]
Method = Callable[[Series], float]


class Forecast(NamedTuple):
    """The next month of a series of months, oldest first; None is unknown.

    `method` is `ses`, `sba`, `naive` (as last month), `seasonal` (as a year ago), or `too short`.
    `mase` compares its errors in the last months with saying "as last time", `naive_mae` is the
    mean error of that in units. `croston` stands beside where demand is rare.
    """

    pattern: DemandClass | None
    method: str | None
    next_month: float | None
    mase: float | None
    naive_mae: float | None
    croston: float | None


def forecast(y: Series, policy: Policy) -> Forecast:
    """Try the methods month by month on the last ones, and use the one with the least error.

    Ties go to naive. Sources: A. A. Syntetos, J. E. Boylan, J. D. Croston, JORS 56 (2005),
    495-503 (classes); R. J. Hyndman, A. B. Koehler, Int. J. of Forecasting 22 (2006), 679-688.
    """
    pattern = demand_class(y, policy.standard("demand.adi"), policy.standard("demand.cv2"))
    if len(y) < SHORTEST:
        return Forecast(pattern, TOO_SHORT, None, None, None, None)
    alpha = policy.standard("demand.alpha")
    rare = pattern is None or pattern.pattern in ("intermittent", "lumpy")
    methods: dict[str, Method] = {"naive": lambda past: past[-1]}
    if rare:
        methods["sba"] = lambda past: _croston(past, alpha["croston"], sba=True)
    else:
        methods["ses"] = lambda past: ses(past, alpha["ses"]) or 0.0
    if len(y) >= YEARS:
        methods["seasonal"] = lambda past: past[-12]
    start = len(y) - min(policy.standard("demand.test"), len(y) // 2)
    actual = y[start:]
    tried = {
        name: [method(y[:month]) for month in range(start, len(y))]
        for name, method in methods.items()
    }
    errors = {
        name: fsum(abs(a - f) for a, f in zip(actual, its, strict=True)) / max(1, len(actual))
        for name, its in tried.items()
    }
    best = min(errors, key=errors.__getitem__)
    return Forecast(
        pattern=pattern,
        method=best,
        next_month=methods[best](y),
        mase=mase(y[:start], actual, tried[best]),
        naive_mae=errors["naive"],
        croston=_croston(y, alpha["croston"], sba=False) if rare else None,
    )


def _croston(past: Series, alpha: float, *, sba: bool) -> float:
    """The forecast per month, 0 while nothing was ever wanted."""
    found = croston(past, alpha)
    if found is None:
        return 0.0
    return found.sba if sba else found.forecast
