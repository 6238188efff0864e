"""Who deserves thanks, and for what?"""

from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import NamedTuple

from crmcli.reports.failures import incidents
from crmcli.reports.good_events import good_events
from crmcli.reports.merged import families
from crmcli.reports.merged import survivors
from crmcli.reports.people import people
from crmcli.reports.promise_dates import KEPT
from crmcli.reports.promise_dates import MISSED
from crmcli.reports.promise_dates import strict
from crmcli.reports.promises_at import PromiseAt
from crmcli.reports.promises_at import promises_at
from crmcli.reports.rates import difference_note
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Table
from crmcli.reports.touches import Touch
from crmcli.reports.touches import touches
from crmcli.reports.window import Window
from crmcli.reports.window import window

COLUMNS = (
    Column("rep"),
    Column("date", "date"),
    Column("what"),
    Column("customer"),
    Column("evidence", "evidence"),
)
SHOWN = ("rep", "date", "what", "customer")
FIRST_DAY = date(1, 1, 2)
EMPTY = "nothing to thank for is on record in these days: crm help feedback"


class Deed(NamedTuple):
    """What a rep deserves thanks for. `day` is ISO text."""

    rep: str
    day: str
    what: str
    customer: str | None
    evidence: Evidence


def recognition(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """List the good deeds of each rep in these days, newest first: deeds, and no ranking.

    Four kinds: a compliment about him; a failure that was settled in these days, when the last
    contact before that day was his; a promise kept before the day first promised; something good
    from a customer (a rating, a compliment, a mood, another customer brought) within 30 days
    after his visit. A mood noted in the visit itself is no thanks, and silences that ended are
    not listed.

    Whether reps differ at all is tested on the share of promises kept early. Where there is no
    evidence that they do, a ranking would reward luck.

    Source: own rule; the test is the chi-square test of homogeneity.

    Thanks for what nobody wrote down are missing, and a good rating after a visit need not be
    due to the visit.
    """
    span = window(book.policy, as_of, since, until)
    promises = promises_at(book, as_of, span.since)
    names = people(book)
    deeds = [
        *_kept_early(promises, span),
        *_settled(book, as_of, span),
        *_good(book, as_of, span),
    ]
    places = {id: at for at, id in enumerate(names.sorted({deed.rep for deed in deeds}))}
    deeds.sort(key=lambda deed: (deed.evidence.id, deed.what))
    deeds.sort(key=lambda deed: deed.day, reverse=True)
    deeds.sort(key=lambda deed: places[deed.rep])
    shown = [deed for deed in deeds if rep in (None, deed.rep)]
    rows = tuple(
        (deed.rep, date.fromisoformat(deed.day), deed.what, deed.customer, (deed.evidence,))
        for deed in shown
    )
    return Table(
        "recognition",
        f"Thanks deserved, {span.since} to {span.until}",
        COLUMNS,
        rows,
        _notes(promises, as_of, span) if deeds else (),
        summary={"deeds": len(rows), "reps": len({deed.rep for deed in shown})},
        shown=SHOWN,
        empty=EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


def _kept_early(promises: Iterable[PromiseAt], span: Window) -> Iterator[Deed]:
    since, until = span.bounds
    for promise in promises:
        standing = promise.standing
        day, due = standing.settled, standing.original_due
        if standing.status != "kept" or standing.disputed or day is None or due is None:
            continue
        if since <= day <= until and day < due:
            line = Evidence(
                date.fromisoformat(day), promise.id, "promise", "computed",
                f"due {due}: {promise.what}",
            )  # fmt: skip
            yield Deed(promise.by, day, "kept a promise early", promise.customer, line)


def _settled(book: Readable, as_of: date, span: Window) -> Iterator[Deed]:
    """Failures of any age that were settled in these days, by who was there last before."""
    since, until = span.bounds
    mended = [
        one
        for one in incidents(book, as_of, Window(FIRST_DAY, as_of))
        if one.settled and since <= one.settled <= until
    ]
    if not mended:
        return
    homes = families(survivors(book))
    ids = {id for one in mended for id in homes.get(one.customer, (one.customer,))}
    contacts: dict[str | None, list[Touch]] = defaultdict(list)
    for touch in touches(book, Window(FIRST_DAY, span.until), only=sorted(ids)):
        contacts[touch.customer].append(touch)
    for one in mended:
        settled = str(one.settled)
        before = [touch for touch in contacts[one.customer] if touch.day < settled]
        for rep in before[-1].reps if before else ():
            yield Deed(rep, settled, "a failure was settled", one.customer, one.evidence)


def _good(book: Readable, as_of: date, span: Window) -> Iterator[Deed]:
    """Compliments about a rep, and good events soon after his visit; each event once a rep."""
    days = book.policy.standard("recognition.days")
    early = date.fromordinal(max(FIRST_DAY.toordinal(), span.since.toordinal() - days))
    visits: dict[str | None, list[Touch]] = defaultdict(list)
    for touch in touches(book, Window(early, span.until)):
        if touch.kind == "visit" and touch.two_way:
            visits[touch.customer].append(touch)
    for good in good_events(book, as_of, span):
        thanked = set()
        if good.rule == "G3" and good.rep:
            thanked.add(good.rep)
            yield Deed(good.rep, good.day, "a compliment", good.customer, good.evidence)
        start = (date.fromisoformat(good.day) - timedelta(days=days)).isoformat()
        for touch in visits[good.customer]:
            if not start <= touch.day <= good.day or touch.id == good.id:
                continue
            for rep in touch.reps:
                if rep not in thanked:
                    thanked.add(rep)
                    what = f"something good within {days} days of a visit"
                    yield Deed(rep, good.day, what, good.customer, good.evidence)


def _notes(promises: Sequence[PromiseAt], as_of: date, span: Window) -> tuple[str, ...]:
    """Whether reps differ in promises kept early."""
    since, until = span.bounds
    kept: Counter[str] = Counter()
    promised: Counter[str] = Counter()
    for promise in promises:
        due = promise.standing.original_due
        word = strict(promise.standing, as_of.isoformat())
        if due is None or not since <= due <= until or word not in (KEPT, MISSED):
            continue
        promised[promise.by] += 1
        kept[promise.by] += word == KEPT and str(promise.standing.settled) < due
    pairs = [(kept[rep], promised[rep]) for rep in sorted(promised)]
    note = difference_note(pairs, "reps", "promises kept early")
    advice = "thank for deeds, do not rank"
    return (f"{note}: {advice}" if note else advice,)
