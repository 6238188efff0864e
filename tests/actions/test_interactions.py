"""What was said is written down with the promises made in it, and taken out again."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import interactions
from crmcli.actions.interactions import Promised
from crmcli.book.book import Book
from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.record import Record
from tests.builders import case
from tests.builders import customer
from tests.builders import deal
from tests.builders import feedback
from tests.builders import promise
from tests.builders import rep
from tests.builders import visit
from tests.builders import write_book

ID = "i-00000001"


def book_of(root: Path, *records: Record) -> Book:
    return Book(write_book(root, rep("mei"), rep("lin"), customer("acme"), *records))


def logged(book: Book, *promised: Promised, next_echo: str = "", **fields: Any) -> Any:
    fields = {
        "at": "2026-11-09T10:00:00+08:00", "customer": "acme", "rep": "mei", "kind": "visit",
        "summary": "agreed the scope",
    } | fields  # fmt: skip
    return interactions.log(
        book,
        id=ID,
        fields=fields,
        promised=promised,
        by="mei",
        day="Mon 2026-11-09",
        next_echo=next_echo,
    )


def due(day: int, id: str = "p-00000001") -> Promised:
    return Promised(id, "send the quote", date(2026, 11, day), f"2026-11-{day:02}")


def test_an_interaction_says_with_whom_and_when(tmp_path: Path) -> None:
    change = logged(book_of(tmp_path))
    assert change.sentence == "Logged visit i-00000001 with Acme, Mon 2026-11-09."
    assert change.subject == "interaction i-00000001 logged"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"mood": "pleased"}, ", pleased."),
        ({"failure": "neglect"}, ", (neglect)."),
        ({"mood": "offended", "failure": "lost-face"}, ", offended (lost-face)."),
        ({"next_step": "call"}, "; next: call."),
    ],
)
def test_mood_failure_and_next_step_are_said(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    change = logged(book_of(tmp_path), **fields)
    assert change.sentence == f"Logged visit i-00000001 with Acme, Mon 2026-11-09{said}"


def test_a_next_step_says_its_day(tmp_path: Path) -> None:
    change = logged(book_of(tmp_path), next_step="call", next_echo="Fri 2026-11-13")
    assert change.sentence.endswith("; next: call, Fri 2026-11-13.")


def test_promises_are_made_in_the_interaction_by_its_rep_on_its_day(tmp_path: Path) -> None:
    change = logged(
        book_of(tmp_path), due(12), due(20, "p-00000002"), rep="lin", contact="chen", at="2026-11-02"
    )  # fmt: skip
    first, second = (edit.new for edit in change.edits[1:])
    assert (first.made_in, first.by, first.made, first.contact, first.customer) == (
        ID, "lin", date(2026, 11, 2), "chen", "acme",
    )  # fmt: skip
    assert (second.id, second.due) == ("p-00000002", date(2026, 11, 20))
    assert "; promised p-00000001, due 2026-11-12; promised p-00000002" in change.sentence
    assert change.subject == "interaction i-00000001 p-00000001 p-00000002 logged"


def test_the_history_of_a_promise_says_who_wrote_it_down(tmp_path: Path) -> None:
    change = logged(book_of(tmp_path), due(12), rep="lin")
    new = change.edits[1].new
    assert (new.by, new.history[0].by) == ("lin", "mei")


def test_a_promise_due_before_the_visit_stops_all_of_it(tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="before it was made"):
        logged(book_of(tmp_path), due(12), due(8))


def test_a_deal_of_another_customer_is_named(tmp_path: Path) -> None:
    other = deal(id="d-00000001", customer="beta")
    book = book_of(tmp_path, customer("beta"), other, deal(id="d-00000002"))
    assert logged(book, deal="d-00000001").notes == ("d-00000001 is a deal of beta, not of acme",)
    assert logged(book, deal="d-00000002").notes == ()


def test_all_of_it_is_written_at_once(tmp_path: Path) -> None:
    book = book_of(tmp_path)
    paths = book.apply(logged(book, due(12)), date(2026, 11, 9))
    assert len(paths) == 2
    assert book.interaction(ID).summary == "agreed the scope"
    assert book.promise("p-00000001").made_in == ID


def test_an_interaction_is_taken_out(tmp_path: Path) -> None:
    book = book_of(tmp_path, visit("2026-11-02", id=ID), visit("2026-11-03", id="i-00000002"))
    change = interactions.remove(book, ID, sure=False)
    assert change.sentence == "Removed visit i-00000001 of 2026-11-02"
    book.apply(change, date(2026, 11, 9))
    assert book.query("SELECT id FROM interactions") == [("i-00000002",)]


def test_one_in_which_promises_were_made_goes_only_if_it_is_meant(tmp_path: Path) -> None:
    book = book_of(tmp_path, visit("2026-11-02", id=ID), promise(made_in=ID))
    with pytest.raises(UsageError, match="1 promise names i-00000001"):
        interactions.remove(book, ID, sure=False)
    assert interactions.remove(book, ID, sure=True).edits


def test_cases_and_feedback_that_name_it_count_too(tmp_path: Path) -> None:
    named = (case(opened_in=ID), feedback(interaction=ID), feedback("nps", 9, interaction=ID))
    book = book_of(tmp_path, visit("2026-11-02", id=ID), *named)
    with pytest.raises(UsageError, match="1 case, 2 feedback name i-00000001"):
        interactions.remove(book, ID, sure=False)
