"""Our own things to do: added, done, put off."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import tasks
from crmcli.book.book import Book
from crmcli.model.errors import AlreadyError
from crmcli.model.record import Record
from tests.builders import customer
from tests.builders import rep
from tests.builders import task
from tests.builders import write_book

TODAY = date(2026, 11, 9)
DONE: dict[str, Any] = {"on": TODAY, "by": "mei", "note": None}
ID = "t-00000001"


def book_of(root: Path, *records: Record) -> Book:
    return Book(write_book(root, rep("mei"), customer("acme"), *records))


def added(root: Path, echo: str = "", **fields: Any) -> Any:
    fields = {"what": "call back"} | fields
    return tasks.add(book_of(root), id=ID, fields=fields, by="mei", on=TODAY, echo=echo)


def test_a_new_task_is_open_and_mine(tmp_path: Path) -> None:
    change = added(tmp_path)
    new = change.edits[0].new
    assert (new.status, new.owner, new.due) == ("open", "mei", None)
    assert [(e.date, e.status, e.owner, e.due) for e in new.history] == [
        (TODAY, "open", "mei", None)
    ]
    assert change.sentence == "Added task t-00000001: call back"


def test_a_task_says_for_whom_and_by_when(tmp_path: Path) -> None:
    change = added(
        tmp_path, "Fri 2026-11-13", customer="acme", due=date(2026, 11, 13), owner="lin", kind="visit"
    )  # fmt: skip
    assert change.sentence == "Added visit t-00000001 for Acme, due Fri 2026-11-13: call back"
    assert change.edits[0].new.history[0].owner == "lin"


@pytest.mark.parametrize(
    ("due", "said"),
    [("2026-11-10", ""), ("2026-11-09", ""), ("2026-11-08", ", 1d late"), (None, "")],
)
def test_a_done_task_says_how_late(tmp_path: Path, due: str | None, said: str) -> None:
    change = tasks.done(book_of(tmp_path, task(due, id=ID)), [ID], **DONE)
    assert change.sentence == f"Done t-00000001 on 2026-11-09{said}: send the offer"
    new: Any = change.edits[0].new
    assert (new.status, new.done, new.history[-1].status) == ("done", TODAY, "done")


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_a_closed_task_is_neither_done_nor_put_off(tmp_path: Path, status: str) -> None:
    book = book_of(tmp_path, task(id=ID, status=status))
    with pytest.raises(AlreadyError, match=f"task t-00000001 is already {status}"):
        tasks.done(book, [ID], **DONE)
    with pytest.raises(AlreadyError, match=f"task t-00000001 is already {status}"):
        tasks.snooze(book, ID, until=date(2026, 12, 1), echo="", reason=None)


def test_one_task_named_twice_is_done_once(tmp_path: Path) -> None:
    book = book_of(tmp_path, task(id=ID))
    change = tasks.done(book, [ID, "0000"], **DONE)
    assert len(change.edits) == 1
    book.apply(change, TODAY)
    assert book.task(ID).status == "done"


def test_a_task_that_was_put_off_keeps_its_day(tmp_path: Path) -> None:
    change = tasks.snooze(
        book_of(tmp_path, task("2026-11-10", id=ID)),
        ID,
        until=date(2026, 11, 20),
        echo="Fri 2026-11-20",
        reason="on leave",
    )
    new: Any = change.edits[0].new
    assert (new.due, new.snoozed_until, new.snoozed_reason) == (
        date(2026, 11, 10), date(2026, 11, 20), "on leave",
    )  # fmt: skip
    assert change.sentence == "Snoozed t-00000001 until Fri 2026-11-20 (on leave): send the offer"
    assert new.history == ()


def test_a_task_that_is_done_is_not_put_off_any_more(tmp_path: Path) -> None:
    book = book_of(tmp_path, task(id=ID, snoozed_until="2026-12-01", snoozed_reason="x"))
    new: Any = tasks.done(book, [ID], **DONE).edits[0].new
    assert (new.snoozed_until, new.snoozed_reason) == (None, None)
