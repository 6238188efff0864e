"""Replies: who waits for one, since when, and whether it came in time."""

from datetime import date

from crmcli.reports.replies import inbounds
from crmcli.reports.window import Window
from tests.builders import book_of
from tests.builders import call
from tests.builders import customer
from tests.builders import email
from tests.builders import message
from tests.builders import note
from tests.builders import visit

D = date(2026, 11, 9)
W = Window(date(2026, 5, 14), D)


def asked(at, **fields):
    return email(at, direction="in", **fields)


def sent(at, **fields):
    return email(at, direction="out", **fields)


def found(*interactions, as_of=D, span=W, customers=None, only=None, policy=None):
    everyone = [customer()] if customers is None else customers
    book = book_of(customers=everyone, interactions=interactions, policy=policy)
    return inbounds(book, span, as_of, only=only)


def states(*interactions, **options):
    return [(one.at, one.state) for one in found(*interactions, **options)]


def test_an_empty_book_has_none():
    assert found(customers=[]) == []


def test_mails_messages_and_missed_calls_need_an_answer():
    every = [
        asked("2026-11-01", id="i-1", customer="a"),
        message("2026-11-01", id="i-2", customer="b", direction="in"),
        call("2026-11-01", id="i-3", customer="c", direction="in", outcome="no-answer"),
        call("2026-11-01", id="i-4", customer="d", direction="in"),
        asked("2026-11-01", id="i-5", customer="e", outcome="no-reply-needed"),
        email("2026-11-01", id="i-6", customer="f"),
        note("2026-11-01", id="i-7", customer="g", direction="in"),
        asked("2026-11-01", id="i-8", customer=None),
    ]
    assert [one.id for one in found(*every)] == ["i-1", "i-2", "i-3"]


def test_what_answers_and_what_does_not():
    later = {
        "sent": sent("2026-11-03"),
        "bounced": sent("2026-11-03", outcome="bounced"),
        "missed": call("2026-11-03", direction="out", outcome="no-answer"),
        "called": call("2026-11-03"),
        "seen": visit("2026-11-03"),
        "stood-up": visit("2026-11-03", outcome="not-held"),
        "noted": note("2026-11-03", direction="out"),
        "wrote-again": asked("2026-11-03"),
        "another-rep": sent("2026-11-03", rep="tom"),
        "thanks": asked("2026-11-03", outcome="no-reply-needed"),
    }
    assert {
        name: found(asked("2026-11-01"), contact)[0].answered for name, contact in later.items()
    } == {
        "sent": "2026-11-03",
        "bounced": None,
        "missed": None,
        "called": "2026-11-03",
        "seen": "2026-11-03",
        "stood-up": None,
        "noted": None,  # a note is a memo, whatever its direction says
        "wrote-again": None,
        "another-rep": "2026-11-03",
        "thanks": None,
    }


def test_several_in_a_row_are_one_dated_at_the_first():

    every = [
        asked("2026-11-01", id="i-1"),
        asked("2026-11-02", id="i-2"),
        sent("2026-11-03"),
        asked("2026-11-05", id="i-3"),
    ]
    assert [(one.id, one.answered) for one in found(*every)] == [
        ("i-1", "2026-11-03"),
        ("i-3", None),
    ]


def test_a_row_that_began_before_the_window_is_not_in_it():
    every = [asked("2026-10-01"), asked("2026-11-01")]
    assert found(*every, span=Window(date(2026, 10, 15), D)) == []
    assert len(found(*every, sent("2026-10-02"), span=Window(date(2026, 10, 15), D))) == 1


def test_the_hour_itself_is_in_time():
    first = asked("2026-11-02T10:00:00+08:00")
    assert states(first, sent("2026-11-04T10:00:00+08:00")) == [(first.at, "in time")]
    assert states(first, sent("2026-11-04T10:01:00+08:00")) == [(first.at, "late")]
    assert found(first)[0].deadline == "2026-11-04T10:00:00+08:00"


def test_hours_are_between_instants_and_days_are_as_written():
    """Trap 18."""
    first = asked("2026-11-02T23:30:00-08:00")  # 2026-11-03 07:30 in London
    assert states(first, sent("2026-11-05T15:30:00+08:00"))[0][1] == "in time"  # 48 hours
    assert states(first, sent("2026-11-05T15:31:00+08:00"))[0][1] == "late"
    assert states(first, sent("2026-11-03T10:00:00+08:00"))[0][1] == "unanswered"  # before it
    assert states(first, sent("2026-11-04"))[0][1] == "in time"
    assert states(first, sent("2026-11-05"))[0][1] == "late"


def test_a_side_without_a_time_counts_whole_days():
    assert states(asked("2026-11-02"), sent("2026-11-04T23:00:00+08:00"))[0][1] == "in time"
    assert states(asked("2026-11-02"), sent("2026-11-05T00:01:00+08:00"))[0][1] == "late"
    assert states(asked("2026-11-02T08:00:00+08:00"), sent("2026-11-04"))[0][1] == "in time"
    hours = {"standard": {"reply_hours": 25}}
    assert states(asked("2026-11-02"), sent("2026-11-04"), policy=hours)[0][1] == "in time"


def test_on_one_day_without_times_the_answer_is_taken_to_be_later():
    assert states(asked("2026-11-02"), sent("2026-11-02"))[0][1] == "in time"
    assert states(asked("2026-11-02T15:00:00+08:00"), visit("2026-11-02"))[0][1] == "in time"
    assert states(asked("2026-11-02"), sent("2026-11-02T00:05:00+08:00"))[0][1] == "in time"
    abroad = sent("2026-10-01T08:00:00+01:00")  # a second offset
    assert states(asked("2026-11-02"), sent("2026-11-02"), abroad)[0][1] == "in time"
    before = sent("2026-11-02T09:00:00+08:00")
    assert states(asked("2026-11-02T15:00:00+08:00"), before)[0][1] == "unanswered"


def test_one_too_young_to_be_late_is_pending():
    """Trap 17."""
    assert states(asked("2026-11-07"), as_of=D) == [("2026-11-07", "pending")]
    assert states(asked("2026-11-06"), as_of=D) == [("2026-11-06", "unanswered")]
    timed = asked("2026-11-08T00:00:00+08:00")  # its deadline is midnight after the 9th
    assert states(timed, as_of=D)[0][1] == "pending"
    assert states(timed, as_of=date(2026, 11, 10))[0][1] == "unanswered"
    answered = found(asked("2026-11-07"), sent("2026-11-08"))[0]
    assert (answered.state, answered.due) == ("in time", False)


def test_an_answer_after_the_day_is_not_there_yet():
    """Trap 9."""
    every = [asked("2026-11-02"), sent("2026-11-03")]
    assert states(*every, as_of=date(2026, 11, 2))[0][1] == "pending"
    assert states(asked("2026-11-02"), sent("2026-11-08"), as_of=date(2026, 11, 5))[0][1] == (
        "unanswered"
    )
    assert found(asked("2026-11-10")) == []


def test_records_of_a_merged_customer_count_for_the_survivor():
    everyone = [customer("acme"), customer("old", merged_into="acme", status="archived")]
    every = [asked("2026-11-01", customer="old"), sent("2026-11-02", customer="acme")]
    assert [(one.customer, one.state) for one in found(*every, customers=everyone)] == [
        ("acme", "in time")
    ]
    only = ("acme", "old")
    assert found(*every, customers=everyone, only=only) == found(*every, customers=everyone)


def test_only_some_customers_may_be_asked_for():
    everyone = [customer("acme"), customer("beta")]
    every = [asked("2026-11-01", customer="acme"), asked("2026-11-01", customer="beta")]
    assert [one.customer for one in found(*every, customers=everyone, only=("beta",))] == ["beta"]
