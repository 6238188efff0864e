"""Which reps serve customers well, by our own standard?"""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Any

from crmcli.model.statistics import homogeneity
from crmcli.reports.feedback_at import Said
from crmcli.reports.feedback_at import off_scale_note
from crmcli.reports.feedback_at import said
from crmcli.reports.feedback_at import sound
from crmcli.reports.people import people
from crmcli.reports.rates import LEVEL
from crmcli.reports.rates import difference_note
from crmcli.reports.readable import Readable
from crmcli.reports.rep_cells import BELOW
from crmcli.reports.rep_cells import CANNOT_TELL
from crmcli.reports.rep_cells import Cell
from crmcli.reports.rep_cells import mean_cells
from crmcli.reports.rep_cells import rate_cells
from crmcli.reports.rep_measures import MEASURES
from crmcli.reports.rep_measures import NOTHING
from crmcli.reports.rep_measures import SOURCES
from crmcli.reports.rep_measures import newest_first
from crmcli.reports.rep_measures import tallies
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import Window
from crmcli.reports.window import window

CONDUCT = "conduct"
COLUMNS = (
    Column("rep"),
    Column("measure"),
    Column("k", "number"),
    Column("n", "number"),
    Column("rate", "rate"),
    Column("low", "rate"),
    Column("high", "rate"),
    Column("shrunk", "rate"),
    Column("firm", "rate"),
    Column("standard", "rate"),
    Column("verdict"),
    Column("outside", "yes"),
    Column("mean", "number"),
    Column("shrunk_mean", "number"),
    Column("firm_mean", "number"),
    Column("evidence", "evidence"),
)
OVERVIEW = (
    Column("rep"),
    *(Column(name) for name in MEASURES),
    Column(CONDUCT, "number"),
    Column("evidence", "evidence"),
)
EMPTY = "no rep yet: crm rep add NAME"
HERE = """
    SELECT id FROM reps
    WHERE (left IS NULL OR left >= :since) AND (joined IS NULL OR joined <= :until)
    ORDER BY id
"""
GONE = """
    SELECT id FROM reps
    WHERE NOT ((left IS NULL OR left >= :since) AND (joined IS NULL OR joined <= :until))
    ORDER BY id
"""


def reps(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """How each rep does in eight measures of service, beside the standard the house has set.

    Promises kept by the day first promised; visits reported in time; mails, messages and missed
    calls answered in time, by anyone; live customers of his heard of within their cadence; cases
    of his resolved in time; answers of 4 and 5 of 5 about him; deals won; and the mean score of
    his conduct. Each rate stands with its bounds. `meets`: even the lower bound reaches the
    standard; `below`: even the upper one does not; `cannot tell`: the standard lies between them;
    `unknown`: nothing to judge by. `shrunk` is the rate drawn towards that of all, the more the
    fewer tries there are; `outside` marks what chance alone hardly explains. Below 5 tries there
    is no rate. There is no total and no rank: with few tries most differences are chance, and a
    ranking would reward luck. Reps who left before the window are not in it.

    Source: Wilson, JASA 22 (1927); Kleinman, JASA 68 (1973) and Efron & Morris, JASA 70 (1975)
    for shrinkage; Spiegelhalter, Statistics in Medicine 24 (2005) for the limits.

    What nobody wrote down is not in it, and who has the harder customers is not known.
    """
    policy = book.policy
    span = window(policy, as_of, since, until)
    rated = [one for one in said(book, span) if one.rater == "customer" and one.rep]
    ratings = sound(one for one in rated if one.kind in ("csat", CONDUCT))
    found = tallies(book, as_of, span, ratings)
    scores = _scores(ratings)
    everyone = _everyone(book, span, found, scores)
    cells = {
        name: rate_cells([found[name].get(id, NOTHING) for id in everyone], name, policy)
        for name in MEASURES
    }
    cells[CONDUCT] = mean_cells([scores.get(id, ()) for id in everyone], policy)
    chosen = [at for at, id in enumerate(everyone) if rep in (None, id)]
    rows = tuple((everyone[at], name, *cells[name][at]) for at in chosen for name in cells)
    every = [cell for its in cells.values() for cell in its]
    asked = (one for one in rated if one.kind in ("csat", CONDUCT))
    return Table(
        "reps",
        f"Reps by our own standard, {span.since} to {span.until}",
        COLUMNS,
        rows,
        (*off_scale_note(asked), *(_notes(cells) if everyone else ())),
        (_overview(chosen, everyone, cells),),
        {
            "reps": len(everyone),
            "below": sum(cell.verdict == BELOW for cell in every),
            "cannot_tell": sum(cell.verdict == CANNOT_TELL for cell in every),
        },
        empty=EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _scores(ratings: Iterable[Said]) -> Mapping[str, Sequence[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    for one in ratings:
        if one.kind == CONDUCT and one.rep:
            found[one.rep].append(one)
    return found


def _everyone(
    book: Readable, span: Window, *found: Mapping[str, Mapping[str, Any]] | Mapping[str, Any]
) -> list[str]:
    """The reps of these days by name, idle ones too, and whoever has a figure but no record."""
    since, until = span.bounds
    here = {id for (id,) in book.query(HERE, since=since, until=until)}
    gone = {id for (id,) in book.query(GONE, since=since, until=until)}
    measured, scored = found
    active = {id for its in measured.values() for id in its} | set(scored)
    return people(book).sorted(here | (active - gone))


def _overview(
    chosen: Sequence[int], everyone: Sequence[str], cells: Mapping[str, Sequence[Cell]]
) -> Table:
    """One row for each rep, one column for each measure: the verdict, and hits of tries."""
    rows = tuple(
        (
            everyone[at],
            *(_words(cells[name][at]) for name in MEASURES),
            cells[CONDUCT][at].mean,
            newest_first(miss for its in cells.values() for miss in its[at].evidence),
        )
        for at in chosen
    )
    return Table("overview", "Reps and measures", OVERVIEW, rows)


def _words(cell: Cell) -> str | None:
    share = f"{cell.k}/{cell.n}" if cell.n else None
    return " ".join(word for word in (cell.verdict, share) if word) or None


def _notes(cells: Mapping[str, Sequence[Cell]]) -> tuple[str, ...]:
    """Whether reps differ, measure by measure; what is too few to test together in one note."""
    told: list[str] = []
    untold: list[str] = []
    small: list[tuple[int, int]] = []
    for name, words in MEASURES.items():
        pairs = [(cell.k or 0, cell.n) for cell in cells[name] if cell.n]
        if len(pairs) > 1 and homogeneity(pairs) is None:
            untold.append(words)
            small = pairs
        else:
            told.append(difference_note(pairs, "reps", words))
    if untold:
        told.append(difference_note(small, "reps", ", ".join(untold)))
    every = [cell for its in cells.values() for cell in its]
    judged = sum(cell.outside is not None for cell in every)
    if judged:
        beyond = sum(cell.outside is True for cell in every)
        chance = f"{judged * LEVEL:.1f} expected by chance"
        told.append(f"{beyond} of {judged} cells lie outside 95 % limits; {chance}")
    empty = [name for name, its in cells.items() if not any(cell.n for cell in its)]
    if empty:
        ways = ", ".join(dict.fromkeys(SOURCES[name] for name in empty))
        told.append(f"nothing yet on {', '.join(empty)}: {ways} would tell more")
    return tuple(dict.fromkeys(note for note in told if note))
