"""Minutes against potential, and the contacts that are owed."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.reports.allocation import allocation
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import call
from tests.builders import customer
from tests.builders import email
from tests.builders import note
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


def rows(table):
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


def of(minutes, **others):
    """Customers a, b, c ... of potential 100 each, with so many minutes."""
    names = "abcdefgh"[: len(minutes)]
    return allocation(
        book_of(
            customers=[customer(id, potential=100) for id in names],
            interactions=[
                visit("2026-11-01", customer=id, minutes=each)
                for id, each in zip(names, minutes, strict=True)
                if each
            ],
            **others,
        ),
        D,
    )


def test_an_empty_book_asks_for_a_potential():
    table = allocation(book_of(), D)
    assert (table.rows, table.notes, table.part("tiers").rows) == ((), (), ())
    assert table.summary["attainment"] is None
    assert table.empty.endswith(": crm customer set CUSTOMER potential=MONEY")


def test_customers_alone_get_a_row_and_no_share_of_effort():
    table = allocation(book_of(customers=[customer(potential=100), customer("b")]), D)
    (only,) = rows(table)
    assert (only["potential_share"], only["effort_share"], only["index"], only["flag"]) == (
        1,
        None,
        None,
        None,
    )
    assert (only["value"], only["share_of_wallet"], only["last_contact"]) == (None, None, None)
    assert "1 customer without a potential: in no row" in table.notes
    assert "no contact in these days: no share of effort" in table.notes


def test_the_index_is_the_share_of_effort_by_the_share_of_potential():
    made = book_of(
        customers=[customer("a", potential=300), customer("b", potential=100)],
        interactions=[
            visit("2026-11-01", customer="a", minutes=20, also=["lin"]),
            visit("2026-11-01", customer="b", minutes=60),
        ],
    )
    table = allocation(made, D)
    assert [
        (row["customer"], row["potential_share"], row["effort_share"]) for row in rows(table)
    ] == [
        ("a", 0.75, 0.25),
        ("b", 0.25, 0.75),
    ]
    assert [row["index"] for row in rows(table)] == pytest.approx([1 / 3, 3])
    assert [row["flag"] for row in rows(table)] == ["under-served", "over-served"]
    assert (table.summary["under_served"], table.summary["over_served"]) == (1, 1)


def test_the_limits_themselves_are_in_proportion():
    """Trap 8."""
    table = of([10, 40, 10, 20])  # of 80 minutes, a quarter of the potential each
    assert [(row["index"], row["flag"]) for row in rows(table)] == [
        (0.5, None),
        (0.5, None),
        (1, None),
        (2, None),
    ]


def test_minutes_that_nobody_wrote_down_are_taken_by_kind():
    made = book_of(
        customers=[customer("a", potential=100)],
        interactions=[
            visit("2026-11-01", customer="a"),
            call("2026-11-02", customer="a"),
            email("2026-11-03", customer="a", direction="out"),
            note("2026-11-04", customer="a", minutes=99),
            visit("2026-05-13", customer="a", minutes=99),
        ],
    )
    table = allocation(made, D)
    assert rows(table)[0]["minutes"] == 75
    assert "3 contacts without minutes: taken by kind (allocation.minutes)" in table.notes
    assert rows(table)[0]["last_contact"] == date(2026, 11, 3)


@pytest.mark.parametrize(
    ("born", "planned"),
    [("2020-01-01", 6), ("2026-05-13", 6), ("2026-08-11", 3), ("2026-11-09", 1 / 30)],
)
def test_contacts_are_owed_since_the_customer_is_there(born, planned):
    history = [{"date": born, "status": "active", "tier": "A"}]
    made = book_of(customers=[customer("a", potential=100, tier="A", history=history)])
    assert rows(allocation(made, D))[0]["planned"] == pytest.approx(planned)


def test_done_are_the_days_on_which_somebody_was_reached():
    made = book_of(
        customers=[customer("a", potential=100, tier="A")],
        interactions=[
            visit("2026-11-01", customer="a"),
            call("2026-11-01", customer="a"),
            call("2026-11-02", customer="a", outcome="no-answer"),
            email("2026-11-03", customer="a", direction="out"),
            visit("2026-05-13", customer="a"),
            visit("2026-05-14", customer="a"),
        ],
    )
    table = allocation(made, D)
    assert (rows(table)[0]["planned"], rows(table)[0]["done"]) == (6, 2)
    (tier,) = table.part("tiers").rows
    assert tier == ("A", 1, 6, 2, 2 / 6, Decimal(60 + 10 + 10 + 5 + 60), Money(100, "USD"))
    assert table.summary["attainment"] == 2 / 6


def test_prospects_have_a_row_and_lost_customers_none():
    made = book_of(
        customers=[
            customer("a", status="prospect", potential=100),
            customer("b", status="lost", potential=100),
            customer("c", potential=0),
            customer("d", potential=5, currency="EUR"),
        ]
    )
    table = allocation(made, D)
    assert [row["customer"] for row in rows(table)] == ["a"]
    assert "2 customers without a potential: in no row" in table.notes


def test_least_served_stand_first_then_the_largest_potential():
    made = book_of(
        customers=[
            customer("a", potential=10),
            customer("b", potential=30),
            customer("c", potential=30),
            customer("d", potential=10),
        ],
        interactions=[visit("2026-11-01", customer="d")],
    )
    assert [row[0] for row in allocation(made, D).rows] == ["b", "c", "a", "d"]


def test_effort_in_step_with_potential_has_a_rank_correlation_of_one():
    made = book_of(
        customers=[customer(id, potential=100 * n) for n, id in enumerate("abcde", 1)],
        interactions=[
            visit("2026-11-01", customer=id, minutes=n * n) for n, id in enumerate("abcde", 1)
        ],
    )
    assert allocation(made, D).summary["rho"] == 1
    assert of([1, 2, 3, 4]).summary["rho"] is None


def test_value_and_share_of_wallet_are_those_of_the_year():
    made = book_of(
        customers=[customer("a", potential=400), customer("b", potential=100)],
        sales=[sale("2025-11-10", 3, 100, customer="a", cost="60"), sale("2025-11-09", customer="a")],
    )  # fmt: skip
    first, second = rows(allocation(made, D))
    assert (first["value"], first["share_of_wallet"]) == (Money(Decimal(120), "USD"), 0.75)
    assert (second["value"], second["share_of_wallet"]) == (Money(Decimal(0), "USD"), 0)


def test_a_rep_sees_his_customers_beside_all():
    made = book_of(
        customers=[customer("a", potential=100, owner="lin"), customer("b", potential=100)],
        interactions=[visit("2026-11-01", customer="a"), visit("2026-11-01", customer="b")],
    )
    mine = allocation(made, D, rep="lin")
    assert [(row["customer"], row["effort_share"]) for row in rows(mine)] == [("a", 0.5)]
    assert mine.summary == allocation(made, D).summary


def test_an_earlier_day_has_its_own_owner_and_contacts():
    lines = [
        {"date": "2026-01-01", "status": "active", "owner": "lin"},
        {"date": "2026-10-01", "owner": "mei"},
    ]
    made = book_of(
        customers=[customer("a", potential=100, history=lines)],
        interactions=[visit("2026-07-01", customer="a"), visit("2026-11-01", customer="a")],
    )
    (then,) = rows(allocation(made, date(2026, 8, 1)))
    assert (then["owner"], then["done"], then["last_contact"]) == ("lin", 1, date(2026, 7, 1))
