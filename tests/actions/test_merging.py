"""Two customers become one, and nothing of either is lost."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions.merging import merge
from crmcli.actions.uniting import APART
from crmcli.actions.uniting import LISTS
from crmcli.actions.uniting import united
from crmcli.book.book import Book
from crmcli.book.check import check
from crmcli.model.customer import Customer
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import NotFoundError
from crmcli.model.errors import UsageError
from crmcli.model.record import Conflict
from crmcli.model.record import Record
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import promise
from tests.builders import rep
from tests.builders import task
from tests.builders import visit
from tests.builders import write_book

TODAY = date(2026, 11, 9)


def book_of(root: Path, *records: Record) -> Book:
    return Book(write_book(root, rep("mei"), rep("lin"), *records, config=CONFIG))


CONFIG = "name: Test\nformat: 1\ncurrency: TWD\n"


def merged(book: Book, keep: str = "acme", other: str = "beta", **more: Any) -> Any:
    change = merge(book, keep, other, **({"on": TODAY, "by": "mei", "note": None} | more))
    book.apply(change, TODAY)
    return change


def one(kept: dict[str, Any], gone: dict[str, Any]) -> Any:
    return united(customer("acme", **kept), customer("beta", **gone), "TWD")


def questions(found: Any) -> dict[str, tuple[str | None, str | None]]:
    return {each.field: (each.kept, each.other) for each in found.questions}


def test_every_record_of_the_other_one_points_at_the_one_that_is_kept(tmp_path: Path) -> None:
    records = (
        deal(id="d-00000001", customer="beta", opened="2026-05-01"),
        deal("won", id="d-00000002", customer="beta", close="2026-06-01", archived="2026-07-01"),
        promise(id="p-00000001", customer="beta"),
        promise(id="p-00000002", customer="acme"),
        task(id="t-00000001", customer="beta"),
        visit("2026-10-01", id="i-00000001", customer="beta"),
        visit("2026-11-01", id="i-00000002", customer="beta"),
        visit("2026-11-02", id="i-00000003", customer="acme", rep="lin"),
    )
    book = book_of(tmp_path, customer("acme"), customer("beta"), *records)
    change = merged(book)
    for table in ("deals", "promises", "tasks", "interactions"):
        assert {row[0] for row in book.query(f"SELECT customer FROM {table}")} == {"acme"}
    assert "moved 2 deals, 1 promise, 1 task, 2 interactions" in change.sentence
    assert {edit.record.id for edit in change.edits} == {
        "acme", "beta", "d-00000001", "d-00000002", "p-00000001", "t-00000001", "i-00000001", "i-00000002",
    }  # fmt: skip


def test_the_other_one_stays_in_the_archive_and_its_name_leads_to_the_kept_one(
    tmp_path: Path,
) -> None:
    book = book_of(tmp_path, customer("acme"), customer("beta", name="Beta Ltd", aliases=["Betty"]))
    merged(book, note="one visiting card")
    gone = book.query("SELECT status, merged_into FROM customers WHERE id = 'beta'")
    assert gone == [("archived", "acme")]
    kept = book.customer("Beta Ltd")
    assert (kept.id, kept.aliases) == ("acme", ("Beta Ltd", "Betty"))
    assert book.customer("beta").id == book.customer("Betty").id == "acme"
    assert kept.history[-1].note == "beta was merged into this one: one visiting card"
    assert (kept.history[-1].date, kept.history[-1].by) == (TODAY, "mei")


def test_the_history_of_the_other_one_tells_when_it_went(tmp_path: Path) -> None:
    history = [{"date": "2026-01-02", "by": "lin", "status": "active"}]
    book = book_of(tmp_path, customer("acme"), customer("beta", status="active", history=history))
    change = merged(book)
    first, last = change.edits[1].new.history
    assert first.status == "active"
    assert (last.status, last.note) == ("archived", "merged into acme")


def test_a_merge_leaves_a_book_without_errors(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer("acme", contacts=[contact("chen")], aliases=["The Acme"]),
        customer("beta", contacts=[contact("chen"), contact("wu")], referred_by="acme"),
        customer("gamma", referred_by="beta"),
        promise(id="p-00000001", customer="beta", contact="chen"),
        deal(id="d-00000001", customer="beta", contact="wu", opened="2026-05-01"),
        visit("2026-11-01", id="i-00000001", customer="beta", contact="chen", deal="d-00000001"),
    )
    merged(book)
    assert [str(problem) for problem in check(book.root)[0] if problem.level != "note"] == []


def test_people_move_and_records_follow_their_new_ids(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer("acme", contacts=[contact("chen"), contact("chen-2")]),
        customer("beta", contacts=[contact("chen", phone="02 1234 5678"), contact("wu")]),
        promise(id="p-00000001", customer="beta", contact="chen"),
        promise(id="p-00000002", customer="acme", contact="chen"),
        deal(id="d-00000001", customer="beta", contact="wu", opened="2026-05-01"),
        visit("2026-11-01", id="i-00000001", customer="beta", contact="chen"),
        visit("2026-11-01", id="i-00000002", customer="beta", contact="nobody"),
    )
    change = merged(book)
    assert [each.id for each in book.customer("acme").contacts] == [
        "chen",
        "chen-2",
        "chen-3",
        "wu",
    ]
    assert book.query("SELECT count(*) FROM contacts WHERE customer = 'beta'") == [(0,)]
    assert book.promise("p-00000001").contact == "chen-3"
    assert book.promise("p-00000002").contact == "chen"
    assert book.deal("d-00000001").contact == "wu"
    assert book.interaction("i-00000001").contact == "chen-3"
    assert book.interaction("i-00000002").contact == "nobody"
    assert "acme/chen-3 may be the same person as acme/chen" in change.notes


def test_customers_who_name_the_other_one_name_the_kept_one(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer("acme", referred_by="beta"),
        customer("beta"),
        customer("gamma", referred_by="beta"),
        customer("old", status="archived", merged_into="beta"),
    )
    merged(book)
    rows = book.query("SELECT id, referred_by, merged_into FROM customers ORDER BY id")
    assert rows == [
        ("acme", None, None),
        ("beta", None, "acme"),
        ("gamma", "acme", None),
        ("old", None, "acme"),
    ]


def test_what_the_kept_one_lacks_is_taken() -> None:
    found = one(
        {"owner": None, "status": None},
        {"tier": "A", "owner": "lin", "background": "Second generation.\nCareful.", "cadence": 30},
    )
    assert set(found.taken) == {"tier", "owner", "status", "background", "cadence"}
    assert found.customer.tier == "A"
    assert found.customer.background == "Second generation.\nCareful."
    assert found.questions == ()


def test_a_taken_owner_stands_in_the_history(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("acme", owner=None), customer("beta", owner="lin", tier="B"))
    change = merged(book)
    line = change.edits[0].new.history[-1]
    assert (line.owner, line.tier, line.status) == ("lin", "B", None)


def test_where_both_know_something_else_a_question_is_left() -> None:
    found = one({"tier": "A", "owner": "mei"}, {"tier": "B", "owner": "lin", "status": "prospect"})
    assert questions(found) == {
        "tier": ("A", "B"),
        "owner": ("mei", "lin"),
        "status": ("active", "prospect"),
    }
    assert (found.customer.tier, found.customer.owner) == ("A", "mei")
    assert found.customer.conflicts == found.questions


def test_case_and_width_are_no_difference() -> None:
    found = one({"region": "Taipei", "industry": "ＩＴ"}, {"region": "taipei ", "industry": "it"})
    assert found.questions == ()
    assert found.customer.region == "Taipei"


def test_lists_are_united_and_each_word_stands_once() -> None:
    found = one({"tags": ["vip", "retail"], "needs": ["speed"]}, {"tags": ["retail", "north"]})
    assert found.customer.tags == ("vip", "retail", "north")
    assert found.customer.needs == ("speed",)
    assert found.taken == ("tags",)


def test_names_that_are_alike_stand_once() -> None:
    found = one(
        {"name": "Acme", "aliases": ["Yongfeng"]}, {"name": "ACME", "aliases": ["yongfeng", "永豐"]}
    )
    assert found.customer.aliases == ("Yongfeng", "永豐")


def test_an_amount_comes_with_its_currency_and_its_source() -> None:
    theirs = {"potential": "1200", "currency": "EUR", "potential_basis": "own count"}
    found = one({}, theirs)
    assert (found.customer.potential, found.customer.currency) == (Decimal(1200), "EUR")
    assert found.customer.potential_basis == "own count"


def test_another_amount_is_asked_about_with_its_currency_and_source() -> None:
    theirs = {"potential": "1200", "currency": "EUR", "potential_basis": "own count"}
    found = one({"potential": "40000"}, theirs)
    assert questions(found) == {
        "potential": ("40000", "1200"),
        "currency": ("TWD", "EUR"),
        "potential_basis": (None, "own count"),
    }
    assert found.customer.potential_basis is None


def test_the_same_amount_takes_the_source_of_the_other_one() -> None:
    theirs = {"potential": "40000.00", "currency": "TWD", "potential_basis": "own count"}
    found = one({"potential": "40000"}, theirs)
    assert found.customer.potential_basis == "own count"
    assert found.questions == ()


def test_nobody_stands_in_for_himself() -> None:
    assert one({"owner": "mei"}, {"owner": "mei", "deputy": "mei"}).customer.deputy is None
    assert questions(one({"owner": "mei", "deputy": "lin"}, {"deputy": "mei"})) == {}


def test_nobody_refers_himself() -> None:
    assert one({"referred_by": "beta"}, {}).customer.referred_by is None
    assert one({"referred_by": "beta"}, {"referred_by": "gamma"}).customer.referred_by == "gamma"
    assert one({}, {"referred_by": "acme"}).customer.referred_by is None


def test_an_archived_double_is_no_question_about_the_status() -> None:
    found = one({"status": "active"}, {"status": "archived"})
    assert found.questions == ()
    assert found.customer.status == "active"


def test_open_questions_about_the_other_one_stay_open() -> None:
    asked = [
        {"field": "tier", "kept": "B", "other": "C"},
        {"field": "region", "kept": "North", "other": "Taipei"},
        {"field": "contacts.chen.phone", "kept": "1", "other": "2"},
    ]
    found = one(
        {"tier": "A", "region": "Taipei", "contacts": [contact("chen")]},
        {"tier": "A", "contacts": [contact("chen")], "conflicts": asked},
    )
    assert found.customer.conflicts == (
        Conflict(field="tier", kept="A", other="C"),
        Conflict(field="contacts.chen-2.phone", kept="1", other="2"),
    )


def test_no_field_of_a_customer_is_forgotten() -> None:
    everything = {
        "kind": "person", "owner": "lin", "deputy": "mei", "referred_by": "gamma", "tier": "B",
        "industry": "x", "region": "x", "source": "x", "potential": "1", "currency": "EUR",
        "potential_basis": "x", "potential_date": "2026-01-01", "cadence": 3,
        "contract_end": "2027-01-01", "quiet_until": "2026-12-01", "quiet_reason": "x",
        "website": "x", "address": "x", "tax_id": "x", "background": "x", "status": "lead",
    }  # fmt: skip
    left_alone = {*APART, *LISTS}
    assert set(everything) == set(Customer.__struct_fields__) - left_alone
    found = one({"owner": None, "status": None}, everything)
    assert set(found.taken) == set(everything)


@pytest.mark.parametrize(("keep", "other"), [("acme", "acme"), ("acme", "Acme"), ("acm", "acme")])
def test_a_customer_is_not_merged_with_itself(tmp_path: Path, keep: str, other: str) -> None:
    book = book_of(tmp_path, customer("acme"), customer("beta"))
    with pytest.raises(UsageError, match="both words mean acme"):
        merged(book, keep, other)


def test_what_was_merged_before_is_not_merged_again(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("acme"), customer("beta"), customer("gamma"))
    merged(book)
    with pytest.raises(AlreadyError, match="'beta' is already merged into acme"):
        merged(book, "gamma", "beta")
    with pytest.raises(AlreadyError, match="'beta' is already merged into acme"):
        merged(book, "beta", "gamma")
    with pytest.raises(AlreadyError, match="'beta'"):
        merged(book)


def test_a_live_customer_does_not_go_into_an_archived_one(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("acme", status="archived"), customer("beta"))
    with pytest.raises(UsageError, match="is archived") as caught:
        merged(book)
    assert caught.value.remedy == "Try: crm customer merge beta acme"


def test_an_unknown_customer_is_named(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("acme"))
    with pytest.raises(NotFoundError, match="no customer 'acne'") as caught:
        merged(book, "acme", "acne")
    assert "acme" in (caught.value.remedy or "")


def test_a_hand_edited_file_keeps_its_comments(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("acme"), customer("beta", tier="B"))
    file = tmp_path / "customers" / "acme.yaml"
    file.write_text(f"# the first one\n{file.read_text()}shoe_size: 42\n", encoding="utf-8")
    merged(book)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# the first one\n")
    assert "shoe_size: 42\n" in text
    assert "tier: B\n" in text


def test_rows_of_a_month_that_are_not_meant_keep_their_bytes(tmp_path: Path) -> None:
    book = book_of(
        tmp_path,
        customer("acme"),
        customer("beta"),
        visit("2026-11-01", id="i-00000001", customer="acme", summary="a, b"),
        visit("2026-11-02", id="i-00000002", customer="beta", summary="c"),
    )
    file = next((tmp_path / "interactions").rglob("*.csv"))
    before = file.read_text(encoding="utf-8").splitlines()
    merged(book)
    after = file.read_text(encoding="utf-8").splitlines()
    assert after[:2] == before[:2]
    assert after[2] == before[2].replace(",beta,", ",acme,")


def test_what_cannot_be_read_is_left_and_said(tmp_path: Path) -> None:
    book = book_of(tmp_path, customer("acme"), customer("beta"), promise(customer="beta"))
    (tmp_path / "tasks" / "2026").mkdir(parents=True)
    (tmp_path / "tasks" / "2026" / "t-00000009.yaml").write_text("what: [\n")
    change = merged(book)
    assert "files that cannot be read were left as they are: crm check" in change.notes
