"""What is sold below the list price, and who buys nothing else."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.discounts import discounts
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import call
from tests.builders import customer
from tests.builders import email
from tests.builders import rep
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


def usd(amount):
    return Money(Decimal(amount), "USD")


def rows(table):
    return {row[0]: dict(zip(table.keys, row, strict=True)) for row in table.rows}


def of(*sales, **others):
    return rows(discounts(book_of(customers=[customer()], sales=sales, **others), D))["acme"]


def test_an_empty_book_asks_for_sales():
    table = discounts(book_of(customers=[customer()], interactions=[visit()]), D)
    assert (table.rows, table.notes) == ((), ())
    assert (table.summary["orders"], table.summary["share"]) == (0, None)
    assert "crm help sale" in table.empty


def test_share_and_depth_are_worked_out_over_the_lines_with_a_list_price():
    found = of(
        sale("2026-11-01", 2, 80, list_price="100", order="1", cost="50"),
        sale("2026-11-01", 1, 40, list_price="40", order="1", cost="50"),
        sale("2026-11-02", 1, 120, list_price="100", order="2", cost="50"),
        sale("2026-11-03", 1, 500, order="3", cost="50"),
        sale("2026-11-04", -9, 10, list_price="100", order="4", cost="50"),
    )
    # 160 of 320 discounted, 160 of the 200 on the list; the return is left out
    assert found == {
        "customer": "acme",
        "orders": 3,
        "discounted_orders": 1,
        "share": 0.5,
        "depth": pytest.approx(0.2),
        "revenue": usd(820),
        "margin": usd(820 - 250),
        "transactional": False,
    }


def test_a_price_at_or_above_the_list_is_no_discount():
    """Trap 8."""
    found = of(
        sale("2026-11-01", 1, 100, list_price="100"),
        sale("2026-11-02", 1, 101, list_price="100"),
    )
    assert (found["share"], found["depth"], found["discounted_orders"]) == (0, None, 0)


def test_without_a_list_price_nothing_is_known():
    found = of(sale("2026-11-01"))
    assert (found["discounted_orders"], found["share"], found["depth"]) == (None, None, None)
    table = discounts(book_of(sales=[sale("2026-11-01")]), D)
    assert "1 line without a list price: in no share" in table.notes


def test_a_line_without_a_rate_is_counted_and_not_priced():
    """Trap 21."""
    book = book_of(
        sales=[
            sale("2026-11-01", 1, 80, list_price="100", order="1"),
            sale("2026-11-02", 1, 80, list_price="100", order="2", currency="EUR"),
        ]
    )
    found = rows(discounts(book, D))["acme"]
    assert (found["orders"], found["discounted_orders"]) == (2, 2)
    assert (found["revenue"], found["share"], found["depth"]) == (usd(80), 1, pytest.approx(0.2))
    assert "1 line not priced: no rate for EUR (80)" in discounts(book, D).notes


def cheap(n, dear=0, **fields):
    return [
        sale(f"2026-0{1 + at}-01", 1, 80 if at < n else 100, list_price="100", **fields)
        for at in range(n + dear)
    ]


@pytest.mark.parametrize(
    ("n", "dear", "found"),
    [(4, 0, False), (5, 0, True), (4, 1, True), (3, 2, False), (5, 2, False)],
)
def test_five_orders_and_four_fifths_of_them_discounted_are_transactional(n, dear, found):
    """Trap 8."""
    assert of(*cheap(n, dear))["transactional"] is found


@pytest.mark.parametrize(
    ("contact", "found"),
    [
        (visit("2026-05-14"), False),
        (call("2026-11-01"), False),
        (visit("2026-05-13"), True),
        (visit("2026-11-01", outcome="not-held"), True),
        (call("2026-11-01", outcome="no-answer"), True),
        (email("2026-11-01", direction="in"), True),
    ],
)
def test_one_who_was_met_or_called_is_not(contact, found):
    assert of(*cheap(5), interactions=[contact])["transactional"] is found


def test_whether_he_is_stays_unknown_without_list_prices():
    """Trap 2."""
    sales = [sale(f"2026-0{at}-01") for at in range(1, 6)]
    assert of(*sales)["transactional"] is None
    assert of(*sales, interactions=[visit("2026-11-01")])["transactional"] is False


def test_lines_of_a_day_without_a_number_are_one_order():
    found = of(sale("2026-11-01"), sale("2026-11-01"), sale("2026-11-01", order="7"))
    assert found["orders"] == 2


def test_the_largest_share_stands_first_and_a_line_of_nobody_last():
    book = book_of(
        sales=[
            sale("2026-11-01", 1, 80, list_price="100", customer="b"),
            sale("2026-11-01", 2, 80, list_price="100", customer="a"),
            sale("2026-11-01", 1, 100, list_price="100", customer="c"),
            sale("2026-11-01", 1, 80, list_price="100", customer=None),
            sale("2026-11-01", customer="d"),
        ]
    )
    table = discounts(book, D)
    assert [row[0] for row in table.rows] == ["a", "b", "c", "d", "not known", "all"]
    assert table.summary["share"] == 320 / 420


def test_by_rep_the_line_names_him_else_the_owner_does():
    book = book_of(
        customers=[customer(owner="lin")],
        reps=[rep("lin"), rep("mei")],
        sales=[
            sale("2026-11-01", 1, 80, list_price="100", rep="mei", product="cell"),
            sale("2026-11-02", 1, 100, list_price="100", product="pack"),
        ],
    )
    found = discounts(book, D, by="rep")
    assert [(row[0], row[3]) for row in found.rows] == [("lin", 0), ("mei", 1), ("all", 80 / 180)]
    assert "transactional" not in found.keys
    assert list(rows(discounts(book, D, by="rep", rep="mei"))) == ["mei", "all"]
    assert list(rows(discounts(book, D, by="product", rep="mei"))) == ["cell", "all"]
    assert list(rows(discounts(book, D, rep="lin"))) == ["acme", "all"]
    assert list(rows(discounts(book, D, rep="mei"))) == ["all"]


def test_lines_of_the_year_count_unless_days_are_given():
    sales = [sale("2025-11-09"), sale("2025-11-10"), sale("2026-11-10")]
    assert of(*sales)["orders"] == 1
    earlier = discounts(book_of(sales=sales), D, until=date(2025, 11, 9))
    assert earlier.summary["orders"] == 1
    assert discounts(book_of(sales=sales), date(2026, 11, 10)).summary["orders"] == 1


def test_another_word_for_the_groups_is_refused():
    with pytest.raises(BadValueError, match="colour"):
        discounts(book_of(), D, by="colour")
