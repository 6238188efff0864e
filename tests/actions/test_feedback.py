"""What is said of us, written down and taken out."""

from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import feedback as actions
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.errors import BadValueError
from tests.builders import customer
from tests.builders import feedback
from tests.builders import rep
from tests.builders import write_book

ID = "f-00000001"


def added(root: Path, **fields: Any) -> Change:
    book = Book(write_book(root, rep("mei"), rep("lin"), customer("acme")))
    given = {"at": "2026-11-09", "customer": "acme", "kind": "csat", "score": 4, "by": "mei"}
    return actions.add(book, id=ID, fields=given | fields, day="Mon 2026-11-09")


def test_it_tells_the_mark_whose_it_is_and_about_whom(tmp_path: Path) -> None:
    assert added(tmp_path).sentence == "Noted csat 4 of 5 f-00000001 from Acme, Mon 2026-11-09"


def test_an_observers_mark_is_told_as_such(tmp_path: Path) -> None:
    change = added(tmp_path, kind="conduct", item="polite", rep="lin", rater="observer")
    assert change.sentence == (
        "Noted conduct 4 of 5 (polite) f-00000001 an observer at Acme about Lin, Mon 2026-11-09"
    )


def test_what_its_kind_refuses_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="score 6 is off the scale of csat: 1 to 5"):
        added(tmp_path, score=6)


def test_a_row_is_taken_out(tmp_path: Path) -> None:
    rows = (feedback(id=ID), feedback("compliment", None, id="f-00000002"))
    book = Book(write_book(tmp_path, rep("mei"), customer("acme"), *rows))
    change = actions.remove(book, "f-00000002")
    assert change.sentence == "Removed compliment f-00000002 of 2026-11-02"
    book.apply(change, feedback().day)
    assert book.query("SELECT id FROM feedback") == [(ID,)]
