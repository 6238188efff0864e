"""One manager each, one owner each, worked out by hand."""

from datetime import date

import pytest

from crmcli.reports.organisation import organisation
from tests.builders import book_of
from tests.builders import customer
from tests.builders import rep

D = date(2026, 11, 9)


def problems(table):
    part = table.part("problems")
    return [(row[0], row[2]) for row in part.rows]


def asked(**records):
    return organisation(book_of(**records), D)


def test_an_empty_book_has_no_row():
    table = asked()
    assert table.rows == ()
    assert table.summary == {
        "reps": 0,
        "customers": 0,
        "no_owner": 0,
        "problems": 0,
        "widest_span": 0,
    }


def test_each_manager_has_a_row_with_span_and_customers():
    table = asked(
        reps=[rep("mei", level="manager"), rep("lin", manager="mei"), rep("tom", manager="mei")],
        customers=[
            customer("a", owner="lin"),
            customer("b", owner="tom"),
            customer("c", owner="mei"),
            customer("d", owner="lin", status="lost"),
        ],
    )
    assert table.rows == (("mei", 2, 2, 0), ("no manager", 1, 1, 0), ("all", 3, 3, 0))
    assert problems(table) == []
    assert table.summary["widest_span"] == 2


def test_a_customer_needs_one_owner_who_is_here():
    table = asked(
        reps=[
            rep("mei"),
            rep("old", left="2026-11-09", manager="mei"),
            rep("new", left="2026-11-10", manager="mei"),
        ],
        customers=[
            customer("a", owner=None),
            customer("b", owner="ghost"),
            customer("c", owner="old"),
            customer("d", owner="new"),
            customer("e", owner="mei", deputy="mei"),
            customer(
                "f", owner="mei", conflicts=[{"field": "owner", "kept": "mei", "other": "new"}]
            ),
        ],
    )
    assert problems(table) == [
        ("no owner", "a"),
        ("owner is no rep", "b"),
        ("owner has left", "c"),
        ("deputy is the owner", "e"),
        ("several owners", "f"),
    ]
    assert table.summary["no_owner"] == 1
    assert table.rows[-1] == ("all", 2, 6, 5)


@pytest.mark.parametrize(
    ("reps", "wrong"),
    [
        ([rep("mei"), rep("lin")], [("no manager", "mei")]),
        ([rep("mei"), rep("lin"), rep("tom", manager="mei")], [("no manager", "lin")]),
        (
            [rep("mei", level="head"), rep("lin"), rep("tom", manager="lin")],
            [("no manager", "lin")],
        ),
        ([rep("mei", manager="Rocco Neubert")], [("manager is no rep", "mei")]),
        ([rep("mei", manager="mei")], [("circle of managers", "mei")]),
        (
            [rep("a", manager="b"), rep("b", manager="c"), rep("c", manager="b")],
            [("circle of managers", "b"), ("circle of managers", "c")],
        ),
    ],
)
def test_everyone_but_one_needs_a_manager_who_is_a_rep(reps, wrong):
    assert sorted(problems(asked(reps=reps))) == sorted(wrong)


def test_a_rep_sees_what_concerns_him():
    book = book_of(
        reps=[rep("mei"), rep("lin", manager="mei")],
        customers=[customer("a", owner="lin", deputy="lin"), customer("b", owner=None)],
    )
    table = organisation(book, D, rep="lin")
    assert problems(table) == [("deputy is the owner", "a")]
    assert table.rows == (("all", 2, 2, 2),)
    assert organisation(book, D, rep="mei").rows[0] == ("mei", 1, 1, 1)


def test_on_a_past_day_the_owner_of_that_day_counts():
    moved = customer(
        "a",
        owner=None,
        history=[
            {"date": "2026-01-01", "status": "active", "owner": "mei"},
            {"date": "2026-06-01", "cleared": ["owner"]},
        ],
    )
    book = book_of(reps=[rep("mei")], customers=[moved])
    assert problems(organisation(book, date(2026, 5, 31))) == []
    assert problems(organisation(book, D)) == [("no owner", "a")]
