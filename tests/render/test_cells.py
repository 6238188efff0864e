"""A cell as a person reads it."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.render.cells import screen
from crmcli.reports.table import Money


@pytest.mark.parametrize(
    ("value", "type", "text"),
    [
        (None, "rate", ""),
        (0.785, "rate", "79 %"),
        (Decimal("0.785"), "rate", "79 %"),
        (0.0, "rate", "0 %"),
        (1, "rate", "100 %"),
        (-0.25, "rate", "-25 %"),
        (float("nan"), "rate", ""),
        (71.234, "number", "71.23"),
        (3.0, "number", "3"),
        (-0.001, "number", "0"),
        (Decimal("2.50"), "number", "2.50"),
        (1200000, "number", "1200000"),
        (Money(Decimal("1234.5"), "USD"), "money", "USD 1,234.50"),
        (date(2026, 11, 9), "date", "2026-11-09"),
        ("2026-11-21T14:30:00+08:00", "time", "2026-11-21 14:30"),
        ("2026-11-21", "time", "2026-11-21"),
        (True, "yes", "yes"),
        (False, "yes", "no"),
        (("a", "王"), "list", "a, 王"),
        (({"id": "a", "n": None, "d": date(2026, 1, 1)},), "records", "id: a; d: 2026-01-01"),
    ],
)
def test_shown(value, type, text):
    assert screen(value, type) == text
