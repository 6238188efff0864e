"""How much training, and does it help?"""

import json
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from decimal import Decimal
from math import fsum
from typing import Any
from typing import NamedTuple

from crmcli.model.policy import Policy
from crmcli.reports.deal_results import total
from crmcli.reports.feedback_at import Said
from crmcli.reports.feedback_at import said
from crmcli.reports.feedback_at import sound
from crmcli.reports.people import ALL
from crmcli.reports.people import people
from crmcli.reports.pricing import counted
from crmcli.reports.rates import one_rate
from crmcli.reports.readable import Readable
from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Table
from crmcli.reports.window import Window
from crmcli.reports.window import window

COLUMNS = (
    Column("rep"),
    Column("hours", "number"),
    Column("courses", "number"),
    Column("exams", "number"),
    Column("passed", "number"),
    Column("pass_rate", "rate"),
    Column("conduct_before", "number"),
    Column("n_before", "number"),
    Column("conduct_after", "number"),
    Column("n_after", "number"),
    Column("change", "number"),
    Column("evidence", "evidence"),
)
SHOWN = tuple(column.key for column in COLUMNS if column.key != "pass_rate")
EMPTY = "no training in these days: crm rep edit REP, under training:"
REPS = """
    SELECT id, training FROM reps
    WHERE (left IS NULL OR left >= :since) AND (joined IS NULL OR joined <= :until)
    ORDER BY id
"""


def training(
    book: Readable,
    as_of: date,
    *,
    since: date | None = None,
    until: date | None = None,
    rep: str | None = None,
) -> Table:
    """The hours, courses and exams of each rep in the window, and his conduct before and after.

    `pass_rate` is passed exams of all exams. Conduct is the mean of the customers' scores, 1 to
    5, in the 90 days before the rep's last course of the window, and in the 90 days from the day
    after it on; with at least 5 scores on both sides, else blank. In the row of all, each rep's
    scores count before and after his own course.

    Source: Kirkpatrick, levels 2 (learning) and 3 (behaviour).

    Association, not proof: what else changed in these days is not known, nor how those would
    have fared who took no course.
    """
    policy = book.policy
    span = window(policy, as_of, since, until)
    courses = {id: _courses(id, text, span) for id, text in book.query(REPS, **_params(span))}
    days = policy.standard("training.days")
    first = date.fromordinal(max(1, span.since.toordinal() - days))
    scores = [
        one
        for one in sound(said(book, Window(first, as_of)))
        if one.kind == "conduct" and one.rater == "customer"
    ]
    taken = people(book).sorted(courses)
    sides = {id: _sides(id, courses[id], scores, days) for id in taken}
    rows = [_row(id, courses[id], sides[id], policy) for id in taken if rep is None or rep == id]
    every = [course for id in taken for course in courses[id]]
    both = _Sides(
        [score for side in sides.values() for score in side.before],
        [score for side in sides.values() for score in side.after],
    )
    all_of_them = _row(ALL, every, both, policy)
    cells = dict(zip((column.key for column in COLUMNS[:-1]), all_of_them, strict=False))
    return Table(
        "training",
        f"Training, {span.since} to {span.until}",
        COLUMNS,
        (*rows, all_of_them) if every else (),
        _notes(every, days, policy),
        (),
        {key: value for key, value in cells.items() if key != "rep"},
        SHOWN,
        EMPTY,
        question=__doc__ or "",
        as_of=as_of,
        since=span.since,
        until=span.until,
    )


class _Course(NamedTuple):
    """A training of a rep. `day` is an ISO day; hours None: unknown."""

    rep: str
    day: str
    topic: str
    hours: Decimal | None
    exam: str | None


class _Sides(NamedTuple):
    """Scores of conduct before and after a course."""

    before: Sequence[float]
    after: Sequence[float]


def _params(span: Window) -> dict[str, str]:
    since, until = span.bounds
    return {"since": since, "until": until}


def _courses(rep: str, text: str | None, span: Window) -> list[_Course]:
    """A rep's trainings of these days, by day."""
    since, until = span.bounds
    found = []
    for item in json.loads(text or "[]"):
        hours = item.get("hours")
        if since <= item["date"] <= until:
            found.append(
                _Course(
                    rep,
                    item["date"],
                    item["topic"],
                    None if hours is None else Decimal(str(hours)),
                    item.get("exam"),
                )
            )
    return sorted(found, key=lambda course: (course.day, course.topic))


def _sides(rep: str, courses: Sequence[_Course], scores: Iterable[Said], days: int) -> _Sides:
    """His scores in the days before his last course, and in those after it."""
    if not courses:
        return _Sides((), ())
    day = date.fromisoformat(courses[-1].day)
    first, last = _shifted(day, -days), _shifted(day, days)
    mine = [
        (one.day, float(one.score)) for one in scores if one.rep == rep and one.score is not None
    ]
    return _Sides(
        [score for when, score in mine if first <= when < courses[-1].day],
        [score for when, score in mine if courses[-1].day < when <= last],
    )


def _shifted(day: date, days: int) -> str:
    try:
        return (day + timedelta(days=days)).isoformat()
    except OverflowError:  # past an end of the calendar
        return (date.min if days < 0 else date.max).isoformat()


def _row(name: str, courses: Sequence[_Course], sides: _Sides, policy: Policy) -> tuple[Any, ...]:
    min_n = max(1, policy.standard("min_n"))
    exams = [course.exam for course in courses if course.exam in ("passed", "failed")]
    passed = exams.count("passed")
    before = after = change = None
    if len(sides.before) >= min_n and len(sides.after) >= min_n:
        before = fsum(sides.before) / len(sides.before)
        after = fsum(sides.after) / len(sides.after)
        change = after - before
    return (
        name,
        total(course.hours for course in courses),
        len(courses),
        len(exams),
        passed,
        one_rate(passed, len(exams), min_n).rate,
        before,
        len(sides.before),
        after,
        len(sides.after),
        change,
        tuple(_evidence(course) for course in reversed(courses)) if name != ALL else (),
    )


def _evidence(course: _Course) -> Evidence:
    words = course.topic
    if course.hours is not None:
        words += f", {course.hours:f} hours"
    if course.exam in ("passed", "failed"):
        words += f", exam {course.exam}"
    return Evidence(date.fromisoformat(course.day), course.rep, "course", "", words)


def _notes(courses: Sequence[_Course], days: int, policy: Policy) -> tuple[str, ...]:
    if not courses:
        return ()
    unknown = sum(course.hours is None for course in courses)
    when = f"conduct in the {days} days before and after the last course"
    enough = f"from {policy.standard('min_n')} scores on both sides"
    notes = [f"{when}, {enough}: association, not proof"]
    if unknown:
        notes.append(f"{counted(unknown, 'course')} without hours, in no sum")
    return tuple(notes)
