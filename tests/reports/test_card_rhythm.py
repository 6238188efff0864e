"""The months on a customer's card."""

from datetime import date

from crmcli.reports.card_rhythm import rhythm
from tests.builders import book_of
from tests.builders import customer
from tests.builders import note
from tests.builders import visit

D = date(2026, 11, 9)


def test_each_of_twelve_months_has_its_contacts_and_notes_are_none():
    days = ("2025-11-30", "2025-12-01", "2026-10-05", "2026-10-06", "2026-11-09", "2026-11-10")
    book = book_of(
        customers=[customer(), customer("old", merged_into="acme", status="archived")],
        interactions=[
            *(visit(day) for day in days),
            visit("2026-02-01", customer="old"),
            note("2026-03-01"),
        ],
    )
    (picture,) = rhythm(book, "acme", D)
    (item,) = picture.items
    assert item.values == (1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1)
    assert item.text == "5 from 2025-12 to 2026-11"


def test_nobody_heard_of_has_no_picture():
    assert rhythm(book_of(customers=[customer()]), "acme", D) == ()


def test_a_year_turns():
    (picture,) = rhythm(
        book_of(customers=[customer()], interactions=[visit("2026-01-03")]),
        "acme",
        date(2026, 1, 5),
    )
    assert picture.items[0].text == "1 from 2025-02 to 2026-01"
