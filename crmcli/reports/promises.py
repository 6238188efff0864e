"""Which promises do we keep, and which reps promise what the firm cannot do?"""

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import Any
from typing import NamedTuple

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.model.statistics import median
from crmcli.reports.history import past_values
from crmcli.reports.overcommitment import Load
from crmcli.reports.overcommitment import is_pending
from crmcli.reports.overcommitment import loads
from crmcli.reports.overcommitment import type_rates
from crmcli.reports.overcommitment import type_risk
from crmcli.reports.people import ALL
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import People
from crmcli.reports.people import people
from crmcli.reports.promise_parts import beyond_part
from crmcli.reports.promise_parts import evidence
from crmcli.reports.promise_parts import late_part
from crmcli.reports.promise_parts import reasons_part
from crmcli.reports.promise_tally import Group
from crmcli.reports.promise_tally import Judged
from crmcli.reports.promise_tally import grouped
from crmcli.reports.promise_tally import judged
from crmcli.reports.promise_tally import united
from crmcli.reports.promises_at import PromiseAt
from crmcli.reports.promises_at import promises_at
from crmcli.reports.rates import Rate
from crmcli.reports.rates import compared_rates
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import Window
from crmcli.reports.window import window
from crmcli.reports.window import year

GROUPINGS = ("rep", "customer", "type", "department")
COLUMNS = (
    Column("made", "number"),
    Column("undated", "number"),
    Column("n", "number"),
    Column("kept", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("shrunk", "rate"),
    Column("outside", "yes"),
    Column("agreed_n", "number"),
    Column("agreed_kept", "number"),
    Column("agreed_rate", "rate"),
    Column("late", "number"),
    Column("median_days_late", "number"),
    Column("broken", "number"),
    Column("withdrawn_by_us", "number"),
    Column("renegotiated", "number"),
    Column("beyond", "number"),
    Column("unlisted", "number"),
    Column("load", "number"),
    Column("type_risk", "rate"),
    Column("signs", "list"),
    Column("disputed", "number"),
    Column("load_due", "number"),
    Column("load_usual", "number"),
    Column("evidence", "evidence"),
)
SHOWN = ("n", "kept", "rate", "agreed_n", "agreed_kept", "agreed_rate", "late", "load", "signs")
EMPTY = "no promise in these days, and none open: crm promise add CUSTOMER TEXT --due DATE"
OWNERS = """
    SELECT id, owner FROM customers ORDER BY id
"""


def promises(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str = "rep",
) -> Table:
    """Promises by who made them (or by customer, type, department): kept, late, overdone.

    The rate is strict: kept by the day first promised. The agreed rate goes by the day last agreed
    in time: a move made after the day had passed, or without the customer, is no keeping. A
    promise enters a rate on its date, once that is past, whatever happened before; withdrawn by
    the customer in time it is in neither. Broken and withdrawn ones go by their day; late and load
    are as of the day. Undated ones were made in the window, or are open, and are in no rate. The
    median of days late is over late promises and those kept after the agreed day. Three signs
    tell that too much is promised: a, sooner than the house can do it (the capabilities in
    crm.yaml); b, more due within seven days than he usually keeps in seven, by the median of eight
    such blocks; c, an open promise of a type that is kept in fewer than 70 of 100 cases.

    Source: percent plan complete (Lean Construction Institute); D. N. Sull and C. Spinosa,
    Harvard Business Review, April 2007 (the good promise); A. Parasuraman, V. A. Zeithaml and
    L. L. Berry, J. of Marketing 49 (1985), 41-50 (gap 4: delivery against what was said);
    shrinkage: J. C. Kleinman, JASA 68 (1973), 46-54.

    What it cannot know: promises that nobody wrote down, and whether a new day was truly agreed
    with the customer. Below five promises there is no rate, only its bounds, and a difference
    between reps that chance explains is said to be none.

    Raises BadValueError for an unknown grouping, UsageError for an empty window.
    """
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    day = as_of.isoformat()
    everyone = promises_at(book, as_of, _horizon(policy, as_of, span))
    items = [judged(promise, policy, day, span.bounds) for promise in everyone]
    reps = people(book)
    groups = grouped(items, _key(by, reps))
    burdens = loads(everyone, policy, as_of) if by == "rep" else {}
    keys = _order(by, reps, {*_rows(groups), *(id for id, load in burdens.items() if load.due)})
    pairs = [(groups[key].counts["kept"], groups[key].counts["n"]) for key in keys]
    rates = compared_rates(pairs, policy.standard("min_n"))
    cells = _Cells(policy, _type_rates(items, policy, as_of))
    chosen = None if rep is None else _rows_of(rep, by, reps, items)
    if rep is not None and by == "customer":
        chosen = _customers_of(book, as_of, rep)
    rows = [
        (key, *cells.of(groups[key], rate, burdens.get(key)), evidence(groups[key].members))
        for key, rate in zip(keys, rates, strict=True)
        if chosen is None or key in chosen
    ]
    firm = united(groups.values())
    total = one_rate(firm.counts["kept"], firm.counts["n"], policy.standard("min_n"))
    firm_cells = cells.of(firm, total, None)
    listed = [item for item in items if rep is None or item.promise.by == rep]
    notes = (difference_note(pairs, f"{by}s", "promises kept"), *_notes(by, firm, groups, policy))
    return Table(
        "promises",
        f"Promises by {by}, {span.since} to {span.until}",
        (Column(by), *COLUMNS),
        (*rows, (ALL, *firm_cells, ())) if keys else (),
        (*(note for note in notes if note), *_load_notes(reps, burdens, rep), *_legend(rows)),
        (late_part(book, as_of, listed), beyond_part(policy, listed), reasons_part(listed)),
        _summary(firm_cells, burdens if by == "rep" else loads(everyone, policy, as_of)),
        (by, *SHOWN),
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


class _Cells(NamedTuple):
    """The cells of a row, between its name and its evidence."""

    policy: Policy
    type_rates: Mapping[str, float]

    def of(self, group: Group, rate: Rate, load: Load | None) -> tuple[Any, ...]:
        counts = group.counts
        min_n = self.policy.standard("min_n")
        listed = bool(self.policy.capabilities)
        pending = [item.promise.type for item in group.members if is_pending(item.promise)]
        risk = type_risk(pending, self.type_rates, self.policy.standard("promises.type_risk"))
        signs = {"a": listed and counts["beyond"], "b": load and load.sign, "c": risk}
        return (
            counts["made"],
            counts["undated"],
            rate.n,
            rate.k,
            *rate[2:],
            counts["agreed_n"],
            counts["agreed_kept"],
            one_rate(counts["agreed_kept"], counts["agreed_n"], min_n).rate,
            counts["late"],
            median(group.lateness),
            counts["broken"],
            counts["withdrawn_by_us"],
            counts["renegotiated"],
            counts["beyond"] if listed else None,
            counts["unlisted"] if listed else None,
            load.ratio if load else None,
            risk,
            tuple(sign for sign, holds in signs.items() if holds),
            counts["disputed"],
            load.due if load else None,
            load.usual if load else None,
        )


def _horizon(policy: Policy, as_of: date, span: Window) -> date:
    days = policy.standard("promises.load_days") * policy.standard("promises.load_weeks")
    return min(span.since, year(policy, as_of).since, as_of - timedelta(days=days))


def _key(by: str, reps: People) -> Callable[[PromiseAt], str | None]:
    keys: dict[str, Callable[[PromiseAt], str | None]] = {
        "rep": lambda promise: promise.by,
        "customer": lambda promise: promise.customer,
        "type": lambda promise: promise.type or NOT_KNOWN,
        "department": lambda promise: reps.departments.get(promise.by, NOT_KNOWN),
    }
    return keys[by]


def _rows(groups: Mapping[str | None, Group]) -> list[str]:
    """Those with a figure to show, or a promise still to be kept."""
    return [
        key
        for key, group in groups.items()
        if key is not None
        and (group.counts or any(is_pending(item.promise) for item in group.members))
    ]


def _order(by: str, reps: People, keys: set[str]) -> list[str]:
    if by == "rep":
        return reps.sorted(keys)
    return sorted(keys, key=lambda key: (key == NOT_KNOWN, key))


def _type_rates(items: Sequence[Judged], policy: Policy, as_of: date) -> Mapping[str, float]:
    since, until = year(policy, as_of).bounds
    pairs = (
        (item.promise, item.strict)
        for item in items
        if since <= (item.promise.standing.original_due or "") <= until
    )
    return type_rates(pairs, policy.standard("min_n"))


def _rows_of(rep: str, by: str, reps: People, items: Sequence[Judged]) -> set[str]:
    """The rows that belong to a rep: his own, his department's, the types he promised."""
    if by == "department":
        return {reps.departments.get(rep, NOT_KNOWN)}
    if by == "type":
        return {item.promise.type or NOT_KNOWN for item in items if item.promise.by == rep}
    return {rep}


def _customers_of(book: Readable, as_of: date, rep: str) -> set[str]:
    past = past_values(book, "customer", as_of)
    owners = {id: past.get((id, "owner"), owner) for id, owner in book.query(OWNERS)}
    return {id for id, owner in owners.items() if owner == rep}


def _notes(
    by: str, firm: Group, groups: Mapping[str | None, Group], policy: Policy
) -> tuple[str, ...]:
    counts: Counter[str] = firm.counts
    said = {
        f"{counts['undated']} without a due date: in no rate": counts["undated"],
        f"{counts['disputed']} disputed, in no rate until settled: crm conflicts": counts[
            "disputed"
        ],
        f"{counts['unknown']} kept or withdrawn on an unknown day: in no rate": counts["unknown"],
        "crm.yaml lists no capabilities: what goes beyond them is unknown": (
            not policy.capabilities and counts["made"]
        ),
    }
    inside = groups[None].counts["made"] if by == "customer" and None in groups else 0
    said[f"{inside} made between departments: in no row, only in all"] = inside
    return tuple(note for note, holds in said.items() if holds)


def _load_notes(reps: People, burdens: Mapping[str, Load], rep: str | None) -> tuple[str, ...]:
    return tuple(
        f"{id}: {burdens[id].due} due, usually keeps 0"
        for id in reps.sorted(burdens)
        if burdens[id].due and burdens[id].ratio is None and rep in (None, id)
    )


def _legend(rows: Sequence[tuple[Any, ...]]) -> tuple[str, ...]:
    at = 1 + [column.key for column in COLUMNS].index("signs")
    words = "signs: a sooner than the house can, b more than usual, c of a type seldom kept"
    return (words,) if any(row[at] for row in rows) else ()


def _summary(cells: tuple[Any, ...], burdens: Mapping[str, Load]) -> Mapping[str, Any]:
    values = dict(zip((column.key for column in COLUMNS), cells, strict=False))
    names = ("made", "n", "kept", "rate", "agreed_rate", "late", "broken", "beyond")
    overloaded = sum(load.sign for load in burdens.values())
    return {name: values[name] for name in names} | {"overloaded_reps": overloaded}
