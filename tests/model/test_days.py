"""The calendar's arithmetic, against the standard library's."""

import calendar
from datetime import date
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.days import NoSuchDayError
from crmcli.model.days import add_months
from crmcli.model.days import make_day
from crmcli.model.days import month_length
from crmcli.model.days import moved
from crmcli.model.days import weekday_echo
from crmcli.model.days import weekday_from


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_is_as_long_as_in_the_standard_library(year, month):
    assert month_length(year, month) == calendar.monthrange(year, month)[1]


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(-500, 500))
def test_months_on_keep_the_day_or_end_the_month(day, months):
    moved_on = add_months(day, months)
    assert (moved_on.year - day.year) * 12 + moved_on.month - day.month == months
    assert moved_on.day == day.day or (moved_on + timedelta(days=1)).day == 1


@pytest.mark.parametrize("numbers", [(2026, 2, 29), (2026, 13, 1), (2026, 0, 1), (10000, 1, 1)])
def test_a_day_that_does_not_exist_is_refused(numbers):
    with pytest.raises(NoSuchDayError):
        make_day(*numbers)


def test_weekdays_and_units_count_from_the_day_given():
    saturday = date(2026, 11, 21)
    assert weekday_from(saturday, 1, 5) == date(2026, 11, 28)
    assert weekday_from(saturday, -1, 4) == date(2026, 11, 20)
    assert [str(moved(saturday, 1, unit)) for unit in "dwmy"] == [
        "2026-11-22",
        "2026-11-28",
        "2026-12-21",
        "2027-11-21",
    ]
    assert weekday_echo(saturday) == "Sat 2026-11-21"
