"""The lists beside the report on visits: each visit, what is missing, what recurs, what changed."""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date

from crmcli.model.policy import Policy
from crmcli.model.statistics import newcombe
from crmcli.reports.people import ALL
from crmcli.reports.promise_dates import days_between
from crmcli.reports.promise_dates import state
from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Table
from crmcli.reports.visit_filing import DAY
from crmcli.reports.visit_filing import LATE
from crmcli.reports.visit_filing import UNREPORTED
from crmcli.reports.visits_at import Brief
from crmcli.reports.visits_at import Visit
from crmcli.reports.visits_at import is_bad

VISITS = (
    Column("id", "id"),
    Column("at", "time"),
    Column("rep"),
    Column("customer"),  # a slug may be long, so it may be folded
    Column("kind"),
    Column("mood"),
    Column("reported", "time"),
    Column("lag_hours", "number"),
    Column("on_time", "yes"),
    Column("next_step"),
    Column("next_date", "date"),
    Column("promises", "list"),
    Column("promise_states", "list"),
    Column("lesson"),
)
VISITS_SHOWN = ("id", "at", "rep", "customer", "mood", "on_time", "next_step", "promise_states")
MISSING = (
    Column("id", "id"),
    Column("at", "time"),
    Column("rep"),
    Column("customer"),  # a slug may be long, so it may be folded
    Column("lag_hours", "number"),
    Column("state"),
)
NEXT = (
    Column("id", "id"),
    Column("rep"),
    Column("customer"),  # a slug may be long, so it may be folded
    Column("next_step"),
    Column("next_date", "date"),
    Column("days_late", "number"),
)
RECURRING = (
    Column("failure"),
    Column("step"),
    Column("visits", "number"),
    Column("customers", "number"),
    Column("lessons", "number"),
    Column("evidence", "evidence"),
)
IMPROVEMENT = (
    Column("rep"),
    Column("before_k", "number"),
    Column("before_n", "number"),
    Column("now_k", "number"),
    Column("now_n", "number"),
    Column("difference", "number"),
    Column("low", "number"),
    Column("high", "number"),
    Column("verdict"),
)


def visits_part(visits: Sequence[Visit], as_of: date) -> Table:
    """Each visit that took place, newest first, with the promises made in it and their state."""
    day = as_of.isoformat()
    ordered = sorted(visits, key=lambda visit: visit.id)
    ordered.sort(key=lambda visit: visit.at[:DAY], reverse=True)
    rows = tuple(
        (
            visit.id,
            visit.at,
            visit.rep,
            visit.customer,
            visit.fields["kind"],
            visit.fields["mood"],
            visit.fields["reported"] if visit.filing.reported else None,
            visit.filing.lag,
            visit.filing.on_time,
            visit.fields["next_step"],
            _date(visit.fields["next_date"]),
            tuple(promise.id for promise in visit.promises),
            tuple(state(promise.standing, day) for promise in visit.promises),
            visit.fields["lesson"],
        )
        for visit in ordered
    )
    return Table(
        "visits", "Visits", VISITS, rows, shown=VISITS_SHOWN, empty="no visit in these days"
    )


def missing_part(visits: Iterable[Visit]) -> Table:
    """Visits without a report, or with a late one, oldest first; pending ones are not among them."""
    rows = tuple(
        (visit.id, visit.at, visit.rep, visit.customer, visit.filing.lag, visit.filing.state)
        for visit in visits
        if visit.filing.state in (UNREPORTED, LATE)
    )
    empty = "every visit that is due was reported in time"
    return Table("missing", "Reports missing or late", MISSING, rows, empty=empty)


def next_part(visits: Iterable[Visit], as_of: date) -> Table:
    """Next steps that were missed or taken late, most days late first."""
    rows = []
    for visit in visits:
        if visit.next in ("missed", "late"):
            due = visit.fields["next_date"]
            late = days_between(due, visit.followed or as_of.isoformat())
            rows.append(
                (
                    visit.id,
                    visit.rep,
                    visit.customer,
                    visit.fields["next_step"],
                    _date(due),
                    late or 0,
                )
            )
    rows.sort(key=lambda row: (-row[5], row[0]))
    empty = "no next step was missed or late"
    return Table("next", "Next steps missed or late", NEXT, tuple(rows), empty=empty)


def recurring_part(visits: Iterable[Visit], policy: Policy) -> Table:
    """Failures that came up in several visits at the same step, most frequent first.

    From `visits.recurring` (3) on. `step` is None where none was noted.
    """
    found: dict[tuple[str, str | None], list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.fields["failure"]:
            found[visit.fields["failure"], visit.fields["step"]].append(visit)
    rows = []
    for (failure, step), members in found.items():
        if len(members) >= policy.standard("visits.recurring"):
            customers = {visit.customer for visit in members if visit.customer}
            lessons = sum(visit.fields["lesson"] is not None for visit in members)
            rows.append((failure, step, len(members), len(customers), lessons, _evidence(members)))
    rows.sort(key=lambda row: (-row[2], row[0], row[1] or ""))
    empty = "no failure came up again and again"
    return Table("recurring", "What goes wrong again", RECURRING, tuple(rows), empty=empty)


def improvement_part(
    reps: Sequence[str], before: Iterable[Brief], visits: Iterable[Visit], policy: Policy
) -> Table:
    """The share of bad visits now against the window before, by rep and for all.

    `difference` is now - before, so below 0 is better; None with too few visits in either.
    """
    min_n = policy.standard("min_n")
    earlier = _bad_counts((brief.reps, brief.bad) for brief in before)
    now = _bad_counts(
        (visit.reps, is_bad(visit.fields["mood"], visit.fields["failure"])) for visit in visits
    )
    rows = tuple(
        (rep, *earlier[rep], *now[rep], *_change(earlier[rep], now[rep], min_n))
        for rep in (*reps, ALL)
    )
    known = earlier[ALL][1] or now[ALL][1]
    empty = "no visit has a mood or a failure: --mood with crm log says more"
    return Table(
        "improvement",
        "Share of bad visits, before and now",
        IMPROVEMENT,
        rows if known else (),
        empty=empty,
    )


def _bad_counts(
    visits: Iterable[tuple[tuple[str, ...], bool | None]],
) -> dict[str, tuple[int, int]]:
    bad: Counter[str] = Counter()
    n: Counter[str] = Counter()
    for reps, is_it in visits:
        if is_it is not None:
            for rep in (*reps, ALL):
                n[rep] += 1
                bad[rep] += is_it
    return defaultdict(lambda: (0, 0), {rep: (bad[rep], n[rep]) for rep in n})


def _change(
    before: tuple[int, int], now: tuple[int, int], min_n: int
) -> tuple[float | None, float | None, float | None, str]:
    found = newcombe(*now, *before)
    if found is None:
        return None, None, None, "too few"
    difference, low, high = found
    if before[1] < min_n or now[1] < min_n:
        return None, low, high, "too few"
    if high < 0:
        return difference, low, high, "better"
    return difference, low, high, "worse" if low > 0 else "no evidence of change"


def _evidence(visits: Iterable[Visit]) -> tuple[Evidence, ...]:
    found = [
        Evidence(
            date.fromisoformat(visit.at[:DAY]),
            visit.id,
            "interaction",
            "seen",
            visit.fields["summary"] or visit.fields["failure"],
        )
        for visit in sorted(visits, key=lambda visit: visit.id)
    ]
    found.sort(key=lambda entry: entry.date or date.min, reverse=True)
    return tuple(found)


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
