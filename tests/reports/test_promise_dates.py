"""Due dates as first said and as agreed; kept, not kept, not yet, out."""

import pytest

from crmcli.reports.promise_dates import KEPT
from crmcli.reports.promise_dates import MISSED
from crmcli.reports.promise_dates import NOT_YET
from crmcli.reports.promise_dates import OUT
from crmcli.reports.promise_dates import UNDATED
from crmcli.reports.promise_dates import UNKNOWN
from crmcli.reports.promise_dates import Move
from crmcli.reports.promise_dates import Standing
from crmcli.reports.promise_dates import agreed
from crmcli.reports.promise_dates import agreed_due
from crmcli.reports.promise_dates import days_between
from crmcli.reports.promise_dates import days_late
from crmcli.reports.promise_dates import is_late
from crmcli.reports.promise_dates import original_due
from crmcli.reports.promise_dates import state
from crmcli.reports.promise_dates import strict

D = "2026-06-30"
MADE = "2026-06-01"


def standing(due, *moves, status="open", on=None, disputed=False):
    """A promise made on 06-01; `moves` are (day, new due) or (day, new due, agreed)."""
    lines = [Move(MADE, due), *(Move(*move) for move in moves)]
    first = original_due(lines, due)
    return Standing(status, on, first, agreed_due(lines, first), lines[-1].due, disputed)


TEN = [
    (standing("2026-06-10", status="kept", on="2026-06-10"), KEPT, KEPT),
    (
        standing("2026-06-10", ("2026-06-08", "2026-06-17"), status="kept", on="2026-06-16"),
        MISSED,
        KEPT,
    ),
    (
        standing("2026-06-10", ("2026-06-12", "2026-06-20"), status="kept", on="2026-06-19"),
        MISSED,
        MISSED,
    ),
    (standing("2026-06-25"), MISSED, MISSED),
    (standing("2026-07-05", status="kept", on="2026-06-20"), NOT_YET, NOT_YET),
    (standing("2026-06-20", ("2026-06-15", "2026-07-05")), MISSED, NOT_YET),
    (standing("2026-06-20", status="withdrawn-by-customer", on="2026-06-18"), OUT, OUT),
    (standing("2026-06-20", status="withdrawn-by-customer", on="2026-06-24"), MISSED, MISSED),
    (standing("2026-06-28", status="withdrawn-by-us", on="2026-06-15"), MISSED, MISSED),
    (standing("2026-06-30"), NOT_YET, NOT_YET),
]


@pytest.mark.parametrize(("promise", "by_strict", "by_agreed"), TEN)
def test_the_ten_examples(promise, by_strict, by_agreed):
    assert (strict(promise, D), agreed(promise, D)) == (by_strict, by_agreed)


def test_the_ten_examples_have_two_measures_with_their_own_n():
    by_strict = [strict(promise, D) for promise, _, _ in TEN]
    by_agreed = [agreed(promise, D) for promise, _, _ in TEN]
    assert (by_strict.count(KEPT), by_strict.count(MISSED)) == (1, 6)
    assert (by_agreed.count(KEPT), by_agreed.count(MISSED)) == (2, 4)


@pytest.mark.parametrize(
    ("day", "word", "late"),
    [("2026-06-24", NOT_YET, None), ("2026-06-25", NOT_YET, None), ("2026-06-26", MISSED, 1)],
)
def test_on_its_day_an_open_promise_is_not_late_the_day_after_it_is(day, word, late):
    promise = standing("2026-06-25")
    assert strict(promise, day) == word
    assert days_late(promise, day) == late
    assert is_late(promise, day) == (late is not None)


@pytest.mark.parametrize(
    ("kept", "word", "late"),
    [("2026-06-24", KEPT, None), ("2026-06-25", KEPT, None), ("2026-06-26", MISSED, 1)],
)
def test_kept_the_day_after_is_kept_late(kept, word, late):
    promise = standing("2026-06-25", status="kept", on=kept)
    assert strict(promise, D) == word
    assert days_late(promise, D) == late
    assert state(promise, D) == ("kept late" if late else "kept")


@pytest.mark.parametrize(("day", "word"), [("2026-06-24", NOT_YET), ("2026-06-25", KEPT)])
def test_kept_early_enters_the_rate_on_its_date(day, word):
    assert strict(standing("2026-06-25", status="kept", on="2026-06-20"), day) == word


@pytest.mark.parametrize("status", ["broken", "withdrawn-by-us"])
@pytest.mark.parametrize(("day", "word"), [("2026-06-24", NOT_YET), ("2026-06-25", MISSED)])
def test_broken_early_enters_the_rate_on_its_date(status, day, word):
    assert strict(standing("2026-06-25", status=status, on="2026-06-20"), day) == word


@pytest.mark.parametrize(
    ("moved_on", "day"),
    [("2026-06-09", "2026-06-17"), ("2026-06-10", "2026-06-17"), ("2026-06-11", "2026-06-10")],
)
def test_a_date_is_moved_in_time_up_to_the_day_itself(moved_on, day):
    assert standing("2026-06-10", (moved_on, "2026-06-17")).agreed_due == day


def test_a_date_moved_without_the_customer_is_not_agreed():
    promise = standing("2026-06-10", ("2026-06-08", "2026-06-17", "no"))
    assert (promise.agreed_due, promise.due) == ("2026-06-10", "2026-06-17")


def test_each_move_is_measured_by_the_date_agreed_until_then():
    chain = standing("2026-06-10", ("2026-06-09", "2026-06-15"), ("2026-06-15", "2026-06-20"))
    assert chain.agreed_due == "2026-06-20"
    gap = standing("2026-06-10", ("2026-06-12", "2026-06-20"), ("2026-06-15", "2026-06-25"))
    assert gap.agreed_due == "2026-06-10"


def test_a_date_may_be_agreed_to_come_sooner():
    assert standing("2026-06-10", ("2026-06-02", "2026-06-05")).agreed_due == "2026-06-05"


def test_a_move_too_late_ends_being_late_and_mends_no_rate():
    promise = standing("2026-06-10", ("2026-06-12", "2026-07-10"))
    assert not is_late(promise, D)
    assert (strict(promise, D), agreed(promise, D)) == (MISSED, MISSED)


@pytest.mark.parametrize(
    ("on", "word"), [("2026-06-19", OUT), ("2026-06-20", OUT), ("2026-06-21", MISSED)]
)
def test_withdrawn_by_the_customer_after_the_day_it_was_missed_already(on, word):
    promise = standing("2026-06-20", status="withdrawn-by-customer", on=on)
    assert (strict(promise, D), agreed(promise, D)) == (word, word)


def test_withdrawn_by_the_customer_within_the_agreed_time_is_out_of_both_rates():
    promise = standing(
        "2026-06-10", ("2026-06-09", "2026-06-20"), status="withdrawn-by-customer", on="2026-06-15"
    )
    assert (strict(promise, D), agreed(promise, D)) == (OUT, OUT)


def test_no_due_date_is_no_rate_and_never_late():
    promise = Standing("open", None, None, None, None)
    assert (strict(promise, D), agreed(promise, D)) == (UNDATED, UNDATED)
    assert days_late(promise, D) is None


@pytest.mark.parametrize("status", ["kept", "withdrawn-by-customer"])
def test_settled_on_an_unknown_day_is_in_no_rate(status):
    assert strict(standing("2026-06-10", status=status), D) == UNKNOWN


def test_broken_on_an_unknown_day_is_not_kept_all_the_same():
    assert strict(standing("2026-06-10", status="broken"), D) == MISSED


def test_disputed_is_neither_kept_nor_missed_nor_late():
    promise = standing("2026-06-10", disputed=True)
    assert (strict(promise, D), agreed(promise, D)) == (OUT, OUT)
    assert days_late(promise, D) is None
    assert state(promise, D) == "disputed"


def test_without_a_line_the_field_is_the_first_date():
    assert original_due([], "2026-06-10") == "2026-06-10"
    assert agreed_due([], "2026-06-10") == "2026-06-10"


def test_a_line_that_clears_the_date_is_no_first_date_and_no_agreement():
    lines = [Move(MADE, None), Move("2026-06-02", "2026-06-10"), Move("2026-06-03", None)]
    assert original_due(lines, None) == "2026-06-10"
    assert agreed_due(lines, "2026-06-10") == "2026-06-10"


@pytest.mark.parametrize(
    ("promise", "word"),
    [
        (standing("2026-06-25"), "late"),
        (standing("2026-06-30"), "open"),
        (standing("2026-06-10", status="broken", on="2026-06-09"), "broken"),
        (standing("2026-06-10", status="withdrawn-by-us", on="2026-06-09"), "withdrawn-by-us"),
    ],
)
def test_its_state_in_a_word(promise, word):
    assert state(promise, D) == word


def test_days_between_are_whole_days_and_unknown_stays_unknown():
    assert days_between("2026-02-27", "2026-03-01") == 2
    assert days_between("2026-03-01", "2026-02-27") == -2
    assert days_between(None, D) is None
    assert days_between(D, None) is None
