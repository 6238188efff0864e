"""Three signs that more is promised than can be kept: too soon, too much, of the wrong kind."""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.model.statistics import median
from crmcli.model.statistics import rate_prior
from crmcli.model.statistics import shrunk_rate
from crmcli.reports.promise_dates import KEPT
from crmcli.reports.promise_dates import MISSED
from crmcli.reports.promise_dates import days_between
from crmcli.reports.promises_at import PromiseAt


class Load(NamedTuple):
    """What a rep must keep soon, and how many he usually keeps in as many days.

    `ratio` is None where he usually keeps none.
    """

    due: int
    usual: float
    ratio: float | None
    sign: bool


def asked_days(promise: PromiseAt) -> int | None:
    """Days between the promise and the day first promised; None if unknown or negative."""
    days = days_between(promise.made, promise.standing.original_due)
    return days if days is not None and days >= 0 else None


def is_listed(promise: PromiseAt, policy: Policy) -> bool:
    """Whether the house says how many days it needs for such a promise."""
    return policy.capability_days(promise.type) is not None


def is_beyond(promise: PromiseAt, policy: Policy) -> bool:
    """Promised in fewer days than the house needs; False also where either is unknown."""
    asked, needed = asked_days(promise), policy.capability_days(promise.type)
    return asked is not None and needed is not None and asked < needed


def is_pending(promise: PromiseAt) -> bool:
    """Still to be kept, as far as the lists go."""
    standing = promise.standing
    return standing.status == "open" and not promise.archived and not standing.disputed


def loads(promises: Iterable[PromiseAt], policy: Policy, as_of: date) -> dict[str, Load]:
    """The load of each rep who must keep something soon, or kept something of late.

    Soon: current due date within `promises.load_days` (7, the day itself among them), late ones
    included. Usual: the median over the `promises.load_weeks` (8) blocks that end on the day.
    """
    length, blocks = policy.standard("promises.load_days"), policy.standard("promises.load_weeks")
    horizon = (as_of + timedelta(days=length - 1)).isoformat()
    first = (as_of - timedelta(days=length * blocks - 1)).isoformat()
    due: Counter[str] = Counter()
    kept: dict[str, Counter[int]] = defaultdict(Counter)
    for promise in promises:
        standing = promise.standing
        if is_pending(promise) and standing.due and standing.due <= horizon:
            due[promise.keeper] += 1
        elif standing.status == "kept" and standing.settled and standing.settled >= first:
            ago = (as_of - date.fromisoformat(standing.settled)).days
            kept[promise.keeper][ago // length] += 1
    limit = policy.standard("promises.load_limit")
    return {
        rep: _load(due[rep], [kept[rep][block] for block in range(blocks)], limit)
        for rep in sorted({*due, *kept})
    }


def _load(due: int, kept: Sequence[int], limit: float) -> Load:
    usual = median(kept) or 0.0
    if not usual:
        return Load(due, usual, None, due > 0)
    return Load(due, usual, due / usual, due / usual > limit)


def type_rates(judged: Iterable[tuple[PromiseAt, str]], min_n: int) -> dict[str, float]:
    """The shrunk strict keep rate of each type of promise that has `min_n` cases.

    `judged` are promises with the word that `strict` gave.
    """
    n: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for promise, verdict in judged:
        if promise.type and verdict in (KEPT, MISSED):
            n[promise.type] += 1
            kept[promise.type] += verdict == KEPT
    prior = rate_prior([(kept[type], n[type]) for type in sorted(n)])
    rates = {type: shrunk_rate(kept[type], n[type], prior) for type in n if n[type] >= min_n}
    return {type: rate for type, rate in rates.items() if rate is not None}


def type_risk(
    types: Iterable[str | None], rates: Mapping[str, float], limit: float
) -> float | None:
    """The share of open promises whose type is kept too seldom; None if no type has a rate."""
    known = [rates[type] for type in types if type and type in rates]
    return sum(rate < limit for rate in known) / len(known) if known else None
