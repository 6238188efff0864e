"""Words that a person types for fields become values, or are refused with what would do."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmcli.actions.fields import assign
from crmcli.actions.fields import choice
from crmcli.actions.fields import read_fields
from crmcli.actions.fields import settable
from crmcli.book.book import Book
from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.errors import BadValueError
from crmcli.model.errors import NotFoundError
from crmcli.model.interaction import Interaction
from crmcli.model.promise import Promise
from crmcli.model.rep import Rep
from tests.builders import customer
from tests.builders import deal
from tests.builders import interaction
from tests.builders import promise
from tests.builders import rep
from tests.builders import visit
from tests.builders import write_book

CONFIG = "name: Test\nformat: 1\ncurrency: TWD\nsources: [referral, fair]\n"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    records = (
        rep("mei", name="陳怡美", email="mei@example.com"),
        customer("acme", name="Acme Battery"),
        deal(id="d-00000001", name="Rack"),
        visit(id="i-00000001"),
    )
    return Book(write_book(tmp_path, *records, config=CONFIG))


def a_day(word: str, field: str, is_moment: bool) -> date | str:
    day = date.fromisoformat(word)
    return str(day) if is_moment else day


def read(book: Book, record: Any, /, **words: Any) -> dict[str, Any]:
    return read_fields(book, record, words, a_day)


def test_what_is_not_told_is_left_out_and_nothing_is_unknown(book: Book) -> None:
    assert read(book, Customer, tier=None, region="", tags=None) == {"region": None}


def test_a_text_is_kept_as_it_was_typed(book: Book) -> None:
    assert read(book, Customer, name="  Acme", background="a\r\nb\rc") == {
        "name": "  Acme",
        "background": "a\nb\nc",
    }


def test_references_become_ids(book: Book) -> None:
    assert read(book, Deal, customer="Acme Batt", owner="mei@example.com") == {
        "customer": "acme", "owner": "mei",
    }  # fmt: skip
    assert read(book, Promise, made_in="i-0000", by="陳怡美") == {
        "made_in": "i-00000001",
        "by": "mei",
    }
    assert read(book, Interaction, also=["mei", "陳怡美"], deal="rack") == {
        "also": ("mei", "mei"), "deal": "d-00000001",
    }  # fmt: skip
    with pytest.raises(NotFoundError, match="no rep 'tom'"):
        read(book, Deal, owner="tom")


def test_a_manager_may_be_somebody_outside_the_book(book: Book) -> None:
    assert read(book, Rep, manager="陳怡美") == {"manager": "mei"}
    assert read(book, Rep, manager="Old Wang") == {"manager": "Old Wang"}


@pytest.mark.parametrize(
    ("word", "amount", "currency"),
    [
        ("1.2m", Decimal(1200000), None),
        ("TWD 500", Decimal(500), None),
        ("USD 12.50", Decimal("12.50"), "USD"),
        ("0", Decimal(0), None),
    ],
)
def test_money_comes_with_its_currency_unless_it_is_the_books(
    book: Book, word: str, amount: Decimal, currency: str | None
) -> None:
    assert read(book, Deal, amount=word) == {"amount": amount, "currency": currency}
    assert read(book, Customer, potential=word) == {"potential": amount, "currency": currency}


def test_no_money_is_an_unknown_amount(book: Book) -> None:
    assert read(book, Deal, amount="") == {"amount": None}


@pytest.mark.parametrize("word", ["-5", "1e6", "abc", "1.200", "XYZ 5", "nan"])
def test_what_is_no_money_is_refused(book: Book, word: str) -> None:
    with pytest.raises(BadValueError):
        read(book, Deal, amount=word)


@pytest.mark.parametrize(("word", "value"), [("0", 0), ("100", 100), ("70 %", 70), ("", None)])
def test_a_probability_is_a_percentage(book: Book, word: str, value: int | None) -> None:
    assert read(book, Deal, probability=word) == {"probability": value}


@pytest.mark.parametrize(
    ("kind", "name", "word"),
    [
        (Deal, "probability", "101"), (Deal, "probability", "-1"), (Customer, "cadence", "0"),
        (Customer, "cadence", "10000"), (Customer, "cadence", "many"), (Interaction, "minutes", "1.5"),
    ],
)  # fmt: skip
def test_a_number_outside_its_range_is_refused(book: Book, kind: Any, name: str, word: str) -> None:
    with pytest.raises(BadValueError):
        read(book, kind, **{name: word})


def test_dates_are_read_as_their_field_looks(book: Book) -> None:
    asked: list[tuple[str, str, bool]] = []

    def day(word: str, field: str, is_moment: bool) -> date:
        asked.append((word, field, is_moment))
        return date(2026, 11, 13)

    assert read_fields(book, Deal, {"close": "fri"}, day) == {"close": date(2026, 11, 13)}
    assert asked == [("fri", "close", False)]


@pytest.mark.parametrize("name", ["at", "reported"])
def test_a_time_is_never_stored_as_it_was_typed(book: Book, name: str) -> None:
    assert read(book, Interaction, **{name: "2026-11-02"}) == {name: "2026-11-02"}
    with pytest.raises(ValueError, match="banana"):
        read(book, Interaction, **{name: "banana"})


@pytest.mark.parametrize(
    ("name", "word", "stored"),
    [
        ("kind", "Visit", "visit"),
        ("kind", "拜訪", "visit"),
        ("mood", "得罪", "offended"),
        ("outcome", "no answer", "no-answer"),
        ("failure", "lost_face", "lost-face"),
    ],
)
def test_words_are_taken_in_any_case_and_in_chinese(
    book: Book, name: str, word: str, stored: str
) -> None:
    assert read(book, Interaction, **{name: word}) == {name: stored}


def test_a_word_that_is_none_is_refused_with_the_list_and_the_nearest(book: Book) -> None:
    with pytest.raises(BadValueError) as caught:
        read(book, Interaction, mood="plesed")
    assert caught.value.what == (
        "mood 'plesed' is not one of delighted, pleased, neutral, unhappy, offended"
    )
    assert caught.value.remedy == "Did you mean 'pleased'?"
    with pytest.raises(BadValueError) as caught:
        choice("mood", "zzz", ("pleased",))
    assert caught.value.remedy is None


def test_tiers_stages_and_sources_are_those_of_the_book(book: Book) -> None:
    assert read(book, Customer, tier="a", source="Fair") == {"tier": "A", "source": "fair"}
    assert read(book, Deal, stage="PROPOSAL") == {"stage": "proposal"}
    for kind, name in ((Customer, "tier"), (Customer, "source"), (Deal, "stage")):
        with pytest.raises(BadValueError, match=f"{name} 'AA' is not one of"):
            read(book, kind, **{name: "AA"})


def test_a_text_has_an_end(book: Book) -> None:
    assert read(book, Customer, background="好" * 21845)
    with pytest.raises(BadValueError, match="background is longer than 64 KiB"):
        read(book, Customer, background="好" * 21846)


def test_what_no_file_can_hold_is_refused(book: Book) -> None:
    with pytest.raises(BadValueError, match="name is not UTF-8 text"):
        read(book, Customer, name="Acme \udcff")


@pytest.mark.parametrize("name", ["id", "history", "contacts", "conflicts", "currency", "nmae"])
def test_a_field_that_nobody_sets_is_none(book: Book, name: str) -> None:
    with pytest.raises(BadValueError, match=f"no field '{name}'"):
        read(book, Customer, **{name: "x"})
    assert name not in settable(Customer)


@pytest.mark.parametrize("name", ["targets", "training"])
def test_lines_of_a_rep_are_edited_as_text(book: Book, name: str) -> None:
    with pytest.raises(BadValueError, match=f"{name} are lines of the file") as caught:
        read(book, Rep, **{name: "2026 visits 4"})
    assert caught.value.remedy == "Try: crm rep edit REP"


# FIELD=VALUE


def test_assignments_set_clear_and_change_lists(book: Book) -> None:
    acme = customer(tags=["retail", "vip"], tier="B", needs=["speed"])
    words = ["tier=A", "region=", "tags+=fair", "tags-=vip", "needs=same-week delivery, one phone"]
    assert assign(book, acme, words, a_day) == {
        "tier": "A",
        "region": None,
        "tags": ("retail", "fair"),
        "needs": ("same-week delivery", "one phone"),
    }


def test_a_list_holds_a_word_once_and_misses_none(book: Book) -> None:
    acme = customer(tags=["vip"])
    assert assign(book, acme, ["tags+=vip"], a_day) == {"tags": ("vip",)}
    assert assign(book, acme, ["tags-=fair"], a_day) == {"tags": ("vip",)}
    assert assign(book, acme, ["tags="], a_day) == {"tags": ()}
    assert assign(book, acme, ["tags=a,,b,"], a_day) == {"tags": ("a", "b")}


@pytest.mark.parametrize("word", ["tags+=", "tags-= "])
def test_nothing_is_neither_put_into_a_list_nor_taken_out(book: Book, word: str) -> None:
    with pytest.raises(BadValueError, match="what is to be put in or taken out"):
        assign(book, customer(tags=["vip"]), [word], a_day)


def test_only_a_list_takes_more(book: Book) -> None:
    with pytest.raises(BadValueError, match="tier is not a list") as caught:
        assign(book, customer(), ["tier+=A"], a_day)
    assert caught.value.remedy == "Try: tier=A"


def test_reps_in_a_list_become_ids(book: Book) -> None:
    assert assign(book, interaction(), ["also+=陳怡美"], a_day) == {"also": ("mei",)}


def test_a_value_may_hold_an_equals_sign_and_spaces(book: Book) -> None:
    assert assign(book, customer(), ["background= a = b "], a_day) == {"background": "a = b"}
    assert assign(book, customer(), ["potential-basis=own count"], a_day) == {
        "potential_basis": "own count"
    }


def test_a_word_without_an_equals_sign_is_no_assignment(book: Book) -> None:
    with pytest.raises(BadValueError, match="'tier' is no assignment"):
        assign(book, customer(), ["tier"], a_day)


def test_an_unknown_field_is_refused_with_the_nearest(book: Book) -> None:
    with pytest.raises(BadValueError, match="no field 'tire'") as caught:
        assign(book, customer(), ["tire=A"], a_day)
    assert caught.value.remedy == "Did you mean 'tier'?"


def test_what_never_changes_may_be_said_again_but_not_otherwise(book: Book) -> None:
    record = promise(made="2026-11-01", by="mei", made_in="i-00000001")
    same = ["made=2026-11-01", "by=陳怡美", "made_in=i-0000"]
    assert assign(book, record, same, a_day)["made"] == date(2026, 11, 1)
    for word in ("made=2026-11-02", "made=", "made_in="):
        with pytest.raises(BadValueError, match="never changes"):
            assign(book, record, [word], a_day)


def test_what_never_changes_may_be_told_once(book: Book) -> None:
    assert assign(book, promise(made_in=None), ["made_in=i-0000"], a_day) == {
        "made_in": "i-00000001"
    }
