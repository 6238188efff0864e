"""Training: hours, exams, and conduct before and after, as association alone."""

from datetime import date

import pytest

from crmcli.reports.training import training
from tests.builders import book_of
from tests.builders import feedback
from tests.builders import rep

D = date(2026, 11, 9)
COURSE = {"date": "2026-08-01", "topic": "complaints", "hours": "4", "exam": "passed"}


def row(table, name="mei"):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def of(*courses, scores=(), as_of=D, others=(), **options):
    book = book_of(reps=[rep(training=list(courses)), *others], feedback=scores)
    return training(book, as_of, **options)


def rated(scores, at, **fields):
    return [feedback("conduct", score, at=at, item="polite", **fields) for score in scores]


def test_hours_courses_and_exams_of_the_window_are_counted():
    courses = [
        COURSE,
        COURSE | {"date": "2026-09-01", "exam": "failed", "hours": "1.5"},
        COURSE | {"date": "2026-09-02", "exam": "none"},
        {"date": "2026-09-03", "topic": "manners"},
        COURSE | {"date": "2026-05-13"},
        COURSE | {"date": "2026-11-10"},
    ]
    table = of(*courses)
    mei = row(table)
    assert (mei["hours"], mei["courses"], mei["exams"], mei["passed"]) == (
        pytest.approx(9.5), 4, 2, 1,
    )  # fmt: skip
    assert mei["pass_rate"] is None
    assert "1 course without hours, in no sum" in table.notes
    assert [one.date.day for one in mei["evidence"]] == [3, 2, 1, 1]


def test_a_rate_needs_five_exams():
    courses = [COURSE | {"date": f"2026-09-0{day}"} for day in range(1, 6)]
    assert row(of(*courses))["pass_rate"] == 1
    assert row(of(*courses[:4]))["pass_rate"] is None


def test_courses_of_unknown_length_are_not_of_no_length():
    """Trap 2."""
    unknown = {"date": "2026-09-03", "topic": "manners"}
    table = of(unknown, others=[rep("idle")])
    assert row(table)["hours"] is None
    assert (row(table, "idle")["hours"], row(table, "idle")["courses"]) == (0, 0)


def test_conduct_is_compared_before_and_after_the_last_course():
    scores = [*rated([3, 3, 3, 3, 3], "2026-07-01"), *rated([4, 4, 4, 4, 5], "2026-09-01")]
    mei = row(of(COURSE | {"date": "2026-06-01"}, COURSE, scores=scores))
    assert (mei["conduct_before"], mei["n_before"]) == (3, 5)
    assert (mei["conduct_after"], mei["n_after"]) == (4.2, 5)
    assert mei["change"] == pytest.approx(1.2)


def test_below_five_on_a_side_there_are_counts_only_and_no_proof_ever():
    """Trap 29."""
    scores = [*rated([3] * 5, "2026-07-01"), *rated([4] * 4, "2026-09-01")]
    table = of(COURSE, scores=scores)
    mei = row(table)
    assert (mei["n_before"], mei["n_after"]) == (5, 4)
    assert [mei[key] for key in ("conduct_before", "conduct_after", "change")] == [None] * 3
    assert any(note.endswith("association, not proof") for note in table.notes)


@pytest.mark.parametrize(
    ("at", "sides"),
    [
        ("2026-05-02", (0, 0)),
        ("2026-05-03", (1, 0)),  # 90 days before
        ("2026-07-31", (1, 0)),
        ("2026-08-01", (0, 0)),  # the day itself
        ("2026-08-02", (0, 1)),
        ("2026-10-30", (0, 1)),  # 90 days after
        ("2026-10-31", (0, 0)),
    ],
)
def test_before_and_after_have_90_days_each(at, sides):
    """Trap 8."""
    mei = row(of(COURSE, scores=rated([4], at)))
    assert (mei["n_before"], mei["n_after"]) == sides


def test_scores_of_others_by_observers_or_after_the_day_are_not_in_it():
    scores = [
        *rated([4], "2026-09-01", rep="lin"),
        *rated([4], "2026-09-01", rater="observer"),
        *rated([4], "2026-09-01"),
        *rated([4], "2026-09-20"),
    ]
    assert row(of(COURSE, scores=scores))["n_after"] == 2
    assert row(of(COURSE, scores=scores, as_of=date(2026, 9, 10)))["n_after"] == 1


def test_all_pools_each_reps_own_days_and_a_rep_alone_keeps_it():
    lin = rep("lin", training=[COURSE | {"date": "2026-09-01"}])
    scores = [
        *rated([3] * 3, "2026-07-01"),
        *rated([5] * 3, "2026-08-20"),
        *rated([1] * 3, "2026-08-20", rep="lin"),
        *rated([4] * 3, "2026-09-20", rep="lin"),
    ]
    table = of(COURSE, scores=scores, others=[lin])
    everyone = row(table, "all")
    assert (everyone["n_before"], everyone["conduct_before"]) == (6, 2)
    assert (everyone["n_after"], everyone["change"]) == (6, 2.5)
    alone = of(COURSE, scores=scores, others=[lin], rep="lin")
    assert alone.rows == table.rows[:1] + table.rows[2:]
    assert table.summary["courses"] == 2


def test_without_a_course_there_is_no_row():
    assert of().rows == ()
    assert training(book_of(), D).rows == ()
