"""Do reps report after visits, and do we learn from them?"""

from collections import Counter
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from crmcli.model.policy import Policy
from crmcli.model.statistics import median
from crmcli.reports.people import ALL
from crmcli.reports.people import people
from crmcli.reports.promise_dates import is_late
from crmcli.reports.rates import Rate
from crmcli.reports.rates import compared_rates
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.visit_filing import PENDING
from crmcli.reports.visit_parts import improvement_part
from crmcli.reports.visit_parts import missing_part
from crmcli.reports.visit_parts import next_part
from crmcli.reports.visit_parts import recurring_part
from crmcli.reports.visit_parts import visits_part
from crmcli.reports.visit_plans import plans
from crmcli.reports.visits_at import FIELDS
from crmcli.reports.visits_at import Visit
from crmcli.reports.visits_at import briefs
from crmcli.reports.visits_at import is_bad
from crmcli.reports.visits_at import visits_at
from crmcli.reports.window import window

COLUMNS = (
    Column("rep"),
    Column("planned", "number"),
    Column("planned_done", "number"),
    Column("planned_late", "number"),
    Column("planned_missed", "number"),
    Column("no_reason", "number"),
    Column("held", "number"),
    Column("pending", "number"),
    Column("reported", "number"),
    Column("report_rate", "rate"),
    Column("on_time", "number"),
    Column("on_time_rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("shrunk", "rate"),
    Column("outside", "yes"),
    Column("median_lag_hours", "number"),
    Column("complete", "number"),
    Column("next_steps", "number"),
    Column("next_done", "number"),
    Column("next_late", "number"),
    Column("next_missed", "number"),
    Column("lessons", "number"),
    Column("read", "number"),
    Column("promises_made", "number"),
    Column("promises_kept", "number"),
    Column("promises_late", "number"),
    Column("mood_good", "number"),
    Column("mood_bad", "number"),
)
SHOWN = ("rep", "held", "reported", "report_rate", "on_time_rate", "next_missed", "lessons")
EMPTY = 'no visit held or planned in these days: crm log visit CUSTOMER "TEXT"'
SUMMARY = ("held", "reported", "report_rate", "on_time_rate", "next_missed", "planned_missed")


def visits(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Visits by rep: planned, held, reported, in time, complete, followed up, learned from.

    A joint visit counts for each rep who was there, and once in all. A visit is reported in time
    within 48 calendar hours, or two days where a time of day is missing; one that may still be
    reported in time is pending, and in no rate. It is complete when contact, summary, mood and
    next step are filled; a next step of `none` is filled. A next step is done by any later
    contact with the customer, about the same deal if the visit names one, up to its day. low,
    high, shrunk and outside belong to the rate in time. The promises are those made in these
    visits, with what became of them. Further parts list what is missing, which next steps were
    missed, which failure came up three times, and whether the share of bad visits fell against
    the window before.

    Source: plan-do-check-act and the review after action, as practice; the change of a share with
    its interval: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890; shrinkage: J. C.
    Kleinman, JASA 68 (1973), 46-54.

    What it cannot know: visits that were neither planned nor logged, whether a report is true,
    and whether a lesson was learned or only written down. Moods and failures are as the reps saw
    them. Below five visits there is no rate, only its bounds.

    Raises UsageError for an empty window.
    """
    policy = book.policy
    span = window(policy, as_of, since, until)
    held = visits_at(book, as_of, span)
    planned = plans(book, as_of, span)
    counts, lags = _tally(held, planned, policy, as_of)
    reps = people(book).sorted({id for id in counts if id not in (None, ALL)})
    pairs = [_on_time(counts[id]) for id in reps]
    min_n = policy.standard("min_n")
    rates = compared_rates(pairs, min_n)
    rows = [
        _row(id, counts[id], rate, lags[id], min_n)
        for id, rate in zip(reps, rates, strict=True)
        if rep in (None, id)
    ]
    total = _row(ALL, counts[ALL], one_rate(*_on_time(counts[ALL]), min_n), lags[ALL], min_n)
    shown = [visit for visit in held if rep is None or rep in visit.reps]
    values = dict(zip((column.key for column in COLUMNS), total, strict=True))
    return Table(
        "visits",
        f"Visits, {span.since} to {span.until}, in calendar hours",
        COLUMNS,
        (*rows, total) if reps else (),
        _notes(pairs, counts[ALL], policy),
        (
            missing_part(shown),
            next_part(shown, as_of),
            recurring_part(shown, policy),
            improvement_part([row[0] for row in rows], briefs(book, span.before), held, policy),
            visits_part(shown, as_of),
        ),
        {name: values[name] for name in SUMMARY},
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _tally(
    held: Sequence[Visit],
    planned: Mapping[str | None, Counter[str]],
    policy: Policy,
    as_of: date,
) -> tuple[dict[str | None, Counter[str]], dict[str | None, list[float]]]:
    """Counts and lags by rep, and of all."""
    counts: dict[str | None, Counter[str]] = defaultdict(Counter)
    lags: dict[str | None, list[float]] = defaultdict(list)
    for owner, plan in planned.items():
        counts[owner].update(plan)
        counts[ALL].update(plan)
    for visit in held:
        marks = visit_marks(visit, policy, as_of)
        for who in (*visit.reps, ALL):
            counts[who].update(marks)
            if visit.filing.lag is not None:
                lags[who].append(visit.filing.lag)
    return counts, lags


def visit_marks(visit: Visit, policy: Policy, as_of: date) -> list[str]:
    """The figures that a visit counts in; a name stands twice where it counts for two."""
    day, fields, mood = as_of.isoformat(), visit.fields, visit.fields["mood"]
    required = [name for name in policy.standard("visits.required") if name in FIELDS]
    marks = {
        "held": True,
        "pending": visit.filing.state == PENDING,
        "reported": visit.filing.reported,
        "on_time": visit.filing.on_time,
        "complete": visit.filing.reported and all(fields[name] is not None for name in required),
        "next_steps": visit.next not in (None, "undated"),
        f"next_{visit.next}": visit.next,
        "lessons": fields["lesson"],
        "read": fields["reviewed"] and fields["reviewed"] <= day,
        "mood_good": mood in ("pleased", "delighted"),
        "mood_bad": mood in ("unhappy", "offended"),
        "judged": is_bad(mood, fields["failure"]) is not None,
    }
    promised = [promise.standing for promise in visit.promises]
    return [
        *(name for name, holds in marks.items() if holds),
        *("promises_made" for _ in promised),
        *("promises_kept" for one in promised if one.status == "kept" and not one.disputed),
        *("promises_late" for one in promised if is_late(one, day)),
    ]


def _on_time(counts: Counter[str]) -> tuple[int, int]:
    return counts["on_time"], counts["held"] - counts["pending"]


def _row(
    who: str, counts: Counter[str], rate: Rate, lags: Sequence[float], min_n: int
) -> tuple[Any, ...]:
    """The cells of a row in the order of COLUMNS; what is not a count is put in its place."""
    cells = {column.key: counts[column.key] for column in COLUMNS}
    special = {
        "rep": who,
        "report_rate": one_rate(counts["reported"], rate.n, min_n).rate,
        "on_time_rate": rate.rate,
        "low": rate.low,
        "high": rate.high,
        "shrunk": rate.shrunk,
        "outside": rate.outside,
        "median_lag_hours": median(lags),
    }
    return tuple({**cells, **special}.values())


def _notes(
    pairs: Sequence[tuple[int, int]], counts: Counter[str], policy: Policy
) -> tuple[str, ...]:
    hours = policy.standard("visits.report_hours")
    unknown = [name for name in policy.standard("visits.required") if name not in FIELDS]
    bare = counts["next_undated"]
    said = {
        difference_note(pairs, "reps", "visits reported in time"): True,
        f"in time: within {hours} hours; {counts['pending']} pending, in no rate": counts["held"],
        f"{bare} next step{'' if bare == 1 else 's'} without a date: in no figure": bare,
        "moods and failures are as the reps saw them": counts["judged"],
        f"visits.required in crm.yaml names no field of a visit: {', '.join(unknown)}": unknown,
        "no planned visit in these days: crm task add TEXT --kind visit --due DATE says more": (
            counts["held"] and not counts["planned"]
        ),
    }
    return tuple(note for note, holds in said.items() if note and holds)
