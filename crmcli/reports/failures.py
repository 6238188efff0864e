"""Failures: when we failed a customer, who says so, and whether it was put right."""

from bisect import bisect_left
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from crmcli.reports.cases_at import cases_at
from crmcli.reports.customers_at import CustomerAt
from crmcli.reports.customers_at import customers_at
from crmcli.reports.customers_at import live
from crmcli.reports.failure_sources import Told
from crmcli.reports.failure_sources import bad_ratings
from crmcli.reports.failure_sources import cases_of_interactions
from crmcli.reports.failure_sources import complaints
from crmcli.reports.failure_sources import late_answers
from crmcli.reports.failure_sources import missed_promises
from crmcli.reports.failure_sources import offences
from crmcli.reports.failure_sources import silences
from crmcli.reports.good_events import SAID
from crmcli.reports.good_events import good_events
from crmcli.reports.life import Life
from crmcli.reports.life import life_at
from crmcli.reports.promises_at import PromiseAt
from crmcli.reports.promises_at import promises_at
from crmcli.reports.promises_at import promises_of
from crmcli.reports.readable import Readable
from crmcli.reports.remembering import remembered
from crmcli.reports.table import Evidence
from crmcli.reports.window import Window

OPEN = "open"
RESOLVED = "resolved"
SETTLED = "settled"
RULES = {
    "B1": "complaint",
    "B2": "bad rating",
    "B3": "seen by the rep",  # a failure noted, or an offended mood
    "B4": "promise not kept",
    "B5": "no answer in time",
    "B6": "silence",  # of more than twice the cadence
}


class Failure(NamedTuple):
    """A failure as it stood on a day. Days are ISO text.

    `rule` is B1 to B6, see RULES. `basis`: said, seen or computed. `type` is neglect,
    disappointment, lost-face, disregard or unnamed. `rep`: the case's owner, who is rated, whose
    record or promise it is, or who has the customer; None: not known. `id` and `kind` are of the
    record behind it. `resolved` and `settled` are the days on which it was put right and on which
    the customer showed that it is well; None: not yet, or (`mendable` False) never. `standing`: it
    still weighs on the verdict for the days asked. `began` is the day of the mail that was not
    answered, else `day`. `also` are the other records that tell of the same case.
    """

    rule: str
    customer: str
    day: str
    basis: str
    type: str
    step: str | None
    rep: str | None
    id: str
    kind: str
    text: str
    what: str | None
    case: str | None
    began: str
    mendable: bool
    resolved: str | None
    settled: str | None
    state: str
    standing: bool
    also: tuple[str, ...]

    @property
    def evidence(self) -> Evidence:
        """The failure, with its state, as a line under a verdict."""
        told = f"{self.text}, {self.state}"
        words = f"{told}: {self.what}" if self.what else told
        return Evidence(date.fromisoformat(self.day), self.id, self.kind, self.basis, words)


def failures(book: Readable, as_of: date, span: Window) -> list[Failure]:
    """Every failure (B1 to B6) dated or put right in these days, and older standing ones.

    By day and id. Only live customers have a silence that counts.
    """
    span = Window(span.since, min(span.until, as_of))
    customers = live(customers_at(book, as_of))
    found = [
        *incidents(book, as_of, span),
        *silent_spells(book, life_at(book, as_of), customers, span),
    ]
    return sorted(found, key=lambda failure: (failure.day, failure.id))


@remembered
def incidents(
    book: Readable,
    as_of: date,
    span: Window,
    *,
    only: Sequence[str] | None = None,
    promises: Sequence[PromiseAt] | None = None,
) -> list[Failure]:
    """The failures but silences (B1 to B5) dated or put right in these days, and standing ones.

    By day and id. Records that name the same case tell of one failure: the complaint; where the
    case is none, what was said counts before what was seen, and that before what is computed.
    `only`: ids of customers, those merged into them too. `promises`: those that matter for the
    window, where they have been read already.
    """
    span = Window(span.since, min(span.until, as_of))
    cases = cases_at(book, as_of)
    about = cases_of_interactions(book, cases)
    if promises is None and only is None:
        promises = promises_at(book, as_of, span.since)
    elif promises is None:
        promises = promises_of(book, as_of, only or ())
    mine = cases if only is None else [case for case in cases if case.customer in only]
    told = [
        *complaints(mine, as_of),
        *bad_ratings(book, span, about, only),
        *offences(book, span, about, only),
        *missed_promises(book, as_of, promises),
        *late_answers(book, as_of, span, about, only),
    ]
    goods = _Goods.of(book, as_of, span, only)
    return _judged(_joined(told), goods, span)


def troubles(book: Readable, as_of: date, span: Window) -> list[Failure]:
    """Those that customers brought up or reps saw (B1 to B3), as in `incidents`, sooner."""
    cases = cases_at(book, as_of)
    about = cases_of_interactions(book, cases)
    told = [
        *complaints(cases, as_of),
        *bad_ratings(book, span, about, None),
        *offences(book, span, about, None),
    ]
    return _judged(_joined(told), _Goods.of(book, as_of, span, None), span)


def silent_spells(
    book: Readable, life: Life, customers: Sequence[CustomerAt], span: Window
) -> list[Failure]:
    """The silences (B6) of these customers, dated or ended in these days."""
    told = silences(life, customers, book.policy, span)
    goods = _Goods.of(book, date.fromordinal(life.as_of), span, None)
    return _judged([(one, ()) for one in told], goods, span)


class _Goods(NamedTuple):
    """The days of good events by customer, rising: of those that were said, and of all."""

    said: Mapping[str, Sequence[str]]
    all: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, book: Readable, as_of: date, span: Window, only: Sequence[str] | None) -> "_Goods":
        said, every = defaultdict(list), defaultdict(list)
        for good in good_events(book, as_of, Window(span.since, as_of), only=only):
            every[good.customer].append(good.day)
            if good.basis == SAID:
                said[good.customer].append(good.day)
        return cls(said, every)

    def settled(self, told: Told) -> str | None:
        """The day on which the customer showed that it is well; None: not yet.

        What he said is settled only by what he says. What is still to be put right is not.
        """
        if told.mendable and told.resolved is None:
            return None
        days = (self.said if told.rule in ("B1", "B2") else self.all).get(told.customer, ())
        # On the very day only where there is a resolution: the failure's own day is too early.
        at = bisect_left(days, told.resolved) if told.resolved else bisect_right(days, told.day)
        shown = days[at] if at < len(days) else None
        return min(filter(None, (told.accepted, shown)), default=None)


def _joined(told: Iterable[Told]) -> list[tuple[Told, tuple[str, ...]]]:
    """Each failure once, with the ids of the other records that tell of it."""
    of_cases: dict[str, list[Told]] = defaultdict(list)
    found: list[tuple[Told, tuple[str, ...]]] = []
    for one in told:
        if one.case is None:
            found.append((one, ()))
        else:
            of_cases[one.case].append(one)
    for same in of_cases.values():
        same.sort(key=lambda one: (one.rule, one.day, one.id))
        found.append((same[0], tuple(one.id for one in same[1:])))
    return found


def _judged(
    told: Iterable[tuple[Told, tuple[str, ...]]], goods: _Goods, span: Window
) -> list[Failure]:
    since, until = span.bounds
    found = []
    for one, also in told:
        settled = goods.settled(one)
        state = SETTLED if settled else RESOLVED if one.resolved else OPEN
        standing = _stands(one, state, since, until)
        dated = since <= one.day <= until
        mended = one.resolved is not None and since <= one.resolved <= until
        if dated or mended or standing:
            found.append(_failure(one, settled, state, standing, also))
    found.sort(key=lambda failure: (failure.day, failure.id))
    return found


def _failure(
    one: Told, settled: str | None, state: str, standing: bool, also: tuple[str, ...]
) -> Failure:
    return Failure(
        rule=one.rule,
        customer=one.customer,
        day=one.day,
        basis=one.basis,
        type=one.type,
        step=one.step,
        rep=one.rep,
        id=one.id,
        kind=one.kind,
        text=one.text,
        what=one.what,
        case=one.case,
        began=one.began,
        mendable=one.mendable,
        resolved=one.resolved,
        settled=settled,
        state=state,
        standing=standing,
        also=also,
    )


def _stands(told: Told, state: str, since: str, until: str) -> bool:
    """Whether it still weighs: an open complaint or promise always, what is said by its day."""
    if state == SETTLED or told.rule == "B6":
        return False
    if told.rule == "B1":
        return state == OPEN or since <= str(told.resolved) <= until
    if told.rule == "B5":
        return state == OPEN and since <= told.began <= until
    if told.mendable:
        return state == OPEN
    return since <= told.day <= until
