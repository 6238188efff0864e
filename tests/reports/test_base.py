"""The customers in groups; what they do beside what is written of them."""

from datetime import date
from datetime import timedelta
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.reports.base import base
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import call
from tests.builders import customer
from tests.builders import email
from tests.builders import note
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


def usd(amount):
    return Money(Decimal(amount), "USD")


def ago(days):
    return (D - timedelta(days=days)).isoformat()


def states(book, as_of=D):
    """The state of each customer, told one by one."""
    table = base(book, as_of, by="activity")
    return {row[0]: row[1] for row in table.rows if row[0] != "all"}


def state(*interactions, **others):
    (only,) = states(book_of(customers=[customer(**others)], interactions=interactions))
    return only


def test_an_empty_book_has_no_group():
    table = base(book_of(), D)
    assert (table.rows, table.notes, table.summary) == (
        (),
        (),
        {"customers": 0, "value": None, "differs": 0},
    )
    assert "crm customer add" in table.empty


def test_customers_alone_are_counted_and_their_value_is_unknown():
    table = base(book_of(customers=[customer(), customer("b", status="lead")]), D)
    assert table.rows == (
        ("lead", 1, 0.5, None, None),
        ("active", 1, 0.5, None, None),
        ("all", 2, 1, None, None),
    )
    assert "no sale yet, so no value and no rfm: crm help sale" in table.notes


def test_groups_carry_their_share_of_the_value():
    book = book_of(
        customers=[
            customer("a", industry="retail"),
            customer("b", industry="retail"),
            customer("c", industry="marine"),
            customer("d"),
            customer("e", merged_into="a"),
        ],
        sales=[sale("2026-11-01", 3, customer="a"), sale("2026-11-01", customer="c")],
    )
    assert base(book, D, by="industry").rows == (
        ("retail", 2, 0.5, usd(300), 0.75),
        ("marine", 1, 0.25, usd(100), 0.25),
        ("not known", 1, 0.25, usd(0), 0),
        ("all", 4, 1, usd(400), 1),
    )


def test_a_value_that_is_not_above_zero_has_no_shares():
    """Trap 23."""
    book = book_of(customers=[customer()], sales=[sale("2026-11-01", -1)])
    assert [row[3:] for row in base(book, D).rows] == [(usd(-100), None)] * 2


def test_tiers_stand_in_the_order_of_the_house():
    book = book_of(
        customers=[customer("a"), customer("b", tier="C"), customer("c", tier="A")],
    )
    assert [row[0] for row in base(book, D, by="tier").rows] == ["A", "C", "not known", "all"]


def test_another_word_for_the_groups_is_refused():
    with pytest.raises(BadValueError, match="colour"):
        base(book_of(), D, by="colour")


@pytest.mark.parametrize(("days", "found"), [(179, "new"), (180, "quiet")])
def test_new_is_who_was_first_heard_of_in_180_days(days, found):
    """Trap 8."""
    assert state(visit(ago(days))) == found


def test_never_heard_of_and_gone_quiet_are_different():
    """Trap 3."""
    assert state() == "never"
    assert state(note(ago(3)), email(ago(3), direction="out")) == "never"
    assert state(visit(ago(400))) == "gone-quiet"


@pytest.mark.parametrize(
    ("silence", "found"),
    [(90, "active"), (91, "quiet"), (180, "quiet"), (181, "gone-quiet")],
)
def test_in_a_young_book_the_days_owed_are_the_limit(silence, found):
    """Trap 8."""
    assert state(visit(ago(500)), visit(ago(silence))) == found


def regular(id, *days):
    return [call(ago(each), customer=id) for each in days]


def crowd():
    """20 pauses: ten of 10 days, ten of 100; the customer x has none of his own."""
    short = regular("s", *range(300, 420, 10))[:11]
    long = regular("l", *range(300, 1400, 100))
    return [*short, *long]


@pytest.mark.parametrize(
    ("silence", "found"),
    [
        (200, "gone-quiet"),  # none of the pool is as long: 0
        (100, "active"),  # 10 of 20 are: 0.5
    ],
)
def test_one_who_was_heard_of_once_is_judged_by_the_pool(silence, found):
    """Trap 3."""
    book = book_of(
        customers=[customer("x")],
        interactions=[*crowd(), call(ago(silence), customer="x")],
        policy={"standard": {"base": {"new_days": 1}}},
    )
    assert states(book) == {found: 1}


@pytest.mark.parametrize(("usual", "found"), [("0.5", "active"), ("0.51", "quiet")])
def test_a_score_at_the_limit_is_active(usual, found):
    """Trap 8."""
    own = {"standard": {"base": {"new_days": 1}, "matrix": {"silence_score": usual}}}
    book = book_of(
        customers=[customer("x")],
        interactions=[*crowd(), call(ago(100), customer="x")],
        policy=own,
    )
    assert states(book) == {found: 1}


def test_who_came_back_after_an_unusual_pause_is_won_back():
    # x paused 4 x 10 days, then 500, which one of 25 pauses reaches: (0 + 5 / 25) / (4 + 5) < 0.05
    days = (540, 530, 520, 510, 500, 0)
    book = book_of(customers=[customer("x")], interactions=[*crowd(), *regular("x", *days)])
    assert states(book) == {"won-back": 1}
    # the pause ended before the window
    earlier = base(book, D, by="activity", until=date(2026, 11, 8))
    assert earlier.rows[0][0] == "active"


def test_the_pause_is_judged_by_those_before_it():
    # 500 days once more: his own earlier pause of 500 makes it usual, 1 of 3 + 5
    days = (1100, 1090, 590, 580, 80)
    book = book_of(customers=[customer("x")], interactions=[*crowd(), *regular("x", *days)])
    assert states(book) == {"active": 1}


def test_a_status_that_the_contacts_contradict_is_listed():
    book = book_of(
        customers=[
            customer("a"),
            customer("b", status="lost", owner="lin"),
            customer("c", status="lapsed"),
            customer("d", status="prospect"),
        ],
        interactions=[
            visit(ago(400), customer="a"),
            visit(ago(400), customer="b"),
            visit(ago(20), customer="b"),
            visit(ago(400), customer="c"),
            visit(ago(400), customer="d"),
        ],
    )
    table = base(book, D)
    assert table.part("differs").rows == (
        ("a", "mei", "active", "gone-quiet", date.fromisoformat(ago(400)), 400, None),
        ("b", "lin", "lost", "active", date.fromisoformat(ago(20)), 20, None),
    )
    assert table.summary["differs"] == 2
    assert "1 customer stored as lapsed or lost, but active" in table.notes


def test_buyers_are_ranked_in_fifths_and_equal_ones_are_equal():
    amounts = {"a": 10, "b": 20, "c": 20, "d": 30, "e": 40}
    book = book_of(
        customers=[customer(id) for id in amounts],
        sales=[
            *(sale(ago(1), 1, amount, customer=id) for id, amount in amounts.items()),
            sale(ago(9), 1, 0, customer="a"),
            sale(ago(9), -1, 0, customer="e"),
            sale(ago(365), customer="f"),
        ],
    )
    part = base(book, D).part("rfm")
    # mid-ranks 1 2.5 2.5 4 5 of the amounts; four customers bought on one day, a on two
    assert [row[:5] for row in part.rows] == [
        ("a", 3, 5, 1, "351"),
        ("e", 3, 3, 5, "335"),
        ("d", 3, 3, 4, "334"),
        ("b", 3, 3, 3, "333"),
        ("c", 3, 3, 3, "333"),
    ]
    assert part.rows[0][5:] == (1, 2, usd(10))


def test_fewer_than_five_buyers_have_no_fifths():
    book = book_of(customers=[customer()], sales=[sale(ago(1), customer=id) for id in "abcd"])
    part = base(book, D).part("rfm")
    assert (part.rows, part.notes) == ((), ("4 customers bought in the year: 5 are needed for fifths",))  # fmt: skip


def test_a_rep_sees_his_customers_with_the_fifths_of_all():
    book = book_of(
        customers=[customer(id, owner="lin" if id == "a" else "mei") for id in "abcde"],
        sales=[sale(ago(n), 1, 10 * n, customer=id) for n, id in enumerate("abcde", 1)],
    )
    mine = base(book, D, rep="lin")
    assert mine.rows[-1] == ("all", 1, 1, usd(10), 1)
    assert [row[:4] for row in mine.part("rfm").rows] == [("a", 5, 3, 1)]


def test_an_earlier_day_has_its_own_status():
    lines = [
        {"date": "2026-01-01", "status": "prospect"},
        {"date": "2026-06-01", "status": "active"},
    ]
    book = book_of(
        customers=[customer(history=lines), customer("b", history=[{"date": "2026-09-01"}])],
        interactions=[visit("2026-10-01")],
    )  # fmt: skip
    table = base(book, date(2026, 3, 1))
    assert [row[:2] for row in table.rows] == [("prospect", 1), ("all", 1)]
    assert states(book, date(2026, 3, 1)) == {"never": 1}
