"""What a customer brings, from order lines or won deals, and what is unknown of it."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.sales_at import sale_days
from crmcli.reports.worth import Figure
from crmcli.reports.worth import value_of
from crmcli.reports.worth import worth
from tests.builders import book_of
from tests.builders import call
from tests.builders import case
from tests.builders import customer
from tests.builders import deal
from tests.builders import note
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


def won(amount, day="2026-11-01", **fields):
    lines = [{"date": "2023-10-01", "stage": "proposal"}, {"date": day, "stage": "won"}]
    return deal("won", amount=amount, opened="2023-10-01", history=lines, **fields)


def found(*sales, basis=None, source=None, **others):
    return worth(book_of(sales=sales, **others), D, basis=basis, source=source)


def house(**value):
    return {"standard": {"value": value}}


# Where it comes from


def test_an_empty_book_knows_no_value():
    empty = found()
    assert (empty.source, empty.of("acme"), empty.figures, empty.missing) == (None, None, {}, "")


def test_lines_and_won_deals_are_never_added():
    """Trap 24."""
    both = found(sale("2026-11-01", 1, 100), deals=[won(900)])
    assert (both.source, both.of("acme")) == ("sales", 100)
    assert found(deals=[won(900)]).of("acme") == 900
    forced = found(sale("2026-11-01", 1, 100), deals=[won(900)], source="deals")
    assert (forced.source, forced.of("acme")) == ("deals", 900)


def test_lines_after_the_day_leave_the_won_deals_in_force():
    later = found(sale("2026-11-10"), deals=[won(900)])
    assert (later.source, later.of("acme")) == ("deals", 900)


def test_a_customer_without_a_sale_is_worth_nothing_where_others_bought():
    assert found(sale("2026-11-01", customer="bolt")).of("acme") == 0
    assert found(sale("2024-01-01")).of("acme") == 0
    assert found(deals=[won(100, "2024-01-01")]).of("acme") == 0
    assert found(deals=[won(100)], source="sales").of("acme") is None


@pytest.mark.parametrize(
    ("day", "value"), [("2025-11-09", 0), ("2025-11-10", 100), ("2026-11-09", 100)]
)
def test_the_year_has_365_days_and_ends_on_the_day(day, value):
    assert found(sale(day), sale("2020-01-01")).of("acme") == value


def test_what_was_bought_under_a_merged_name_counts_for_the_survivor():
    merged = found(
        sale("2026-11-01", customer="acme-old"),
        sale("2026-11-02"),
        customers=[customer(), customer("acme-old", merged_into="acme")],
    )
    assert merged.figures == {"acme": Figure(Decimal(200), None, None, Decimal(200))}


# Money


def test_a_line_without_a_rate_is_counted_and_not_priced():
    """Trap 21."""
    foreign = found(sale("2026-11-01", 2, 100), sale("2026-11-02", 3, 4000, currency="EUR"))
    assert foreign.of("acme") == 200
    assert foreign.notes == ("1 line not priced: no rate for EUR (12,000)",)
    alone = found(sale("2026-11-02", 3, 4000, currency="EUR"))
    assert alone.figures == {"acme": Figure(None, None, None, None)}
    assert alone.of("acme") is None


def test_a_rate_is_named_when_it_was_used():
    priced = found(sale("2026-11-02", 3, 40, currency="EUR"), policy={"rates": {"EUR": 1.5}})
    assert priced.of("acme") == 180
    assert priced.notes == ("EUR at the rate in crm.yaml, the same for every day",)


def test_what_was_sent_back_is_taken_off_and_is_no_sale():
    """Trap 22."""
    book = book_of(
        sales=[
            sale("2026-10-01", 1, 100),
            sale("2026-11-01", -3, 100),
            sale("2026-11-01", customer="bolt"),
        ]
    )
    assert worth(book, D).of("acme") == -200
    assert sale_days(book, D) == [("acme", "2026-10-01"), ("bolt", "2026-11-01")]
    assert [id for id, _ in worth(book, D).ranked()] == ["bolt", "acme"]


def test_a_won_deal_without_an_amount_is_won_and_not_worth_nothing():
    """Trap 25."""
    blank = found(deals=[won(None), won(500, customer="bolt")])
    assert (blank.of("acme"), blank.of("bolt")) == (None, 500)
    assert [id for id, _ in blank.ranked()] == ["bolt", "acme"]
    assert blank.notes == ("no amount: 1",)
    lost = deal("lost", amount=0, opened="2026-10-01", customer="cato")
    assert "cato" not in found(deals=[won(500), lost]).figures


def test_a_line_without_a_customer_is_in_no_figure():
    stray = found(sale("2026-11-01", customer=None), sale("2026-11-02"))
    assert stray.figures.keys() == {"acme"}
    assert stray.notes == ("1 line without a customer: in no figure",)


# The basis


def test_the_basis_is_the_highest_for_which_everything_is_known():
    bare, costed = sale("2026-11-01", 2, 100), sale("2026-11-02", 1, 100, cost="60")
    serving = house(minute_cost=2)
    assert (found(bare, costed).basis, found(bare, costed).missing) == (
        "revenue",
        "1 line without cost: ranked by revenue",
    )
    margin = found(costed)
    assert (margin.basis, margin.missing) == (
        "margin",
        "value.minute_cost is not set: ranked by margin",
    )
    assert margin.figures == {"acme": Figure(Decimal(100), Decimal(60), None, Decimal(40))}
    full = found(costed, policy=serving)
    assert (full.basis, full.missing, full.of("acme")) == ("contribution", "", 40)
    assert found(bare, costed, policy=serving).basis == "revenue"
    assert found(deals=[won(5)]).missing == "1 won deal without cost: ranked by revenue"


def test_the_cost_of_a_line_goes_before_that_of_its_product():
    goods = {"products": [{"id": "charger", "name": "Charger", "cost": 70}]}
    both = found(sale("2026-11-01", 1, 100, cost="60"), sale("2026-11-02", -1, 100), policy=goods)
    assert both.figures["acme"][:2] == (0, -10)


def test_a_line_without_a_rate_leaves_its_cost_out_too():
    goods = {"products": [{"id": "charger", "name": "Charger", "cost": 70}]}
    mixed = found(sale("2026-11-01"), sale("2026-11-02", currency="EUR"), policy=goods)
    assert (mixed.basis, mixed.of("acme")) == ("margin", 30)


def test_serving_costs_minutes_and_cases():
    minutes = {"standard": {"value": {"minute_cost": "0.5", "case_cost": 20}}}
    served = found(
        sale("2026-11-01", 1, 100, cost="60"),
        interactions=[
            visit("2026-11-01", minutes=30, also=["lin"]),
            visit("2026-11-02"),
            call("2026-11-03"),
            note("2026-11-04", minutes=500),
            visit("2025-11-09", minutes=500),
            visit("2026-11-01", minutes=500, customer="bolt"),
        ],
        cases=[case("2026-11-02"), case("2025-11-09"), case("2026-11-10")],
        policy=minutes,
    )
    # 30 + 60 + 10 minutes at 0.5, and one case
    assert served.figures["acme"] == Figure(100, 60, 70, -30)
    assert served.notes == ("2 contacts without minutes: taken by kind (allocation.minutes)",)


def test_cases_without_a_cost_are_named():
    served = found(
        sale("2026-11-01", 1, 100, cost="60"),
        cases=[case("2026-11-02")],
        policy=house(minute_cost=1),
    )
    assert served.of("acme") == 40
    assert served.notes == ("1 case not costed: value.case_cost is not set",)


def test_a_basis_that_is_asked_for_drops_nobody():
    sales = (
        sale("2026-11-01", 1, 100, cost="60"),
        sale("2026-11-02", customer="bolt"),
    )
    margin = found(*sales, basis="margin")
    assert (margin.of("acme"), margin.of("bolt")) == (40, None)
    assert margin.missing == "1 line without cost: the value of their customers is unknown"
    assert [id for id, _ in margin.ranked()] == ["acme", "bolt"]
    full = found(*sales, basis="contribution")
    assert (full.of("acme"), full.missing) == (
        None,
        "value.minute_cost is not set: no value is known",
    )
    assert found(sales[0], basis="revenue").of("acme") == 100


def test_equal_values_stand_by_id():
    """Trap 6."""
    same = found(*(sale("2026-11-01", customer=id) for id in ("cato", "acme", "bolt")))
    assert [id for id, _ in same.ranked()] == ["acme", "bolt", "cato"]


@pytest.mark.parametrize("option", ["basis", "source"])
def test_an_unknown_word_is_refused(option):
    with pytest.raises(BadValueError, match="profit"):
        found(**{option: "profit"})


@pytest.mark.parametrize(
    ("records", "tree"),
    [
        ({}, {}),
        ({"sales": [sale(), sale("2025-01-01", customer="beta")]}, {}),
        ({"sales": [sale(cost=30), sale(customer="beta", cost=40)]}, {}),
        ({"sales": [sale(cost=30), sale(customer="beta")]}, {}),
        ({"sales": [sale(cost=30), sale(customer="beta", currency="GBP")]}, {}),
        ({"sales": [sale(), sale(customer="beta", price=None)]}, {"products": [{"id": "charger", "cost": 30}]}),
        ({"sales": [sale(cost=30)], "cases": [case()]}, {"standard": {"value": {"minute_cost": 2, "case_cost": 5}}}),
        ({"sales": [sale(cost=30, customer="old")]}, {"standard": {"value": {"minute_cost": 2}}}),
        ({"deals": [deal("won", amount=500, history=[{"date": "2026-10-01", "stage": "won"}])]}, {}),
        ({"deals": [deal("won", amount=500, history=[{"date": "2024-10-01", "stage": "won"}])]}, {}),
        ({"deals": [deal("won", customer=None, history=[{"date": "2024-10-01", "stage": "won"}])]}, {}),
        ({"deals": [deal(opened="2026-10-01")]}, {}),
    ],
)  # fmt: skip
def test_the_value_of_one_is_that_of_the_whole(records, tree):
    everyone = [customer("acme"), customer("old", merged_into="acme"), customer("beta")]
    seen = [visit("2026-11-01", minutes=30), visit("2026-11-02", customer="old")]
    book = book_of(customers=everyone, interactions=seen, policy=tree, **records)
    whole = worth(book, D)
    for id in ("acme", "beta"):
        assert value_of(book, D, id) == whole.of(id)
