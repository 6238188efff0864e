"""Do we meet customers with good manners, from the top down?"""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from math import fsum
from typing import Any
from typing import get_args

from crmcli.model.errors import BadValueError
from crmcli.model.policy import Policy
from crmcli.model.statistics import shrunk_means
from crmcli.model.words import ConductItem
from crmcli.model.words import Rater
from crmcli.model.words import RepLevel
from crmcli.reports.feedback_at import Said
from crmcli.reports.feedback_at import off_scale_note
from crmcli.reports.feedback_at import said
from crmcli.reports.feedback_at import sound
from crmcli.reports.people import ALL
from crmcli.reports.people import NOT_KNOWN
from crmcli.reports.people import People
from crmcli.reports.people import people
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Table
from crmcli.reports.window import window

GROUPINGS = ("item", "rep", "level", "department")
ITEMS = get_args(ConductItem)
LEVELS = (*get_args(RepLevel), NOT_KNOWN)
RATERS = get_args(Rater)
BASIS = {"customer": "said", "observer": "seen"}
COLUMNS = (
    Column("item"),
    Column("n", "number"),
    Column("mean", "number"),
    Column("shrunk", "number"),
    Column("low_share", "rate"),
    Column("gap", "number"),
    Column("low_scores", "number"),
    Column("gap_n", "number"),
    Column("evidence", "evidence"),
)
SHOWN = ("item", "n", "mean", "shrunk", "low_share", "gap")
FIGURES = ("n", "mean", "shrunk", "low_share", "gap", "low_scores")
PART = (Column("level"), Column("item"), Column("n", "number"), Column("mean", "number"))
EMPTY = "no conduct rated in these days: crm feedback add CUSTOMER SCORE --kind conduct --item ITEM"
LEVEL_OF = """
    SELECT id, level FROM reps ORDER BY id
"""


def conduct(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
    by: str | None = None,
    rater: str = "customer",
) -> Table:
    """How friendly, helpful, considerate, thoughtful, polite, empathic and responsive we are.

    Each item is rated 1 to 5 by the customer, or by an observer; the two are never mixed. `mean`
    is that of the scores in the window, `low_share` the share of scores of 2 or less, `gap` the
    mean of score - expected where an expectation was given. `shrunk`, for one rep, level or
    department: their mean drawn towards that of all, the more the fewer scores there are; for an
    item of the house: the mean over the reps, so that one much-rated rep does not stand for all.
    Below 5 scores there are no means. A rating of nobody in particular counts for the house
    alone. Asked for one rep, the report shows his items, then those of the house.

    Source: SERVPERF, Cronin & Taylor, J. of Marketing 56 (1992); the dimensions are those of
    SERVQUAL, Parasuraman, Zeithaml & Berry (1988); shrinkage: DerSimonian & Laird (1986).

    What customers feel who were not asked, nobody knows.
    """
    by = by or ("rep" if rep else "item")
    if by not in GROUPINGS:
        raise BadValueError(f"--by '{by}' is not one of {', '.join(GROUPINGS)}")
    if rater not in RATERS:
        raise BadValueError(f"--rater '{rater}' is not one of {', '.join(RATERS)}")
    policy = book.policy
    span = window(policy, as_of, since, until)
    rated = [one for one in said(book, span) if one.kind == "conduct"]
    scores = [one for one in sound(rated) if one.rater == rater]
    reps = people(book)
    groups = _Groups(reps, dict(book.query(LEVEL_OF)))
    rows = _by_item(scores, policy)
    total = rows[-1] if rows else _row(ALL, (), None, policy)
    if by != "item":
        rows = _by_group(scores, by, groups, policy)
        if rep is not None:
            rows = [row for row in rows if row[0] in (groups.key_of(rep, by), ALL)]
    columns = COLUMNS if by == "item" else (Column(by), *COLUMNS)
    others = sum(one.rater != rater for one in sound(rated))
    other = next(each for each in RATERS if each != rater)
    said_too = f"{others} scores by {other}s are not in it: --rater {other}"
    return Table(
        "conduct",
        f"Conduct, rated by {rater}s, {span.since} to {span.until}",
        columns,
        tuple(rows),
        (*off_scale_note(rated), *((said_too,) if others else ()), *_few_note(rows, policy)),
        (_levels_part(scores, groups, policy),),
        dict(zip(FIGURES, total[1:], strict=False)),
        SHOWN,
        EMPTY,
        group="" if by == "item" else by,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


class _Groups:
    """To which level and department a rep belongs; None is nobody in particular."""

    def __init__(self, reps: People, levels: Mapping[str, str | None]) -> None:
        self.reps = reps
        self.levels = levels

    def key_of(self, rep: str | None, by: str) -> str | None:
        if rep is None or by == "rep":
            return rep
        if by == "level":
            return self.levels.get(rep) or NOT_KNOWN
        return self.reps.departments.get(rep, NOT_KNOWN)

    def ordered(self, keys: Iterable[str], by: str) -> list[str]:
        if by == "rep":
            return self.reps.sorted(keys)
        if by == "level":
            return sorted(keys, key=LEVELS.index)
        return sorted(keys, key=lambda key: (key == NOT_KNOWN, key))


def _by_item(scores: Sequence[Said], policy: Policy) -> list[tuple[Any, ...]]:
    """One row for each item that was rated, then all of them."""
    rows = []
    for item, its in _items(scores):
        by_rep = _split(its, lambda one: one.rep)
        found = shrunk_means([_values(each) for each in by_rep.values()])
        rows.append(_row(item, its, found.mean if found else None, policy))
    return rows


def _by_group(
    scores: Sequence[Said], by: str, groups: _Groups, policy: Policy
) -> list[tuple[Any, ...]]:
    """The items of each rep, level or department, then those of the house."""
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for item, its in _items(scores):
        members = _split(its, lambda one: groups.key_of(one.rep, by))
        found = shrunk_means([_values(each) for each in members.values()])
        for at, (key, theirs) in enumerate(members.items()):
            rows[key].append(_row(item, theirs, found.means[at] if found else None, policy))
    every = [(key, *row) for key in groups.ordered(rows, by) for row in rows[key]]
    return [*every, *((ALL, *row) for row in _by_item(scores, policy))]


def _items(scores: Sequence[Said]) -> list[tuple[str, list[Said]]]:
    """The scores of each item, in the order of the items; without an item last, then all."""
    found = _split(scores, lambda one: one.item or NOT_KNOWN)
    order = [item for item in (*ITEMS, NOT_KNOWN) if item in found]
    return [(item, found[item]) for item in order] + ([(ALL, list(scores))] if scores else [])


def _split(scores: Iterable[Said], key: Any) -> dict[str, list[Said]]:
    """The scores by what `key` says of them, without those of which it says nothing."""
    found: dict[str, list[Said]] = defaultdict(list)
    for one in scores:
        name = key(one)
        if name is not None:
            found[name].append(one)
    return found


def _row(
    item: str, scores: Sequence[Said], shrunk: float | None, policy: Policy
) -> tuple[Any, ...]:
    values, limit = _values(scores), policy.standard("bad.conduct")
    low = [one for one in scores if one.score is not None and one.score <= limit]
    gaps = [
        float(one.score - one.expected)
        for one in scores
        if one.score is not None and one.expected is not None
    ]
    enough = bool(values) and len(values) >= policy.standard("min_n")
    return (
        item,
        len(values),
        _mean(values, policy),
        shrunk if enough else None,
        len(low) / len(values) if enough else None,
        _mean(gaps, policy),
        len(low),
        len(gaps),
        tuple(_evidence(one) for one in reversed(low)),
    )


def _values(scores: Iterable[Said]) -> list[float]:
    return [float(one.score) for one in scores if one.score is not None]


def _mean(values: Sequence[float], policy: Policy) -> float | None:
    """The mean; None of too few."""
    few = len(values) < max(1, policy.standard("min_n"))
    return None if few else fsum(values) / len(values)


def _evidence(one: Said) -> Evidence:
    about = f" of {one.rep}" if one.rep else ""
    words = f"{one.item or 'conduct'}{about} rated {one.score}"
    if one.comment:
        words += f": {one.comment}"
    return Evidence(date.fromisoformat(one.day), one.id, "feedback", BASIS[one.rater], words)


def _levels_part(scores: Sequence[Said], groups: _Groups, policy: Policy) -> Table:
    """The mean of each item by the level of the rep who was rated."""
    by_level = _split(scores, lambda one: groups.key_of(one.rep, "level"))
    rows = tuple(
        (level, item, len(its), _mean(_values(its), policy))
        for level in groups.ordered(by_level, "level")
        for item, its in _items(by_level[level])
    )
    return Table("levels", "From the top down", PART, rows, empty="no rep was rated")


def _few_note(rows: Sequence[tuple[Any, ...]], policy: Policy) -> tuple[str, ...]:
    return (f"no means below {policy.standard('min_n')} scores",) if rows else ()
