"""What do our own people think?"""

from collections import defaultdict
from datetime import date
from math import fsum

from crmcli.model.errors import UsageError
from crmcli.reports.pricing import counted
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window

COLUMNS = (
    Column("item"),
    Column("n", "number"),
    Column("mean", "number"),
    Column("favourable", "rate"),
    Column("favourable_k", "number"),
)
SHOWN = ("item", "n", "mean", "favourable")
FAVOURABLE = 4  # of 5
LOWEST, HIGHEST = 1, 5
EMPTY = (
    "no answer of our own people in these days: feedback/pulse/YYYY-MM.csv, see crm schema pulse"
)
ANSWERS = """
    SELECT item, score FROM pulse WHERE day BETWEEN :since AND :until ORDER BY item, id
"""


def pulse(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """How far our own people agree with each statement, 1 (not at all) to 5 (fully).

    The statements are the house's own: on attitude, being heard, the vision, rewards, barriers
    between departments. `mean` is that of the answers in the window, `favourable` the share of 4
    and 5. Below 5 answers nothing is told of a statement, so that nobody is recognised.

    Source: the service-profit chain, Heskett et al., HBR 72 (1994).

    Answers bear no names, so there are none of one rep. Attitude cannot be computed from
    contacts, and this report never tries. Where the book is in git, its log tells who typed the
    answers in, not whose they are.
    """
    if rep is not None:
        raise UsageError("answers bear no names: there are none of one rep", place="--rep")
    policy = book.policy
    span = window(policy, as_of, since, until)
    items: dict[str, list[int]] = defaultdict(list)
    odd = 0
    for item, score in book.query(ANSWERS, since=span.bounds[0], until=span.bounds[1]):
        if score is None or not LOWEST <= score <= HIGHEST:
            odd += 1
        else:
            items[item].append(score)
    fewest = max(1, policy.standard("pulse.min_answers"))
    rows = []
    for item, scores in sorted(items.items()):
        told: tuple[float | int | None, ...] = (None, None, None)
        if len(scores) >= fewest:
            good = sum(score >= FAVOURABLE for score in scores)
            told = (fsum(scores) / len(scores), good / len(scores), good)
        rows.append((item, len(scores), *told))
    few = sum(row[1] < fewest for row in rows)
    notes = {
        f"{counted(few, 'statement')} with fewer than {fewest} answers: nothing is told": few,
        f"{counted(odd, 'answer')} off the scale of 1 to 5 left out (crm check)": odd,
    }
    return Table(
        "pulse",
        f"Our own people, {span.since} to {span.until}",
        COLUMNS,
        tuple(rows),
        tuple(note for note, holds in notes.items() if holds),
        (),
        {"items": len(rows), "answers": sum(row[1] for row in rows), "few": few},
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )
