"""Signs of life: contacts and sales, on days as they are written, of survivors too."""

from datetime import date

import pytest

from crmcli.reports.life import life_at
from tests.builders import book_of
from tests.builders import call
from tests.builders import customer
from tests.builders import deal
from tests.builders import email
from tests.builders import note
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


def days(*texts):
    return [date.fromisoformat(text).toordinal() for text in texts]


def test_contacts_in_both_directions_are_signs_of_life_and_others_are_not():
    book = book_of(
        customers=[customer()],
        interactions=[
            visit("2026-11-01"),
            visit("2026-11-02", outcome="not-held"),
            call("2026-11-03", outcome="no-answer"),
            call("2026-11-04"),
            email("2026-11-05", direction="out"),
            email("2026-11-06", direction="in"),
            note("2026-11-07"),
            visit("2026-11-10"),
        ],
    )
    life = life_at(book, D)
    assert life.days == {"acme": days("2026-11-01", "2026-11-04", "2026-11-06")}
    assert life.silence("acme") == 3
    assert life.pauses("acme") == [3, 2]
    assert life.pool == [2, 3]
    assert life.silence("nobody") is None


def test_a_sale_is_a_sign_of_life_and_a_return_is_none():
    sales = [sale("2026-11-01"), sale("2026-11-05", -1), sale("2026-11-01", 3)]
    life = life_at(book_of(customers=[customer()], sales=sales), D)
    assert life.days == {"acme": days("2026-11-01")}


def test_a_won_deal_is_a_sale_only_where_there_is_no_line():
    history = [{"date": "2026-10-01", "stage": "proposal"}, {"date": "2026-10-20", "stage": "won"}]
    won = deal("won", history=history)
    assert (
        life_at(book_of(customers=[customer()], deals=[won]), D).last("acme")
        == days("2026-10-20")[0]
    )
    both = book_of(customers=[customer()], deals=[won], sales=[sale("2026-09-01", customer="beta")])
    assert life_at(both, D).last("acme") is None


def test_what_belonged_to_a_merged_customer_counts_for_the_survivor():
    merged = customer("old", merged_into="acme", status="archived")
    book = book_of(
        customers=[customer(), merged],
        interactions=[visit("2026-11-01", customer="old"), visit("2026-11-04")],
    )
    assert life_at(book, D).days == {"acme": days("2026-11-01", "2026-11-04")}


def test_the_score_asks_the_pool_and_the_own_pauses():
    own = ["2026-06-01", "2026-07-01", "2026-07-31", "2026-09-10"]
    book = book_of(
        customers=[customer(), customer("beta")],
        interactions=[visit(day) for day in own],
        policy={"standard": {"relationships": {"silence_pool": 3}}},
    )
    life = life_at(book, D)
    assert life.pauses("acme") == [30, 30, 41]
    assert life.silence("acme") == 60
    assert life.score("acme", book.policy) == 0
    assert life.until(date(2026, 10, 10)).score("acme", book.policy) == pytest.approx(1.0)
    assert life.score("beta", book.policy) is None
    too_few = book_of(interactions=[visit(day) for day in own])
    assert life_at(too_few, D).score("acme", too_few.policy) is None
