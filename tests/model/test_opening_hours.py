"""Hours of the calendar, and hours in which the house is open."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.opening_hours import deadline
from crmcli.model.opening_hours import hours_between
from crmcli.model.opening_hours import hours_words
from crmcli.model.policy import Hours

# Monday to Friday, 09:00 to 18:00; Wednesday 2026-11-04 is a holiday.
OPENING = Hours(frozenset(range(5)), 9 * 60, 18 * 60, frozenset({date(2026, 11, 4)}))


@pytest.mark.parametrize(
    ("first", "last", "calendar", "business"),
    [
        ("2026-11-02T10:00+08:00", "2026-11-02T12:30+08:00", 2.5, 2.5),
        ("2026-11-02T08:00+08:00", "2026-11-02T19:00+08:00", 11, 9),
        ("2026-11-02T17:00+08:00", "2026-11-03T10:00+08:00", 17, 2),
        ("2026-11-03T17:00+08:00", "2026-11-05T10:00+08:00", 41, 2),  # over the holiday
        ("2026-11-06T17:00+08:00", "2026-11-09T10:00+08:00", 65, 2),  # over the weekend
        ("2026-11-07T10:00+08:00", "2026-11-07T12:00+08:00", 2, 0),  # on a Saturday
        ("2026-11-02T12:00+08:00", "2026-11-02T10:00+08:00", -2, -2),
        ("2026-11-02", "2026-11-02", 0, 0),
        ("2026-11-02", "2026-11-05", 72, 18),  # Tuesday and Thursday
        ("2026-11-06", "2026-11-09", 72, 9),
        ("2026-11-02T10:00+08:00", "2026-11-03", 24, 9),
        ("2026-11-05", "2026-11-02", -72, -18),  # Tuesday and Monday
    ],
)
def test_hours_lie_between_two_moments(first, last, calendar, business):
    assert hours_between(first, last) == calendar
    assert hours_between(first, last, OPENING) == business


def test_hours_are_between_instants_whatever_the_offsets():
    """Trap 18."""
    assert hours_between("2026-11-02T10:00+08:00", "2026-11-02T03:00+00:00") == 1
    # 03:00 in Greenwich is 11:00 by the clock of the first moment.
    assert hours_between("2026-11-02T10:00+08:00", "2026-11-02T03:00+00:00", OPENING) == 1


def test_where_one_names_no_offset_both_are_read_as_one_clock():
    assert hours_between("2026-11-02T10:00", "2026-11-02T12:00+08:00") == 2


@pytest.mark.parametrize(
    ("first", "hours", "calendar", "business"),
    [
        ("2026-11-02T10:00:00+08:00", 24, "2026-11-03T10:00:00+08:00", "2026-11-05T16:00:00+08:00"),
        ("2026-11-02T10:00:00+08:00", 8, "2026-11-02T18:00:00+08:00", "2026-11-02T18:00:00+08:00"),
        ("2026-11-02T20:00:00+08:00", 1, "2026-11-02T21:00:00+08:00", "2026-11-03T10:00:00+08:00"),
        ("2026-11-07T20:00:00+08:00", 0, "2026-11-07T20:00:00+08:00", "2026-11-09T09:00:00+08:00"),
        ("2026-11-02T10:00:00+08:00", "0.5", "2026-11-02T10:30:00+08:00", "2026-11-02T10:30:00+08:00"),
        ("2026-11-02", 24, "2026-11-03", "2026-11-06"),  # three days of nine hours
        ("2026-11-02", 25, "2026-11-04", "2026-11-06"),
        ("2026-11-02", 0, "2026-11-02", "2026-11-02"),
    ],
)  # fmt: skip
def test_a_deadline_is_so_many_hours_later(first, hours, calendar, business):
    assert deadline(first, Decimal(hours)) == calendar
    assert deadline(first, Decimal(hours), OPENING) == business


@pytest.mark.parametrize("hours", ["1e11", "90000"])
@pytest.mark.parametrize("first", ["2026-11-02", "2026-11-02T10:00:00+08:00"])
def test_a_deadline_many_years_off_is_none(first, hours):
    assert deadline(first, Decimal(hours)) is None
    assert deadline(first, Decimal(hours), OPENING) is None


@pytest.mark.parametrize("first", ["9999-12-31", "9999-12-31T23:00:00+08:00"])
def test_a_deadline_past_the_calendar_is_none(first):
    assert deadline(first, Decimal(72)) is None
    assert deadline(first, Decimal(72), OPENING) is None


def test_a_house_that_is_never_open_counts_all_hours():
    shut = OPENING._replace(days=frozenset())
    assert deadline("2026-11-07T10:00:00+08:00", Decimal(1), shut) == "2026-11-07T11:00:00+08:00"
    assert hours_between("2026-11-07", "2026-11-08", shut) == 24
    assert hours_words(shut) == hours_words(None) == "in calendar hours"
    assert hours_words(OPENING) == "in business hours"
