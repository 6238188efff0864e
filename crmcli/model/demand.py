"""What will be wanted next: smoothing, rare demand, and how far forecasts were off."""

from collections.abc import Sequence
from itertools import pairwise
from math import fsum
from typing import Literal
from typing import NamedTuple

RARE = 1.32  # periods between demands
UNEVEN = 0.49  # squared coefficient of variation

Pattern = Literal["smooth", "erratic", "intermittent", "lumpy"]


class RareDemand(NamedTuple):
    """`size` of a demand, `interval` in periods, and the `forecast` per period.

    `sba` is the forecast without Croston's bias.
    """

    size: float
    interval: float
    forecast: float
    sba: float


class DemandClass(NamedTuple):
    """`adi` periods per demand, `cv2` of the demands, and the pattern that these make."""

    adi: float
    cv2: float
    pattern: Pattern


def ses(y: Sequence[float], a: float) -> float | None:
    """The next period by simple exponential smoothing with weight a (0..1); None without periods.

    Source: R. G. Brown, Statistical Forecasting for Inventory Control (1959).
    """
    if not y:
        return None
    level = y[0]
    for value in y[1:]:
        level = a * value + (1 - a) * level
    return level


def croston(y: Sequence[float], a: float) -> RareDemand | None:
    """The demand per period where many periods have none; None if nothing was ever wanted.

    Sources: J. D. Croston, Operational Research Quarterly 23 (1972), 289-303; A. A. Syntetos,
    J. E. Boylan, Int. J. of Forecasting 21 (2005), 303-314.
    """
    size = interval = 0.0
    since = 1
    for value in y:
        if value <= 0:
            since += 1
            continue
        size = a * value + (1 - a) * size if interval else value
        interval = a * since + (1 - a) * interval if interval else since
        since = 1
    if not interval:
        return None
    forecast = size / interval
    return RareDemand(size, interval, forecast, forecast * (1 - a / 2))


def demand_class(
    y: Sequence[float], rare: float = RARE, uneven: float = UNEVEN
) -> DemandClass | None:
    """How regular demand is, in time and in size; None if nothing was ever wanted.

    Source: A. A. Syntetos, J. E. Boylan, J. D. Croston, JORS 56 (2005), 495-503.
    """
    wanted = [value for value in y if value > 0]
    if not wanted:
        return None
    adi = len(y) / len(wanted)
    mean = fsum(wanted) / len(wanted)
    cv2 = fsum((value - mean) ** 2 for value in wanted) / len(wanted) / mean**2
    if adi < rare:
        return DemandClass(adi, cv2, "smooth" if cv2 < uneven else "erratic")
    return DemandClass(adi, cv2, "intermittent" if cv2 < uneven else "lumpy")


def mase(
    history: Sequence[float], actual: Sequence[float], forecast: Sequence[float]
) -> float | None:
    """The mean error of a forecast against that of saying "as last time" over its history.

    Below 1 it is better. None without a test, or a history that changes.
    Source: R. J. Hyndman, A. B. Koehler, Int. J. of Forecasting 22 (2006), 679-688.
    """
    naive = fsum(abs(new - old) for old, new in pairwise(history))
    errors = [abs(a - f) for a, f in zip(actual, forecast, strict=True)]
    if not errors or not naive:
        return None
    return fsum(errors) / len(errors) / (naive / (len(history) - 1))
