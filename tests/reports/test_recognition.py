"""Recognition: deeds, each with its record; no ranking."""

from datetime import date

from crmcli.reports.recognition import recognition
from tests.builders import book_of
from tests.builders import call
from tests.builders import case
from tests.builders import customer
from tests.builders import email
from tests.builders import feedback
from tests.builders import note
from tests.builders import promise
from tests.builders import rep
from tests.builders import visit

D = date(2026, 11, 9)
SOON = "something good within 30 days of a visit"


def table(as_of=D, options=None, **records):
    records = {"customers": [customer("acme")]} | records
    return recognition(book_of(**records), as_of, **(options or {}))


def deeds(as_of=D, options=None, **records):
    found = table(as_of, options, **records)
    return [(who, day.isoformat(), what) for who, day, what, *_ in found.rows]


def test_an_empty_book_has_nothing_to_thank_for():
    found = table(customers=[])
    assert (found.rows, found.notes, found.summary) == ((), (), {"deeds": 0, "reps": 0})


def test_a_compliment_thanks_who_it_is_about():
    said = feedback("compliment", None, id="f-1", comment="so fast", rep="tom")
    (row,) = table(feedback=[said]).rows
    assert row[:4] == ("tom", date(2026, 11, 2), "a compliment", "acme")
    assert row[4][0].text == "compliment: so fast"
    assert deeds(feedback=[feedback("compliment", None, rep=None)]) == []
    assert deeds(feedback=[feedback("compliment", None, "2026-05-13")]) == []


def test_a_promise_kept_before_its_day_thanks_who_made_it():
    """Traps 8 and 13."""
    early = promise("2026-10-10", made="2026-10-01", status="kept", settled="2026-10-09", by="tom")
    assert deeds(promises=[early]) == [("tom", "2026-10-09", "kept a promise early")]
    on_time = promise("2026-10-10", made="2026-10-01", status="kept", settled="2026-10-10")
    assert deeds(promises=[on_time]) == []
    moved = [
        {"date": "2026-10-01", "due": "2026-10-05"},
        {"date": "2026-10-04", "due": "2026-10-20"},
    ]
    later = promise(
        "2026-10-20", status="kept", history=[*moved, {"date": "2026-10-10", "status": "kept"}]
    )
    assert deeds(promises=[later]) == []


def test_a_settled_failure_thanks_who_was_there_last_before():
    settled = case("2026-01-01", settled="2026-10-01", accepted="2026-10-10")
    contacts = [
        call("2026-10-05", rep="lin"),
        email("2026-10-08", rep="tom", direction="out", also=["jonas"]),
        note("2026-10-09", rep="mei"),
        visit("2026-10-10", rep="mei"),
    ]
    assert deeds(cases=[settled], interactions=contacts) == [
        ("jonas", "2026-10-10", "a failure was settled"),
        ("tom", "2026-10-10", "a failure was settled"),
    ]
    assert deeds(cases=[settled]) == []
    assert deeds(cases=[case("2026-01-01", settled="2026-10-01")], interactions=contacts) == []


def test_something_good_soon_after_a_visit_thanks_who_was_there():
    """Trap 8."""
    rated = {"feedback": [feedback("csat", 5, "2026-10-31", rep=None)]}
    seen = [
        visit("2026-10-01", rep="tom"),
        visit("2026-09-30", rep="lin"),
        call("2026-10-30", rep="mei"),
    ]
    assert deeds(interactions=seen, **rated) == [("tom", "2026-10-31", SOON)]
    assert deeds(interactions=[visit("2026-11-01")], **rated) == []
    assert deeds(interactions=[visit("2026-10-30", outcome="not-held")], **rated) == []


def test_a_joint_visit_thanks_each_and_a_compliment_only_once():
    """Trap 4."""
    together = visit("2026-11-01", rep="mei", also=["tom"])
    said = feedback("compliment", None, "2026-11-02", rep="tom")
    assert deeds(interactions=[together], feedback=[said]) == [
        ("mei", "2026-11-02", SOON),
        ("tom", "2026-11-02", "a compliment"),
    ]


def test_a_mood_in_the_visit_itself_is_no_thanks():
    """Trap 31."""
    assert deeds(interactions=[visit("2026-11-01", mood="pleased")]) == []
    again = [visit("2026-10-20"), visit("2026-11-01", mood="pleased", rep="tom")]
    assert deeds(interactions=again) == [("mei", "2026-11-01", SOON)]


def test_rows_stand_by_name_and_one_reps_may_be_asked_for():
    """Traps 6 and 28."""
    records = {
        "reps": [rep("mei", name="Zhang Mei"), rep("tom", name="Adams Tom")],
        "feedback": [
            feedback("compliment", None, "2026-10-01", rep="mei"),
            feedback("compliment", None, "2026-10-02", rep="tom"),
            feedback("compliment", None, "2026-10-03", rep="tom"),
        ],
    }
    assert [row[:2] for row in deeds(**records)] == [
        ("tom", "2026-10-03"),
        ("tom", "2026-10-02"),
        ("mei", "2026-10-01"),
    ]
    assert deeds(options={"rep": "mei"}, **records) == [("mei", "2026-10-01", "a compliment")]
    assert table(options={"rep": "mei"}, **records).summary == {"deeds": 1, "reps": 1}


def kept_early(rep, early, all):
    return [
        promise("2026-10-10", made="2026-10-01", status="kept", by=rep, settled="2026-10-09" if at < early else "2026-10-10")
        for at in range(all)
    ]  # fmt: skip


def test_without_evidence_that_reps_differ_nobody_is_ranked():
    """Trap 28."""
    alike = [*kept_early("mei", 6, 12), *kept_early("tom", 6, 12)]
    (note,) = table(promises=alike).notes
    assert note == (
        "no evidence that reps differ in promises kept early (chi-square 0.0, 1 df, p 1.00):"
        " thank for deeds, do not rank"
    )
    said = {"feedback": [feedback("compliment", None)]}
    assert table(**said).notes == ("thank for deeds, do not rank",)
    one = table(promises=kept_early("mei", 6, 12))
    assert one.notes == ("one rep: nothing to compare with: thank for deeds, do not rank",)


def test_a_past_day_gives_that_days_answer():
    """Traps 9 and 10."""
    early = promise("2026-10-10", made="2026-10-01", status="kept", settled="2026-10-09")
    assert deeds(date(2026, 10, 8), promises=[early]) == []
    assert len(deeds(date(2026, 10, 9), promises=[early])) == 1
