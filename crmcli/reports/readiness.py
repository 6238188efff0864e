"""Are we ready, in the right order?"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Any
from typing import NamedTuple

from crmcli.model.errors import UsageError
from crmcli.model.money import show_money
from crmcli.model.policy import Answer
from crmcli.model.readiness import BLOCKS
from crmcli.model.readiness import KEYS
from crmcli.model.readiness import SCORES
from crmcli.model.readiness import Item
from crmcli.reports import registry
from crmcli.reports.pricing import counted
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Money
from crmcli.reports.table import Table
from crmcli.reports.window import window

COLUMNS = (
    Column("block"),
    Column("items", "number"),
    Column("answered", "number"),
    Column("mean", "number"),
    Column("low_items", "list"),
    Column("evidence", "evidence"),
)
ITEMS = (
    Column("block"),
    Column("item"),
    Column("what"),
    Column("score", "number"),
    Column("date", "date"),
    Column("evidence_given"),
    Column("report"),
    Column("figure"),
)
ITEMS_SHOWN = ("item", "what", "score", "report", "figure")
LOW = 1  # not at all, or only talked about
NAME_NOTE = "the interview speaks of 17 criteria and does not list them; none are invented here"
# The figure of a report's summary that shows how an item is, and the words for it.
FIGURES = {
    "value": ("top_share", "the best fifth brings"),
    "knowledge": ("complete", "profiles complete"),
    "satisfaction": ("csat", "answers of 4 and 5"),
    "relationships": ("offended", "customers offended"),
    "prospects": ("fit_known", "prospects whose fit is known"),
    "visits": ("on_time_rate", "visits reported in time"),
    "recovery": ("rate", "failures recovered"),
    "continuity": ("one_rep", "customers who know one rep alone"),
    "cases": ("resolve_rate", "cases resolved in time"),
    "training": ("hours", "hours of training"),
    "recognition": ("deeds", "deeds to thank for"),
    "conduct": ("mean", "mean conduct, 1 to 5"),
    "consent": ("violations", "contacts without consent"),
    "breadth": ("share", "reps who had a contact"),
}
SHARES = ("value", "knowledge", "satisfaction", "visits", "recovery", "cases", "breadth")


def readiness(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """A profile of the house in five blocks: customers, strategy, process, people, technology.

    The house scores itself under `readiness:` in crm.yaml, item by item: 0 not at all, 1 talked
    about, 2 written down, 3 done by some, 4 done by all and measured. Beside what it says stands
    what the book says: for each item that a report looks into, one figure of that report, over
    the same days. `mean` is over the items that were answered; `low_items` are those of 0 or 1.
    It is a profile, not a total. Where a later block is ahead of an earlier one by a whole point,
    the order is out: customers come first, technology last.

    Source: the order of customers, strategy, process, people and technology is that of an
    interview with 李翊玮 (2004); the items are ours.

    An unanswered item is unknown, not 0. The scores are the house's own word.
    """
    if rep is not None:
        raise UsageError("a profile of the house: there is none of one rep", place="--rep")
    policy = book.policy
    span = window(policy, as_of, since, until)
    answers = {one.item: one for one in policy.readiness if one.day is None or one.day <= as_of}
    figures = _figures(book, as_of, since, until)
    blocks = {name: _Block(name, items, answers, figures) for name, items in BLOCKS.items()}
    return Table(
        "readiness",
        f"Readiness on {as_of}",
        COLUMNS,
        tuple(block.row(as_of) for block in blocks.values()),
        (*_warnings(list(blocks.values()), policy.standard("readiness.gap")), *_notes(answers)),
        (_items_part(blocks.values()),),
        {
            "items": len(KEYS),
            "answered": sum(len(block.scores) for block in blocks.values()),
            **{name: block.mean for name, block in blocks.items()},
        },
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


class _Block(NamedTuple):
    name: str
    items: Sequence[Item]
    answers: Mapping[str, Answer]
    figures: Mapping[str, str]

    @property
    def scores(self) -> list[int]:
        return [self.answers[item.key].score for item in self.items if item.key in self.answers]

    @property
    def mean(self) -> float | None:
        return sum(self.scores) / len(self.scores) if self.scores else None

    def row(self, as_of: date) -> tuple[Any, ...]:
        low = tuple(
            item.key
            for item in self.items
            if item.key in self.answers and self.answers[item.key].score <= LOW
        )
        evidence = tuple(one for item in self.items for one in self._evidence(item, as_of))
        return (self.name, len(self.items), len(self.scores), self.mean, low, evidence)

    def _evidence(self, item: Item, as_of: date) -> list[Evidence]:
        """What the house says of an item, and what the book does."""
        found = []
        answer = self.answers.get(item.key)
        if answer is not None:
            words = f"{answer.score}, {SCORES[answer.score]}"
            words += f": {answer.evidence}" if answer.evidence else ""
            found.append(Evidence(answer.day, item.key, "answer", "", words))
        if item.report in self.figures:
            words = self.figures[item.report or ""]
            found.append(Evidence(as_of, item.key, f"report {item.report}", "computed", words))
        return found


def _figures(
    book: Readable, as_of: date, since: date | None, until: date | None
) -> Mapping[str, str]:
    """By report: a figure of its summary in words."""
    wanted = {item.report for items in BLOCKS.values() for item in items if item.report}
    found = {}
    for name in registry.names():
        if name in wanted:
            key, words = FIGURES[name]
            table = registry.told(book, name, as_of, since, until)
            found[name] = f"{words}: {_shown(table.summary[key], is_share=name in SHARES)}"
    return found


def _shown(value: Any, *, is_share: bool) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, Money):
        return show_money(value.amount, value.currency)
    if is_share:
        return f"{float(value) * 100:.0f} %"
    return str(round(value, 2) if isinstance(value, float) else value)


def _warnings(blocks: Sequence[_Block], gap: float) -> list[str]:
    """Each later block that is ahead of an earlier one by at least `gap`."""
    return [
        f"{later.name} {later.mean:.1f} ahead of {earlier.name} {earlier.mean:.1f}: "
        "the order matters"
        for earlier, later in combinations(blocks, 2)
        if earlier.scores
        and later.scores
        and _exact(later.scores) - _exact(earlier.scores) >= Fraction(gap)
    ]


def _exact(scores: Sequence[int]) -> Fraction:
    return Fraction(sum(scores), len(scores))


def _notes(answers: Mapping[str, Answer]) -> list[str]:
    blank = [key for key in KEYS if key not in answers]
    strange = [key for key in answers if key not in KEYS]
    notes = []
    if blank:
        what = counted(len(blank), "item")
        notes.append(f"{what} not answered: readiness: in crm.yaml; crm report readiness --detail")
    if strange:
        notes.append(f"no such item: {', '.join(strange)}; crm report readiness --detail")
    return [*notes, NAME_NOTE]


def _items_part(blocks: Iterable[_Block]) -> Table:
    """Each item with its key, the house's answer and the book's figure."""
    rows = []
    for block in blocks:
        for item in block.items:
            answer = block.answers.get(item.key)
            rows.append(
                (
                    block.name,
                    item.key,
                    item.words,
                    answer.score if answer else None,
                    answer.day if answer else None,
                    answer.evidence if answer else None,
                    item.report,
                    block.figures.get(item.report or ""),
                )
            )
    return Table("items", "Item by item", ITEMS, tuple(rows), shown=ITEMS_SHOWN, group="block")
