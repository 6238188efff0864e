"""Promises are made, kept, broken, moved, withdrawn and handed on."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import promises
from crmcli.book.book import Book
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import BadValueError
from crmcli.model.errors import NotFoundError
from crmcli.model.promise import Promise
from tests.builders import customer
from tests.builders import promise
from tests.builders import rep
from tests.builders import write_book

TODAY = date(2026, 11, 9)
DONE = {"on": TODAY, "by": "lin", "note": None}


def book_of(root: Path, *records: Promise) -> Book:
    return Book(write_book(root, rep("mei"), rep("lin"), customer("acme"), *records))


def one(root: Path, due: str | None = "2026-11-10", **fields: Any) -> Book:
    return book_of(root, promise(due, id="p-00000001", **fields))


def closed(root: Path, status: str = "kept") -> Book:
    return one(root, status=status, settled="2026-11-05")


def made(due: date | None, **fields: Any) -> Promise:
    words = {"what": "x", "customer": "acme", "due": due, **fields}
    return promises.new_promise("p-00000001", words, by="mei", on=TODAY)


def test_a_new_promise_is_open_and_its_history_begins_with_the_day() -> None:
    new = made(date(2026, 11, 12))
    assert (new.status, new.by, new.made, new.owner) == ("open", "mei", TODAY, None)
    assert [(e.date, e.by, e.due, e.status) for e in new.history] == [
        (TODAY, "mei", date(2026, 11, 12), None)
    ]


@pytest.mark.parametrize(("day", "is_taken"), [(8, False), (9, True), (10, True)])
def test_a_promise_is_due_on_the_day_it_was_made_at_the_earliest(day: int, is_taken: bool) -> None:
    due = date(2026, 11, day)
    if is_taken:
        assert made(due).due == due
        return
    with pytest.raises(BadValueError, match=r"due 2026-11-08 is before it was made \(2026-11-09\)"):
        made(due)


def test_a_promise_that_was_made_earlier_carries_that_day() -> None:
    new = made(date(2026, 11, 2), made=date(2026, 11, 1), owner="lin")
    assert (new.made, new.history[0].date, new.history[0].owner) == (
        date(2026, 11, 1), date(2026, 11, 1), "lin",
    )  # fmt: skip


def test_who_promised_need_not_be_who_wrote_it_down() -> None:
    new = made(date(2026, 11, 12), by="lin")
    assert (new.by, new.history[0].by) == ("lin", "mei")


def test_adding_a_promise_says_to_whom_and_until_when(tmp_path: Path) -> None:
    fields = {"what": "send the quote", "customer": "acme", "due": date(2026, 11, 13)}
    change = promises.add(
        book_of(tmp_path), id="p-00000009", fields=fields, by="mei", on=TODAY, echo="Fri 2026-11-13"
    )
    assert change.sentence == "Promised p-00000009 to Acme, due Fri 2026-11-13: send the quote"


@pytest.mark.parametrize(
    ("due", "said"),
    [("2026-11-10", "in time"), ("2026-11-09", "in time"), ("2026-11-08", "1d late")],
)
def test_keeping_a_promise_says_how_late(tmp_path: Path, due: str, said: str) -> None:
    change = promises.keep(one(tmp_path, due), ["p-00000001"], **DONE)
    assert change.sentence == f"Kept p-00000001 on 2026-11-09, {said}: replace the chargers"
    line = change.edits[0].new.history[-1]  # type: ignore[union-attr]
    assert (line.status, line.date, line.by) == ("kept", TODAY, "lin")


def test_a_promise_without_a_day_is_neither_late_nor_in_time(tmp_path: Path) -> None:
    change = promises.keep(one(tmp_path, None), ["p-00000001"], **DONE)
    assert change.sentence == "Kept p-00000001 on 2026-11-09: replace the chargers"


@pytest.mark.parametrize("status", ["kept", "broken", "withdrawn-by-customer", "withdrawn-by-us"])
def test_a_settled_promise_is_settled_once(tmp_path: Path, status: str) -> None:
    book = closed(tmp_path, status)
    done = f"promise p-00000001 is already {status}"
    with pytest.raises(AlreadyError, match=done):
        promises.keep(book, ["p-00000001"], **DONE)
    with pytest.raises(AlreadyError, match=done):
        promises.break_(book, ["p-00000001"], reason="x", **DONE)
    with pytest.raises(AlreadyError, match=done):
        promises.withdraw(book, "p-00000001", by_customer=True, reason=None, **DONE)
    with pytest.raises(AlreadyError, match=done):
        promises.hand_to(book, "p-00000001", "lin", **DONE)
    with pytest.raises(AlreadyError, match=done):
        promises.renegotiate(
            book, "p-00000001", due=date(2026, 12, 1), echo="", agreed=None, **DONE
        )


def test_nothing_is_settled_before_it_was_promised(tmp_path: Path) -> None:
    book = one(tmp_path)
    early = DONE | {"on": date(2026, 10, 31)}
    words = r"2026-10-31 is before p-00000001 was made \(2026-11-01\)"
    with pytest.raises(BadValueError, match=words):
        promises.keep(book, ["p-00000001"], **early)
    with pytest.raises(BadValueError, match=words):
        promises.break_(book, ["p-00000001"], reason="x", **early)
    with pytest.raises(BadValueError, match=words):
        promises.withdraw(book, "p-00000001", by_customer=True, reason=None, **early)
    on_the_day = DONE | {"on": date(2026, 11, 1)}
    assert promises.keep(book, ["p-00000001"], **on_the_day).edits


def test_one_promise_named_twice_is_kept_once(tmp_path: Path) -> None:
    book = one(tmp_path)
    change = promises.keep(book, ["p-00000001", "0000"], **DONE)
    assert len(change.edits) == 1
    book.apply(change, TODAY)
    assert book.promise("p-00000001").status == "kept"


def test_of_several_promises_none_is_kept_if_one_cannot_be(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        promise(id="p-00000001"),
        promise(id="p-00000002", status="kept", settled="2026-11-05"),
    )
    with pytest.raises(AlreadyError):
        promises.keep(book, ["p-00000001", "p-00000002"], **DONE)
    with pytest.raises(NotFoundError):
        promises.keep(book, ["p-00000001", "p-00000003"], **DONE)


def test_each_of_several_has_its_own_sentence(tmp_path: Path) -> None:
    book = book_of(tmp_path, promise(id="p-00000001"), promise(id="p-00000002", what="call back"))
    change = promises.keep(book, ["p-00000002", "p-00000001"], **DONE)
    assert change.sentence == "Kept p-00000002 on 2026-11-09, in time: call back"
    assert change.more == ("Kept p-00000001 on 2026-11-09, in time: replace the chargers",)
    assert change.subject == "promise p-00000002 p-00000001 kept"


def test_a_broken_promise_has_its_reason(tmp_path: Path) -> None:
    change = promises.break_(one(tmp_path), ["p-00000001"], reason="no stock", **DONE)
    broken = change.edits[0].new
    assert isinstance(broken, Promise)
    assert (broken.status, broken.reason) == ("broken", "no stock")


@pytest.mark.parametrize(("by_customer", "who"), [(True, "customer"), (False, "us")])
def test_a_promise_is_withdrawn_by_one_side(tmp_path: Path, by_customer: bool, who: str) -> None:
    change = promises.withdraw(
        one(tmp_path), "p-00000001", by_customer=by_customer, reason=None, **DONE
    )
    withdrawn = change.edits[0].new
    assert isinstance(withdrawn, Promise)
    assert (withdrawn.status, withdrawn.reason) == (f"withdrawn-by-{who}", None)


def moved(book: Book, due: date, **more: Any) -> Any:
    asked = {"due": due, "echo": due.isoformat(), "agreed": None} | DONE | more
    return promises.renegotiate(book, "p-00000001", **asked)


def test_a_moved_promise_keeps_the_old_day_in_its_history(tmp_path: Path) -> None:
    change = moved(one(tmp_path), date(2026, 11, 20), agreed="yes", note="he asked for it")
    new = change.edits[0].new
    assert (new.status, new.due, new.original_due) == (
        "open", date(2026, 11, 20), date(2026, 11, 10),
    )  # fmt: skip
    assert (new.history[-1].agreed, new.history[-1].note) == ("yes", "he asked for it")
    assert change.sentence.startswith("Moved p-00000001 from 2026-11-10 to 2026-11-20, agreed:")


@pytest.mark.parametrize(
    ("due", "is_late"), [("2026-11-08", True), ("2026-11-09", False), ("2026-11-10", False)]
)
def test_moving_a_day_that_has_passed_is_said(tmp_path: Path, due: str, is_late: bool) -> None:
    assert bool(moved(one(tmp_path, due), date(2026, 12, 1)).notes) is is_late


def test_a_promise_is_not_moved_to_its_own_day_nor_before_it_was_made(tmp_path: Path) -> None:
    book = one(tmp_path)
    with pytest.raises(AlreadyError, match="is due 2026-11-10 already"):
        moved(book, date(2026, 11, 10))
    with pytest.raises(BadValueError, match="before it was made"):
        moved(book, date(2026, 10, 31))
    assert moved(book, date(2026, 11, 1)).edits


def test_a_promise_without_a_day_gets_one(tmp_path: Path) -> None:
    change = moved(one(tmp_path, None), date(2026, 11, 20))
    assert "from no day to 2026-11-20" in change.sentence
    assert change.notes == ()


def test_who_promised_stays_when_another_must_keep_it(tmp_path: Path) -> None:
    book = one(tmp_path)
    change = promises.hand_to(book, "p-00000001", "lin", **DONE)
    book.apply(change, TODAY)
    after = book.promise("p-00000001")
    assert (after.by, after.owner) == ("mei", "lin")
    with pytest.raises(AlreadyError, match="is lin's to keep already"):
        promises.hand_to(book, "p-00000001", "lin", **DONE)
    book.apply(promises.hand_to(book, "p-00000001", "mei", **DONE), TODAY)
    assert book.promise("p-00000001").owner == "mei"


def test_a_promise_is_whose_who_made_it_until_it_is_handed_on(tmp_path: Path) -> None:
    with pytest.raises(AlreadyError, match="is mei's to keep already"):
        promises.hand_to(one(tmp_path), "p-00000001", "mei", **DONE)
