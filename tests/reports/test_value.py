"""Who brings the value: shares, classes, the whale curve, lifetime value."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import UsageError
from crmcli.reports.table import Money
from crmcli.reports.value import value
from tests.builders import book_of
from tests.builders import call
from tests.builders import campaign
from tests.builders import case
from tests.builders import customer
from tests.builders import deal
from tests.builders import feedback
from tests.builders import promise
from tests.builders import rep
from tests.builders import sale
from tests.builders import task
from tests.builders import visit

D = date(2026, 11, 9)


def usd(amount):
    return Money(Decimal(amount), "USD")


def rows(table):
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


def bought(**amounts):
    """A book in which each customer bought once, for that amount."""
    return book_of(sales=[sale("2026-11-01", 1, amount, customer=id) for id, amount in amounts.items()])  # fmt: skip


def column(table, key):
    return [row[key] for row in rows(table)]


def test_an_empty_book_has_no_row_and_says_what_would_give_one():
    table = value(book_of(), D)
    assert (table.rows, table.notes) == ((), ())
    assert "crm help sale" in table.empty
    assert table.summary["top_share"] is None


def test_one_record_of_each_kind_gives_one_row():
    book = book_of(
        customers=[customer(tier="A")],
        deals=[deal()],
        promises=[promise()],
        interactions=[visit()],
        tasks=[task()],
        cases=[case()],
        campaigns=[campaign()],
        feedback=[feedback()],
        sales=[sale()],
        reps=[rep()],
    )
    (only,) = rows(value(book, D))
    assert (only["rank"], only["customer"], only["tier"], only["owner"]) == (1, "acme", "A", "mei")
    assert (only["revenue"], only["value"]) == (usd(100), usd(100))
    assert (only["share"], only["cumulative"], only["class"], only["differs"]) == (1, 1, "A", False)
    assert value(book, D).summary["top_share"] == 1


def test_the_whale_curve_tells_what_the_last_ones_take_away():
    table = value(bought(a=60, b=50, c=20, d=0, e=-30), D)
    assert column(table, "cumulative") == [0.6, 1.1, 1.3, 1.3, 1.0]
    assert column(table, "share") == [0.6, 0.5, 0.2, 0, -0.3]
    assert table.summary == {
        "customers": 5,
        "total": usd(100),
        "top_share": 0.6,
        "customers_for_80": 2,
        "gini": None,
        "peak": 1.3,
        "negative": 1,
    }
    spread = "the best 20 % (1 of 5) bring 60 % of the revenue; 80 % takes 2 customers"
    assert table.notes[1:3] == (
        f"{spread}; Gini not defined: 1 customer below 0",
        "1 customer below 0, USD -30 in all: 30 % of the total is lost again",
    )


@pytest.mark.parametrize(("n", "best"), [(1, 1), (4, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_the_best_fifth_is_counted_in_whole_customers(n, best):
    """Trap 7."""
    table = value(bought(**{f"c{i:02}": 10 for i in range(n)}), D)
    assert table.summary["top_share"] == best / n
    assert f"({best} of {n})" in table.notes[1]


def test_a_class_goes_by_the_share_before_the_customer():
    """Trap 8."""
    table = value(bought(a=80, b=15, c=4, d=1), D)
    assert column(table, "class") == ["A", "B", "C", "C"]
    assert column(value(bought(a=79, b=16, c=5), D), "class") == ["A", "A", "C"]
    assert table.summary["customers_for_80"] == 1
    assert value(bought(a=79, b=16, c=5), D).summary["customers_for_80"] == 2


def test_what_brings_nothing_is_class_c():
    assert column(value(bought(a=10, b=0), D), "class") == ["A", "C"]


def test_a_stored_tier_that_is_another_class_is_marked():
    book = book_of(
        customers=[customer("a", tier="B"), customer("b", tier="B"), customer("c")],
        sales=[
            sale("2026-11-01", 1, amount, customer=id)
            for id, amount in {"a": 80, "b": 15, "c": 5}.items()
        ],
    )
    assert column(value(book, D), "differs") == [True, False, None]


def test_a_total_that_is_not_above_zero_has_no_shares():
    """Trap 23."""
    for amounts in ({"a": 10, "b": -10}, {"a": 10, "b": -30}):
        table = value(bought(**amounts), D)
        assert column(table, "value") == [usd(10), usd(amounts["b"])]
        assert [row[8:] for row in table.rows] == [(None, None, None, None)] * 2
        numbers = table.summary
        assert (numbers["top_share"], numbers["gini"], numbers["peak"]) == (None, None, None)
        assert (numbers["customers_for_80"], numbers["negative"]) == (None, 1)
        assert "not above 0" in table.notes[1]


def test_equal_values_stand_by_id_and_the_best_fifth_is_the_same_each_time():
    """Trap 6."""
    assert column(value(bought(c=10, a=10, b=10), D), "customer") == ["a", "b", "c"]
    assert value(bought(b=10, a=10), D) == value(bought(a=10, b=10), D)


def test_gini_is_that_of_the_amounts():
    assert value(bought(a=1, b=2, c=3, d=4), D).summary["gini"] == 0.25


def test_a_customer_of_unknown_value_stands_last_and_in_no_share():
    book = book_of(
        sales=[
            sale("2026-11-01", 1, 10),
            sale("2026-11-01", 1, 10, customer="bolt", currency="EUR"),
        ]
    )
    table = value(book, D)
    assert column(table, "rank") == [1, None]
    assert column(table, "share") == [1, None]
    assert "1 customer of unknown value: last, in no share" in table.notes
    assert "1 line not priced: no rate for EUR (10)" in table.notes


def test_the_first_note_names_the_basis_and_what_was_missing():
    book = bought(acme=10)
    assert value(book, D).notes[0] == (
        "value: revenue, from order lines (1 line without cost: ranked by revenue)"
    )
    assert "revenue of order lines" in value(book, D).title
    forced = value(book, D, basis="margin")
    assert column(forced, "value") == [None]
    assert forced.summary["total"] == usd(0)


def test_days_that_are_given_replace_the_year():
    book = book_of(sales=[sale("2025-11-09"), sale("2026-01-01", 1, 30), sale("2026-11-09")])
    assert column(value(book, D), "value") == [usd(130)]
    assert column(value(book, D, since=date(2025, 1, 1)), "value") == [usd(230)]
    assert column(value(book, D, until=date(2026, 1, 1)), "value") == [usd(130)]
    assert value(book, D, until=date(2026, 1, 1)).since == date(2025, 1, 2)
    with pytest.raises(UsageError, match="--since"):
        value(book, D, since=date(2026, 11, 10))


def test_a_past_day_gives_the_answer_of_that_day():
    lines = [
        {"date": "2026-01-01", "status": "active", "owner": "lin", "tier": "C"},
        {"date": "2026-06-01", "owner": "mei", "tier": "A"},
    ]
    book = book_of(
        customers=[customer(tier="A", owner="mei", history=lines)],
        sales=[sale("2026-02-01"), sale("2026-07-01", 1, 900)],
    )
    (then,) = rows(value(book, date(2026, 3, 1)))
    assert (then["owner"], then["tier"], then["value"]) == ("lin", "C", usd(100))


def test_a_rep_sees_his_customers_with_the_ranks_of_all():
    book = book_of(
        customers=[customer("acme", owner="lin"), customer("bolt", owner="mei")],
        sales=[sale("2026-11-01", 3), sale("2026-11-01", 1, customer="bolt")],
    )
    mine = value(book, D, rep="mei")
    assert [(row["rank"], row["customer"], row["share"]) for row in rows(mine)] == [
        (2, "bolt", 0.25)
    ]
    assert mine.summary == value(book, D).summary


def test_a_customer_is_shown_with_the_lines_behind_his_figure():
    book = book_of(
        customers=[customer(), customer("acme-old", merged_into="acme")],
        sales=[
            sale("2026-10-01", 2, 50, id="b-0000000a", cost="30"),
            sale("2026-11-01", -1, 50, id="b-0000000b", customer="acme-old"),
            sale("2026-11-01", customer="bolt"),
        ],
    )
    table = value(book, D, customer="acme-old")
    assert column(table, "customer") == ["acme"]
    part = table.part("lines")
    assert [row[:2] + row[3:] for row in part.rows] == [
        ("b-0000000b", date(2026, 11, 1), -1, usd(-50), usd(-50), None),
        ("b-0000000a", date(2026, 10, 1), 2, usd(100), usd(100), usd(60)),
    ]
    assert value(book, D).parts == ()


def test_won_deals_stand_in_where_there_is_no_line():
    lines = [{"date": "2026-10-01", "stage": "proposal"}, {"date": "2026-11-01", "stage": "won"}]
    book = book_of(deals=[deal("won", amount=500, opened="2026-10-01", history=lines)])
    table = value(book, D, customer="acme")
    assert column(table, "value") == [usd(500)]
    assert table.part("lines").rows[0][2] == "Chargers"
    assert value(book, D, source="sales").rows == ()


def loyal(n, stay, tier="A"):
    """n customers of a tier who bought in the year before, `stay` of them in this one too."""
    names = [f"{tier.lower()}-{i:02}" for i in range(n)]
    return {
        "customers": [customer(id, tier=tier) for id in names],
        "sales": [sale("2025-11-09", customer=id, cost="60") for id in names]
        + [sale("2026-11-01", 5, 100, cost="60", customer=id) for id in names[:stay]],
        "interactions": [call("2026-11-02", minutes=50, customer=id) for id in names],
    }


def test_lifetime_value_rests_on_the_retention_of_the_tier():
    book = book_of(**loyal(32, 24), policy={"standard": {"value": {"minute_cost": 2}}})
    table = value(book, D, clv=True)
    # margin 200, cost to serve 100, retention .75, interest .10: 100 x .75 / .35
    assert table.rows[0][-1].amount == pytest.approx(Decimal("214.285714"))
    assert table.notes[-1] == "lifetime value: yearly retention of tier A 24 of 32"
    assert "lifetime_value" not in value(book, D).keys


@pytest.mark.parametrize("cut", [{"n": 29}, {"minutes": None}, {"tier": None}])
def test_lifetime_value_is_unknown_where_a_part_of_it_is(cut):
    made = loyal(cut.get("n", 30), 24)
    if "tier" in cut:
        made["customers"] = []
    policy = {} if "minutes" in cut else {"standard": {"value": {"minute_cost": 2}}}
    table = value(book_of(**made, policy=policy), D, clv=True)
    assert {row[-1] for row in table.rows} == {None}


def test_lifetime_value_keeps_to_the_year_whatever_days_are_ranked():
    book = book_of(**loyal(30, 30), policy={"standard": {"value": {"minute_cost": 2}}})
    table = value(book, D, clv=True, since=date(2025, 1, 1))
    assert table.rows[0][-1].amount == pytest.approx(Decimal(1000))
