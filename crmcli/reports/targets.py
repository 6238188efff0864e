"""Are targets being met?"""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.model.targets import AMOUNTS
from crmcli.model.targets import MEASURES
from crmcli.model.targets import period_days
from crmcli.reports.closings import Closing
from crmcli.reports.closings import won_pricing_notes
from crmcli.reports.people import ALL
from crmcli.reports.people import people
from crmcli.reports.pricing import counted
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table
from crmcli.reports.targets_at import Events
from crmcli.reports.targets_at import Target
from crmcli.reports.targets_at import events_of
from crmcli.reports.targets_at import targets_at
from crmcli.reports.targets_at import won_deals
from crmcli.reports.window import Window
from crmcli.reports.window import window

COLUMNS = (
    Column("rep"),
    Column("period"),
    Column("measure"),
    Column("target", "number"),
    Column("actual", "number"),
    Column("currency"),
    Column("attainment", "rate"),
    Column("elapsed", "rate"),
    Column("pace", "number"),
)
SHOWN = ("rep", "period", "measure", "target", "actual", "attainment", "elapsed", "pace")
EMPTY = "no target for these days: write targets into the rep's file, crm rep edit REP"


class Goal(NamedTuple):
    """A row: one rep's target, or that of several together."""

    who: str
    reps: set[str]
    period: str
    measure: str
    value: Decimal
    days: tuple[date, date]


def targets(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    period: str | None = None,
) -> Table:
    """Targets of the reps, what was reached of them up to the day, and whether that is on course.

    Targets stand in the reps' files, for a year (`2026`), a quarter (`2026-Q4`) or a month
    (`2026-11`). Those are shown whose period has the day in it, or days of the window that was
    asked for, or the one period that was asked for. Attainment is what was reached of the target,
    elapsed the days of the period up to the day of all its days, and pace attainment by elapsed:
    1 is on course, if work is even. Won amounts and won deals count on the closing day for who had
    the deal then; revenue is that of order lines, for the line's rep, else for the customer's
    owner; visits are those that took place; a customer is new on the first day he was active, for
    who had him then. The rows of all add up what is for the same period and measure; a joint visit
    counts there once.

    Source: attainment and pace are common conventions of sales operations.

    What it cannot know: whether a target was sensible, and whether work is even over the period.
    Targets have no history: they are those in the files now. Nothing says anything of a rep
    without a target.

    Raises BadValueError for a period that is none, UsageError for an empty window.
    """
    policy = book.policy
    wanted = None if period is None else period_days(period)
    if period is not None and wanted is None:
        raise BadValueError(f"--period '{period}' is no period", remedy="Try: 2026-Q4")
    asked = None if since is None and until is None else window(policy, as_of, since, until)
    days = wanted or asked or Window(as_of, as_of)
    found = targets_at(book)
    goals = [
        Goal(each.rep, {each.rep}, each.period, each.measure, each.value, each.days)
        for each in found
        if each.days and (each.days == wanted if wanted else _meet(each.days, days))
    ]
    start = min((goal.days[0] for goal in goals), default=as_of)
    measures = {goal.measure for goal in goals}
    whole = Window(min(start, as_of), as_of)
    won = won_deals(book, whole) if measures & {"won-amount", "won-deals"} else []
    events = events_of(book, measures, whole, won)
    order = people(book).sorted({goal.who for goal in goals})
    goals.sort(key=lambda goal: (order.index(goal.who), *_place(goal)))
    rows = [_row(goal, events, policy, as_of) for goal in goals if rep in (None, goal.who)]
    rows += [_row(goal, events, policy, as_of) for goal in _together(goals)]
    return Table(
        "targets",
        "Targets and what was reached",
        COLUMNS,
        tuple(rows) if goals else (),
        (*_notes(found, goals, events), *_pricing(won, goals, policy)),
        (),
        _summary(rows),
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=asked.since if asked else None,
        until=asked.until if asked else None,
    )


def _meet(days: tuple[date, date], others: tuple[date, date]) -> bool:
    return days[0] <= others[1] and others[0] <= days[1]


def _place(goal: Goal) -> tuple[Any, ...]:
    """Longer periods first, measures in their order."""
    known = goal.measure in MEASURES
    measure = MEASURES.index(goal.measure) if known else len(MEASURES)
    return goal.days[0], -goal.days[1].toordinal(), measure, goal.measure


def _together(goals: Sequence[Goal]) -> list[Goal]:
    """What is for the same period and measure as one goal of all its reps."""
    found: dict[tuple[Any, ...], Goal] = {}
    for goal in goals:
        before = found.get(_place(goal))
        value = goal.value + (before.value if before else 0)
        reps = goal.reps | (before.reps if before else set())
        found[_place(goal)] = goal._replace(who=ALL, reps=reps, value=value)
    return [found[place] for place in sorted(found)]


def _row(
    goal: Goal, events: Mapping[str, Events | None], policy: Policy, as_of: date
) -> tuple[Any, ...]:
    since, until = goal.days
    elapsed = max(0, min((as_of - since).days, (until - since).days) + 1)
    share = elapsed / ((until - since).days + 1)
    happened = events.get(goal.measure)
    actual = None if happened is None else happened.reached(goal.reps, Window(since, until))
    attainment = float(actual / goal.value) if actual is not None and goal.value else None
    pace = attainment / share if attainment is not None and share else None
    money = goal.measure in AMOUNTS
    cells = (goal.value, actual)
    return (
        goal.who,
        goal.period,
        goal.measure,
        *(Money(cell, policy.currency) if money and cell is not None else cell for cell in cells),
        policy.currency if money else None,
        attainment,
        share,
        pace,
    )


def _notes(
    found: Sequence[Target], goals: Sequence[Goal], events: Mapping[str, Events | None]
) -> tuple[str, ...]:
    malformed = sum(each.days is None for each in found)
    strange = sorted({goal.measure for goal in goals if goal.measure not in MEASURES})
    notes = ["pace 1 is on course, if work is even over the period"] if goals else []
    if "revenue" in events and events["revenue"] is None:
        notes.append("no order line yet: revenue is unknown, crm sale add or crm import says more")
    if strange:
        notes.append(f"not known as a measure: {', '.join(strange)}")
    if malformed:
        notes.append(f"{counted(malformed, 'target')} without a period that can be read: crm check")
    return tuple(notes)


def _pricing(won: Sequence[Closing], goals: Sequence[Goal], policy: Policy) -> tuple[str, ...]:
    """What is said of won amounts in the periods that have a target for them."""
    spans = [Window(*goal.days).bounds for goal in goals if goal.measure == "won-amount"]
    inside = [one for one in won if any(since <= one.day <= until for since, until in spans)]
    return won_pricing_notes(inside, policy)


def _summary(rows: Sequence[tuple[Any, ...]]) -> Mapping[str, Any]:
    """How many targets are shown, met by now, and behind their pace."""
    own = [row for row in rows if row[0] != ALL]
    return {
        "targets": len(own),
        "met": sum(row[6] is not None and row[6] >= 1 for row in own),
        "behind": sum(row[8] is not None and row[8] < 1 for row in own),
    }
