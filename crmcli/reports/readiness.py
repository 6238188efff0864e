"""Are we ready, in the right order?"""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from math import fsum
from typing import NamedTuple

from crmcli.model.errors import UsageError
from crmcli.model.policy import Answer
from crmcli.reports.house_marks import Asked
from crmcli.reports.house_rules import RULES
from crmcli.reports.questions import QUESTIONS
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from crmcli.reports.window import window

FULL = 3  # a score from which on an item is more than paper


class Item(NamedTuple):
    """What a house should be able to say of itself, and the report that shows it."""

    key: str
    words: str
    report: str = ""


BLOCKS: Mapping[str, Sequence[Item]] = {
    "customers": (
        Item("value-known", "we know who brings the value", "value"),
        Item("needs-known", "we know what each wants", "knowledge"),
        Item("satisfaction-measured", "we measure satisfaction", "satisfaction"),
        Item("offence-known", "we know whom we offended", "relationships"),
    ),
    "strategy": (
        Item("purpose-first", "the purpose was written before the tool was chosen"),
        Item("customer-standard", "our customer standard is written", "prospects"),
        Item("tiers-defined", "tiers and their service are defined"),
        Item("long-goals", "goals run over three years"),
    ),
    "process": (
        Item("visits-reported", "visits are reported", "visits"),
        Item("complaints-righted", "complaints are put right", "recovery"),
        Item("handover-done", "handover is done", "continuity"),
        Item("processes-checked", "the processes were checked for defects", "cases"),
    ),
    "people": (
        Item("training", "people are trained", "training"),
        Item("rewards", "good service is rewarded", "recognition"),
        Item("values-lived", "values are lived from the top", "conduct"),
        Item("one-figure", "one satisfaction figure on every department's card", "satisfaction"),
    ),
    "technology": (
        Item("one-record", "there is one shared record"),
        Item("consent-kept", "consent is kept", "consent"),
        Item("backups-tested", "backups are tested"),
        Item("used-daily", "the tool is used daily", "breadth"),
    ),
}
COLUMNS = (
    Column("block"),
    Column("items", "number"),
    Column("answered", "number"),
    Column("mean", "number"),
    Column("low_items", "list"),
    Column("evidence", "list"),
)
ITEMS = (
    Column("block"),
    Column("item", "id"),
    Column("words"),
    Column("score", "number"),
    Column("evidence"),
    Column("date", "date"),
    Column("report"),
    Column("figure"),
)
NOTE = "the interview speaks of 17 criteria and does not list them: these items are our own"


def readiness(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """Five blocks in their order (customers, strategy, process, people, technology).

    The house scores each item in crm.yaml under `readiness:` from 0 to 4: not at all, talked
    about, written down, done by some, done by all and measured. A block shows how many of its
    items are answered, their mean, and those below 3. An item that nobody answered is in no mean.
    Items that a report can show have its figure beside them. There is a profile and no total. A
    block whose mean is ahead of an earlier one by a whole score is named: the order matters.

    Source: the order of customers, strategy, process, people and technology: interview with
    李翊玮, 2004; the items are our own.

    What it cannot know: whether a score is true. The figures beside it are there to be compared.

    Raises UsageError for an empty window, or for one rep.
    """
    if rep is not None:
        raise UsageError("the house scores itself as a whole, not by rep", place="--rep")
    span = window(book.policy, as_of, since, until)
    asked = Asked(book, as_of, span)
    answers = {
        each.item: each for each in book.policy.readiness if each.day is None or each.day <= as_of
    }
    rows = [_block(name, items, answers, asked) for name, items in BLOCKS.items()]
    known = {item.key for items in BLOCKS.values() for item in items}
    strange = sorted(answers.keys() - known)
    ahead = _ahead({row[0]: row[3] for row in rows}, book.policy.standard("readiness.gap"))
    unknown = (f"no such item, so not counted: {', '.join(strange)}",) if strange else ()
    return Table(
        "readiness",
        "Ready for customers, in order",
        COLUMNS,
        tuple(rows),
        (*ahead, *unknown, NOTE),
        (_items(answers, asked),),
        {
            "items": len(known),
            "answered": len(answers.keys() & known),
            "low_items": sum(len(row[4]) for row in rows),
            "ahead": len(ahead),
        },
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _block(
    name: str, items: Sequence[Item], answers: Mapping[str, Answer], asked: Asked
) -> tuple[str, int, int, float | None, tuple[str, ...], tuple[str, ...]]:
    scores = {item.key: answers[item.key].score for item in items if item.key in answers}
    return (
        name,
        len(items),
        len(scores),
        fsum(scores.values()) / len(scores) if scores else None,
        tuple(key for key, score in scores.items() if score < FULL),
        tuple(f"{item.report}: {_figure(item, asked)}" for item in items if item.report),
    )


def _figure(item: Item, asked: Asked) -> str:
    """What the report behind an item says, as in the report on the house."""
    question = next(each for each in QUESTIONS if each.report == item.report)
    return RULES[question.words].judge(item.report, asked).figure


def _ahead(means: Mapping[str, float | None], gap: float) -> tuple[str, ...]:
    """The blocks that are ahead of an earlier one by the gap and more."""
    known = [(name, mean) for name, mean in means.items() if mean is not None]
    return tuple(
        f"{later} {high:.1f} ahead of {earlier} {low:.1f}: the order matters"
        for at, (later, high) in enumerate(known)
        for earlier, low in known[:at]
        if high - low >= gap
    )


def _items(answers: Mapping[str, Answer], asked: Asked) -> Table:
    rows = []
    for block, items in BLOCKS.items():
        for item in items:
            answer = answers.get(item.key)
            score, evidence, day = (
                (answer.score, answer.evidence, answer.day) if answer else (None, None, None)
            )
            figure = _figure(item, asked) if item.report else None
            rows.append(
                (block, item.key, item.words, score, evidence, day, item.report or None, figure)
            )
    return Table("items", "Item by item", ITEMS, tuple(rows), group="block")
