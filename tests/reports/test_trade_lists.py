"""The lists of sales and campaigns: what is computed, on the day itself."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.render.cells import bare
from crmcli.render.cells import screen
from crmcli.render.json_text import built_in
from crmcli.reports.card import sale_card
from crmcli.reports.listing import listing
from crmcli.reports.table import Money
from crmcli.reports.table import Price
from tests.builders import book_of
from tests.builders import campaign
from tests.builders import customer
from tests.builders import email
from tests.builders import note
from tests.builders import sale

D = date(2026, 11, 9)
TWD = {"currency": "TWD"}


def cells(table, at=0):
    return dict(zip(table.keys, table.rows[at], strict=True))


def test_a_sale_comes_to_quantity_times_price_and_nothing_is_rounded():
    line = sale(quantity="1.5", price="0.123456", list_price="0.2", currency="USD")
    found = cells(listing(book_of(sales=[line], policy=TWD), "sale", D))
    assert found["total"] == Money(Decimal("0.185184"), "USD")
    assert found["price"] == Price(Decimal("0.123456"), "USD")
    assert (bare(found["price"]), bare(found["total"])) == ("0.123456", "0.19")
    assert screen(found["price"]) == "USD 0.123456"
    assert built_in(found["price"]) == {"amount": "0.123456", "currency": "USD"}


def test_an_unknown_price_makes_an_unknown_total():
    """Trap 2."""
    found = cells(listing(book_of(sales=[sale(price=None)], policy=TWD), "sale", D))
    assert (found["price"], found["total"]) == (None, None)
    gift = cells(listing(book_of(sales=[sale(price=0)], policy=TWD), "sale", D))
    assert gift["total"] == Money(Decimal(0), "TWD")


def test_sales_are_the_newest_first_and_belong_to_who_sold_or_owns():
    lines = [
        sale("2026-11-01", id="b-00000001"),
        sale("2026-11-02", id="b-00000002", rep="lin"),
        sale("2026-11-02", id="b-00000003", customer="beta"),
    ]
    book = book_of(sales=lines, customers=[customer(), customer("beta", owner="lin")])
    assert [row[0][-1] for row in listing(book, "sale", D).rows] == ["3", "2", "1"]
    of_lin = listing(book, "sale", D, filters={"rep": ["lin"]})
    assert [row[0][-1] for row in of_lin.rows] == ["3", "2"]
    late = listing(book, "sale", D, since=date(2026, 11, 2))
    assert len(late.rows) == 2


def test_the_card_of_a_line_has_the_others_of_its_order():
    lines = [sale(id="b-00000001", order="A1"), sale(id="b-00000002", order="A1"), sale(order="A2")]
    card = sale_card(book_of(sales=lines), "b-00000001", D)
    assert [row[0] for row in card.part("others").rows] == ["b-00000002"]
    assert sale_card(book_of(sales=[sale(id="b-00000001")]), "b-00000001", D).parts == ()


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [
        ("2026-11-10", None, "planned"),
        ("2026-11-09", None, "active"),
        ("2026-11-01", "2026-11-09", "active"),
        ("2026-11-01", "2026-11-08", "done"),
        (None, "2026-11-08", "done"),
        (None, None, None),
    ],
)
def test_the_status_of_a_campaign_is_that_of_the_day(start, end, status):
    """Trap 8."""
    book = book_of(campaigns=[campaign(start, end=end)])
    assert cells(listing(book, "campaign", D))["status"] == status
    if status is not None:
        assert len(listing(book, "campaign", D, filters={"status": [status]}).rows) == 1


def test_sent_and_answered_are_contacts_up_to_the_day():
    ways = ("out", "out", "in", None)
    touches = [
        email("2026-11-0" + str(n), campaign="g-00000001", direction=way)
        for n, way in enumerate(ways, 1)
    ]
    touches.append(note("2026-11-01", campaign="g-00000001", direction="out"))
    book = book_of(campaigns=[campaign(id="g-00000001")], interactions=touches)
    assert [cells(listing(book, "campaign", D))[key] for key in ("sent", "answered")] == [2, 1]
    early = listing(book, "campaign", date(2026, 11, 1))
    assert [cells(early)[key] for key in ("sent", "answered")] == [1, 0]


def test_campaigns_of_a_customer_are_those_that_reach_it_or_someone_there():
    plans = [
        campaign(id="g-00000001", members=["acme"]),
        campaign(id="g-00000002", members=["acme/chen"]),
        campaign(id="g-00000003", members=["acme-two/chen"], holdout=["acme"]),
        campaign(id="g-00000004", members=["acme"], archived="2026-11-01"),
    ]
    book = book_of(campaigns=plans)
    found = listing(book, "campaign", D, filters={"customer": ["acme"]})
    assert sorted(row[0] for row in found.rows) == ["g-00000001", "g-00000002"]
    every = listing(book, "campaign", D, filters={"customer": ["acme"]}, archived=True)
    assert len(every.rows) == 3
