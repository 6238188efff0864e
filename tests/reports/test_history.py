"""What a field was on a day."""

from datetime import date

import pytest

from crmcli.reports.history import past_values
from crmcli.reports.history import value_on
from crmcli.reports.merged import families
from crmcli.reports.merged import survivors
from tests.builders import book_of
from tests.builders import customer

LINES = [
    {"date": "2026-03-01", "owner": "mei", "status": "prospect"},
    {"date": "2026-05-20", "status": "active"},
    {"date": "2026-05-20", "status": "lapsed"},
    {"date": "2026-08-01", "status": "active"},
]


def status_on(day, history=LINES, **fields):
    book = book_of(customers=[customer("acme", history=history, status="active", **fields)])
    past = past_values(book, "customer", date.fromisoformat(day))
    return past.get(("acme", "status"), "active")


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2026-02-28", None),  # only later lines name it: unknown
        ("2026-03-01", "prospect"),
        ("2026-05-19", "prospect"),
        ("2026-05-20", "lapsed"),  # of two lines of one day the later in the file
        ("2026-07-31", "lapsed"),
        ("2026-08-01", "active"),
        ("2026-11-09", "active"),
    ],
)
def test_the_last_line_up_to_the_day_counts(day, status):
    assert status_on(day) == status


def test_a_hand_edit_without_a_line_is_honoured_when_no_line_follows():
    lines = [{"date": "2026-03-01", "status": "prospect"}]
    assert status_on("2026-04-01", lines) == "active"


def test_a_field_that_no_line_names_is_as_it_is_now():
    assert status_on("2026-02-01", [{"date": "2026-03-01", "owner": "mei"}]) == "active"


def test_lines_need_not_stand_in_order():
    assert status_on("2026-06-01", list(reversed(LINES))) == "active"
    assert status_on("2026-05-01", list(reversed(LINES))) == "prospect"


def test_a_cleared_field_is_unknown_from_that_day():
    lines = [
        {"date": "2026-03-01", "owner": "mei"},
        {"date": "2026-04-01", "cleared": ["owner"]},
        {"date": "2026-05-01", "owner": "lin"},
    ]
    book = book_of(customers=[customer("acme", owner="lin", history=lines)])
    past = past_values(book, "customer", date(2026, 4, 1))
    assert past == {("acme", "owner"): None}


def test_other_kinds_are_left_alone():
    book = book_of(customers=[customer("acme", history=LINES)])
    assert past_values(book, "deal", date(2026, 1, 1)) == {}


def test_records_of_merged_customers_count_for_the_one_that_was_kept():
    book = book_of(
        customers=[
            customer("kept"),
            customer("once", merged_into="twice", status="archived"),
            customer("twice", merged_into="kept", status="archived"),
        ]
    )
    heirs = survivors(book)
    assert heirs == {"once": "kept", "twice": "kept"}
    assert families(heirs) == {"kept": ("kept", "once", "twice")}


def test_two_customers_merged_into_each_other_end_somewhere():
    book = book_of(customers=[customer("a", merged_into="b"), customer("b", merged_into="a")])
    assert set(survivors(book)) == {"a", "b"}


@pytest.mark.parametrize(
    ("day", "value"),
    [("2026-01-01", None), ("2026-02-01", "mei"), ("2026-02-28", "mei"), ("2026-03-01", "tom")],
)
def test_a_value_on_a_day_is_that_of_the_last_line_up_to_it(day, value):
    lines = [("2026-02-01", "mei"), ("2026-03-01", "zoe"), ("2026-03-01", "tom")]
    assert value_on(lines, day, "tom") == value


def test_a_hand_edit_after_the_last_line_counts():
    assert value_on([("2026-02-01", "mei")], "2026-02-01", "zoe") == "zoe"
    assert value_on([], "2026-02-01", "zoe") == "zoe"
