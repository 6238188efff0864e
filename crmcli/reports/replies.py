"""Who wrote or called to us and waits for an answer, and when it came."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from datetime import timedelta
from functools import cmp_to_key
from typing import NamedTuple

from crmcli.reports.merged import families
from crmcli.reports.merged import survivors
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.visit_filing import DAY
from crmcli.reports.visit_filing import deadline_lies_ahead
from crmcli.reports.visit_filing import hours_between
from crmcli.reports.visit_filing import whole_days
from crmcli.reports.whose import listed
from crmcli.reports.whose import narrowed
from crmcli.reports.window import Window

IN_TIME = "in time"
LATE = "late"
UNANSWERED = "unanswered"
PENDING = "pending"  # unanswered, and its deadline is not before the end of the day

OFFSET = len("+08:00")  # the end of an ISO time; what is written in one offset sorts as text

NEEDS = """(direction = 'in' AND (
    kind IN ('email', 'message') AND coalesce(outcome, '') <> 'no-reply-needed'
    OR kind = 'call' AND outcome = 'no-answer'))"""
ANSWERS = """(
    direction = 'out' AND kind <> 'note' AND coalesce(outcome, '') NOT IN ('bounced', 'no-answer')
    OR kind IN ('visit', 'meeting') AND coalesce(outcome, '') <> 'not-held'
    OR kind = 'call' AND coalesce(outcome, '') <> 'no-answer')"""
# In no order: they are put into one by what their times mean.
EVENTS = f"""
    SELECT customer, id, at, {NEEDS}, rep, kind, case_id, step
    FROM interactions
    WHERE customer IS NOT NULL AND day <= :as_of AND ({NEEDS} OR {ANSWERS}) {{whose}}
"""
# Whoever may still wait: an answer on the same day or the next may yet be the earlier one, by its
# offset, or for want of a time.
WAITING = f"""
    SELECT DISTINCT customer FROM interactions i
    WHERE customer IS NOT NULL AND day BETWEEN :since AND :as_of AND {NEEDS}
        AND NOT EXISTS (SELECT 1 FROM interactions
            WHERE customer = i.customer AND day > date(i.day, '+1 day') AND day <= :as_of
            AND {ANSWERS})
    ORDER BY customer
"""
FIRST_DAY = date(1, 1, 2)


class Inbound(NamedTuple):
    """A mail, message or missed call of a customer that needed an answer.

    Several in a row before any answer are one, the first. `rep` is whose record it is.
    `deadline` and `answered` are ISO times, or bare days; `answered` None: not yet. `due` tells
    whether the deadline is past at the end of the day asked, answered or not.
    """

    id: str
    at: str
    customer: str
    rep: str
    kind: str
    case: str | None
    step: str | None
    deadline: str
    answered: str | None
    state: str
    due: bool

    @property
    def day(self) -> str:
        """The day, as the writer's clock had it."""
        return self.at[:DAY]


class _Event(NamedTuple):
    id: str
    at: str
    needs: int
    rep: str
    kind: str
    case: str | None
    step: str | None


@remembered
def inbounds(
    book: Readable,
    span: Window,
    as_of: date,
    *,
    only: Sequence[str] | None = None,
    also_earlier: bool = False,
) -> list[Inbound]:
    """What customers sent in these days that needed an answer, by time and id.

    The answer is the first later contact with the same customer, by anyone, that reached him or
    was two-way. It is owed within `standard.reply_hours`, calendar hours; whole days where either
    side has no time of day. Of two contacts on one day of which one has no time nobody knows the
    order: the answer is taken to be the later one. `only`: ids of customers, those merged into
    them too. `also_earlier`: with what came before these days and was answered in or after them.
    """
    since, until = span.bounds
    hours = book.policy.standard("reply_hours")
    heirs = survivors(book)
    events: dict[str, list[_Event]] = defaultdict(list)
    sql = EVENTS.format(whose=narrowed(only))
    for customer, *event in book.query(sql, as_of=as_of.isoformat(), customers=listed(only)):
        events[heirs.get(customer, customer)].append(_Event(*event))
    found = [
        _judged(first, answer, customer, as_of, hours)
        for customer, its in events.items()
        for first, answer in _waits(_ordered(its))
        if first.at[:DAY] <= until
        and (
            first.at[:DAY] >= since
            or (also_earlier and answer is not None and answer.at[:DAY] >= since)
        )
    ]
    found.sort(key=lambda inbound: (inbound.at, inbound.id))
    return found


def waiting(book: Readable, as_of: date, since: date) -> list[Inbound]:
    """Whom we owe an answer on the day, due or not, who wrote or called on `since` or later.

    As `inbounds` has it, with the day on which the waiting began, which may be an earlier one.
    """
    heirs = survivors(book)
    homes = families(heirs)
    rows = book.query(WAITING, since=since.isoformat(), as_of=as_of.isoformat())
    found = {heirs.get(customer, customer) for (customer,) in rows}
    ids = [id for customer in sorted(found) for id in homes.get(customer, (customer,))]
    every = inbounds(book, Window(FIRST_DAY, as_of), as_of, only=ids) if ids else []
    return [one for one in every if one.answered is None]


def _waits(events: Iterable[_Event]) -> Iterator[tuple[_Event, _Event | None]]:
    """Each inbound that nothing open stood before, with its answer."""
    waiting: _Event | None = None
    for event in events:
        if event.needs:
            waiting = waiting or event
        elif waiting is not None:
            yield waiting, event
            waiting = None
    if waiting is not None:
        yield waiting, None


def _ordered(events: list[_Event]) -> list[_Event]:
    """As they came: instants where both have a time, else days as written."""
    if len({event.at[-OFFSET:] for event in events if len(event.at) > DAY}) > 1:
        return sorted(events, key=cmp_to_key(_compare))
    return sorted(events, key=_place)


def _place(event: _Event) -> tuple[str, bool, str]:
    moment = event.at
    if len(moment) == DAY:
        moment += "T" if event.needs else "T99"
    return moment, event.needs != 0, event.id


def _compare(a: _Event, b: _Event) -> int:
    if len(a.at) > DAY and len(b.at) > DAY:
        hours = hours_between(b.at, a.at)
        if hours:
            return 1 if hours > 0 else -1
    one, other = _place(a), _place(b)
    if DAY in (len(a.at), len(b.at)):
        return (one > other) - (one < other)
    return (one[1:] > other[1:]) - (one[1:] < other[1:])


def _judged(
    first: _Event, answer: _Event | None, customer: str, as_of: date, hours: int
) -> Inbound:
    # A side without a time of day: the other one's time tells nothing.
    bare = len(first.at) == DAY or (answer is not None and len(answer.at) == DAY)
    at = first.at[:DAY] if bare else first.at
    due = not deadline_lies_ahead(at, as_of, hours)
    if answer is None:
        state = UNANSWERED if due else PENDING
    elif bare:
        days = (date.fromisoformat(answer.at[:DAY]) - date.fromisoformat(at)).days
        state = IN_TIME if days <= whole_days(hours) else LATE
    else:
        state = IN_TIME if hours_between(at, answer.at) <= hours else LATE
    return Inbound(
        id=first.id,
        at=first.at,
        customer=customer,
        rep=first.rep,
        kind=first.kind,
        case=first.case,
        step=first.step,
        deadline=_deadline(at, hours),
        answered=None if answer is None else answer.at,
        state=state,
        due=due,
    )


def _deadline(at: str, hours: int) -> str:
    if len(at) == DAY:
        return (date.fromisoformat(at) + timedelta(days=whole_days(hours))).isoformat()
    return (datetime.fromisoformat(at) + timedelta(hours=hours)).isoformat()
