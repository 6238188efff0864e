"""When we failed a customer, did we put it right?"""

from collections import Counter
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import Any
from typing import NamedTuple
from typing import get_args

from crmcli.model.errors import BadValueError
from crmcli.model.statistics import median
from crmcli.model.words import Failure as Type
from crmcli.model.words import Step
from crmcli.reports.cases_at import cases_at
from crmcli.reports.failure_sources import UNNAMED
from crmcli.reports.failures import OPEN
from crmcli.reports.failures import RESOLVED
from crmcli.reports.failures import RULES
from crmcli.reports.failures import SETTLED
from crmcli.reports.failures import Failure
from crmcli.reports.failures import failures
from crmcli.reports.feedback_at import Said
from crmcli.reports.good_events import is_good
from crmcli.reports.good_events import said_by_customers
from crmcli.reports.people import ALL
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import people
from crmcli.reports.promise_dates import days_between
from crmcli.reports.rates import Rate
from crmcli.reports.rates import compared_rates
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import Window
from crmcli.reports.window import window

GROUPINGS = ("type", "rep", "step")
NO_STEP = "step not named"
TYPES = (*get_args(Type), UNNAMED)
STEPS = (*get_args(Step), NO_STEP)
COLUMNS = (
    Column("failures", "number"),
    Column("customers", "number"),
    Column("repeat_customers", "number"),
    Column("open", "number"),
    Column("resolved", "number"),
    Column("settled", "number"),
    Column("median_days_to_acknowledge", "number"),
    Column("median_days_to_resolve", "number"),
    Column("recovered", "number"),
    Column("judged", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("unknown_after", "number"),
    Column("shrunk", "rate"),
    Column("outside", "yes"),
    Column("evidence", "evidence"),
)
SHOWN = ("failures", "customers", "open", "resolved", "settled", "recovered", "judged", "rate")
ONE_BY_ONE = (
    Column("id", "id"),
    Column("date", "date"),
    Column("customer"),
    Column("rule"),
    Column("what"),
    Column("type"),
    Column("step"),
    Column("rep"),
    Column("state"),
    Column("days_to_resolve", "number"),
    Column("resolved", "date"),
    Column("settled", "date"),
    Column("rating", "id"),
    Column("recovered", "yes"),
)
ONE_SHOWN = ("id", "date", "customer", "what", "type", "rep", "state", "days_to_resolve")
EMPTY = "no failure on record in these days: crm help case, crm help feedback"
NEVER = "most unhappy customers never complain: few failures is not proof of none"


class Outcome(NamedTuple):
    """A failure with what came after: the days it took, and the first rating since."""

    failure: Failure
    acknowledge: int | None
    resolve: int | None
    rating: Said | None
    recovered: bool | None


def recovery(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "type",
) -> Table:
    """Count the failures of these days, and older ones that still stand, and what became of them.

    Open: not put right. Resolved: put right by us, but the customer has not shown that it is well.
    Settled: he said so, or something good came from him afterwards. Failures are complaints, low
    ratings, interactions with a failure or an offended mood, promises not kept by the day agreed,
    mails without an answer in time, and silences of more than twice the cadence of live customers;
    what is told of one case in several records is one failure.

    Judged are those resolved or settled whose customer gave a rating within 90 days of it;
    recovered are those whose first such rating is good. Without one nobody knows, and unknown is
    not fine. Repeat customers had two failures or more in these days. Days to acknowledge are
    those of cases. --rep keeps his row; by type or step, the rows in which he has a failure.

    Source: Hart, Heskett and Sasser, Harvard Business Review 68(4) (1990) 148-156; Tax, Brown and
    Chandrashekaran, Journal of Marketing 62(2) (1998) 60-76.

    Only what somebody wrote down or what can be computed is here: most unhappy customers never
    complain.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    outcomes = _outcomes(book, as_of, span)
    groups = _grouped(outcomes, by)
    keys = _order(book, by, groups)
    pairs = [_recovered(groups[key]) for key in keys]
    min_n = policy.standard("min_n")
    rows = [
        _row(key, groups[key], rate, span)
        for key, rate in zip(keys, compared_rates(pairs, min_n), strict=True)
        if rep is None or (key == rep if by == "rep" else _has(groups[key], rep))
    ]
    total = _row(ALL, outcomes, one_rate(*_recovered(outcomes), min_n), span)
    columns = (Column(by), *COLUMNS)
    return Table(
        "recovery",
        f"Failures by {by}, {span.since} to {span.until}",
        columns,
        (*rows, (*total[:-1], ())) if outcomes else (),
        tuple(note for note in (difference_note(pairs, f"{by}s", "recovery"), NEVER) if note),
        (_one_by_one([one for one in outcomes if rep in (None, one.failure.rep)]),),
        {
            column.key: cell
            for column, cell in zip(columns, total, strict=True)
            if column.type in ("number", "rate")
        },
        (by, *SHOWN),
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _outcomes(book: Readable, as_of: date, span: Window) -> list[Outcome]:
    first, last = span.bounds
    told = [one for one in failures(book, as_of, span) if one.standing or first <= one.day <= last]
    cases = {case.id: case for case in cases_at(book, as_of)}
    ratings: dict[str | None, list[Said]] = defaultdict(list)
    oldest = min((one.day for one in told), default=last)
    for one in said_by_customers(book, Window(date.fromisoformat(oldest), as_of)):
        if one.kind in ("csat", "nps"):
            ratings[one.customer].append(one)
    days = book.policy.standard("recovery.rating_days")
    found = []
    for failure in told:
        case = cases.get(failure.id) if failure.rule == "B1" else None
        rating = _first_after(failure, ratings.get(failure.customer, ()), days)
        found.append(
            Outcome(
                failure,
                days_between(failure.day, case.acknowledged[:10])
                if case and case.acknowledged
                else None,
                days_between(failure.day, failure.resolved),
                rating,
                None if rating is None else is_good(rating, book.policy.standard),
            )
        )
    return found


def _first_after(failure: Failure, ratings: Sequence[Said], days: int) -> Said | None:
    """The first rating on or after the resolution, or after a failure that has none."""
    if failure.state == OPEN:
        return None
    start = failure.resolved or (date.fromisoformat(failure.day) + timedelta(days=1)).isoformat()
    since = failure.resolved or failure.day
    last = (date.fromisoformat(since) + timedelta(days=days)).isoformat()
    return next((one for one in ratings if start <= one.day <= last), None)


def _grouped(outcomes: Sequence[Outcome], by: str) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        failure = one.failure
        key = {
            "type": failure.type,
            "rep": failure.rep or NOT_KNOWN,
            "step": failure.step or NO_STEP,
        }[by]
        groups[key].append(one)
    return groups


def _order(book: Readable, by: str, groups: Mapping[str, Sequence[Outcome]]) -> list[str]:
    if by == "rep":
        return people(book).sorted(groups)
    known = TYPES if by == "type" else STEPS
    places = {word: at for at, word in enumerate(known)}
    return sorted(groups, key=lambda key: (places.get(key, len(places)), key))


def _recovered(group: Sequence[Outcome]) -> tuple[int, int]:
    judged = [one for one in group if one.recovered is not None]
    return sum(bool(one.recovered) for one in judged), len(judged)


def _has(group: Sequence[Outcome], rep: str) -> bool:
    return any(one.failure.rep == rep for one in group)


def _row(key: str, group: Sequence[Outcome], rate: Rate, span: Window) -> tuple[Any, ...]:
    since, until = span.bounds
    states = Counter(one.failure.state for one in group)
    customers = Counter(one.failure.customer for one in group if since <= one.failure.day <= until)
    lines = [one.failure.evidence for one in reversed(group)]
    lines.sort(key=lambda line: line.date or date.min, reverse=True)
    return (
        key,
        len(group),
        len({one.failure.customer for one in group}),
        sum(count > 1 for count in customers.values()),
        states[OPEN],
        states[RESOLVED],
        states[SETTLED],
        median([one.acknowledge for one in group if one.acknowledge is not None]),
        median([one.resolve for one in group if one.resolve is not None]),
        rate.k,
        rate.n,
        rate.rate,
        rate.low,
        rate.high,
        states[RESOLVED] + states[SETTLED] - rate.n,
        rate.shrunk,
        rate.outside,
        tuple(lines),
    )


def _one_by_one(outcomes: Sequence[Outcome]) -> Table:
    """Each failure, newest first."""
    ordered = sorted(outcomes, key=lambda one: one.failure.id)
    ordered.sort(key=lambda one: one.failure.day, reverse=True)
    rows = tuple(
        (
            one.failure.id,
            date.fromisoformat(one.failure.day),
            one.failure.customer,
            one.failure.rule,
            RULES[one.failure.rule],
            one.failure.type,
            one.failure.step,
            one.failure.rep,
            one.failure.state,
            one.resolve,
            _date(one.failure.resolved),
            _date(one.failure.settled),
            one.rating.id if one.rating else None,
            one.recovered,
        )
        for one in ordered
    )
    return Table("failures", "One by one", ONE_BY_ONE, rows, shown=ONE_SHOWN, empty=EMPTY)


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None
