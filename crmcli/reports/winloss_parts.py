"""The lists beside won and lost: by the month in which deals began, and the reasons of loss."""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal

from crmcli.model.policy import Policy
from crmcli.reports.closings import Closing
from crmcli.reports.deal_results import total
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.rates import one_rate
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table

COHORTS = (
    Column("month"),
    Column("entered", "number"),
    Column("won", "number"),
    Column("lost", "number"),
    Column("open", "number"),
    Column("decided", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("state"),
)
REASONS = (
    Column("reason"),
    Column("deals", "number"),
    Column("share", "rate"),
    Column("cumulative", "rate"),
    Column("amount", "money"),
)
NO_REASON = "no reason given"
NOT_FINISHED = "not finished"
MONTH = len("2026-11")


def cohorts_part(deals: Iterable[DealAt], ladder: Ladder, min_n: int) -> Table:
    """What became of the deals that reached the clock stage in each month, oldest first.

    The rate is won of those decided; a month with open deals is not finished.
    """
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for deal in deals:
        clock = ladder.clock_day(deal)
        if clock and deal.role:
            months[clock[:MONTH]][deal.role] += 1
    rows = []
    for month, ends in sorted(months.items()):
        won, lost, open_ = ends["won"], ends["lost"], ends["open"]
        rate = one_rate(won, won + lost, min_n)
        state = NOT_FINISHED if open_ else None
        rows.append(
            (month, ends.total(), won, lost, open_, rate.n, rate.rate, rate.low, rate.high, state)
        )
    return Table("cohorts", "By the month in which they began", COHORTS, tuple(rows))


def reasons_part(
    lost: Sequence[Closing], reasons: Mapping[str, str | None], policy: Policy
) -> Table:
    """Why deals were lost, most frequent first; amounts where they are known."""
    amounts: dict[str, list[Decimal | None]] = defaultdict(list)
    for one in lost:
        amounts[reasons[one.deal.id] or NO_REASON].append(one.amount)
    rows = []
    running = 0
    for reason, its in sorted(amounts.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        running += len(its)
        amount = total(its)
        money = None if amount is None else Money(amount, policy.currency)
        rows.append((reason, len(its), len(its) / len(lost), running / len(lost), money))
    empty = "no deal was lost in these days"
    return Table("reasons", "Why deals were lost", REASONS, tuple(rows), empty=empty)
