"""What will close, and when?"""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.model.targets import period_days
from crmcli.reports.closings import Closing
from crmcli.reports.closings import closings
from crmcli.reports.deal_results import Lesson
from crmcli.reports.deal_results import age_adjusted
from crmcli.reports.deal_results import lesson
from crmcli.reports.deal_results import total
from crmcli.reports.deal_signs import weighted
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.expected_close import expectations
from crmcli.reports.forecast_parts import calibration_part
from crmcli.reports.forecast_parts import slippage_part
from crmcli.reports.people import ALL
from crmcli.reports.pricing import counted
from crmcli.reports.pricing import pricing_notes
from crmcli.reports.promise_dates import days_between
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table
from crmcli.reports.targets_at import Target
from crmcli.reports.targets_at import targets_at
from crmcli.reports.window import Window
from crmcli.reports.window import window

COLUMNS = (
    Column("month"),
    Column("deals", "number"),
    Column("amount", "money"),
    Column("weighted", "money"),
    Column("age_adjusted", "money"),
    Column("won", "money"),
    Column("target", "money"),
    Column("gap", "money"),
    Column("coverage", "number"),
    Column("state"),
)
SHOWN = ("month", "deals", "amount", "weighted", "age_adjusted", "won", "gap", "coverage")
EMPTY = 'no open deal: crm deal add CUSTOMER "NAME" --amount MONEY --close DATE'
LATER, PAST, NO_DATE = "later", "past", "no date"
REACHED = "reached"
MEASURE = "won-amount"
MONTH = len("2026-11")


class Figures(NamedTuple):
    """What stands in a row, in the book's currency; None is unknown, or does not apply."""

    deals: int
    amount: Decimal | None
    weighted: Decimal | None
    adjusted: Decimal | None
    won: Decimal | None = None
    target: Decimal | None = None

    @property
    def gap(self) -> Decimal | None:
        """What is still to be won."""
        return None if self.target is None or self.won is None else self.target - self.won


def forecast(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Open deals by the month in which they are to close, beside what was won and the targets.

    Six months are shown, then what is to close later, what was to close before the day, and what
    has no date. Weighted is amount x stated probability; the value by age takes the chance that a
    deal still open at its age is won yet. Won is what was won in that month by the day. The target
    is that of all reps for the month itself; targets for a quarter or a year are not split. The
    gap is target less won, and coverage what is open for the month by the gap; a gap that is
    closed is reached. One part tells for each of the last six full months how many of the deals
    that were to close in it, as was thought when it began, did; one that is neither won nor lost
    by its end has slipped. Another tells what was won of the deals of which a probability was
    stated 30 days before they closed: of all, or of those closed in the window asked for.

    Source: coverage and slippage are common conventions of sales operations; the chance by age:
    O. O. Aalen and S. Johansen, Scandinavian J. of Statistics 5 (1978), 141-150; what stated
    probabilities are worth: G. W. Brier, Monthly Weather Review 78 (1950), 1-3.

    What it cannot know: deals that are not in the book yet. A probability of a deal's own has no
    history, so it counts as it stands now, also in what was stated before. A close date is what
    somebody hopes; the slippage shows how far such hopes were met.

    Raises UsageError for an empty window.
    """
    policy = book.policy
    steps = ladder(policy)
    everyone = deals_at(book, as_of)
    found = closings(book, as_of, everyone, steps)
    own = [deal for deal in everyone if rep in (None, deal.owner)]
    open_deals = [deal for deal in own if deal.role == "open" and not deal.archived]
    closed = [one for one in found.every if rep in (None, one.owner)]
    asked = None if since is None and until is None else window(policy, as_of, since, until)
    judged = [
        one for one in closed if asked is None or asked.bounds[0] <= one.day <= asked.bounds[1]
    ]
    ages = _ages(everyone, steps, as_of)
    learned = lesson(found.results, ages, steps, policy)
    length = max(1, policy.standard("forecast.months"))
    months = _months(as_of, range(length))
    aims = [
        each for each in targets_at(book) if each.measure == MEASURE and rep in (None, each.rep)
    ]
    rows = _rows(open_deals, months, _Sums(steps, learned, policy, as_of), closed, aims)
    everything = rows[-1][1]
    told = bool(open_deals or closed or aims)
    back = -1 if months[0].until > as_of else 0
    ended = _months(as_of, range(back - length + 1, back + 1))
    return Table(
        "forecast",
        "Open deals by the month in which they are to close",
        COLUMNS,
        tuple(_cells(key, figures, policy) for key, figures in rows) if told else (),
        (*_value_notes(open_deals, learned, steps, policy), *_target_notes(aims, months))
        if told
        else (),
        (
            slippage_part(ended, own, expectations(book, as_of, steps), steps, policy),
            calibration_part(judged, policy),
        ),
        _summary(everything, policy),
        SHOWN if any(figures.target is not None for _, figures in rows) else SHOWN[:6],
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=asked.since if asked else None,
        until=asked.until if asked else None,
    )


class _Sums(NamedTuple):
    steps: Ladder
    learned: Lesson
    policy: Policy
    as_of: date

    def of(self, deals: Sequence[DealAt]) -> Figures:
        """The open deals of a row added up."""
        day = self.as_of.isoformat()
        aged = ((deal.book_amount, days_between(self.steps.clock_day(deal), day)) for deal in deals)
        return Figures(
            len(deals),
            total(deal.book_amount for deal in deals),
            total(weighted(deal, self.policy) for deal in deals),
            age_adjusted(aged, self.learned.curve),
        )


def _ages(deals: Sequence[DealAt], steps: Ladder, as_of: date) -> list[int]:
    day = as_of.isoformat()
    ages = (days_between(steps.clock_day(deal), day) for deal in deals if deal.role == "open")
    return [age for age in ages if age is not None]


def _months(as_of: date, offsets: range) -> list[Window]:
    """Calendar months by their distance from that of the day."""
    found = []
    for offset in offsets:
        year, month = divmod(as_of.year * 12 + as_of.month - 1 + offset, 12)
        days = period_days(f"{year:04}-{month + 1:02}")
        if days:
            found.append(Window(*days))
    return found


def _rows(
    deals: Sequence[DealAt],
    months: Sequence[Window],
    sums: _Sums,
    closed: Sequence[Closing],
    aims: Sequence[Target],
) -> list[tuple[str, Figures]]:
    """The months, then what belongs to none of them, then all."""
    names = [month.bounds[0][:MONTH] for month in months]
    groups: dict[str, list[DealAt]] = {}
    for deal in deals:
        groups.setdefault(_group(deal, names, sums.as_of), []).append(deal)
    rows = []
    for name, month in zip(names, months, strict=True):
        since, until = month.bounds
        won = [one.amount for one in closed if one.won and since <= one.day <= until]
        own = [each.value for each in aims if each.days == (month.since, month.until)]
        figures = sums.of(groups.get(name, ()))
        rows.append((name, figures._replace(won=total(won), target=total(own) if own else None)))
    shown = [row[1] for row in rows]
    rows += [(key, sums.of(groups[key])) for key in (LATER,) if key in groups]
    rows += [(key, sums.of(groups.get(key, ()))) for key in (PAST, NO_DATE)]
    known = [figures.target for figures in shown if figures.target is not None]
    everything = sums.of(deals)._replace(
        won=total(figures.won for figures in shown), target=total(known) if known else None
    )
    return [*rows, (ALL, everything)]


def _group(deal: DealAt, names: Sequence[str], as_of: date) -> str:
    if deal.close is None:
        return NO_DATE
    if deal.close < as_of.isoformat():
        return PAST
    month = deal.close[:MONTH]
    return month if month in names else LATER


def _cells(key: str, figures: Figures, policy: Policy) -> tuple[Any, ...]:
    gap = None if key == ALL else figures.gap
    covered = None
    if gap is not None and gap > 0 and figures.amount is not None:
        covered = float(figures.amount / gap)
    amounts = (*figures[1:], gap)
    return (
        key,
        figures.deals,
        *(None if amount is None else Money(amount, policy.currency) for amount in amounts),
        covered,
        REACHED if gap is not None and gap <= 0 else None,
    )


def _value_notes(
    deals: Sequence[DealAt], learned: Lesson, steps: Ladder, policy: Policy
) -> tuple[str, ...]:
    early = sum(steps.clock_day(deal) is None for deal in deals)
    note = f"{counted(early, 'deal')} before the clock stage not in the value by age"
    if learned.curve is None:
        closed = policy.standard("pipeline.forecast_min_closed")
        won = policy.standard("pipeline.forecast_min_won")
        few = f"{learned.closed} closed deals, {learned.won} won: too few"
        note = f"the value by age is unknown, {few} ({closed} and {won} needed)"
    said = (note,) if early or learned.curve is None else ()
    return (
        *said,
        *pricing_notes(((deal.amount, deal.currency) for deal in deals), "deal", policy),
    )


def _target_notes(aims: Sequence[Target], months: Sequence[Window]) -> tuple[str, ...]:
    monthly = {(month.since, month.until) for month in months}
    ahead = {each.days for each in aims if each.days and each.days[1] >= months[0].since}
    if ahead - monthly:
        return ("targets for a quarter or a year are not split: crm report targets",)
    if ahead:
        return ()
    return (f"no target for these months: {MEASURE} among a rep's targets says more",)


def _summary(everything: Figures, policy: Policy) -> Mapping[str, Any]:
    cells = _cells(ALL, everything, policy)
    keys = [column.key for column in COLUMNS]
    return dict(zip(keys[1:-3], cells[1:-3], strict=True))
