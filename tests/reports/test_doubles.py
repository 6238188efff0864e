"""Customers that were entered twice are found by what they share."""

from typing import Any

from crmcli.reports.doubles import doubles
from tests.builders import book_of
from tests.builders import contact
from tests.builders import customer


def pairs(*customers: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    table = doubles(book_of(customers=customers))
    return [(row[0], row[2], row[4]) for row in table.rows]


def person(**fields: Any) -> list[Any]:
    return [contact("chen", **fields)]


def test_a_name_is_the_same_without_its_legal_form() -> None:
    found = pairs(
        customer("a", name="Acme Battery"),
        customer("b", name="ACME-Battery Co., Ltd."),
        customer("c", name="王小明"),
        customer("d", name="王小明股份有限公司"),
        customer("e", name="Beta"),
    )
    assert found == [("a", "b", ("name",)), ("c", "d", ("name",))]


def test_an_alias_is_a_name_too() -> None:
    found = pairs(customer("a", aliases=["Yongfeng"]), customer("b", name="Yongfeng Ltd"))
    assert found == [("a", "b", ("name",))]


def test_a_mail_address_is_the_same_in_any_case() -> None:
    found = pairs(
        customer("a", contacts=person(email="Chen@Acme.example")),
        customer("b", contacts=person(other_emails=["chen@acme.example"])),
        customer("c", contacts=person(email="chen@beta.example")),
    )
    assert found == [("a", "b", ("mail",))]


def test_a_phone_is_the_same_with_and_without_its_country() -> None:
    found = pairs(
        customer("a", contacts=person(phone="02 2345-6789")),
        customer("b", contacts=person(mobile="+886 2 2345 6789")),
        customer("c", contacts=person(other_phones=["0223456780"])),
    )
    assert found == [("a", "b", ("phone",))]


def test_what_is_no_number_is_nobodys() -> None:
    found = pairs(
        customer("a", contacts=person(phone="none")),
        customer("b", contacts=person(phone="ask him")),
        customer("c", contacts=person(phone="ext. 12")),
        customer("d", contacts=person(phone="12")),
    )
    assert found == []


def test_a_pair_stands_once_with_all_reasons() -> None:
    table = doubles(
        book_of(
            customers=[
                customer("a", name="Acme", contacts=person(email="c@x.example", phone="0223456789")),
                customer("b", name="Acme Ltd", contacts=person(email="c@x.example", phone="0223456789")),
            ]
        )
    )  # fmt: skip
    (row,) = table.rows
    assert row[:4] == ("a", "Acme", "b", "Acme Ltd")
    assert row[4:] == (("name", "mail", "phone"), ("Acme Ltd", "c@x.example", "0223456789"))


def test_of_three_alike_each_is_paired_with_the_first() -> None:
    same = [customer(id, name="Acme") for id in ("c", "a", "b")]
    assert [each[:2] for each in pairs(*same)] == [("a", "b"), ("a", "c")]


def test_archived_and_merged_customers_are_left_out() -> None:
    found = pairs(
        customer("a", name="Acme"),
        customer("b", name="Acme", status="archived"),
        customer("c", name="Acme", status="archived", merged_into="a"),
    )
    assert found == []


def test_two_people_of_one_house_may_share_a_number() -> None:
    people = [contact("a", phone="0223456789"), contact("b", phone="0223456789")]
    assert pairs(customer("a", contacts=people)) == []
