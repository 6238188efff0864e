"""The contacts with customers: who, when, which way, and whether anybody was reached."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.whose import listed
from crmcli.reports.whose import narrowed
from crmcli.reports.window import Window

# The plus keeps SQLite from gathering whole kinds by their index, which is slower than all rows,
# and far slower than those of one customer.
TWO_WAY = """(
    +kind IN ('visit', 'meeting') AND coalesce(outcome, '') <> 'not-held'
    OR +kind = 'call' AND coalesce(outcome, '') <> 'no-answer'
    OR +kind IN ('email', 'message') AND direction = 'in')"""
TOUCHES = f"""
    SELECT id, at, customer, contact, rep, kind, direction, minutes, outcome, mood, deal, case_id,
        campaign, {TWO_WAY}
    FROM interactions
    WHERE kind <> 'note' AND day BETWEEN :since AND :until {{whose}}
    ORDER BY at, id
"""
ALSO = """
    SELECT i.id, also.value
    FROM interactions i, json_each(i.also) also
    WHERE i.kind <> 'note' AND i.also IS NOT NULL AND i.day BETWEEN :since AND :until
    ORDER BY i.id, also.key
"""
TWO_WAY_DAYS = f"""
    SELECT DISTINCT customer, day FROM interactions
    WHERE customer IS NOT NULL AND day <= :as_of AND {TWO_WAY} {{whose}}
    ORDER BY customer, day
"""


class Touch(NamedTuple):
    """A contact: any interaction but a note. `at` is an ISO time, or a bare day.

    `reps` are who took part, its own rep first; it counts once for each of them, and once in a
    total. `customer` is the one it counts for after a merge.
    """

    id: str
    at: str
    customer: str | None
    contact: str | None
    reps: tuple[str, ...]
    kind: str
    direction: str | None
    minutes: int | None
    outcome: str | None
    mood: str | None
    deal: str | None
    case: str | None
    campaign: str | None
    is_two_way: int

    @property
    def day(self) -> str:
        """The day, as the writer's clock had it."""
        return self.at[:10]

    @property
    def two_way(self) -> bool:
        """Whether someone was reached, or got in touch."""
        return self.is_two_way != 0


@remembered
def touches(book: Readable, span: Window, *, only: Sequence[str] | None = None) -> list[Touch]:
    """The contacts of these days, by time and id.

    `only`: ids of customers, those merged into them too.
    """
    since, until = span.bounds
    heirs = survivors(book)
    also: dict[str, list[str]] = defaultdict(list)
    for id, rep in book.query(ALSO, since=since, until=until):
        also[id].append(rep)
    found = []
    sql = TOUCHES.format(whose=narrowed(only))
    for row in book.query(sql, since=since, until=until, customers=listed(only)):
        id, at, customer, contact, rep, *rest = row
        reps = tuple(dict.fromkeys((rep, *also.get(id, ()))))
        found.append(Touch(id, at, heirs.get(customer, customer), contact, reps, *rest))
    return found


def two_way_days(
    book: Readable, as_of: date, *, only: Sequence[str] | None = None
) -> list[tuple[str, str]]:
    """(customer, ISO day) of each day with a two-way contact up to the day; not in order.

    `only`: ids of customers, those merged into them too.
    """
    heirs = survivors(book)
    sql = TWO_WAY_DAYS.format(whose=narrowed(only))
    rows = book.query(sql, as_of=as_of.isoformat(), customers=listed(only))
    return [(heirs.get(customer, customer), day) for customer, day in rows]
