"""Cases in their list: how long they took, and which are late by the standard."""

from datetime import date
from typing import Any

import pytest

from crmcli.reports.case_deadlines import deadlines
from crmcli.reports.listing import listing
from crmcli.reports.today import today
from tests.builders import MemoryBook
from tests.builders import book_of
from tests.builders import call
from tests.builders import case
from tests.builders import customer
from tests.builders import email

AS_OF = date(2026, 11, 9)  # a Monday


def rows(book: MemoryBook, as_of: date = AS_OF, **filters: Any) -> dict[str, dict[str, Any]]:
    table = listing(book, "case", as_of, filters=filters)
    return {row[0]: dict(zip(table.keys, row, strict=True)) for row in table.rows}


def test_hours_and_days_are_counted_from_the_opening() -> None:
    timed = case(
        "2026-11-02T10:00:00+08:00",
        id="s-00000001",
        acknowledged="2026-11-02T04:30:00+00:00",  # 12:30 there
        settled="2026-11-05T09:00:00+08:00",
    )
    bare = case("2026-11-07", id="s-00000002", acknowledged="2026-11-08", status="acknowledged")
    found = rows(book_of(customers=[customer()], cases=[timed, bare]))
    keys = ("hours_to_acknowledge", "days_to_resolve", "days_open", "reopened")
    assert [found["s-00000001"][key] for key in keys] == [2.5, 3, None, 0]
    assert [found["s-00000002"][key] for key in keys] == [None, None, 2, 0]


def test_each_reopening_is_counted() -> None:
    one = case("2026-11-01", id="s-00000001").resolve("2026-11-02", by="mei")
    again = one.reopen(on=date(2026, 11, 3), by="mei").resolve("2026-11-04", by="mei")
    found = rows(book_of(cases=[again.reopen(on=date(2026, 11, 5), by="mei")]))
    assert found["s-00000001"]["reopened"] == 2


@pytest.mark.parametrize(
    ("fields", "step", "day"),
    [
        ({}, "reply", "2026-11-07"),
        ({"opened": "2026-11-06T18:00:00+08:00"}, "reply", "2026-11-07"),
        ({"replied": "2026-11-06"}, "resolve", "2026-11-09"),
    ],
)
def test_a_day_to_reply_and_three_to_resolve(fields: dict[str, str], step: str, day: str) -> None:
    opened = fields.pop("opened", "2026-11-06")
    book = book_of(customers=[customer()], cases=[case(opened, id="s-00000001", **fields)])
    end = deadlines(book, AS_OF)["s-00000001"]
    assert (end.step, end.day) == (step, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("contact", "step"),
    [
        (email("2026-11-07", direction="out", case="s-00000001"), "resolve"),
        (call("2026-11-07", case="s-00000001"), "resolve"),
        (call("2026-11-07", case="s-00000001", outcome="no-answer"), "reply"),
        (email("2026-11-07", direction="in", case="s-00000001"), "reply"),
        (email("2026-11-07", direction="out"), "reply"),
        (email("2026-11-10", direction="out", case="s-00000001"), "reply"),
    ],
)
def test_a_contact_about_it_that_reached_them_is_a_reply(contact: Any, step: str) -> None:
    book = book_of(cases=[case("2026-11-06", id="s-00000001")], interactions=[contact])
    assert deadlines(book, AS_OF)["s-00000001"].step == step


def test_the_house_may_give_other_hours_to_a_type_and_a_tier() -> None:
    rule = {"type": "fault", "tier": "A", "reply_hours": 2, "resolve_hours": 48}
    book = book_of(
        customers=[customer(tier="A")],
        cases=[
            case("2026-11-06", id="s-00000001", type="fault", replied="2026-11-06"),
            case("2026-11-06", id="s-00000002", replied="2026-11-06"),
        ],
        policy={"standard": {"cases": {"by": [rule]}}},
    )
    ends = deadlines(book, AS_OF)
    assert (ends["s-00000001"].day, ends["s-00000002"].day) == (
        date(2026, 11, 8),
        date(2026, 11, 9),
    )
    assert list(rows(book, status=["late"])) == ["s-00000001"]


def test_late_is_from_the_day_after_the_deadline_and_only_while_it_is_open() -> None:
    book = book_of(
        customers=[customer()],
        cases=[
            case("2026-11-08", id="s-00000001"),
            case("2026-11-07", id="s-00000002"),
            case("2026-10-01", id="s-00000003", settled="2026-11-08"),
            case("2026-10-01", id="s-00000004", archived="2026-11-01"),
        ],
    )
    assert [(id, row["late"]) for id, row in rows(book).items()] == [
        ("s-00000002", True),
        ("s-00000001", False),
        ("s-00000003", False),
    ]
    lines = [row[:3] for row in today(book, AS_OF, rep="mei").rows if row[0] == "cases"]
    assert lines == [
        ("cases", "s-00000002", "reply 1d late"),
        ("cases", "s-00000001", "reply due today"),
    ]
    assert not [row for row in today(book, AS_OF, rep="lin").rows if row[0] == "cases"]
