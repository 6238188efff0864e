"""What past months say of the next one."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import UsageError
from crmcli.model.policy import Policy
from crmcli.reports.demand import demand
from crmcli.reports.forecasts import forecast
from tests.builders import book_of
from tests.builders import customer
from tests.builders import deal
from tests.builders import sale

D = date(2026, 11, 9)


def months(units, last=(2026, 10)):
    """(first day of the month, units) of consecutive months, the last one given."""
    year, month = last
    start = year * 12 + month - 1 - len(units) + 1
    return [(f"{at // 12}-{at % 12 + 1:02}-01", each) for at, each in enumerate(units, start)]


def sold(*units, product="cell", **fields):
    return [sale(day, each, product=product, **fields) for day, each in months(units) if each]


def rows(table):
    return {row[0]: dict(zip(table.keys, row, strict=True)) for row in table.rows}


def of(*units, **others):
    return rows(demand(book_of(sales=sold(*units), **others), D))["cell"]


# Which method


def test_steady_demand_is_foretold_as_last_month():
    found = forecast([5] * 12, Policy())
    assert (found.method, found.next_month, found.naive_mae, found.mase) == ("naive", 5, 0, None)
    assert found.pattern.pattern == "smooth"


def test_smoothing_wins_where_months_go_up_and_down():
    # naive is off by 2 each month; ses, which stays near 10.8, by less
    y = [10, 12] * 6
    found = forecast(y, Policy())
    level, wrong = 10.0, []
    for month in range(1, 12):
        if month >= 6:
            wrong.append(abs(y[month] - level))
        level = 0.2 * y[month] + 0.8 * level
    assert (found.method, found.naive_mae) == ("ses", 2)
    assert found.next_month == pytest.approx(level)
    assert found.mase == pytest.approx(sum(wrong) / 6 / 2)
    assert found.croston is None


def test_rare_demand_is_foretold_by_sba_beside_croston():
    y = [0, 3, 0, 0, 6, 0] * 2
    found = forecast(y, Policy())
    # sizes 3 6 3 6 and pauses 2 3 3 3, each smoothed by 0.1
    size, pause = 3.0, 2.0
    for units, since in ((6, 3), (3, 3), (6, 3)):
        size, pause = 0.1 * units + 0.9 * size, 0.1 * since + 0.9 * pause
    assert found.pattern.pattern == "intermittent"
    assert found.method == "sba"
    assert found.croston == pytest.approx(size / pause)
    assert found.next_month == pytest.approx(size / pause * 0.95)


def test_with_two_years_the_same_month_a_year_ago_is_tried():
    y = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 1] * 2
    found = forecast(y, Policy())
    assert (found.method, found.next_month, found.mase) == ("seasonal", 1, 0)
    assert forecast(y[1:], Policy()).method != "seasonal"


@pytest.mark.parametrize(("n", "method"), [(11, "too short"), (12, "naive")])
def test_a_year_of_months_is_needed(n, method):
    """Trap 8."""
    found = forecast([5] * n, Policy())
    assert found.method == method
    assert (found.next_month is None) == (n < 12)


def test_the_house_sets_where_demand_is_rare():
    y = [5, 5, 0] * 4  # 12 months, 8 with demand: 1.5
    assert forecast(y, Policy()).pattern.pattern == "intermittent"
    own = Policy(overrides={"demand.adi": 1.5})
    assert forecast(y, own).pattern.pattern == "intermittent"
    own = Policy(overrides={"demand.adi": 1.51})
    assert forecast(y, own).pattern.pattern == "smooth"


# The months


def test_an_empty_book_asks_for_sales():
    table = demand(book_of(customers=[customer()]), D)
    assert (table.rows, table.notes, table.summary["products"]) == ((), (), 0)
    assert "crm help sale" in table.empty


def test_months_run_from_the_first_sale_to_the_last_full_month():
    """Trap 22."""
    book = book_of(
        sales=[
            *sold(4, 0, 2),
            sale("2026-10-20", 3, product="cell"),
            sale("2026-10-21", -9, product="cell"),
            sale("2026-11-02", 50, product="cell"),
            sale("2026-11-10", 50, product="cell"),
        ]
    )
    table = demand(book, D)
    assert table.part("months").rows == (
        ("cell", "2026-08", 4),
        ("cell", "2026-09", 0),
        ("cell", "2026-10", 5),
    )
    found = rows(table)["cell"]
    assert (found["months"], found["mean"], found["adi"]) == (3, 3, 1.5)
    assert (found["method"], found["next_month"]) == ("too short", None)
    assert "1 of 1 products too short: 12 full months are needed" in table.notes


def test_no_more_than_two_years_count():
    assert of(*[1] * 30)["months"] == 24
    assert of(*[1] * 30, policy={"standard": {"demand": {"periods": 12}}})["months"] == 12


def test_a_product_sold_this_month_only_has_no_month_yet():
    found = rows(demand(book_of(sales=[sale("2026-11-02", product="cell")]), D))["cell"]
    assert (found["months"], found["mean"], found["class"]) == (0, None, None)


def test_an_earlier_day_knows_fewer_months():
    book = book_of(sales=sold(*[5] * 14))
    assert rows(demand(book, date(2026, 9, 30)))["cell"]["months"] == 12
    assert demand(book, date(2026, 9, 30)).until == date(2026, 8, 31)


def test_days_that_are_given_cut_the_months():
    book = book_of(sales=sold(*[5] * 14))
    assert rows(demand(book, D, since=date(2026, 8, 15)))["cell"]["months"] == 3
    assert rows(demand(book, D, until=date(2026, 9, 30)))["cell"]["months"] == 12
    with pytest.raises(UsageError, match="--since"):
        demand(book, D, since=date(2026, 12, 1))


def test_a_forecast_no_better_than_last_time_is_named():
    # flat for half a year, then up and down: every method is worse than in the calm months
    table = demand(book_of(sales=sold(5, 6, 5, 6, 5, 6, 90, 1, 90, 1, 90, 1)), D)
    assert table.summary["no_better"] == 1
    assert table.notes[0].endswith(": cell")


# Beside it


STOCK = {
    "products": [
        {
            "id": "cell",
            "name": "Cell",
            "stock": [
                {"date": "2026-01-01", "units": 90},
                {"date": "2026-11-09", "units": 20},
                {"date": "2026-11-10", "units": 500},
            ],
        }
    ]
}


def test_the_latest_stock_is_told_in_months():
    found = of(*[5] * 12, policy=STOCK)
    assert (found["stock"], found["months_of_stock"]) == (20, 4)
    assert of(*[5] * 12)["months_of_stock"] is None


def test_open_deals_bring_units_by_their_chance():
    def open_deal(goods, close, **fields):
        return deal("proposal", products=[goods], close=close, opened="2026-10-01", **fields)

    book = book_of(
        deals=[
            open_deal("cell x 10", "2026-11-09"),
            open_deal("cell x 10", "2027-02-09", probability=20),
            open_deal("cell x 10", "2027-02-10"),
            open_deal("cell x 10", "2026-11-08"),
            open_deal("cell", "2026-12-01"),
            open_deal("pack", "2026-12-01"),
            deal("won", products=["cell x 10"], close="2026-12-01", opened="2026-10-01"),
        ],
        sales=sold(*[5] * 12),
    )
    found = rows(demand(book, D))
    assert found["cell"]["pipeline_units"] == 7  # 10 at 50 %, 10 at 20 %
    assert (found["pack"]["pipeline_units"], found["pack"]["months"]) == (None, 0)
    assert any("lfp-12 x 40" in note for note in demand(book, D).notes)


def test_a_rep_sees_what_he_sold():
    book = book_of(
        customers=[customer("a", owner="lin"), customer("old", merged_into="a")],
        sales=[
            *sold(1, product="x", customer="old"),
            *sold(1, product="y", customer="a", rep="mei"),
            *sold(1, product="z", customer=None),
        ],
    )
    assert list(rows(demand(book, D, rep="lin"))) == ["x"]
    assert list(rows(demand(book, D, rep="mei"))) == ["y"]
    assert list(rows(demand(book, D))) == ["x", "y", "z"]


def test_units_keep_their_decimals():
    assert demand(book_of(sales=sold("0.1", "0.2")), D).part("months").rows[1][2] == Decimal("0.2")
