"""Lines on time and in full, late, short, and not there yet."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.delivery import delivery
from tests.builders import book_of
from tests.builders import customer
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


def line(promised="2026-11-01", delivered="2026-11-01", quantity=10, came=None, **fields):
    return sale(
        fields.pop("date", "2026-10-01"),
        quantity,
        promised_on=promised,
        delivered_on=delivered,
        delivered_quantity=came,
        **fields,
    )


def of(*lines, **options):
    return delivery(book_of(customers=[customer()], sales=lines), D, **options)


def total(*lines, **options):
    table = of(*lines, **options)
    if not table.rows:
        return None
    return dict(zip(table.keys, table.rows[-1], strict=True))


def test_an_empty_book_asks_for_promised_days():
    table = delivery(book_of(customers=[customer()], interactions=[visit()]), D)
    assert (table.rows, table.notes, table.summary["rate"]) == ((), (), None)
    assert "promised_on" in table.empty


@pytest.mark.parametrize(
    ("made", "on_time", "in_full", "late"),
    [
        (line(), 1, 1, None),
        (line(delivered="2026-10-20"), 1, 1, None),
        (line(delivered="2026-11-02"), 0, 1, 1),
        (line(came=10), 1, 1, None),
        (line(came=11), 1, 1, None),
        (line(came=9), 1, 0, None),
        (line(came=0), 1, 0, None),
        (line(delivered="2026-11-04", came=9), 0, 0, 3),
        (line(delivered=None), 0, 0, 8),
        (line(promised="2026-11-08", delivered=None), 0, 0, 1),
        (line(delivered="2026-11-10"), 0, 0, 8),
    ],
)
def test_a_line_is_on_time_and_in_full_or_not(made, on_time, in_full, late):
    """Trap 8."""
    found = total(made)
    assert (found["lines"], found["on_time"], found["in_full"]) == (1, on_time, in_full)
    assert found["otif"] == on_time * in_full
    assert found["median_days_late"] == late
    assert found["rate"] is None


def test_a_line_whose_day_is_today_is_not_late_yet():
    table = of(line(promised="2026-11-09", delivered=None))
    assert table.rows == ()
    assert total(line(promised="2026-11-09", delivered="2026-11-09"))["otif"] == 1
    both = of(line(), line(promised="2026-11-09", delivered=None))
    assert both.summary["lines"] == 1
    assert "1 line not due yet: in no rate" in both.notes


@pytest.mark.parametrize(
    ("promised", "lines"),
    [("2026-05-13", None), ("2026-05-14", 1), ("2026-11-08", 1), ("2026-11-10", None)],
)
def test_a_line_counts_in_the_window_of_its_promised_day(promised, lines):
    found = total(line(promised=promised, date="2026-01-01"))
    assert (found and found["lines"]) == lines


def test_a_return_is_not_delivered_and_a_later_sale_not_known():
    """Trap 22."""
    assert total(line(quantity=-10)) is None
    assert total(line(date="2026-11-10", promised="2026-11-01")) is None


def test_the_rate_is_the_share_of_lines_that_were_both():
    found = total(
        line(),
        line(),
        line(),
        line(came=1),
        line(delivered="2026-11-05"),
        line(delivered="2026-11-03"),
    )
    assert (found["lines"], found["on_time"], found["in_full"], found["otif"]) == (6, 4, 5, 3)
    assert (found["rate"], found["median_days_late"]) == (0.5, 3)


def test_undated_lines_are_in_no_rate():
    table = of(line(), sale("2026-10-01"), sale("2026-05-13"))
    assert (table.summary["lines"], table.summary["undated"]) == (1, 1)
    assert any(note.startswith("1 line without a promised day") for note in table.notes)
    only = total(sale("2026-10-01"))
    assert (only["lines"], only["rate"], only["undated"]) == (0, None, 1)


def test_groups_are_products_channels_customers_or_months():
    lines = (
        line(product="x", channel="web", promised="2026-10-01"),
        line(product=None, customer="b"),
        line(product="a", customer="old"),
    )
    book = book_of(
        customers=[customer(), customer("b", owner="lin"), customer("old", merged_into="b")],
        sales=lines,
    )

    def groups(by, **options):
        return [row[:2] for row in delivery(book, D, by=by, **options).rows]

    assert groups("product") == [("a", 1), ("x", 1), ("not named", 1), ("all", 3)]
    assert groups("channel") == [("web", 1), ("not named", 2), ("all", 3)]
    assert groups("customer") == [("acme", 1), ("b", 2), ("all", 3)]
    assert groups("month") == [("2026-10", 1), ("2026-11", 2), ("all", 3)]
    assert groups("customer", rep="lin") == [("b", 2), ("all", 3)]
    assert groups("product", rep="mei") == [("x", 1), ("all", 3)]


def test_what_went_wrong_is_listed_most_days_late_first():
    table = of(
        line(id="b-0000000a", came=4, order="7"),
        line(id="b-0000000b", delivered=None),
        line(id="b-0000000c", delivered="2026-11-03"),
        line(id="b-0000000d"),
    )
    assert table.part("failed").rows == (
        ("b-0000000b", None, "charger", "acme", date(2026, 11, 1), None, 8, 10, Decimal(0)),
        ("b-0000000c", None, "charger", "acme", date(2026, 11, 1), date(2026, 11, 3), 2, 10, None),
        ("b-0000000a", "7", "charger", "acme", date(2026, 11, 1), date(2026, 11, 1), 0, 10, 4),
    )
    assert "1 line past the promised day and not delivered" in table.notes


def test_an_earlier_day_does_not_know_of_a_later_delivery():
    book = book_of(sales=[line(promised="2026-10-10", delivered="2026-10-20")])
    then = delivery(book, date(2026, 10, 15))
    assert then.part("failed").rows[0][5:7] == (None, 5)
    assert delivery(book, date(2026, 10, 10)).rows == ()


def test_another_word_for_the_groups_is_refused():
    with pytest.raises(BadValueError, match="colour"):
        of(by="colour")
