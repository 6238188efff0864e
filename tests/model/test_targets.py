"""The periods of targets."""

from datetime import date

import pytest

from crmcli.model.targets import period_days


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_a_year_a_quarter_or_a_month(period, first, last):
    assert period_days(period) == (first, last)


@pytest.mark.parametrize(
    "period", ["", "26", "0000", "2026-Q5", "2026-13", "2026-1", "2026-11-01", " 2026", "2026Q4"]
)
def test_anything_else_is_none(period):
    assert period_days(period) is None
