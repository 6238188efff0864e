"""Customers are added, and one that may be there already is named."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions import customers
from crmcli.book.book import Book
from crmcli.model.customer import Customer
from crmcli.model.errors import ExistsError
from tests.builders import contact
from tests.builders import customer
from tests.builders import rep
from tests.builders import write_book

TODAY = date(2026, 11, 9)


def added(root: Path, *there: Customer, id: str = "acme", person: Any = None, **fields: Any) -> Any:
    book = Book(write_book(root, rep("mei"), *there))
    fields = {"name": "Acme"} | fields
    return customers.add(book, id=id, fields=fields, person=person, on=TODAY, by="mei")


def test_a_new_customer_is_a_company_a_prospect_and_mine(tmp_path: Path) -> None:
    change = added(tmp_path)
    new = change.edits[0].new
    assert (new.kind, new.status, new.owner, new.contacts) == ("company", "prospect", "mei", ())
    (line,) = new.history
    assert (line.date, line.by, line.status, line.owner) == (TODAY, "mei", "prospect", "mei")
    assert change.sentence == "Added customer Acme (acme, prospect, owner mei)."


def test_what_is_told_stands_in_the_record_and_its_history(tmp_path: Path) -> None:
    change = added(tmp_path, tier="A", status="active", owner="lin", kind="person")
    new = change.edits[0].new
    assert (new.kind, new.history[0].tier, new.history[0].owner) == ("person", "A", "lin")
    assert change.sentence == "Added customer Acme (acme, active, tier A, owner lin)."


def test_an_id_that_is_the_name_is_not_said_twice(tmp_path: Path) -> None:
    change = added(tmp_path, id="王小明", name="王小明")
    assert change.sentence == "Added customer 王小明 (prospect, owner mei)."


def test_a_first_person_comes_with_the_customer(tmp_path: Path) -> None:
    change = added(tmp_path, person={"name": "Anna Weber", "role": "champion"})
    (person,) = change.edits[0].new.contacts
    assert (person.id, person.name, person.role) == ("weber", "Anna Weber", "champion")


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExistsError, match="customer 'acme' exists") as caught:
        added(tmp_path, customer("acme"))
    assert caught.value.remedy == "Try: crm customer show acme, or --id acme-2"


def test_a_name_that_differs_by_its_legal_form_alone_is_named(tmp_path: Path) -> None:
    there = customer("acme-battery", name="Acme Battery AG")
    change = added(tmp_path, there, id="acme", name="ACME battery")
    assert change.notes == (
        "acme-battery may be the same: the name is Acme Battery AG. Try: crm customer show acme-battery",
    )


def test_an_alias_is_a_name_too(tmp_path: Path) -> None:
    change = added(tmp_path, customer("beta", aliases=["Acme"]))
    assert change.notes == ("beta may be the same: the name is Acme. Try: crm customer show beta",)


@pytest.mark.parametrize(
    ("theirs", "mine", "why"),
    [
        ({"email": "Chen@Acme.example"}, {"email": "chen@acme.example"}, "mail"),
        ({"other_emails": ["c@x.example"]}, {"email": "c@x.example"}, "mail"),
        ({"phone": "02 2345-6789"}, {"phone": "+886 2 2345 6789"}, "phone"),
        ({"mobile": "0912345678"}, {"phone": "0912-345-678"}, "phone"),
    ],
)
def test_a_person_who_is_known_elsewhere_is_named(
    tmp_path: Path, theirs: dict[str, Any], mine: dict[str, Any], why: str
) -> None:
    there = customer("beta", contacts=[contact("chen", name="陳美玲", **theirs)])
    change = added(tmp_path, there, person={"name": "Chen", **mine})
    assert change.notes == (
        f"beta may be the same: 陳美玲 has the same {why}. Try: crm customer show beta",
    )


def test_what_is_no_phone_number_makes_no_double(tmp_path: Path) -> None:
    there = customer("beta", contacts=[contact("chen", phone="not yet", email="")])
    assert added(tmp_path, there, person={"name": "Wu", "phone": "unlisted"}).notes == ()
    short = customer("gamma", contacts=[contact("lo", phone="123")])
    assert added(tmp_path / "b", short, person={"name": "Wu", "phone": "123"}).notes == ()


def test_a_customer_that_was_merged_is_not_named(tmp_path: Path) -> None:
    gone = customer("old", name="Acme", status="archived", merged_into="beta")
    kept = customer("beta", aliases=["Acme"])
    (note,) = added(tmp_path, gone, kept).notes
    assert note.startswith("beta may be the same")
