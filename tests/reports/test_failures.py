"""Failures: each is counted once, has its day and type, and is open, resolved or settled."""

from datetime import date

import pytest

from crmcli.reports.failures import failures
from crmcli.reports.failures import incidents
from crmcli.reports.window import Window
from tests.builders import book_of
from tests.builders import call
from tests.builders import case
from tests.builders import customer
from tests.builders import email
from tests.builders import feedback
from tests.builders import note
from tests.builders import promise
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)
W = Window(date(2026, 5, 14), D)


def found(as_of=D, span=W, only=None, **records):
    records = {"customers": [customer("acme")]} | records
    return incidents(book_of(**records), as_of, span, only=only)


def one(**records):
    (failure,) = found(**records)
    return failure


def state(**records):
    every = found(**records)
    return [(failure.rule, failure.state, failure.standing) for failure in every]


def pleased(day, **fields):
    return visit(day, mood="pleased", **fields)


def test_an_empty_book_has_none():
    assert failures(book_of(), D, W) == []


# Complaints (B1)


def test_only_a_complaint_is_a_failure_and_an_unnamed_one_says_so():
    every = [
        case(type="complaint", id="s-00000001"),
        case(type="request", id="s-00000002"),
        case(type="fault", id="s-00000003"),
    ]
    (failure,) = found(cases=every)
    assert failure[:9] == (
        "B1", "acme", "2026-11-02", "said", "unnamed", None, "mei", "s-00000001", "case"
    )  # fmt: skip
    assert one(cases=[case(failure="lost-face", step="delivery")])[4:6] == (
        "lost-face",
        "delivery",
    )


def test_an_open_complaint_stands_at_any_age():
    assert state(cases=[case("2020-01-01")]) == [("B1", "open", True)]


def test_a_resolved_complaint_stands_while_its_resolution_lies_in_the_window():
    assert state(cases=[case("2026-01-01", settled="2026-05-14")]) == [("B1", "resolved", True)]
    assert state(cases=[case("2026-01-01", settled="2026-05-13")]) == []


def test_a_complaint_that_was_opened_again_is_open():
    history = [
        {"date": "2026-10-01", "status": "open"},
        {"date": "2026-10-05", "status": "resolved", "resolved": "2026-10-05"},
        {"date": "2026-10-20", "status": "open", "note": "smokes again"},
    ]
    again = case("2026-10-01", status="open", history=history)
    assert state(cases=[again]) == [("B1", "open", True)]
    assert one(cases=[again]).evidence.text == (
        "complaint, opened again 2026-10-20, open: the charger smokes"
    )
    assert state(cases=[again], as_of=date(2026, 10, 10)) == [("B1", "resolved", True)]
    assert state(cases=[again], as_of=date(2026, 10, 4)) == [("B1", "open", True)]


def test_the_customer_settles_a_complaint_by_saying_so():
    accepted = case("2026-10-01", settled="2026-10-05", accepted="2026-10-07")
    assert one(cases=[accepted])[-4:-1] == ("2026-10-07", "settled", False)
    assert state(cases=[accepted], as_of=date(2026, 10, 6)) == [("B1", "resolved", True)]


def test_what_was_said_is_settled_by_what_is_said_not_by_a_mood():
    """Trap 31."""
    mended = case("2026-10-01", settled="2026-10-05")
    assert state(cases=[mended], interactions=[pleased("2026-10-06")]) == [("B1", "resolved", True)]
    rated = {"feedback": [feedback(at="2026-10-05")]}
    assert state(cases=[mended], **rated) == [("B1", "settled", False)]
    assert state(cases=[mended], feedback=[feedback(at="2026-10-04")])[0][1] == "resolved"
    assert state(cases=[case("2026-10-01")], **rated) == [("B1", "open", True)]


def test_what_is_settled_is_told_while_it_is_dated_or_mended_in_the_window():
    mended = case("2026-01-01", settled="2026-06-01")
    told = one(cases=[mended], feedback=[feedback(at="2026-06-03")])
    assert (told.state, told.settled, told.standing) == ("settled", "2026-06-03", False)


def test_a_resolved_case_without_its_day_is_resolved():
    bare = case("2026-10-01", status="resolved", history=[{"date": "2026-10-01"}])
    assert (one(cases=[bare]).state, one(cases=[bare]).resolved) == ("resolved", "2026-10-01")


# Ratings (B2)


@pytest.mark.parametrize(
    ("kind", "score", "bad"),
    [("csat", 2, 1), ("csat", 3, 0), ("nps", 6, 1), ("nps", 7, 0), ("ces", 1, 0)],
)
def test_a_rating_at_the_limit_is_bad(kind, score, bad):
    """Trap 8."""
    assert len(found(feedback=[feedback(kind, score)])) == bad


def test_a_low_conduct_item_is_bad_when_the_customer_gave_it():
    rated = [feedback("conduct", 2, item="polite", comment="cut me short", id="f-1")]
    told = one(feedback=rated)
    assert told.evidence.text == "conduct polite 2 of 5, open: cut me short"
    assert found(feedback=[feedback("conduct", 2, item="polite", rater="observer")]) == []
    assert found(feedback=[feedback("conduct", None, item="polite")]) == []


def test_a_bad_rating_takes_type_and_step_of_what_it_is_about():
    late = visit("2026-11-01", id="i-1", rep="tom", step="delivery", mood="unhappy")
    told = one(feedback=[feedback("csat", 1, interaction="i-1", rep=None)], interactions=[late])
    assert (told.type, told.step, told.rep) == ("unnamed", "delivery", "tom")
    named = visit("2026-11-01", id="i-1", failure="neglect")
    rated = feedback("csat", 1, interaction="i-1")
    every = found(feedback=[rated], interactions=[named])
    assert [(failure.rule, failure.type) for failure in every] == [
        ("B3", "neglect"),
        ("B2", "neglect"),
    ]


def test_a_bad_rating_is_settled_by_a_later_good_one_and_leaves_with_the_window():
    bad = feedback("csat", 1, "2026-10-01")
    same = [bad, feedback("csat", 5, "2026-10-01")]
    assert state(feedback=same) == [("B2", "open", True)]  # its own day is too early
    assert state(feedback=[bad, feedback("nps", 9, "2026-10-02")]) == [("B2", "settled", False)]
    assert state(feedback=[bad], interactions=[pleased("2026-10-02")]) == [("B2", "open", True)]
    assert state(feedback=[feedback("csat", 1, "2026-05-13")]) == []


# What the rep saw (B3)


def test_a_failure_noted_and_an_offended_mood_are_failures_but_not_in_a_note():
    """Trap 31."""
    every = found(
        interactions=[
            visit("2026-11-01", id="i-1", failure="disregard", mood="offended"),
            call("2026-11-02", id="i-2", mood="offended"),
            visit("2026-11-03", id="i-3", mood="unhappy"),
            note("2026-11-04", id="i-4", failure="neglect"),
        ]
    )
    assert [(failure.id, failure.type, failure.basis, failure.text) for failure in every] == [
        ("i-1", "disregard", "seen", "disregard and offended"),
        ("i-2", "unnamed", "seen", "offended"),
    ]


def test_what_was_seen_is_settled_by_a_later_good_mood():
    bad = visit("2026-10-01", failure="neglect")
    assert state(interactions=[bad, pleased("2026-10-01")]) == [("B3", "open", True)]
    assert state(interactions=[bad, pleased("2026-10-02")]) == [("B3", "settled", False)]


# Promises (B4)


def promised(due="2026-10-10", **fields):
    return promise(due, made="2026-10-01", id="p-00000001", **fields)


def test_on_its_due_day_an_open_promise_is_no_failure_and_the_day_after_it_is():
    """Trap 11."""
    assert found(promises=[promised()], as_of=date(2026, 10, 10)) == []
    told = one(promises=[promised()], as_of=date(2026, 10, 11))
    assert (told.day, told.state, told.standing) == ("2026-10-11", "open", True)
    assert told.evidence.text == "late 1 day, open: replace the chargers"


def test_an_open_promise_stands_at_any_age():
    old = promise("2020-02-01", made="2020-01-01")
    assert state(promises=[old], interactions=[pleased("2026-10-01")]) == [("B4", "open", True)]


def test_kept_late_is_resolved_on_that_day_and_no_longer_stands():
    kept = promised(status="kept", settled="2026-10-13")
    told = one(promises=[kept])
    assert (told.day, told.resolved, told.state, told.standing) == (
        "2026-10-11",
        "2026-10-13",
        "resolved",
        False,
    )
    assert told.text == "kept 3 days late"
    assert found(promises=[promised(status="kept", settled="2026-10-10")]) == []
    assert state(promises=[kept], interactions=[pleased("2026-10-13")])[0][1] == "settled"


def test_moving_a_due_date_after_it_has_passed_keeps_nothing():
    """Trap 12."""
    moved = [
        {"date": "2026-10-01", "due": "2026-10-10"},
        {"date": "2026-10-12", "due": "2026-12-20"},
    ]
    late = promise("2026-12-20", made="2026-10-01", history=moved)
    assert one(promises=[late]).day == "2026-10-11"
    alone = [{"date": "2026-10-01", "due": "2026-10-10"}]
    alone.append({"date": "2026-10-08", "due": "2026-12-20", "agreed": "no"})
    assert one(promises=[promise("2026-12-20", history=alone)]).day == "2026-10-11"
    agreed = [{"date": "2026-10-01", "due": "2026-10-10"}]
    agreed.append({"date": "2026-10-08", "due": "2026-12-20"})
    assert found(promises=[promise("2026-12-20", history=agreed)]) == []


def test_a_promise_broken_before_its_day_fails_on_the_day_it_was_broken():
    """Trap 13."""
    told = one(promises=[promised("2026-11-20", status="broken", settled="2026-11-05")])
    assert (told.day, told.mendable, told.state, told.standing) == (
        "2026-11-05",
        False,
        "open",
        True,
    )
    late = one(promises=[promised(status="broken", settled="2026-10-30")])
    assert late.day == "2026-10-11"
    kept = promised("2026-11-20", status="kept", settled="2026-11-05")
    assert found(promises=[kept]) == []


def test_a_broken_promise_is_settled_by_a_later_good_event_and_leaves_with_the_window():
    broken = promised(status="broken", settled="2026-10-05")
    assert state(promises=[broken], interactions=[pleased("2026-10-05")])[0][1] == "open"
    assert state(promises=[broken], interactions=[pleased("2026-10-06")]) == [
        ("B4", "settled", False)
    ]
    assert found(promises=[broken], span=Window(date(2026, 10, 6), D)) == []


def test_withdrawn_by_the_customer_is_no_failure_unless_it_was_missed_already():
    """Trap 14."""
    in_time = promised(status="withdrawn-by-customer", settled="2026-10-10")
    assert found(promises=[in_time]) == []
    after = promised(status="withdrawn-by-customer", settled="2026-10-14")
    told = one(promises=[after])
    assert (told.day, told.resolved, told.state) == ("2026-10-11", "2026-10-14", "resolved")
    ours = promised(status="withdrawn-by-us", settled="2026-10-05")
    assert one(promises=[ours])[2:3] + one(promises=[ours])[-3:-1] == (
        "2026-10-05",
        "open",
        True,
    )


def test_promises_between_departments_undated_and_archived_ones_are_no_failure():
    assert found(promises=[promised(customer=None)]) == []
    assert found(promises=[promised(None)]) == []
    assert found(promises=[promised(archived="2026-11-01")]) == []


# Answers (B5)


def asked(day="2026-11-02", **fields):
    return email(day, direction="in", **fields)


def test_a_mail_without_an_answer_fails_on_its_deadline():
    told = one(interactions=[asked(id="i-1", step="quote")])
    assert (told.rule, told.day, told.began, told.type, told.step) == (
        "B5",
        "2026-11-04",
        "2026-11-02",
        "neglect",
        "quote",
    )
    assert (told.state, told.standing) == ("open", True)


def test_a_mail_too_young_to_be_late_is_no_failure():
    """Trap 17."""
    assert found(interactions=[asked("2026-11-07")]) == []


def test_hours_decide_about_an_answer_across_offsets():
    """Trap 18."""
    first = asked("2026-11-02T23:30:00-08:00")
    in_time = email("2026-11-05T15:30:00+08:00", direction="out")
    late = email("2026-11-05T15:31:00+08:00", direction="out")
    assert found(interactions=[first, in_time]) == []
    told = one(interactions=[first, late])
    assert (told.day, told.resolved, told.state, told.standing) == (
        "2026-11-04",
        "2026-11-05",
        "resolved",
        False,
    )


def test_an_old_unanswered_mail_leaves_with_the_window():
    assert found(interactions=[asked("2026-05-01")]) == []
    edge = one(interactions=[asked("2026-05-13")])  # due on the 15th, it came before the window
    assert (edge.day, edge.standing) == ("2026-05-15", False)
    late = [asked("2026-05-01"), email("2026-06-01", direction="out")]
    assert state(interactions=late) == [("B5", "resolved", False)]  # mended in the window


# Silences (B6)


def spells(*interactions, customers=None, as_of=D, span=W, **records):
    everyone = customers or [customer("acme", tier="A")]
    book = book_of(customers=everyone, interactions=interactions, **records)
    return [
        (failure.day, failure.resolved, failure.state)
        for failure in failures(book, as_of, span)
        if failure.rule == "B6"
    ]


def test_a_silence_fails_when_it_is_more_than_twice_the_cadence():
    """Trap 8."""
    last = visit("2026-09-10")
    assert spells(last) == []  # 60 days, twice the 30 of tier A
    assert spells(last, as_of=date(2026, 11, 10), span=Window(W.since, date(2026, 11, 10))) == [
        ("2026-11-10", None, "open")
    ]


def test_neither_a_note_nor_a_mail_of_ours_ends_a_silence():
    """Trap 30."""
    last = visit("2026-08-01")
    later = [note("2026-11-01"), email("2026-11-01", direction="out")]
    assert spells(last, *later) == [("2026-10-01", None, "open")]
    assert spells(last, *later, sales=[sale("2026-11-02")]) == [
        ("2026-10-01", "2026-11-02", "resolved")
    ]
    assert spells(last, pleased("2026-11-02")) == [("2026-10-01", "2026-11-02", "settled")]


def test_silence_never_stands_and_one_never_heard_of_has_none():
    """Trap 3."""
    book = book_of(customers=[customer("acme", tier="A")], interactions=[visit("2026-08-01")])
    assert [failure.standing for failure in failures(book, D, W)] == [False]
    assert spells() == []


def test_a_customer_who_is_not_live_may_be_silent():
    assert spells(visit("2026-08-01"), customers=[customer(status="lost", tier="A")]) == []
    assert spells(visit("2026-08-01"), customers=[customer(status="lapsed", tier="A")]) != []


def test_a_silence_outside_the_window_is_not_told():
    every = [visit("2025-01-01"), visit("2026-05-13"), visit("2026-06-01"), visit("2026-11-01")]
    told = spells(*every)
    assert told == [("2026-08-01", "2026-11-01", "resolved")]
    ended = spells(
        visit("2025-01-01"),
        visit("2026-05-14"),
        visit("2026-06-20"),
        visit("2026-08-10"),
        visit("2026-10-01"),
    )
    assert ended == [("2025-03-03", "2026-05-14", "resolved")]


# Joined


def test_a_failure_told_in_a_case_an_interaction_and_a_rating_is_one():
    """Trap 5."""
    told = one(
        cases=[case(id="s-00000001", failure="lost-face")],
        interactions=[visit("2026-11-03", id="i-1", failure="neglect", case="s-00000001")],
        feedback=[feedback("csat", 1, "2026-11-04", id="f-1", case="s-00000001")],
        promises=[promise("2026-11-05", id="p-00000001", case="s-00000001")],
    )
    assert (told.rule, told.id, told.type, told.also) == (
        "B1",
        "s-00000001",
        "lost-face",
        ("f-1", "i-1", "p-00000001"),
    )


def test_a_rating_of_an_interaction_and_the_visit_it_was_opened_in_are_the_cases_too():
    """Trap 5."""
    told = one(
        cases=[case(id="s-00000001", opened_in="i-1")],
        interactions=[visit("2026-11-02", id="i-1", mood="offended")],
        feedback=[feedback("csat", 1, "2026-11-04", id="f-1", interaction="i-1")],
    )
    assert (told.id, told.also) == ("s-00000001", ("f-1", "i-1"))


def test_what_names_a_case_that_is_no_complaint_is_one_failure_and_said_counts_first():
    told = one(
        cases=[case(id="s-00000001", type="question")],
        interactions=[
            visit("2026-11-01", id="i-1", mood="offended", case="s-00000001"),
            asked(id="i-2", case="s-00000001"),
        ],
        feedback=[feedback("csat", 1, "2026-11-04", id="f-1", case="s-00000001")],
    )
    assert (told.rule, told.id, told.also) == ("B2", "f-1", ("i-1", "i-2"))


def test_what_names_an_old_settled_complaint_is_told_with_it():
    old = case("2026-01-01", id="s-00000001", settled="2026-01-05", accepted="2026-01-06")
    assert found(cases=[old], interactions=[visit(failure="neglect", case="s-00000001")]) == []


# The whole


def test_yesterdays_answer_may_be_asked_today():
    """Trap 10."""
    records = {
        "cases": [case("2026-10-01", settled="2026-10-20", accepted="2026-10-21")],
        "promises": [promised(status="kept", settled="2026-10-15")],
        "feedback": [feedback("csat", 1, "2026-10-25")],
    }
    then = date(2026, 10, 12)
    assert state(as_of=then, **records) == [("B1", "open", True), ("B4", "open", True)]
    assert state(**records) == [
        ("B1", "settled", False),
        ("B4", "resolved", False),
        ("B2", "open", True),
    ]


def test_records_of_a_merged_customer_count_for_the_survivor_and_some_may_be_asked_for():
    everyone = [customer("acme"), customer("old", merged_into="acme"), customer("beta")]
    records = {
        "customers": everyone,
        "cases": [case(customer="old", id="s-00000001"), case(customer="beta", id="s-00000002")],
        "feedback": [feedback("csat", 1, customer="old", id="f-1")],
        "interactions": [
            visit("2026-11-01", customer="old", id="i-1", failure="neglect"),
            asked(customer="old", id="i-2"),
            asked(customer="beta", id="i-3"),
        ],
        "promises": [
            promised(customer="old"),
            promise("2026-11-04", customer="beta", id="p-00000002"),
        ],
    }
    mine = [failure for failure in found(**records) if failure.customer == "acme"]
    assert sorted(failure.id for failure in mine) == [
        "f-1",
        "i-1",
        "i-2",
        "p-00000001",
        "s-00000001",
    ]
    assert found(only=("acme", "old"), **records) == mine


def test_a_failure_of_nobody_is_none():
    records = {
        "cases": [case(customer=None)],
        "feedback": [feedback("csat", 1, customer=None)],
        "interactions": [visit(customer=None, failure="neglect")],
    }
    assert found(**records) == []
