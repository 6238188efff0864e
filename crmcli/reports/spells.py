"""How long customers stay by their status: from the first active day until lapsed or lost."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from crmcli.model.survival import kaplan_meier
from crmcli.reports.merged import survivors
from crmcli.reports.promise_dates import days_between
from crmcli.reports.readable import Readable
from crmcli.reports.window import Window

STATUSES = """
    SELECT id, date, value FROM history
    WHERE kind = 'customer' AND field = 'status' AND date <= :as_of
    ORDER BY id, date, seq
"""
GONE = ("lapsed", "lost")

Story = Sequence[tuple[str, str | None]]  # (ISO day, the status from that day on), oldest first


class Spell(NamedTuple):
    """For how many days a customer was watched, and whether he was lost at the end of them."""

    customer: str
    days: int
    ended: bool


class Lasting(NamedTuple):
    """The share of customers that last so many days, and how many were watched for so long.

    `share` is None where nobody was watched for so long.
    """

    days: int
    at_risk: int
    share: float | None


def stories(book: Readable, as_of: date) -> dict[str, Story]:
    """The statuses that each customer had, up to the day, also of those merged into another."""
    found: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for id, day, status in book.query(STATUSES, as_of=as_of.isoformat()):
        found[id].append((day, status))
    return dict(found)


def spells(book: Readable, stories: Mapping[str, Story], as_of: date) -> list[Spell]:
    """One for each customer who was ever active, by id.

    One who was archived, or merged into another, was watched until that day, and is not lost; he
    stands under the id of the other.
    """
    heirs = survivors(book)
    found = []
    for id, story in sorted(stories.items()):
        start = next((at for at, (_, status) in enumerate(story) if status == "active"), None)
        if start is None:
            continue
        ends = ((day, status) for day, status in story[start:] if status in (*GONE, "archived"))
        day, status = next(ends, (as_of.isoformat(), None))
        days = days_between(story[start][0], day) or 0
        found.append(Spell(heirs.get(id, id), days, status in GONE))
    return found


def lasting(spells: Iterable[Spell], days: Sequence[int]) -> list[Lasting]:
    """What share of customers lasts so many days.

    Source: E. L. Kaplan, P. Meier, JASA 53 (1958), 457-481.
    """
    rows = [(spell.days, spell.ended) for spell in spells]
    curve = kaplan_meier(rows)
    found = []
    for day in days:
        at_risk = sum(watched >= day for watched, _ in rows)
        step = bisect_right(curve, day, key=itemgetter(0))
        share = curve[step - 1][1] if step else 1.0
        found.append(Lasting(day, at_risk, share if at_risk else None))
    return found


def won_back(book: Readable, stories: Mapping[str, Story], span: Window) -> set[str]:
    """Those who turned active in these days after they had lapsed or been lost."""
    heirs = survivors(book)
    since, until = span.bounds
    found = set()
    for id, story in stories.items():
        was: str | None = None
        for day, status in story:
            if status == "active" and was in GONE and since <= day <= until:
                found.add(heirs.get(id, id))
            was = status
    return found
