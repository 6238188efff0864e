"""Friends, butterflies, barnacles and strangers; and those who are still growing."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.reports.matrix import matrix
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import call
from tests.builders import customer
from tests.builders import deal
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)
LONG, SHORT = "2024-11-09", "2025-11-09"  # first purchases, 730 and 365 days before


def book(*plans, policy=None, **others):
    """Each plan: (customer, first purchase, last purchase, amount of the last)."""
    return book_of(
        customers=[customer(id) for id, *_ in plans],
        sales=[
            line
            for id, first, last, amount in plans
            for line in (
                sale(first, customer=id),
                sale(last, 1, amount, customer=id),
            )
        ],
        policy=policy or {},
        **others,
    )


def cells(table):
    return {row[0]: row[6] for row in table.rows}


FOUR = (
    ("friend", LONG, "2026-11-01", 90),
    ("fly", SHORT, "2026-11-01", 80),
    ("barnacle", LONG, "2026-11-01", 20),
    ("stranger", SHORT, "2026-11-01", 10),
)


def test_an_empty_book_has_no_cell():
    table = matrix(book_of(), D)
    assert (table.rows, table.part("cells").rows, table.part("growing").rows) == ((), (), ())
    assert table.summary["customers"] == 0


def test_four_customers_stand_in_four_cells():
    # the medians: value 50, tenure (365 + 730) / 2
    table = matrix(book(*FOUR), D)
    assert cells(table) == {
        "friend": "friend",
        "fly": "butterfly",
        "barnacle": "barnacle",
        "stranger": "stranger",
    }
    assert [row[:4] for row in table.part("cells").rows] == [
        (cell, 1, Money(Decimal(amount), "USD"), amount / 200)
        for cell, amount in (
            ("friend", 90),
            ("butterfly", 80),
            ("barnacle", 20),
            ("stranger", 10),
        )
    ]
    assert table.summary == {
        "customers": 4,
        "friend": 1,
        "butterfly": 1,
        "barnacle": 1,
        "stranger": 1,
        "growing": 0,
    }
    advice = {row[0]: row[7] for row in table.rows}["fly"]
    assert "2004" in advice
    assert "2002" in advice


def test_the_median_itself_is_not_high_but_is_long():
    """Trap 8."""
    table = matrix(
        book(
            ("a", LONG, "2026-11-01", 30),
            ("b", "2025-01-01", "2026-11-01", 20),
            ("c", SHORT, "2026-11-01", 10),
        ),
        D,
    )
    assert cells(table) == {"a": "friend", "b": "barnacle", "c": "stranger"}


def test_nobody_is_above_the_median_when_all_bring_the_same():
    table = matrix(book(("a", LONG, "2026-11-01", 10), ("b", LONG, "2026-11-01", 10)), D)
    assert cells(table) == {"a": "barnacle", "b": "barnacle"}
    assert "all values are equal: nobody is above the median" in table.notes


def test_a_barnacle_that_costs_is_to_cost_less():
    table = matrix(book(("a", LONG, "2026-11-01", 10), ("b", LONG, "2026-11-01", -10)), D)
    assert table.rows[1][7].endswith("lower the cost to serve")


@pytest.mark.parametrize(("last", "cell"), [("2026-05-13", "friend"), ("2026-05-12", "butterfly")])
def test_in_a_young_book_twice_the_days_owed_is_the_limit(last, cell):
    # 90 days are owed, so 180 are allowed
    table = matrix(book(("a", LONG, last, 90), ("b", LONG, "2026-11-01", 10)), D)
    assert cells(table)["a"] == cell
    assert any("too few pauses" in note for note in table.notes)


def test_in_an_older_book_an_unusual_silence_is_not_loyal():
    # Silent for 203 days: 1 of a's 9 own pauses is as long, and 2 of the 32 of the book.
    days = [f"2026-{month:02}-{day}" for month in (1, 2, 3, 4) for day in (10, 20)]
    calls = [call(day, customer=id) for id in ("a", "b", "c", "d") for day in days]
    plans = (("a", LONG, "2026-01-01", 90), ("b", LONG, "2026-11-01", 10))
    table = matrix(book(*plans, interactions=calls), D)
    (row,) = (row for row in table.rows if row[0] == "a")
    assert row[5] == pytest.approx((1 + 5 * 2 / 32) / (9 + 5))
    assert row[6] == "butterfly"
    own = {"standard": {"matrix": {"silence_score": "0"}}}
    assert cells(matrix(book(*plans, interactions=calls, policy=own), D))["a"] == "friend"


def test_limits_of_the_house_stand_in_for_the_medians():
    own = {"standard": {"matrix": {"value_cut": 5, "tenure_cut": 1, "min_tenure": 365}}}
    assert set(cells(matrix(book(*FOUR, policy=own), D)).values()) == {"friend"}


@pytest.mark.parametrize(("first", "rows", "growing"), [("2025-11-09", 1, 0), ("2025-11-10", 0, 1)])
def test_a_customer_of_a_year_is_in_the_matrix(first, rows, growing):
    """Trap 8."""
    table = matrix(book(("a", first, "2026-11-01", 10)), D)
    assert (len(table.rows), len(table.part("growing").rows)) == (rows, growing)


def test_those_who_grow_stand_by_their_potential():
    made = book_of(
        customers=[
            customer("a", status="prospect"),
            customer("b", status="lead", potential=500, owner="lin"),
            customer("c", potential=900),
            customer("d"),
        ],
        sales=[sale("2026-11-01", customer="c"), sale("2020-01-01", customer="d")],
    )
    part = matrix(made, D).part("growing")
    assert part.rows == (
        ("c", "active", Money(Decimal(900), "USD"), date(2026, 11, 1), "mei"),
        ("b", "lead", Money(Decimal(500), "USD"), None, "lin"),
        ("a", "prospect", None, None, "mei"),
    )
    assert [row[0] for row in matrix(made, D, rep="lin").part("growing").rows] == ["b"]


def test_a_customer_of_unknown_value_is_in_no_cell():
    made = book_of(
        customers=[customer("a"), customer("b")],
        sales=[
            sale(LONG, customer="a"),
            sale("2026-11-01", customer="a", currency="EUR"),
            sale(LONG, customer="b"),
            sale("2026-11-01", customer="b"),
        ],
    )
    table = matrix(made, D)
    assert [(row[0], row[6], row[7]) for row in table.rows][-1] == ("a", None, None)
    assert "unknown value: in no cell" in table.notes
    assert sum(row[1] for row in table.part("cells").rows) == 1


def test_won_deals_will_do_and_a_rep_sees_the_cells_of_all():
    def won(id, day, amount, owner="mei"):
        lines = [{"date": "2020-01-01", "stage": "lead"}, {"date": day, "stage": "won"}]
        return deal("won", customer=id, amount=amount, owner=owner, opened="2020-01-01", history=lines)  # fmt: skip

    made = book_of(
        customers=[customer("a", owner="lin"), customer("b")],
        deals=[won(id, day, amount) for id, amount in (("a", 10), ("b", 20)) for day in (LONG, "2026-11-01")],
        interactions=[visit("2026-11-02", customer="a")],
    )  # fmt: skip
    table = matrix(made, D)
    assert cells(table) == {"a": "barnacle", "b": "friend"}
    assert cells(matrix(made, D, rep="lin")) == {"a": "barnacle"}
    assert matrix(made, D, rep="lin").summary == table.summary


def test_an_earlier_day_knows_nothing_of_later_purchases():
    made = book(("a", "2024-01-01", "2026-11-01", 90))
    then = matrix(made, date(2024, 6, 1))
    assert then.rows == ()
    assert [row[0] for row in then.part("growing").rows] == ["a"]
