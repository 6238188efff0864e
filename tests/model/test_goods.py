"""A product of a deal, with its units or without."""

from decimal import Decimal

import pytest

from crmcli.model.goods import read_goods


@pytest.mark.parametrize(
    ("text", "product", "units"),
    [
        ("lfp-12", "lfp-12", None),
        ("lfp-12 x 40", "lfp-12", 40),
        ("lfp-12 x40", "lfp-12", 40),
        (" cell pack  × 2.5 ", "cell pack", Decimal("2.5")),
        ("x 12", "x 12", None),
        ("max12", "max12", None),
        ("rack x 48 V", "rack x 48 V", None),
        ("電池 x 3", "電池", 3),
    ],
)
def test_units_stand_behind_an_x(text, product, units):
    assert read_goods(text) == (product, units)
