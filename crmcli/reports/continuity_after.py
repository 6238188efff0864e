"""What became of customers who changed owner, beside those who did not."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from crmcli.model.statistics import newcombe
from crmcli.reports.customers_at import LIVE
from crmcli.reports.history import value_on
from crmcli.reports.life import life_at
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Table

YEAR = 365
FEWEST = 10  # on each side
COLUMNS = (
    Column("days", "number"),
    Column("transferred_k", "number"),
    Column("transferred_n", "number"),
    Column("transferred_rate", "rate"),
    Column("others_k", "number"),
    Column("others_n", "number"),
    Column("others_rate", "rate"),
    Column("difference", "number"),
    Column("low", "number"),
    Column("high", "number"),
    Column("verdict"),
)
LINES = """
    SELECT h.id, h.field, h.date, h.value FROM history h
    JOIN customers c ON c.id = h.id AND c.merged_into IS NULL
    WHERE h.kind = 'customer' AND h.field IN ('owner', 'status')
    ORDER BY h.id, h.date, h.seq
"""
NOW = """
    SELECT id, status FROM customers WHERE merged_into IS NULL ORDER BY id
"""


class Transfer(NamedTuple):
    """A customer who went from one owner to another on an ISO day."""

    customer: str
    day: str
    giver: str
    taker: str


Lines = Sequence[tuple[str, str | None]]


class Changes(NamedTuple):
    """The lines of history of each customer that name his owner, and his status."""

    owners: Mapping[str, Lines]
    statuses: Mapping[str, Lines]


def changes(book: Readable) -> Changes:
    """Every change of owner and status, those after any day too."""
    owners: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    statuses: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for id, field, day, value in book.query(LINES):
        (owners if field == "owner" else statuses)[id].append((day, value))
    return Changes(owners, statuses)


def transfers(past: Changes, as_of: date) -> dict[str, list[Transfer]]:
    """Each change of owner up to the day, by customer, oldest first."""
    found: dict[str, list[Transfer]] = defaultdict(list)
    for customer, lines in past.owners.items():
        before: str | None = None
        for day, owner in lines:
            if before and owner and owner != before and day <= as_of.isoformat():
                found[customer].append(Transfer(customer, day, before, owner))
            before = owner or before
    return found


def after_part(book: Readable, as_of: date, past: Changes) -> Table:
    """Was there a sign of life in the 90 days after a customer changed owner?

    Of transfers in the year that ended 90 days ago, each customer's last one; beside all others
    who were live on the median of these days, and stayed with their owner. The difference is
    transferred - others; from 10 customers on each side.
    """
    days = book.policy.standard("continuity.kept_days")
    last = as_of.toordinal() - days
    first = max(1, last - YEAR)
    if last < 1:
        return _part(days, (0, 0), (0, 0))
    since, until = date.fromordinal(first).isoformat(), date.fromordinal(last).isoformat()
    moved = {
        customer: its[-1]
        for customer, every in transfers(past, as_of).items()
        if (its := [one for one in every if since <= one.day <= until])
    }
    if not moved:
        return _part(days, (0, 0), (0, 0))
    now = dict(book.query(NOW))
    life = life_at(book, as_of)

    def lived(customer: str, day: str) -> bool:
        start = date.fromisoformat(day).toordinal()
        its = life.days.get(customer, ())
        at = bisect_right(its, start)
        return at < len(its) and its[at] <= start + days

    def is_live(customer: str, day: str) -> bool:
        lines = past.statuses.get(customer, ())
        if lines and lines[0][0] > day:
            return False
        return value_on(lines, day, now.get(customer)) in LIVE

    gone = [lived(id, one.day) for id, one in moved.items() if is_live(id, one.day)]
    middle = sorted(one.day for one in moved.values())[(len(moved) - 1) // 2]
    stayed = [lived(id, middle) for id in now if id not in moved and is_live(id, middle)]
    return _part(days, (sum(gone), len(gone)), (sum(stayed), len(stayed)))


def _part(days: int, moved: tuple[int, int], others: tuple[int, int]) -> Table:
    (k1, n1), (k2, n2) = moved, others
    enough = min(n1, n2) >= FEWEST
    found = newcombe(k1, n1, k2, n2) if enough else None
    verdict = "too few"
    if found is not None:
        _, low, high = found
        verdict = "fewer stay" if high < 0 else "more stay" if low > 0 else "no difference shown"
    row = (
        days,
        *(k1, n1, one_rate(k1, n1, FEWEST).rate if enough else None),
        *(k2, n2, one_rate(k2, n2, FEWEST).rate if enough else None),
        *(found or (None, None, None)),
        verdict,
    )
    rows = (row,) if n1 else ()
    title = "A sign of life after a change of owner"
    return Table("after", title, COLUMNS, rows, empty="no customer changed owner in that year")
