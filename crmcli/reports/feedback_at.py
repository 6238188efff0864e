"""What customers and observers said of us: scores and compliments, up to a day."""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import NamedTuple

from crmcli.model.words import SCALES
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.whose import listed
from crmcli.reports.whose import narrowed
from crmcli.reports.window import Window

FEEDBACK = """
    SELECT id, at, customer, contact, rep, kind, item, score, expected, coalesce(rater, 'customer'),
        interaction, case_id, comment
    FROM feedback
    WHERE day BETWEEN :since AND :until {whose}
    ORDER BY at, id
"""


class Said(NamedTuple):
    """One rating, or a compliment. `at` is an ISO time, or a bare day.

    `customer` is the one it counts for after a merge; `rep` the one who is rated.
    """

    id: str
    at: str
    customer: str | None
    contact: str | None
    rep: str | None
    kind: str
    item: str | None
    score: int | None
    expected: int | None
    rater: str
    interaction: str | None
    case: str | None
    comment: str | None

    @property
    def day(self) -> str:
        """The day, as the writer's clock had it."""
        return self.at[:10]

    @property
    def fits(self) -> bool:
        """Whether its score lies on the scale of its kind; a compliment needs none."""
        if self.kind == "compliment":
            return True
        low, high = SCALES[self.kind]
        return self.score is not None and low <= self.score <= high


@remembered
def said(book: Readable, span: Window, *, only: Sequence[str] | None = None) -> list[Said]:
    """All of these days, by time and id, with those that are off their scale.

    `only`: ids of customers, those merged into them too.
    """
    since, until = span.bounds
    heirs = survivors(book)
    sql = FEEDBACK.format(whose=narrowed(only))
    rows = book.query(sql, since=since, until=until, customers=listed(only))
    return [Said(id, at, heirs.get(customer, customer), *rest) for id, at, customer, *rest in rows]


def sound(every: Iterable[Said]) -> list[Said]:
    """Those that count: on their scale."""
    return [one for one in every if one.fits]


def off_scale_note(every: Iterable[Said]) -> tuple[str, ...]:
    """How many ratings were left out since their score is off its scale, or missing."""
    count = sum(not one.fits for one in every)
    if not count:
        return ()
    what = "1 rating" if count == 1 else f"{count} ratings"
    return (f"{what} left out: no score, or one off its scale (crm check)",)
