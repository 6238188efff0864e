"""People are added to a customer, changed, and taken out."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import contacts
from crmcli.book.book import Book
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.errors import BadValueError
from crmcli.model.errors import ExistsError
from crmcli.model.errors import NotFoundError
from crmcli.model.errors import UsageError
from crmcli.model.record import Record
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import promise
from tests.builders import rep
from tests.builders import visit
from tests.builders import write_book

CHEN = contact("chen", name="陳美玲", role="champion", phone="0223456789")


def book_of(root: Path, *records: Record, people: tuple[Contact, ...] = (CHEN,)) -> Book:
    return Book(write_book(root, rep("mei"), customer("acme", contacts=people), *records))


def people_after(change: Any) -> tuple[Contact, ...]:
    new = change.edits[0].new
    assert isinstance(new, Customer)
    return new.contacts


def set_fields(book: Book, *words: str) -> Any:
    return contacts.set_fields(
        book, "acme/chen", words, day=lambda word, field, is_moment: date.fromisoformat(word)
    )


def test_a_person_stands_behind_those_who_are_there(tmp_path: Path) -> None:
    fields = {"name": "Anna Weber", "role": "user"}
    change = contacts.add(book_of(tmp_path), "acme", id=None, fields=fields)
    assert [each.id for each in people_after(change)] == ["chen", "weber"]
    assert change.sentence == "Added contact acme/weber: Anna Weber (user) at Acme"
    assert change.shown == ("acme/weber",)


def test_an_id_that_is_taken_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExistsError, match="contact 'acme/chen' exists"):
        contacts.add(book_of(tmp_path), "acme", id="chen", fields={"name": "Chen"})


@pytest.mark.parametrize(
    ("name", "taken", "id"),
    [
        ("Anna Weber", (), "weber"),
        ("Anna Weber", ("weber",), "anna-weber"),
        ("Anna Weber", ("weber", "anna-weber"), "anna-weber-2"),
        ("Weber", ("weber", "weber-2"), "weber-3"),
        ("陳美玲", (), "陳美玲"),
        ("陳美玲", ("陳美玲",), "陳美玲-2"),
        ("Chen ☎", (), "chen"),
        ("☎", (), "contact"),
        ("☎", ("contact",), "contact-2"),
    ],
)
def test_an_id_is_made_of_the_name(name: str, taken: tuple[str, ...], id: str) -> None:
    assert contacts.new_contact_id(name, taken) == id


def test_a_field_of_a_person_is_set_and_the_rest_stays(tmp_path: Path) -> None:
    book = book_of(tmp_path, people=(contact("wu"), CHEN))
    change = set_fields(book, "role=decision-maker", "left=2026-11-01", "phone=")
    first, second = people_after(change)
    assert first == contact("wu")
    assert (second.role, second.left, second.phone) == ("decision-maker", date(2026, 11, 1), None)
    assert second.name == "陳美玲"
    assert "role decision-maker, left 2026-11-01, phone unknown" in change.sentence


def test_setting_what_is_so_already_changes_nothing(tmp_path: Path) -> None:
    change = set_fields(book_of(tmp_path), "role=champion")
    assert (change.edits, change.sentence) == ((), "nothing changed: acme/chen")


def test_a_person_keeps_a_name(tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="name cannot be unknown"):
        set_fields(book_of(tmp_path), "name=")


def test_a_field_that_a_person_has_not_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(BadValueError, match="no field 'fone'") as caught:
        set_fields(book_of(tmp_path), "fone=1")
    assert caught.value.remedy == "Did you mean 'phone'?"
    for word in ("id=x", "consent=x"):
        with pytest.raises(BadValueError, match="no field"):
            set_fields(book_of(tmp_path), word)


def test_other_addresses_are_a_list(tmp_path: Path) -> None:
    book = book_of(tmp_path)
    book.apply(
        set_fields(book, "other_emails+=a@x.example", "other_emails+=b@x.example"),
        date(2026, 11, 9),
    )
    book.apply(set_fields(book, "other_emails-=a@x.example"), date(2026, 11, 9))
    assert book.contact("acme/chen")[1].other_emails == ("b@x.example",)


def test_a_person_whom_nothing_names_is_taken_out(tmp_path: Path) -> None:
    change = contacts.remove(book_of(tmp_path), "acme/chen", sure=False)
    assert people_after(change) == ()
    assert change.sentence == "Removed contact acme/chen: 陳美玲"


@pytest.mark.parametrize(
    "record",
    [promise(contact="chen"), deal(contact="chen"), visit(contact="chen")],
    ids=["promise", "deal", "visit"],
)
def test_a_person_whom_records_name_goes_only_if_it_is_meant(tmp_path: Path, record: Any) -> None:
    book = book_of(tmp_path, record)
    with pytest.raises(UsageError, match="1 record names acme/chen") as caught:
        contacts.remove(book, "acme/chen", sure=False)
    assert "left=today" in (caught.value.remedy or "")
    assert people_after(contacts.remove(book, "acme/chen", sure=True)) == ()


def test_a_namesake_at_another_customer_is_somebody_else(tmp_path: Path) -> None:
    other = customer("beta", contacts=[contact("chen")])
    book = book_of(tmp_path, other, promise(customer="beta", contact="chen"))
    assert contacts.remove(book, "acme/chen", sure=False).edits


def test_an_unknown_person_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        contacts.remove(book_of(tmp_path), "acme/nobody", sure=True)
