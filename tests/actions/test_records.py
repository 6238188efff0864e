"""What is done alike to every kind: fields are set, records go into the archive."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import records
from crmcli.book.book import Book
from crmcli.model.errors import BadValueError
from crmcli.model.errors import NotFoundError
from crmcli.model.record import Record
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import promise
from tests.builders import rep
from tests.builders import visit
from tests.builders import write_book

TODAY = date(2026, 11, 9)
DONE: dict[str, Any] = {"on": TODAY, "by": "mei", "note": None}
CONFIG = "name: Test\nformat: 1\ncurrency: TWD\n"


def book_of(root: Path, *others: Record) -> Book:
    return Book(write_book(root, rep("mei"), *others, config=CONFIG))


def a_day(word: str, field: str, is_moment: bool) -> date | str:
    day = date.fromisoformat(word)
    return str(day) if is_moment else day


def set_fields(book: Book, kind: str, ref: str, *words: str, **more: Any) -> Any:
    return records.set_fields(book, kind, ref, words, day=a_day, **DONE | more)


def test_tracked_fields_leave_one_line_and_others_none(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer(tier="B"))
    words = ("tier=A", "status=lapsed", "region=Taipei")
    change = set_fields(book, "customer", "acme", *words, note="third shop")
    new = change.edits[0].new
    (line,) = new.history
    assert (line.tier, line.status, line.note, line.by) == ("A", "lapsed", "third shop", "mei")
    assert change.sentence == "Set acme (Acme): tier A, status lapsed, region Taipei"
    assert set_fields(book, "customer", "acme", "region=Taipei").edits[0].new.history == ()


def test_what_becomes_unknown_is_told_in_the_history(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer(tier="B"))
    change = set_fields(book, "customer", "acme", "tier=")
    assert change.edits[0].new.history[-1].cleared == ("tier",)
    assert change.sentence == "Set acme (Acme): tier unknown"


def test_what_is_so_already_changes_nothing(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer(tier="B", tags=["vip"]))
    change = set_fields(book, "customer", "acme", "tier=b", "tags+=vip", "region=")
    assert (change.edits, change.sentence) == ((), "nothing changed: acme")


def test_money_is_said_with_its_currency(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer(), deal(id="d-00000001", amount="100"))
    change = set_fields(book, "deal", "d-00000001", "amount=USD 12.50")
    new = change.edits[0].new
    assert (new.amount, new.currency) == (Decimal("12.50"), "USD")
    assert change.sentence == "Set d-00000001 (Chargers): amount USD 12.50"


def test_another_currency_alone_is_said_too(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer(), deal(id="d-00000001", amount="500"))
    change = set_fields(book, "deal", "d-00000001", "amount=EUR 500")
    assert change.sentence == "Set d-00000001 (Chargers): amount EUR 500"


@pytest.mark.parametrize(
    ("kind", "ref", "word"),
    [
        ("customer", "acme", "name="), ("deal", "d-00000001", "stage="),
        ("promise", "p-00000001", "what="), ("promise", "p-00000001", "status="),
        ("interaction", "i-00000001", "kind="), ("interaction", "i-00000001", "at="),
    ],
)  # fmt: skip
def test_what_a_record_cannot_be_without_stays(
    tmp_path: Path, kind: str, ref: str, word: str
) -> None:
    book = book_of(
        tmp_path,
        customer(),
        deal(id="d-00000001"),
        promise(id="p-00000001"),
        visit(id="i-00000001"),
    )
    with pytest.raises(BadValueError, match=f"{word[:-1]} cannot be unknown"):
        set_fields(book, kind, ref, word)


def test_a_contact_is_one_of_the_customer(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer(contacts=[contact("chen"), contact("wu", name="Wu Ming")]),
        customer("beta", contacts=[contact("lo")]),
        deal(id="d-00000001", contact="chen"),
    )
    assert set_fields(book, "deal", "d-00000001", "contact=Ming").edits[0].new.contact == "wu"
    with pytest.raises(NotFoundError):
        set_fields(book, "deal", "d-00000001", "contact=lo")
    moved = set_fields(book, "deal", "d-00000001", "customer=beta", "contact=lo").edits[0].new
    assert (moved.customer, moved.contact) == ("beta", "lo")


def test_a_record_that_goes_to_another_customer_leaves_its_contact_behind(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer(contacts=[contact("chen")]),
        customer("beta", contacts=[contact("lo")]),
        deal(id="d-00000001", contact="chen"),
    )
    change = set_fields(book, "deal", "d-00000001", "customer=beta")
    assert change.edits[0].new.contact is None
    assert change.sentence == "Set d-00000001 (Chargers): customer beta, contact unknown"
    same = set_fields(book, "deal", "d-00000001", "customer=acme", "name=Rack")
    assert same.edits[0].new.contact == "chen"


def test_writing_a_field_settles_the_question_about_it(tmp_path: Path) -> None:
    asked = [
        {"field": "tier", "kept": "A", "other": "B"},
        {"field": "region", "kept": "North", "other": "South"},
    ]
    book = book_of(tmp_path, customer(tier="A", region="North", conflicts=asked))
    change = set_fields(book, "customer", "acme", "tier=A")
    new = change.edits[0].new
    assert [each.field for each in new.conflicts] == ["region"]
    assert (change.sentence, new.history) == ("Set acme (Acme): tier A", ())
    book.apply(change, TODAY)
    book.apply(set_fields(book, "customer", "acme", "region=South"), TODAY)
    assert book.customer("acme").conflicts == ()
    assert "conflicts" not in (tmp_path / "customers" / "acme.yaml").read_text(encoding="utf-8")


def test_a_row_is_set_like_a_record(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer(), visit("2026-11-02", id="i-00000001"))
    book.apply(
        set_fields(book, "interaction", "i-00000001", "mood=pleased", "at=2026-11-03"), TODAY
    )
    row = book.interaction("i-00000001")
    assert (row.mood, row.at) == ("pleased", "2026-11-03")


def test_names_of_customers_are_kept_out_of_gits_log(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer(), deal(id="d-00000001"))
    assert set_fields(book, "customer", "acme", "tier=A").subject == "customer set"
    assert set_fields(book, "deal", "d-00000001", "name=x").subject == "deal d-00000001 set"


# archive


def archived(book: Book, kind: str, *refs: str) -> Any:
    return records.archive(book, kind, refs, **DONE)


def test_a_customer_in_the_archive_has_that_status(tmp_path: Path) -> None:
    change = archived(book_of(tmp_path, customer()), "customer", "acme")
    new = change.edits[0].new
    assert (new.status, new.history[-1].status) == ("archived", "archived")
    assert change.sentence == "Archived acme (Acme)"


def test_other_records_in_the_archive_have_the_day(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer(), promise(id="p-00000001"), rep("lin"))
    for kind, ref in (("promise", "p-00000001"), ("rep", "lin")):
        assert archived(book, kind, ref).edits[0].new.archived == TODAY


def test_what_is_in_the_archive_stays_as_it_is(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer(status="archived"),
        customer("beta"),
        deal(id="d-00000001", archived="2026-01-01"),
    )
    change = archived(book, "customer", "acme", "beta")
    assert [edit.record.id for edit in change.edits] == ["beta"]
    assert (change.sentence, change.more) == ("already archived: acme", ("Archived beta (Beta)",))
    assert archived(book, "deal", "d-00000001").edits == ()


def test_one_record_named_twice_is_archived_once(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer())
    change = archived(book, "customer", "acme", "Acme")
    assert (len(change.edits), change.more) == (1, ())
    book.apply(change, TODAY)


def test_of_several_none_is_archived_if_one_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        archived(book_of(tmp_path, customer()), "customer", "acme", "nobody")
