"""Are service cases handled in time, and alike?"""

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.opening_hours import hours_words
from crmcli.model.policy import Policy
from crmcli.model.statistics import median
from crmcli.model.statistics import quantile
from crmcli.reports.case_parts import alike_part
from crmcli.reports.case_parts import missed_part
from crmcli.reports.case_parts import steps_part
from crmcli.reports.case_times import TimedCase
from crmcli.reports.case_times import timed_cases
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

GROUPINGS = ("type", "rep", "channel", "tier")
COLUMNS = (
    Column("opened", "number"),
    Column("resolved", "number"),
    Column("open", "number"),
    Column("reply_due", "number"),
    Column("reply_met", "number"),
    Column("reply_rate", "rate"),
    Column("median_reply", "number"),
    Column("p90_reply", "number"),
    Column("resolve_due", "number"),
    Column("resolve_met", "number"),
    Column("resolve_rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("shrunk", "rate"),
    Column("outside", "yes"),
    Column("median_resolve", "number"),
    Column("p90_resolve", "number"),
    Column("solved_at_once", "number"),
    Column("solved_n", "number"),
    Column("reopened", "number"),
    Column("reopened_rate", "rate"),
    Column("age_0_1", "number"),
    Column("age_2_7", "number"),
    Column("age_8_30", "number"),
    Column("age_over_30", "number"),
)
SHOWN = ("opened", "resolved", "open", "reply_rate", "resolve_rate", "median_resolve", "reopened")
EMPTY = "no case yet: crm help case"
P90 = 0.9
AGES = ((1, "age_0_1"), (7, "age_2_7"), (30, "age_8_30"))


def cases(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "type",
) -> Table:
    """How many cases came, were answered and resolved in time, and how many are still open.

    A case is to be answered and resolved within the hours of the standard, or of the first rule
    in crm.yaml that fits its type and its customer's tier. Hours are those of the calendar, or
    business hours where the house has named them; where a time of day is missing, whole days
    count. The first answer is what the case says, else the first contact naming it in which we
    wrote to the customer or spoke with them. A step counts when its deadline lies in the window
    and is past, or when it was done in the window; cases too young to be late are in no rate.
    `median` and `p90` are hours until that step. Solved at once: resolved in the window with
    exactly one such contact and never opened again; cases that no contact names are not in it.
    Open cases and their ages, in days, are those of the day itself. A case belongs to its owner
    on that day. A failure belongs to the step of its case or contact; there are more contacts at
    some steps than at others, so the order is that of the counts.

    Source: medians and 0.9 quantiles rather than means, as service desks do; Wilson, JASA 22
    (1927), for the bounds.

    What was promised to the customer about a case, and whether the answer was any good, the
    hours do not tell.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    every = timed_cases(book, as_of, span)
    groups = _grouped(every, by, span, as_of)
    reps = people(book)
    names = [name for name, group in groups.items() if group.counts]
    keys = reps.sorted(names) if by == "rep" else sorted(names, key=_last_unknown)
    min_n = policy.standard("min_n")
    pairs = [_resolved_in_time(groups[key]) for key in keys]
    rates = compared_rates(pairs, min_n)
    mine = None if rep is None else _rows_of(rep, by, every)
    rows = [
        (key, *_cells(groups[key], rate, min_n))
        for key, rate in zip(keys, rates, strict=True)
        if mine is None or key in mine
    ]
    firm = _united(groups.values())
    total = _cells(firm, one_rate(*_resolved_in_time(firm), min_n), min_n)
    shown = [item for item in every if rep is None or item.case.owner == rep]
    types = {item.case.type or NOT_KNOWN for item in shown}
    return Table(
        "cases",
        f"Cases by {by}, {span.since} to {span.until}, {hours_words(policy.hours)}",
        (Column(by), *COLUMNS),
        (*rows, (ALL, *total)) if keys else (),
        _notes(pairs, by, firm, policy),
        (
            missed_part(shown),
            alike_part(every, span, policy, types),
            steps_part(book, as_of, span, rep),
        ),
        dict(zip((column.key for column in COLUMNS), total, strict=True)),
        (by, *SHOWN),
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


class _Group(NamedTuple):
    """The cases of a row: the figures they count in, and hours to the steps done in the window."""

    counts: Counter[str]
    replies: list[float]
    resolutions: list[float]


def _grouped(
    every: Sequence[TimedCase], by: str, span: Window, as_of: date
) -> Mapping[str, _Group]:
    groups: dict[str, _Group] = {}
    for item in every:
        key = _KEYS[by](item) or NOT_KNOWN
        group = groups.setdefault(key, _Group(Counter(), [], []))
        group.counts.update(_marks(item, span, as_of))
        for step, hours in ((item.reply, group.replies), (item.resolve, group.resolutions)):
            if step.now and step.hours is not None:
                hours.append(step.hours)
    return groups


_KEYS: Mapping[str, Callable[[TimedCase], str | None]] = {
    "type": lambda item: item.case.type,
    "rep": lambda item: item.case.owner,
    "channel": lambda item: item.case.channel,
    "tier": lambda item: item.tier,
}


def _marks(item: TimedCase, span: Window, as_of: date) -> list[str]:
    """The figures that a case counts in."""
    case = item.case
    since, until = span.bounds
    inside = [since <= day <= until for day in case.resolutions]
    resolved = any(inside)
    # The i-th reopening ended the i-th resolution.
    reopened = any(inside[: len(case.reopenings)])
    waits = case.status != "resolved" and not case.archived
    marks = {
        "opened": since <= (case.opened_day or "") <= until,
        "resolved": resolved,
        "open": waits,
        "reply_due": item.reply.due,
        "reply_met": item.reply.due and item.reply.met,
        "resolve_due": item.resolve.due,
        "resolve_met": item.resolve.due and item.resolve.met,
        "solved_n": resolved and item.contacts,
        "solved_at_once": resolved and not case.reopenings and item.replies == 1,
        "reopened": reopened,
        _age(case.opened_day, as_of): waits,
    }
    return [name for name, holds in marks.items() if holds]


def _age(opened: str | None, as_of: date) -> str:
    days = days_between(opened, as_of.isoformat())
    if days is None:
        return "age_unknown"
    return next((name for limit, name in AGES if days <= limit), "age_over_30")


def _resolved_in_time(group: _Group) -> tuple[int, int]:
    return group.counts["resolve_met"], group.counts["resolve_due"]


def _cells(group: _Group, rate: Rate, min_n: int) -> tuple[Any, ...]:
    """The cells of a row in the order of COLUMNS; what is not a count is put in its place."""
    counts = group.counts
    special = {
        "reply_rate": one_rate(counts["reply_met"], counts["reply_due"], min_n).rate,
        "median_reply": median(group.replies),
        "p90_reply": quantile(group.replies, P90),
        "resolve_rate": rate.rate,
        "low": rate.low,
        "high": rate.high,
        "shrunk": rate.shrunk,
        "outside": rate.outside,
        "median_resolve": median(group.resolutions),
        "p90_resolve": quantile(group.resolutions, P90),
        "reopened_rate": one_rate(counts["reopened"], counts["resolved"], min_n).rate,
    }
    return tuple(special[c.key] if c.key in special else counts[c.key] for c in COLUMNS)


def _united(groups: Any) -> _Group:
    firm = _Group(Counter(), [], [])
    for group in groups:
        firm.counts.update(group.counts)
        firm.replies.extend(group.replies)
        firm.resolutions.extend(group.resolutions)
    return firm


def _last_unknown(name: str) -> tuple[bool, str]:
    return name == NOT_KNOWN, name


def _rows_of(rep: str, by: str, every: Sequence[TimedCase]) -> set[str]:
    """The rows that belong to a rep: his own, or those with a case of his."""
    return {_KEYS[by](item) or NOT_KNOWN for item in every if item.case.owner == rep}


def _notes(
    pairs: Sequence[tuple[int, int]], by: str, firm: _Group, policy: Policy
) -> tuple[str, ...]:
    reply, resolve = policy.case_hours(None, None)
    counts = firm.counts
    unlinked = counts["resolved"] - counts["solved_n"]
    said = {
        difference_note(pairs, f"{by}s", "cases resolved in time"): True,
        f"in time: answered within {reply} hours, resolved within {resolve}"
        + (", where no rule says otherwise" if policy.case_rules else "")
        + f"; {hours_words(policy.hours)}": counts,
        f"{unlinked} resolved that no contact names: whether at once is unknown": unlinked,
        f"{counts['age_unknown']} open of unknown age": counts["age_unknown"],
    }
    return tuple(note for note, holds in said.items() if note and holds)
