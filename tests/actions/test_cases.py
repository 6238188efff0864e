"""Cases opened, acknowledged, resolved and reopened, each in its time."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import cases
from crmcli.book.book import Book
from crmcli.book.check import check
from crmcli.model.change import Change
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import BadValueError
from crmcli.model.errors import NotFoundError
from crmcli.model.record import Record
from tests.builders import call
from tests.builders import case
from tests.builders import customer
from tests.builders import rep
from tests.builders import write_book

ID = "s-00000001"
TODAY = date(2026, 11, 9)


def book_of(root: Path, *records: Record) -> Book:
    return Book(write_book(root, rep("mei"), rep("lin"), customer("acme"), *records))


def added(book: Book, **fields: Any) -> Change:
    given = {"what": "it smokes", "customer": "acme", "opened": "2026-11-08"} | fields
    return cases.add(book, id=ID, fields=given, by="mei", echo="Sun 2026-11-08")


def resolved(book: Book, at: str, **more: Any) -> Change:
    fields = {"by": "mei", "remedy": None, "accepted": None, "note": None} | more
    return cases.resolve(book, ID, at=at, **fields)


def test_a_new_case_is_open_and_mine_from_its_day_on(tmp_path: Path) -> None:
    change = added(book_of(tmp_path))
    new: Any = change.edits[0].new
    assert (new.status, new.owner, new.opened) == ("open", "mei", "2026-11-08")
    first = [(line.date, line.by, line.status, line.owner) for line in new.history]
    assert first == [(date(2026, 11, 8), "mei", "open", "mei")]
    assert change.sentence == "Opened case s-00000001 for Acme, Sun 2026-11-08: it smokes"


def test_a_case_told_in_another_customers_call_is_said(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("beta"), call(id="i-00000001", customer="beta"))
    change = added(book, opened_in="i-00000001", type="fault", owner="lin")
    assert change.notes == ("i-00000001 is an interaction with beta, not with acme",)
    assert change.sentence.startswith("Opened fault s-00000001")
    assert change.edits[0].new.owner == "lin"  # type: ignore[union-attr]


def test_a_case_goes_its_way_and_the_check_finds_nothing(tmp_path: Path) -> None:
    book = book_of(tmp_path, case("2026-11-01", id=ID))
    said = []
    acknowledged = cases.acknowledge(book, ID, at="2026-11-02", by="lin", replied=False, note=None)
    book.apply(acknowledged, TODAY)
    said.append(acknowledged.sentence)
    change = resolved(book, "2026-11-05", remedy="new one", accepted=date(2026, 11, 6))
    book.apply(change, TODAY)
    said.append(change.sentence)
    change = cases.reopen(book, ID, on=TODAY, by="mei", note="again")
    book.apply(change, TODAY)
    said.append(change.sentence)
    assert said == [
        "Acknowledged s-00000001 on 2026-11-02, after 1d: the charger smokes",
        "Resolved s-00000001 on 2026-11-05, after 4d, accepted 2026-11-06 (new one): the charger smokes",
        "Reopened s-00000001 on 2026-11-09 (again): the charger smokes",
    ]
    assert check(book.root)[0] == []


def test_no_state_begins_before_the_one_before_it(tmp_path: Path) -> None:
    book = book_of(tmp_path, case("2026-11-05T10:00:00+08:00", id=ID))
    with pytest.raises(BadValueError, match=r"before s-00000001 was opened \(2026-11-05\)"):
        resolved(book, "2026-11-04")
    with pytest.raises(BadValueError, match="is before opened"):
        resolved(book, "2026-11-05T09:59:00+08:00")
    book.apply(resolved(book, "2026-11-05T10:00:00+08:00"), TODAY)
    with pytest.raises(AlreadyError):
        resolved(book, "2026-11-06")
    with pytest.raises(BadValueError, match=r"was resolved \(2026-11-05\)"):
        cases.reopen(book, ID, on=date(2026, 11, 4), by="mei", note=None)
    book.apply(cases.reopen(book, ID, on=date(2026, 11, 7), by="mei", note=None), TODAY)
    with pytest.raises(BadValueError, match=r"was opened \(2026-11-07\)"):
        resolved(book, "2026-11-06")


def test_it_is_not_accepted_before_it_is_resolved(tmp_path: Path) -> None:
    book = book_of(tmp_path, case("2026-11-01", id=ID))
    with pytest.raises(BadValueError, match="accepted 2026-11-04 is before resolved 2026-11-05"):
        resolved(book, "2026-11-05", accepted=date(2026, 11, 4))
    with pytest.raises(NotFoundError):
        cases.reopen(book, "s-zzz", on=TODAY, by="mei", note=None)


def test_an_answer_to_what_was_acknowledged_is_told_as_one(tmp_path: Path) -> None:
    book = book_of(
        tmp_path, case("2026-11-01", id=ID, status="acknowledged", acknowledged="2026-11-01")
    )
    change = cases.acknowledge(book, ID, at="2026-11-01", by="mei", replied=True, note=None)
    assert change.sentence == "Answered s-00000001 on 2026-11-01, the same day: the charger smokes"
