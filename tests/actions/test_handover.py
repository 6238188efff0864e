"""A rep hands over: what is open moves with its history, what is settled stays."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions.handover import hand_over
from crmcli.book.book import Book
from crmcli.book.check import check
from crmcli.model.change import Change
from crmcli.model.errors import NotFoundError
from crmcli.model.errors import UsageError
from crmcli.model.record import Record
from tests.builders import case
from tests.builders import customer
from tests.builders import deal
from tests.builders import promise
from tests.builders import rep
from tests.builders import task
from tests.builders import visit
from tests.builders import write_book

TODAY = date(2026, 11, 9)
LIN = {"owner": "lin"}


def book_of(root: Path, *records: Record) -> Book:
    return Book(write_book(root, rep("lin", name="林志偉"), rep("mei"), rep("tom"), *records))


def handed(book: Book, *customers: str, **more: Any) -> Change:
    asked = {"customers": customers, "on": TODAY, "by": "tom", "note": None} | more
    change = hand_over(book, asked.pop("rep", "lin"), asked.pop("to", "mei"), **asked)
    book.apply(change, TODAY)
    return change


def owners(book: Book, table: str) -> dict[str, str | None]:
    return dict(book.query(f"SELECT id, owner FROM {table}"))


def test_open_cases_move_and_resolved_ones_stay(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer("acme"),
        case("2026-11-01", id="s-00000001", **LIN),
        case("2026-11-01", id="s-00000002", settled="2026-11-02", **LIN),
        case("2026-11-01", id="s-00000003", archived="2026-11-02", **LIN),
    )
    assert handed(book).sentence == "Handed over from 林志偉 to Mei: 1 case"
    assert owners(book, "cases") == {"s-00000001": "mei", "s-00000002": "lin", "s-00000003": "lin"}


def test_customers_and_open_work_move(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer("acme", **LIN),
        deal("negotiation", id="d-00000001", opened="2026-05-01", close="2026-12-01", **LIN),
        promise(id="p-00000001", by="lin"),
        task(id="t-00000001", **LIN),
    )
    change = handed(book)
    assert owners(book, "customers") == {"acme": "mei"}
    assert owners(book, "deals") == {"d-00000001": "mei"}
    assert owners(book, "promises") == {"p-00000001": "mei"}
    assert owners(book, "tasks") == {"t-00000001": "mei"}
    assert change.sentence == (
        "Handed over from 林志偉 to Mei: 1 customer, 1 deal, 1 promise, 1 task"
    )
    assert [str(each) for each in check(book.root)[0] if each.level == "error"] == []


def test_the_stage_the_days_and_who_promised_stay(tmp_path: Path) -> None:
    before = deal(
        "negotiation", id="d-00000001", opened="2026-05-01", close="2026-12-01", probability=70, **LIN
    )  # fmt: skip
    book = book_of(
        tmp_path, customer("acme", **LIN), before, promise(id="p-00000001", by="lin", type="quote")
    )
    handed(book)
    after = book.deal("d-00000001")
    assert after.with_fields(owner="lin", history=before.history) == before
    kept = book.promise("p-00000001")
    assert (kept.by, kept.owner, kept.due, kept.made) == (
        "lin", "mei", date(2026, 11, 10), date(2026, 11, 1),
    )  # fmt: skip


def test_each_record_tells_who_handed_it_over_when_and_why(tmp_path: Path) -> None:
    book = book_of(
        tmp_path, customer("acme", **LIN), deal(id="d-00000001", opened="2026-05-01", **LIN)
    )
    handed(book, note="lin retires")
    for record in (book.customer("acme"), book.deal("d-00000001")):
        line = record.history[-1]
        assert (line.date, line.by, line.owner, line.note) == (TODAY, "tom", "mei", "lin retires")


def test_what_is_settled_stays_with_whom_it_was_settled_by(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        deal("won", id="d-00000001", close="2026-06-01", **LIN),
        deal("lost", id="d-00000002", close="2026-06-01", **LIN),
        deal(id="d-00000003", archived="2026-06-01", **LIN),
        promise(id="p-00000001", by="lin", status="kept", settled="2026-11-05"),
        task(id="t-00000001", status="done", done="2026-11-05", **LIN),
        customer("acme", status="archived", **LIN),
        visit("2026-11-01", id="i-00000001", rep="lin"),
    )
    change = handed(book)
    assert change.edits == ()
    assert change.sentence == "nothing to hand over: lin holds nothing open"
    assert book.interaction("i-00000001").rep == "lin"


def test_lost_and_lapsed_customers_move_too(tmp_path: Path) -> None:
    book = book_of(
        tmp_path, customer("a", status="lost", **LIN), customer("b", status="lapsed", **LIN)
    )
    handed(book)
    assert set(owners(book, "customers").values()) == {"mei"}


def test_a_promise_moves_from_who_must_keep_it_now(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        promise(id="p-00000001", by="lin", owner="tom"),
        promise(id="p-00000002", by="tom", owner="lin"),
        promise(id="p-00000003", by="mei", owner="lin"),
    )
    handed(book)
    assert owners(book, "promises") == {
        "p-00000001": "tom",
        "p-00000002": "mei",
        "p-00000003": "mei",
    }


def test_work_of_the_rep_at_customers_of_others_moves(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer("acme", owner="tom"),
        promise(id="p-00000001", by="lin"),
        task(id="t-00000001", customer=None, **LIN),
        task(id="t-00000002", owner="tom"),
    )
    handed(book)
    assert owners(book, "customers") == {"acme": "tom"}
    assert owners(book, "promises") == {"p-00000001": "mei"}
    assert owners(book, "tasks") == {"t-00000001": "mei", "t-00000002": "tom"}


def test_one_customer_alone_moves_with_its_work(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer("acme", **LIN),
        customer("beta", **LIN),
        promise(id="p-00000001", by="lin", customer="acme"),
        promise(id="p-00000002", by="lin", customer="beta"),
        task(id="t-00000001", customer=None, **LIN),
    )
    handed(book, "beta")
    assert owners(book, "customers") == {"acme": "lin", "beta": "mei"}
    assert owners(book, "promises") == {"p-00000001": None, "p-00000002": "mei"}
    assert owners(book, "tasks") == {"t-00000001": "lin"}


def test_a_customer_where_the_rep_holds_nothing_is_refused(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("acme", **LIN), customer("beta", owner="tom"))
    with pytest.raises(UsageError, match="lin holds nothing open at beta"):
        handed(book, "acme", "beta")
    assert owners(book, "customers") == {"acme": "lin", "beta": "tom"}


def test_the_deputy_who_takes_over_is_deputy_no_more(tmp_path: Path) -> None:
    book = book_of(
        tmp_path, customer("acme", deputy="mei", **LIN), customer("beta", deputy="tom", **LIN)
    )
    handed(book)
    assert book.query("SELECT id, deputy FROM customers ORDER BY id") == [
        ("acme", None),
        ("beta", "tom"),
    ]


def test_where_the_rep_stays_deputy_is_said(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("acme", **LIN), customer("beta", owner="tom", deputy="lin"))
    assert handed(book).notes == (
        "lin stays deputy of 1 customer: crm customer list --where 'deputy = lin'",
    )


def test_nobody_hands_over_to_himself_or_to_one_who_left(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer("acme", **LIN),
        rep("old", archived="2026-01-01"),
        rep("gone", left="2026-11-09"),
        rep("going", left="2026-11-10"),
    )
    with pytest.raises(UsageError, match="lin has it already"):
        handed(book, to="lin")
    for heir in ("old", "gone"):
        with pytest.raises(UsageError, match=f"{heir} is not in service any more"):
            handed(book, to=heir)
    with pytest.raises(NotFoundError, match="no rep 'nobody'"):
        handed(book, to="nobody")
    handed(book, to="going")
    assert owners(book, "customers") == {"acme": "going"}


def test_one_who_left_may_hand_over(tmp_path: Path) -> None:
    book = book_of(tmp_path, rep("gone", left="2026-10-01"), customer("acme", owner="gone"))
    handed(book, rep="gone")
    assert owners(book, "customers") == {"acme": "mei"}


def test_handing_over_twice_is_nothing_the_second_time(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("acme", **LIN))
    handed(book)
    before = (tmp_path / "customers" / "acme.yaml").read_bytes()
    assert handed(book).edits == ()
    assert (tmp_path / "customers" / "acme.yaml").read_bytes() == before


def test_a_customer_that_was_merged_into_another_stays(tmp_path: Path) -> None:
    """Also where a merge of two clones left it another status."""
    book = book_of(
        tmp_path,
        customer("acme", **LIN),
        customer("acme-two", merged_into="acme", status="active", **LIN),
        customer("acme-three", merged_into="acme", status="archived", **LIN),
    )
    assert handed(book).sentence == "Handed over from 林志偉 to Mei: 1 customer"
    assert owners(book, "customers") == {"acme": "mei", "acme-three": "lin", "acme-two": "lin"}
