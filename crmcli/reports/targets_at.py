"""The targets of the reps, and what was reached of each measure."""

import json
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from crmcli.model.targets import period_days
from crmcli.reports.closings import Closing
from crmcli.reports.closings import closings
from crmcli.reports.customers_at import customers_at
from crmcli.reports.deal_results import total
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.history import value_on
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.sales_at import has_lines
from crmcli.reports.sales_at import lines
from crmcli.reports.touches import touches
from crmcli.reports.window import Window

TARGETS = """
    SELECT id, targets FROM reps WHERE targets IS NOT NULL ORDER BY id
"""
LINES = """
    SELECT id, date, field, value FROM history
    WHERE kind = 'customer' AND field IN ('status', 'owner') AND date <= :as_of
    ORDER BY id, date, seq
"""
ONE = Decimal(1)


class Target(NamedTuple):
    """What a rep is to reach. `days` are the first and last of the period; None: no period."""

    rep: str
    period: str
    measure: str
    value: Decimal
    days: tuple[date, date] | None


class Event(NamedTuple):
    """Something that counts: on which ISO day, for whom, how much; None is unknown."""

    day: str
    reps: tuple[str, ...]
    amount: Decimal | None


def targets_at(book: Readable) -> list[Target]:
    """All targets, by rep, as they stand in his file."""
    return [
        Target(
            rep,
            each["period"],
            each["measure"],
            Decimal(each["value"]),
            period_days(each["period"]),
        )
        for rep, text in book.query(TARGETS)
        for each in json.loads(text)
    ]


class Events:
    """What happened of one measure, also by rep."""

    def __init__(self, events: Iterable[Event]) -> None:
        """An event of several reps is found with each of them."""
        self._every = list(events)
        self._of: dict[str, list[Event]] = defaultdict(list)
        for event in self._every:
            for rep in event.reps:
                self._of[rep].append(event)

    def reached(self, reps: set[str], span: Window) -> Decimal | None:
        """What these reps reached together in these days; None where nothing of it is known.

        A visit of several of them counts once.
        """
        since, until = span.bounds
        (first, *others) = sorted(reps)
        events = self._every if others else self._of.get(first, ())
        return total(
            event.amount
            for event in events
            if since <= event.day <= until and not reps.isdisjoint(event.reps)
        )


def events_of(
    book: Readable, measures: Collection[str], span: Window, won: Sequence[Closing]
) -> dict[str, Events | None]:
    """What happened in these days, by measure; None: nothing is known of it.

    A deal (`won` are those of these days) counts for who had it on the day it was won, an order
    line for its rep, else for the customer's owner, a visit for each who was there, a new customer
    for who had him on the first day on which he was active.
    """
    made: dict[str, Callable[[], list[Event] | None]] = {
        "won-amount": lambda: [_event(one, one.amount) for one in won],
        "won-deals": lambda: [_event(one, ONE) for one in won],
        "revenue": lambda: _revenue(book, span),
        "visits": lambda: _visits(book, span),
        "new-customers": lambda: _new_customers(book, span.until),
    }
    found: dict[str, Events | None] = {}
    for measure in measures:
        if measure in made:
            events = made[measure]()
            found[measure] = None if events is None else Events(events)
    return found


def won_deals(book: Readable, span: Window) -> list[Closing]:
    """The deals won in these days, as known on the last of them."""
    deals = deals_at(book, span.until)
    closed = closings(book, span.until, deals, ladder(book.policy))
    return [one for one in closed.within(span) if one.won]


def _event(one: Closing, amount: Decimal | None) -> Event:
    return Event(one.day, (one.owner,) if one.owner else (), amount)


def _revenue(book: Readable, span: Window) -> list[Event] | None:
    if not has_lines(book, span.until):
        return None
    owners = {each.id: each.owner for each in customers_at(book, span.until)}
    found = []
    for line in lines(book, span.since, span.until):
        rep = line.rep or owners.get(line.customer or "")
        found.append(Event(line.day, (rep,) if rep else (), line.revenue))
    return found


def _visits(book: Readable, span: Window) -> list[Event]:
    kinds = book.policy.standard("visits.kinds")
    return [
        Event(touch.day, touch.reps, ONE)
        for touch in touches(book, span)
        if touch.kind in kinds and touch.outcome != "not-held"
    ]


def _new_customers(book: Readable, as_of: date) -> list[Event]:
    """The first day on which each customer was active; merged records count as one."""
    heirs = survivors(book)
    owned: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    began: dict[str, str] = {}
    owners: dict[str, str | None] = {each.id: each.owner for each in customers_at(book, as_of)}
    for id, day, field, value in book.query(LINES, as_of=as_of.isoformat()):
        if field == "owner":
            owned[id].append((day, value))
        elif value == "active":
            began.setdefault(id, day)
    first: dict[str, tuple[str, str]] = {}
    for id, day in began.items():
        heir = heirs.get(id, id)
        first[heir] = min((day, id), first.get(heir, (day, id)))
    found = []
    for heir, (day, id) in sorted(first.items()):
        rep = value_on(owned[id], day, owners.get(heir))
        found.append(Event(day, (rep,) if rep else (), ONE))
    return found
