"""Where do deals stall or die?"""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.model.statistics import median
from crmcli.model.statistics import quantile
from crmcli.reports.deals_at import DealAt
from crmcli.reports.deals_at import Ladder
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.people import ALL
from crmcli.reports.pricing import counted
from crmcli.reports.promise_dates import days_between
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Item
from crmcli.reports.table import Picture
from crmcli.reports.table import Table
from crmcli.reports.window import year_or

COLUMNS = (
    Column("stage"),
    Column("reached", "number"),
    Column("next", "number"),
    Column("undecided", "number"),
    Column("rate", "rate"),
    Column("rate_decided", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("lost_here", "number"),
    Column("median_days", "number"),
    Column("p90_days", "number"),
    Column("n_days", "number"),
)
SHOWN = (
    "stage",
    "reached",
    "next",
    "undecided",
    "rate_decided",
    "low",
    "high",
    "lost_here",
    "median_days",
    "p90_days",
)
EMPTY = 'no deal was opened in these days: crm deal add CUSTOMER "NAME"'
SLOWEST = 0.9  # nine of ten stays are no longer
WON, LOST, OPEN = "won", "lost", "open"


class Journey(NamedTuple):
    """How far a deal came: the rank of its furthest open stage (None: it was in none), its role.

    `stays` are the days of its completed stays in each stage.
    """

    deal: DealAt
    reach: int | None
    role: str
    stays: dict[str, int]


def conversion(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """For the deals opened in the last year: how many reached each stage, and what came of them.

    A deal reached a stage if it ever was in it or in a later open one, so a step back takes
    nothing away; a won deal reached them all. Next are those that reached the next open stage, for
    the last one those that were won. Undecided are open and came no further than this stage; lost
    here are lost and came no further. The rate is next of reached, and the decided rate leaves the
    undecided out; the bounds belong to the latter. Days are those of completed stays, all stays of
    a deal in a stage together; a stage that was skipped has none. The last row counts all of them,
    from the beginning to won.

    Source: the cohort funnel, a common convention of sales operations; the bounds: E. B. Wilson,
    JASA 22 (1927), 209-212.

    What it cannot know: why a deal stands still, and how long it stood in a stage that somebody
    set without its day. Deals of the last months have had little time, so many are undecided.

    Raises UsageError for an empty window.
    """
    policy = book.policy
    span = year_or(policy, as_of, since, until)
    since_day, until_day = span.bounds
    steps = ladder(policy)
    deals = [deal for deal in deals_at(book, as_of) if rep in (None, deal.owner)]
    cohort = [
        _journey(deal, steps)
        for deal in deals
        if deal.role and deal.born and since_day <= deal.born <= until_day
    ]
    rows = _rows(cohort, steps, policy)
    ageless = sum(deal.born is None for deal in deals)
    placeless = sum(one.reach is None and one.role == LOST for one in cohort)
    notes = (
        f"{counted(ageless, 'deal')} of unknown beginning: in no row" if ageless else "",
        f"{counted(placeless, 'deal')} lost without a known stage: only in all"
        if placeless
        else "",
    )
    return Table(
        "conversion",
        f"Deals opened {span.since} to {span.until}, stage by stage",
        COLUMNS,
        tuple(rows) if cohort else (),
        tuple(note for note in notes if note),
        (),
        dict(zip((column.key for column in COLUMNS[1:]), rows[-1][1:], strict=True)),
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
        pictures=_bars(rows[:-1]) if cohort else (),
    )


def _bars(rows: Sequence[tuple[Any, ...]]) -> tuple[Picture, ...]:
    """How many reached each stage, and how many of them the next."""
    items = tuple(
        Item(stage, (float(after), float(reached)), f"{after} of {reached}")
        for stage, reached, after, *_ in rows
        if after is not None  # a stage that crm.yaml no longer knows has no next one
    )
    return (Picture("bars", "Went on, of those who reached the stage", items),)


def _journey(deal: DealAt, steps: Ladder) -> Journey:
    stays: dict[str, int] = defaultdict(int)
    for (start, stage), (end, _) in pairwise(deal.changes):
        if steps.roles.get(stage, OPEN) == OPEN:
            stays[stage] += days_between(start, end) or 0
    return Journey(deal, steps.reach(deal), deal.role or OPEN, dict(stays))


def _rows(cohort: Sequence[Journey], steps: Ladder, policy: Policy) -> list[tuple[Any, ...]]:
    """The open stages in the book's order, those that crm.yaml does not know, and all."""
    rows = []
    last = len(steps.ranks) - 1
    for stage, rank in steps.ranks.items():
        reached = [one for one in cohort if one.reach is not None and one.reach >= rank]
        further = sum(one.role == WON if rank == last else one.reach != rank for one in reached)
        here = [one.role for one in reached if one.reach == rank]
        figures = (len(reached), further, here.count(OPEN), here.count(LOST))
        rows.append((stage, *_cells(figures, _days(cohort, stage), policy)))
    known = {*steps.ranks, *steps.roles}
    for stage in sorted({stage for one in cohort for stage in _stages(one.deal)} - known):
        passed = [one for one in cohort if stage in _stages(one.deal)]
        days = _days(cohort, stage)
        blank = (None,) * (len(COLUMNS) - 5)
        rows.append((f"(unknown: {stage})", len(passed), *blank, *_lengths(days)))
    roles = [one.role for one in cohort]
    figures = (len(roles), roles.count(WON), roles.count(OPEN), roles.count(LOST))
    return [*rows, (ALL, *_cells(figures, None, policy))]


def _stages(deal: DealAt) -> set[str]:
    return {stage for _, stage in deal.changes} | ({deal.stage} if deal.stage else set())


def _days(cohort: Iterable[Journey], stage: str) -> list[int]:
    return [one.stays[stage] for one in cohort if stage in one.stays]


def _cells(
    figures: tuple[int, int, int, int], days: Sequence[int] | None, policy: Policy
) -> tuple[Any, ...]:
    reached, further, undecided, lost = figures
    min_n = policy.standard("min_n")
    decided = one_rate(further, reached - undecided, min_n)
    return (
        reached,
        further,
        undecided,
        one_rate(further, reached, min_n).rate,
        decided.rate,
        decided.low,
        decided.high,
        lost,
        *((None, None, None) if days is None else _lengths(days)),
    )


def _lengths(days: Sequence[int]) -> tuple[float | None, float | None, int]:
    return median(days), quantile(days, SLOWEST), len(days)
