"""How does the house stand, question by question?"""

from datetime import date

from crmcli.model.errors import UsageError
from crmcli.reports.house_marks import ACT
from crmcli.reports.house_marks import GOOD
from crmcli.reports.house_marks import UNKNOWN
from crmcli.reports.house_marks import WATCH
from crmcli.reports.house_marks import Asked
from crmcli.reports.house_rules import RULES
from crmcli.reports.questions import QUESTIONS
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window

COLUMNS = (
    Column("group"),
    Column("question"),
    Column("mark"),
    Column("figure"),
    Column("n", "number"),
    Column("report"),
    Column("command"),
)


def house(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Every question in one line: a mark, its figure, its n, and the command that explains it.

    A mark is good, watch, act or unknown. Where the house has a standard, the bounds of the rate
    decide: good when even the lower one reaches it, act when even the upper one does not. Where
    it has none, the window before decides, by the interval of the difference. Where neither
    would be honest, there is a figure and no mark. Unknown is never good. The limits of each
    question stand in docs/questions.md.

    Source: the bounds of a rate: E. B. Wilson, JASA 22 (1927), 209-212; the difference of two:
    R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890.

    What it cannot know: what the reports behind it cannot know; each says so in its own help. A
    good mark is no praise for what was never written down.

    Raises UsageError for an empty window, or for one rep.
    """
    if rep is not None:
        raise UsageError("the house is one: there is none of one rep", place="--rep")
    span = window(book.policy, as_of, since, until)
    asked = Asked(book, as_of, since, until)
    rows = []
    for question in QUESTIONS:
        judged = RULES[question.words].judge(question.report, asked)
        rows.append((question.group, question.words, *judged, question.report, question.command))
    marks = [row[2] for row in rows]
    return Table(
        "house",
        "How the house stands",
        COLUMNS,
        tuple(rows),
        (
            "crm report NAME explains a line; unknown is never good, and its report tells what is missing",
        ),
        summary={mark: marks.count(mark) for mark in (GOOD, WATCH, ACT, UNKNOWN)},
        shown=("mark", "question", "figure", "report"),
        group="group",
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )
