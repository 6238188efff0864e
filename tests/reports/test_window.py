"""Windows: their days, the ones before, and what is refused."""

from datetime import date

import pytest

from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.policy import Policy
from crmcli.reports.window import Window
from crmcli.reports.window import past_note
from crmcli.reports.window import window
from crmcli.reports.window import year

D = date(2026, 11, 9)


def test_by_default_it_is_the_last_180_days_with_the_day_itself():
    span = window(Policy(), D, None, None)
    assert span == Window(date(2026, 5, 14), D)
    assert span.days == 180


def test_the_house_may_choose_another_length():
    assert window(Policy(overrides={"window": 1}), D, None, None) == Window(D, D)


def test_without_a_beginning_it_is_counted_back_from_its_end():
    span = window(Policy(), D, None, date(2026, 6, 30))
    assert span == Window(date(2026, 1, 2), date(2026, 6, 30))


def test_an_end_after_the_day_is_cut_to_it():
    assert window(Policy(), D, date(2026, 11, 1), date(2027, 1, 1)).until == D


def test_a_single_day_is_a_window():
    assert window(Policy(), D, D, D).days == 1


@pytest.mark.parametrize("until", [None, date(2026, 12, 31)])
def test_a_beginning_after_the_day_is_refused(until):
    with pytest.raises(UsageError, match=r"--since 2026-11-10 is after .* 2026-11-09"):
        window(Policy(), D, date(2026, 11, 10), until)


def test_a_beginning_after_the_end_is_refused():
    with pytest.raises(UsageError, match="2026-11-01"):
        window(Policy(), D, date(2026, 11, 2), date(2026, 11, 1))


def test_the_window_before_has_as_many_days_and_ends_the_day_before():
    assert Window(date(2026, 5, 14), D).before == Window(date(2025, 11, 15), date(2026, 5, 13))


def test_where_the_calendar_begins_the_window_before_is_cut():
    early = Window(date(1, 1, 3), D)
    assert early.before == Window(date.min, date(1, 1, 2))


def test_a_window_from_the_first_day_of_the_calendar_is_refused():
    with pytest.raises(BadValueError, match="no day before"):
        window(Policy(), D, date.min, None)


def test_the_year_has_365_days():
    assert year(Policy(), D) == Window(date(2025, 11, 10), D)


def test_its_bounds_are_iso_days():
    assert Window(date(2026, 5, 14), D).bounds == ("2026-05-14", "2026-11-09")


def test_a_past_day_says_what_is_not_known_as_of_then():
    assert past_note(D).startswith("as of 2026-11-09: fields without a history")
