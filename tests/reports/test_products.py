"""Products against channels, industries and reps; turnover of the stock."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.products import products
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import customer
from tests.builders import sale

D = date(2026, 11, 9)


def usd(amount):
    return Money(Decimal(amount), "USD")


def sold(*cells, **fields):
    """Each cell: (product, channel, units), at 10 a piece."""
    return [
        sale("2026-11-01", units, 10, product=product, channel=channel, **fields)
        for product, channel, units in cells
    ]


def of(*cells, **others):
    return products(book_of(sales=sold(*cells)), D, **others)


def rows(table):
    return {row[:2]: dict(zip(table.keys, row, strict=True)) for row in table.rows}


def test_an_empty_book_asks_for_sales():
    table = products(book_of(customers=[customer()]), D)
    assert (table.rows, table.notes) == ((), ())
    assert [part.rows for part in table.parts] == [(), ()]
    assert "crm help sale" in table.empty


SQUARE = (("x", "shop", 30), ("x", "web", 10), ("y", "shop", 20), ("y", "web", 40))


def test_what_is_expected_follows_from_the_totals():
    # X 30, 10; Y 20, 40: expected 20 20 30 30
    found = rows(of(*SQUARE))
    assert [row["expected"] for row in found.values()] == [20, 20, 30, 30]
    assert [row["index"] for row in found.values()] == pytest.approx([150, 50, 200 / 3, 400 / 3])
    assert [row["residual"] for row in found.values()] == pytest.approx(
        [2.236068, -2.236068, -1.825742, 1.825742], abs=1e-6
    )
    assert [row["flag"] for row in found.values()] == ["strong", "weak", None, None]
    assert found["x", "shop"]["revenue"] == usd(300)
    assert of(*SQUARE).summary == {
        "products": 2,
        "units": 100,
        "revenue": usd(1000),
        "weak": 1,
        "strong": 1,
    }
    assert of(*SQUARE).notes == (
        "sells badly: x in web",
        "of 4 cells about 0.2 lie beyond 2 by chance: they mark where to look",
    )


def test_a_channel_in_which_nothing_sold_is_told_too():
    found = rows(of(("x", "shop", 40), ("y", "shop", 20), ("y", "web", 40)))
    assert (found["x", "web"]["units"], found["x", "web"]["expected"]) == (0, 16)
    assert found["x", "web"]["residual"] == -4
    assert found["x", "web"]["flag"] == "weak"


@pytest.mark.parametrize(("least", "flag"), [("20", "weak"), ("20.1", None)])
def test_a_cell_of_which_too_little_was_expected_is_not_marked(least, flag):
    """Trap 8."""
    own = {"standard": {"products": {"min_expected": least}}}
    table = products(book_of(sales=sold(*SQUARE), policy=own), D)
    assert rows(table)["x", "web"]["flag"] == flag


@pytest.mark.parametrize(("limit", "flag"), [("4", None), ("3.9", "weak")])
def test_a_residual_at_the_limit_is_not_weak(limit, flag):
    """Trap 8."""
    own = {"standard": {"products": {"residual": limit}}}
    cells = sold(("x", "shop", 40), ("y", "shop", 20), ("y", "web", 40))
    table = products(book_of(sales=cells, policy=own), D)
    assert rows(table)["x", "web"]["flag"] == flag


@pytest.mark.parametrize("cells", [SQUARE[:2], (SQUARE[0], SQUARE[2])])
def test_one_product_or_one_channel_has_no_index(cells):
    table = of(*cells)
    assert {row[3:7] for row in table.rows} == {(None,) * 4}
    assert any("nothing to compare" in note for note in table.notes)


def test_a_product_that_came_back_has_no_index():
    """Trap 22."""
    found = rows(of(*SQUARE, ("z", "shop", 5), ("z", "web", -6), ("w", "shop", 9), ("w", "web", -1)))  # fmt: skip
    assert found["z", "shop"]["expected"] is None
    assert found["w", "shop"]["index"] is None
    assert found["w", "web"]["units"] == -1
    assert found["x", "shop"]["expected"] is not None


def test_nothing_sold_in_all_has_no_index():
    """Trap 23."""
    table = of(("x", "shop", 5), ("x", "web", 5), ("y", "shop", -20), ("y", "web", 2))
    assert {row[3:7] for row in table.rows} == {(None,) * 4}


def test_a_blank_channel_is_not_named_and_stands_last():
    table = of(("x", None, 5), ("x", "web", 5), (None, "web", 5))
    assert [row[:2] for row in table.rows] == [
        ("x", "web"),
        ("x", "not named"),
        ("not named", "web"),
        ("not named", "not named"),
    ]


def test_customers_stand_in_place_of_channels():
    book = book_of(
        customers=[
            customer("a", industry="marine", tier="A", region="Keelung", owner="lin"),
            customer("b"),
        ],
        sales=[
            *sold(("x", "shop", 3), customer="a"),
            *sold(("x", "shop", 2), customer="a", rep="mei"),
            *sold(("y", "shop", 1), customer="b"),
        ],
    )

    def units(against):
        table = products(book, D, against=against)
        assert table.keys[1] == against
        return {row[1]: row[2] for row in table.rows if row[0] == "x"}

    assert units("industry") == {"marine": 5, "not named": 0}
    assert units("tier") == {"A": 5, "not named": 0}
    assert units("region") == {"Keelung": 5, "not named": 0}
    assert units("rep") == {"lin": 3, "mei": 2}
    segments = products(book, D).part("segments")
    assert segments.rows == products(book, D, against="industry").rows
    assert products(book, D, against="industry").part("segments") is None


def test_a_rep_sees_the_products_he_sold_with_the_figures_of_all():
    book = book_of(
        customers=[customer("a", owner="lin")],
        sales=[*sold(*SQUARE[:2], customer="a"), *sold(*SQUARE[2:], rep="mei")],
    )
    everyone, mine = rows(products(book, D)), rows(products(book, D, rep="lin"))
    assert mine == {key: row for key, row in everyone.items() if key[0] == "x"}
    assert [row[0] for row in products(book, D, rep="lin").part("turnover").rows] == ["x"]


STOCK = {
    "products": [
        {
            "id": "x",
            "name": "X",
            "stock": [
                {"date": "2026-05-13", "units": 900},
                {"date": "2026-05-14", "units": 10},
                {"date": "2026-11-09", "units": 30},
                {"date": "2026-11-10", "units": 900},
            ],
            "received": [{"date": "2026-06-01", "units": 100}],
        },
        {"id": "z", "name": "Z"},
    ]
}


def test_turnover_is_units_by_the_mean_stock_of_the_window():
    table = products(book_of(sales=sold(*SQUARE), policy=STOCK), D)
    assert table.part("turnover").rows == (
        ("x", 40, usd(400), 20, 2, 100, 0.4),
        ("z", 0, usd(0), None, None, None, None),
        ("y", 60, usd(600), None, None, None, None),
    )


def test_without_stock_turnover_is_unknown():
    part = of(*SQUARE).part("turnover")
    assert [row[3:] for row in part.rows] == [(None,) * 4] * 2
    assert part.notes == ("no stock in crm.yaml: turnover unknown",)


def test_a_line_without_a_rate_counts_its_units_and_not_its_price():
    """Trap 21."""
    table = products(book_of(sales=sold(*SQUARE[:1], currency="EUR")), D)
    (only,) = table.rows
    assert (only[2], only[-1]) == (30, None)
    assert table.notes[-1] == "1 line not priced: no rate for EUR (300)"


def test_only_the_window_counts():
    sales = [sale(day, product="x", channel="web") for day in ("2026-05-13", "2026-05-14", "2026-11-10")]  # fmt: skip
    assert products(book_of(sales=sales), D).summary["units"] == 1
    assert products(book_of(sales=sales), D, since=date(2026, 5, 1)).summary["units"] == 2


def test_another_word_is_refused():
    with pytest.raises(BadValueError, match="colour"):
        products(book_of(), D, against="colour")
