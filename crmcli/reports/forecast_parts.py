"""The lists beside the forecast: what slipped, and what stated probabilities were worth."""

from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import Any

from crmcli.model.association import brier
from crmcli.model.association import brier_base
from crmcli.model.policy import Policy
from crmcli.reports.closings import Closing
from crmcli.reports.deal_signs import stated
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.expected_close import Expectations
from crmcli.reports.expected_close import expected
from crmcli.reports.expected_close import pushes_within
from crmcli.reports.pricing import counted
from crmcli.reports.rates import one_rate
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import Window

SLIPPAGE = (
    Column("month"),
    Column("due", "number"),
    Column("won", "number"),
    Column("lost", "number"),
    Column("slipped", "number"),
    Column("rate", "rate"),
    Column("pushes", "number"),
    Column("low", "rate"),
    Column("high", "rate"),
)
SLIPPAGE_SHOWN = ("month", "due", "won", "lost", "slipped", "rate", "low", "high", "pushes")
CALIBRATION = (
    Column("band"),
    Column("deals", "number"),
    Column("stated_mean", "rate"),
    Column("won", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
)
BANDS = ("0-20 %", "20-40 %", "40-60 %", "60-80 %", "80-100 %")
WIDTH = 20  # percent, of a band


def slippage_part(
    months: Sequence[Window],
    deals: Iterable[DealAt],
    settings: Expectations,
    ladder: Ladder,
    policy: Policy,
) -> Table:
    """Of the deals that were to close in each month, as it was thought when it began: what did.

    Slipped is neither won nor lost by its end. Nothing is known where no history tells a close.
    """
    deals = [deal for deal in deals if _may_be_due(deal, settings, months)]
    spells = {deal.id: ladder.open_spells(deal, "9999") for deal in deals}
    rows: list[tuple[Any, ...]] = []
    for month in months:
        since, until = month.bounds
        eve = (month.since - timedelta(days=1)).isoformat()
        due = [
            deal
            for deal in deals
            if any(start <= eve < end for start, end in spells[deal.id])
            and since <= (expected(deal, settings, eve) or "") <= until
        ]
        ends = [_role(deal, spells[deal.id], until, ladder) for deal in due]
        slipped = ends.count("open")
        rate = one_rate(slipped, len(due), policy.standard("min_n"))
        pushed = sum(pushes_within(settings.get(deal.id, ()), since, until) for deal in due)
        figures = (len(due), ends.count("won"), ends.count("lost"), slipped)
        known = (*figures, rate.rate, pushed, rate.low, rate.high)
        rows.append((since[:7], *(known if settings else (None,) * len(known))))
    notes = () if settings else ("no history tells when a deal was to close: slippage is unknown",)
    title = "Of the deals that were to close in a month"
    return Table("slippage", title, SLIPPAGE, tuple(rows), notes, shown=SLIPPAGE_SHOWN)


def calibration_part(closed: Iterable[Closing], policy: Policy) -> Table:
    """What was won of the deals of which a probability was stated a while before they closed."""
    before = policy.standard("forecast.stated_before")
    said = [
        (probability, one.won)
        for one in closed
        if (probability := _stated_before(one, before, policy)) is not None
    ]
    rows: list[tuple[Any, ...]] = []
    for at, band in enumerate(BANDS):
        its = [(p, won) for p, won in said if min(p // WIDTH, len(BANDS) - 1) == at]
        won = sum(won for _, won in its)
        mean = sum(p for p, _ in its) / len(its) / 100 if its else None
        rate = one_rate(won, len(its), policy.standard("min_n"))
        rows.append((band, len(its), mean, won, rate.rate, rate.low, rate.high))
    title = f"What was won, by the probability stated {before} days before"
    note = _worth([(p / 100, won) for p, won in said], policy.standard("forecast.calibration_min"))
    return Table("calibration", title, CALIBRATION, tuple(rows) if said else (), (note,))


def _may_be_due(deal: DealAt, settings: Expectations, months: Sequence[Window]) -> bool:
    """Whether the deal was ever expected to close in these months."""
    since, until = months[0].bounds[0], months[-1].bounds[1]
    closes = (*(close for _, close in settings.get(deal.id, ())), deal.close)
    return any(close and since <= close <= until for close in closes)


def _role(deal: DealAt, spells: Iterable[tuple[str, str]], day: str, ladder: Ladder) -> str:
    if any(start <= day < end for start, end in spells):
        return "open"
    stages = [stage for on, stage in deal.changes if on <= day]
    return ladder.roles.get(stages[-1], "open") if stages else deal.role or "open"


def _stated_before(one: Closing, days: int, policy: Policy) -> int | None:
    """The probability stated so many days before the closing; at the birth of a younger deal."""
    day = (date.fromisoformat(one.day) - timedelta(days=days)).isoformat()
    changes = one.deal.changes
    if one.deal.born and one.deal.born > day:
        stage = changes[0][1]
    else:
        stage = next((stage for on, stage in reversed(changes) if on <= day), "")
    return stated(one.deal, stage, policy) if stage and policy.role(stage) == "open" else None


def _worth(said: Sequence[tuple[float, bool]], needed: int) -> str:
    score, base = brier(said), brier_base(said)
    if score is None or base is None or len(said) < needed:
        return f"{counted(len(said), 'closed deal')} with a stated probability: {needed} needed to judge"
    worse = ": worth less than that" if score > base else ""
    return (
        f"Brier score {score:.3f} (0 is perfect), {base:.3f} for quoting the share won to everyone"
        f"{worse} (n {len(said)})"
    )
