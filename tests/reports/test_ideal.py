"""How far a customer is an ideal one."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.policy import Criterion
from crmcli.reports.customers_at import customers_at
from crmcli.reports.ideal import Fit
from crmcli.reports.ideal import criterion_words
from crmcli.reports.ideal import meets
from crmcli.reports.ideal import profiles
from tests.builders import book_of
from tests.builders import customer

D = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("field", "value", "criterion", "met"),
    [
        ("industry", "Marine", {"among": ("marine", "solar")}, True),
        ("industry", "food", {"among": ("marine", "solar")}, False),
        ("industry", None, {"among": ("marine",)}, None),
        ("potential", Decimal(100), {"low": Decimal(100)}, True),
        ("potential", Decimal("99.99"), {"low": Decimal(100)}, False),
        ("potential", Decimal(100), {"low": Decimal(50), "high": Decimal(100)}, True),
        ("potential", Decimal(101), {"high": Decimal(100)}, False),
        ("potential", None, {"low": Decimal(100)}, None),
        ("region", "north", {"low": Decimal(1)}, None),
        ("industry", "food", {"filled": True}, True),
        ("industry", None, {"filled": True}, False),
        ("tags", ("vip", "old"), {"among": ("VIP",)}, True),
        ("shoe_size", None, {"filled": True}, None),
    ],
)
def test_a_criterion_is_met_not_met_or_unknown(field, value, criterion, met):
    profile = {} if value is None else {field: value}
    assert meets(profile, Criterion(field, **criterion)) is met


@pytest.mark.parametrize(
    ("met", "not_met", "unknown", "share"),
    [(2, 1, 0, 2 / 3), (1, 0, 1, 1.0), (1, 0, 2, None), (0, 0, 1, None), (0, 0, 0, None)],
)
def test_more_than_half_unknown_gives_no_fit(met, not_met, unknown, share):
    """Trap 2."""
    assert Fit(("a",) * met, ("b",) * not_met, ("c",) * unknown).share == share


def test_a_profile_holds_what_is_filled_on_the_day():
    records = [
        customer("acme", industry="food", potential="100", currency="EUR", needs=["racks"]),
        customer("bolt", merged_into="acme", status="archived"),
        customer("coil", history=[{"date": "2026-11-10", "status": "active"}]),
        customer(
            "dyno",
            tier="A",
            history=[{"date": "2026-11-01", "tier": "B"}, {"date": "2026-11-10", "tier": "A"}],
        ),
    ]
    book = book_of(customers=records, policy={"rates": {"EUR": "2"}})
    known = profiles(book, customers_at(book, D))
    assert sorted(known) == ["acme", "dyno"]
    assert known["acme"]["potential"] == 200
    assert (known["acme"]["industry"], known["acme"]["needs"]) == ("food", ("racks",))
    assert "region" not in known["acme"]
    assert known["dyno"]["tier"] == "B"


def test_a_criterion_is_said_in_words():
    assert criterion_words(Criterion("potential", low=Decimal(700000))) == (
        "potential at least 700,000"
    )
    both = Criterion("potential", ("x", "y"), Decimal(1), Decimal(5))
    assert criterion_words(both) == "potential one of x, y at least 1 at most 5"
    assert criterion_words(Criterion("industry", filled=True)) == "industry filled"
