"""What each rep is measured by: the tries, the hits, and the misses as evidence."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from typing import NamedTuple

from crmcli.reports.case_times import timed_cases
from crmcli.reports.closings import closings
from crmcli.reports.customers_at import customers_at
from crmcli.reports.customers_at import live
from crmcli.reports.deals_at import deals_at
from crmcli.reports.deals_at import ladder
from crmcli.reports.feedback_at import Said
from crmcli.reports.life import life_at
from crmcli.reports.promise_dates import KEPT
from crmcli.reports.promise_dates import MISSED
from crmcli.reports.promise_dates import state
from crmcli.reports.promise_dates import strict
from crmcli.reports.promises_at import promises_at
from crmcli.reports.readable import Readable
from crmcli.reports.replies import IN_TIME
from crmcli.reports.replies import inbounds
from crmcli.reports.table import Evidence
from crmcli.reports.visit_filing import PENDING
from crmcli.reports.visit_filing import UNREPORTED
from crmcli.reports.visits_at import visits_at
from crmcli.reports.window import Window

SATISFIED = 4  # of 5
# What a record of each measure is made with, and what is said of them together.
MEASURES = {
    "promises_kept": "promises kept",
    "visits_on_time": "visits reported in time",
    "replies_in_time": "replies in time",
    "cadence_met": "customers heard of within their cadence",
    "cases_in_time": "cases resolved in time",
    "csat_top2": "answers of 4 and 5",
    "win_rate": "deals won",
}
SOURCES = {
    "promises_kept": "crm promise add",
    "visits_on_time": "crm log visit",
    "replies_in_time": "crm log email --direction in",
    "cadence_met": "crm customer add",
    "cases_in_time": "crm case add",
    "csat_top2": "crm feedback add",
    "win_rate": "crm deal win",
    "conduct": "crm feedback add --kind conduct",
}


class Try(NamedTuple):
    """Something a rep is measured by: whether it was a hit, and what shows a miss."""

    rep: str
    hit: bool
    evidence: Evidence


class Tally(NamedTuple):
    """The hits and tries of one rep in one measure; his misses, newest first."""

    k: int
    n: int
    misses: tuple[Evidence, ...]


NOTHING = Tally(0, 0, ())


def tallies(
    book: Readable, as_of: date, span: Window, ratings: Sequence[Said]
) -> Mapping[str, Mapping[str, Tally]]:
    """By measure and rep, whoever had something to do in these days. `ratings` are those of them.

    A promise counts for who made it, a visit for each who was there, a reply for whose record the
    mail is, a customer or a case for who has it on the day, a deal for who had it when it closed.
    """
    tries = {
        "promises_kept": _promises(book, as_of, span),
        "visits_on_time": _visits(book, as_of, span),
        "replies_in_time": _replies(book, as_of, span),
        "cadence_met": _cadences(book, as_of),
        "cases_in_time": _cases(book, as_of, span),
        "csat_top2": _ratings(ratings),
        "win_rate": _deals(book, as_of, span),
    }
    return {name: _tallied(found) for name, found in tries.items()}


def newest_first(misses: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Evidence in its order: the newest first, then by id."""
    ordered = sorted(misses, key=lambda one: one.id)
    ordered.sort(key=lambda one: one.date or date.min, reverse=True)
    return tuple(ordered)


def _tallied(tries: Iterable[Try]) -> dict[str, Tally]:
    by_rep: dict[str, list[Try]] = defaultdict(list)
    for each in tries:
        by_rep[each.rep].append(each)
    return {
        rep: Tally(
            sum(each.hit for each in its),
            len(its),
            newest_first(each.evidence for each in its if not each.hit),
        )
        for rep, its in by_rep.items()
    }


def _promises(book: Readable, as_of: date, span: Window) -> Iterator[Try]:
    """Promises in the strict rate of these days: kept by the day first promised."""
    day = as_of.isoformat()
    since, until = span.bounds
    for promise in promises_at(book, as_of, span.since):
        due = promise.standing.original_due
        if due is None or not since <= due <= until:
            continue
        word = strict(promise.standing, day)
        if word in (KEPT, MISSED):
            text = f"due {due}, {state(promise.standing, day)}"
            yield Try(promise.by, word == KEPT, _shown(due, promise.id, "promise", text))


def _visits(book: Readable, as_of: date, span: Window) -> Iterator[Try]:
    for visit in visits_at(book, as_of, span):
        if visit.filing.state != PENDING:
            text = "no report" if visit.filing.state == UNREPORTED else "report late"
            shown = _shown(visit.at, visit.id, visit.fields["kind"], text)
            for rep in visit.reps:
                yield Try(rep, bool(visit.filing.on_time), shown)


def _replies(book: Readable, as_of: date, span: Window) -> Iterator[Try]:
    for mail in inbounds(book, span, as_of):
        if mail.due:
            text = f"of {mail.customer}, answer {mail.state}"
            shown = _shown(mail.at, mail.id, mail.kind, text)
            yield Try(mail.rep, mail.state == IN_TIME, shown)


def _cadences(book: Readable, as_of: date) -> Iterator[Try]:
    """Live customers who exist for at least their cadence; of unknown birth: they always did."""
    life = life_at(book, as_of)
    for customer in live(customers_at(book, as_of)):
        if customer.owner is None or _is_young(customer.born, customer.cadence, as_of):
            continue
        silence, last = life.silence(customer.id), life.last(customer.id)
        text = "never contacted"
        if silence is not None:
            text = f"silent {silence} days, cadence {customer.cadence}"
        day = date.fromordinal(last).isoformat() if last else None
        hit = silence is not None and silence <= customer.cadence
        yield Try(customer.owner, hit, _shown(day, customer.id, "customer", text))


def _is_young(born: str | None, cadence: int, as_of: date) -> bool:
    return born is not None and as_of - date.fromisoformat(born) < timedelta(days=cadence)


def _cases(book: Readable, as_of: date, span: Window) -> Iterator[Try]:
    for item in timed_cases(book, as_of, span):
        case, step = item.case, item.resolve
        if case.owner and step.due:
            done = f"resolved {step.done[:10]}" if step.done else "not resolved"
            text = f"due {(step.deadline or '')[:10]}, {done}: {case.what}"
            yield Try(case.owner, step.met, _shown(step.deadline, case.id, "case", text))


def _ratings(ratings: Iterable[Said]) -> Iterator[Try]:
    for one in ratings:
        if one.kind == "csat" and one.rep and one.score is not None:
            text = f"csat {one.score}" + (f": {one.comment}" if one.comment else "")
            shown = _shown(one.at, one.id, "feedback", text)._replace(basis="said")
            yield Try(one.rep, one.score >= SATISFIED, shown)


def _deals(book: Readable, as_of: date, span: Window) -> Iterator[Try]:
    every = closings(book, as_of, deals_at(book, as_of), ladder(book.policy))
    for one in every.within(span):
        if one.owner:
            text = f"lost: {one.deal.name}" if one.deal.name else "lost"
            yield Try(one.owner, one.won, _shown(one.day, one.deal.id, "deal", text))


def _shown(day: str | None, id: str, kind: str, text: str) -> Evidence:
    return Evidence(date.fromisoformat(day[:10]) if day else None, id, kind, "computed", text)
