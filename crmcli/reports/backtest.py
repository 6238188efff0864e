"""Whether a long silence really foretold that a customer was lost: tried on the book's own past."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from typing import Any
from typing import NamedTuple

from crmcli.model.association import auc
from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.model.statistics import median
from crmcli.reports.customers_at import customers_at
from crmcli.reports.customers_at import live
from crmcli.reports.life import Life
from crmcli.reports.life import life_at
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

COLUMNS = (
    Column("measure"),
    Column("band"),
    Column("customers", "number"),
    Column("came_back", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("auc", "number"),
)
ALL = "all"
OVERDUE = (0.5, 1, 2, 4)
SCORES = (0.05, 0.1, 0.2, 0.4)
CUSTOMERS, EACH = 30, 5  # fewer, or fewer of either outcome, tell nothing


class Tried(NamedTuple):
    """A customer as he was on the earlier day, and whether a sign of life came in since.

    `overdue` is his silence in cadences, `rhythm` in his own usual pauses; None is unknown.
    """

    silence: int
    overdue: float
    rhythm: float | None
    score: float | None
    came_back: bool


def backtest(book: Readable, as_of: date, days: int) -> Table:
    """How many came back in the last `days`, by how silent they were before.

    The area under the curve (auc) of a measure is the chance that a customer who came back looked
    livelier by it than one who did not; half is no better than a coin. Raises BadValueError unless
    `days` is 1 or more and leaves a day to look back to.
    """
    if not 1 <= days < as_of.toordinal():
        raise BadValueError(f"--backtest {days} is no number of days to look back")
    then = date.fromordinal(as_of.toordinal() - days)
    tried = _tried(book, then, life_at(book, as_of))
    back = sum(one.came_back for one in tried)
    title = f"Silence on {then}, and who came back by {as_of}"
    if len(tried) < CUSTOMERS or min(back, len(tried) - back) < EACH:
        few = (
            f"too few to try: {len(tried)} customers, {back} came back, {len(tried) - back} did not"
            f" ({CUSTOMERS} needed, {EACH} of each)"
        )
        return Table("backtest", title, COLUMNS, (), empty=few, as_of=as_of)
    min_n = book.policy.standard("min_n")
    rows = (
        *_measure("silence", tried, lambda one: -one.silence, (), min_n),
        *_measure("overdue", tried, lambda one: one.overdue, OVERDUE, min_n),
        *_measure("own rhythm", tried, lambda one: one.rhythm and -one.rhythm, (), min_n),
        *_measure("score", tried, lambda one: one.score, SCORES, min_n),
    )
    note = "auc: the chance that one who came back had looked livelier; 0.5 is a coin"
    return Table("backtest", title, COLUMNS, rows, (note,), as_of=as_of)


def _tried(book: Readable, then: date, now: Life) -> list[Tried]:
    before = now.until(then)
    usual = median(before.pool)
    found = []
    for customer in live(customers_at(book, then)):
        silence = before.silence(customer.id)
        if silence is None:
            continue
        own = median(before.pauses(customer.id))
        pause = usual if own is None else own
        found.append(
            Tried(
                silence,
                silence / customer.cadence,
                silence / pause if pause else None,
                before.score(customer.id, book.policy),
                now.last(customer.id) != before.last(customer.id),
            )
        )
    return found


def _measure(
    name: str,
    tried: Sequence[Tried],
    of: Callable[[Tried], float | None],
    limits: Sequence[float],
    min_n: int,
) -> Iterable[tuple[Any, ...]]:
    """All that the measure is known of, with its auc where large is lively; then by bands."""
    known = [(value, one.came_back) for one in tried if (value := of(one)) is not None]
    area = auc([value for value, _ in known], [back for _, back in known])
    if name != "overdue":  # its bands tell; as a ranking it is silence again
        yield _row(name, ALL, known, min_n, area)
    for low, high in zip((None, *limits), (*limits, None), strict=True) if limits else ():
        inside = [
            (value, back)
            for value, back in known
            if (low is None or value >= low) and (high is None or value < high)
        ]
        yield _row(name, _band(low, high), inside, min_n, None)


def _band(low: float | None, high: float | None) -> str:
    if low is None:
        return f"< {high:g}"
    return f">= {low:g}" if high is None else f"{low:g}-{high:g}"


def _row(
    name: str, band: str, inside: Sequence[tuple[float, bool]], min_n: int, area: float | None
) -> tuple[Any, ...]:
    rate = one_rate(sum(back for _, back in inside), len(inside), min_n)
    return (name, band, rate.n, rate.k, rate.rate, rate.low, rate.high, area)


def asked_days(text: str, policy: Policy) -> int:
    """The days of `--backtest`: a number, or `standard`. Raises BadValueError for anything else."""
    if text == "standard":
        days: int = policy.standard("relationships.backtest")
        return days
    if not text.isascii() or not text.isdigit():
        raise BadValueError(f"--backtest '{text}' is not a number of days, or standard")
    return int(text)
