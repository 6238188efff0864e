"""Full text: Chinese and Latin words are found where they stand, and nothing else is."""

import pytest

from crmcli.book.index import open_index
from crmcli.book.search import find_text
from crmcli.book.search import match
from crmcli.book.search import snippet
from crmcli.book.search import spaced
from tests.builders import book_of
from tests.builders import case
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import feedback
from tests.builders import promise
from tests.builders import task
from tests.builders import visit
from tests.builders import write_book

SAID = {
    "i-11111111": "今天拜訪永豐電池行，客戶對交貨很滿意。",
    "i-22222222": "客户希望加快交货，价格不满",
    "i-33333333": 'Herr Müller wants 24" screens, says 永豐 pays ACME永豐 late',
    "i-44444444": "豐永 is another house",
    "i-55555555": "re-tested the half_open valve: o'brien agreed",
}


@pytest.fixture(params=[True, False], ids=["full text", "plain text"])
def book(request, monkeypatch, tmp_path):
    if not request.param:
        monkeypatch.setattr("crmcli.book.index_file.has_full_text", lambda connection: False)
    rows = [visit("2026-11-02", id=id, summary=text) for id, text in SAID.items()]
    index = open_index(write_book(tmp_path, customer(), *rows))
    index.query("SELECT 1")
    assert index.has_full_text == request.param
    return index


def found(book, text):
    return {hit.id for hit in find_text(book, text) if hit.where == "interaction"}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("永豐", {"i-11111111", "i-33333333"}),
        ("滿", {"i-11111111"}),
        ("满", {"i-22222222"}),
        ("交貨", {"i-11111111"}),
        ("交货", {"i-22222222"}),
        ("滿意", {"i-11111111"}),
        ("豐永", {"i-44444444"}),
        ("電永", set()),
        ("永豐電池行", {"i-11111111"}),
        ("acme永豐", {"i-33333333"}),
    ],
)
def test_chinese_words_are_found_inside_sentences_in_their_order(book, text, ids):
    """X9"""
    assert found(book, text) == ids


def test_words_that_stand_apart_are_all_wanted(book):
    """X9"""
    if book.has_full_text:
        assert found(book, "永豐 滿意") == {"i-11111111"}
        assert found(book, "永豐 screens") == {"i-33333333"}
        assert found(book, "永豐 nothing") == set()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("screen", {"i-33333333"}),
        ("SCREENS", {"i-33333333"}),
        ("another house", {"i-44444444"}),
        ("nothing", set()),
    ],
)
def test_latin_words_are_found_whatever_their_case(book, text, ids):
    """X10"""
    assert found(book, text) == ids


def test_accents_and_signs_do_not_hide_a_word(book):
    """X9"""
    if book.has_full_text:
        assert found(book, "muller") == {"i-33333333"}
        assert found(book, "Müller") == {"i-33333333"}
        assert found(book, 'screens 24"') == {"i-33333333"}
        assert found(book, "half open") == found(book, "half_open") == {"i-55555555"}
        assert found(book, "o'brien") == {"i-55555555"}


@pytest.mark.parametrize(
    "text", ["", " ", '"', "***", "AND", "NOT x", "a OR", "col:x", "^", "(", "%", "_"]
)
def test_no_text_is_a_mistake_in_a_query(book, text):
    find_text(book, text)


def test_a_percent_sign_stands_for_itself(tmp_path, monkeypatch):
    """X10"""
    monkeypatch.setattr("crmcli.book.index_file.has_full_text", lambda connection: False)
    rows = [visit(id="i-11111111", summary="gave 5% off"), visit(id="i-22222222", summary="50 off")]
    index = open_index(write_book(tmp_path, customer(), *rows))
    assert found(index, "5% off") == {"i-11111111"}


def test_ascii_text_is_stored_as_it_is():
    assert spaced("Plain Text") == "Plain Text"
    assert spaced("全形ＡＢＣ 永豐x") == "全 形 ABC  永 豐 x"


def test_a_query_quotes_what_a_person_typed():
    assert match('say "hi" OR 永豐') == '"say"* "hi"* "OR"* "永 豐"'
    assert match("...") == ""


# where a text hits


def house():
    return book_of(
        customers=[
            customer(
                name="Acme Battery",
                aliases=["永豐電池行", "Yongfeng"],
                background="Second generation\ntook over in 2024.",
                needs=["same-week delivery"],
                contacts=[
                    contact(
                        name="陳美玲",
                        email="chen@acme.example",
                        other_emails=["info@acme.example"],
                        phone="02-2345 6789",
                        mobile="+886 912 345 678",
                    )
                ],
            ),
            customer("birch", status="archived"),
            customer("old", name="Oldhouse", merged_into="birch"),
        ],
        interactions=[visit(id="i-11111111", summary="new", next_step="call", lesson="be early")],
        deals=[deal(name="Delivery van")],
        promises=[promise(what="delivery on time")],
        tasks=[task(what="delivery note")],
    )


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("battery", [("acme", "name", None, "Acme Battery")]),
        ("電池", [("acme", "alias", None, "永豐電池行, Yongfeng")]),
        ("美玲", [("acme", "contact", "chen", "陳美玲")]),
        ("CHEN@", [("acme", "mail", "chen", "陳美玲, chen@acme.example, info@acme.example")]),
        ("info@acme", [("acme", "mail", "chen", "陳美玲, chen@acme.example, info@acme.example")]),
        ("2345 6789", [("acme", "phone", "chen", "陳美玲, 02-2345 6789, +886 912 345 678")]),
        ("912345", [("acme", "phone", "chen", "陳美玲, 02-2345 6789, +886 912 345 678")]),
        ("generation", [("acme", "background", None, "Second generation took over in 2024.")]),
        ("delivery", [("acme", "needs", None, "same-week delivery")]),
        ("early", [("acme", "interaction", "i-11111111", "be early")]),
        ("call", [("acme", "interaction", "i-11111111", "call")]),
        ("birch", [("birch", "name", None, "Birch")]),
        ("oldhouse", [("birch", "name", None, "Oldhouse")]),
        ("nothing", []),
        ("", []),
    ],
)
def test_a_hit_says_where_it_is(text, hits):
    assert [tuple(hit) for hit in find_text(house(), text)] == hits


def test_names_come_before_texts():
    wheres = [
        hit.where
        for hit in find_text(
            book_of(
                customers=[
                    customer(name="Solar", background="solar panels"),
                    customer("birch", contacts=[contact("solar")]),
                ],
                interactions=[visit(summary="about solar")],
            ),
            "solar",
        )
    ]
    assert wheres == ["name", "contact", "background", "interaction"]


def test_a_snippet_shows_what_is_around_the_hit():
    text = "a" * 100 + " the word " + "b" * 100
    shown = snippet(text, "WORD")
    assert "the word" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) == 62
    assert snippet("short\ntext", "text") == "short text"
    assert snippet("x" * 100, "nothing") == "x" * 60 + "…"


def test_text_that_was_changed_or_removed_is_found_no_more(tmp_path):
    root = write_book(tmp_path, customer(background="about solar"), customer("birch"))
    assert len(find_text(open_index(root), "solar")) == 1
    (root / "customers" / "acme.yaml").write_text("name: Acme\nbackground: about wind\n")
    (root / "customers" / "birch.yaml").unlink()
    index = open_index(root)
    assert find_text(index, "solar") == []
    assert len(find_text(index, "wind")) == 1
    assert find_text(index, "birch") == []


def test_cases_and_ratings_lead_to_their_customer() -> None:
    book = book_of(
        customers=[customer(), customer("old", merged_into="acme")],
        cases=[case(id="s-11111111", what="the fan hums", remedy="換風扇", customer="old")],
        feedback=[feedback(id="f-11111111", comment="太慢了")],
    )
    texts = ("fan", "風扇", "太慢")
    assert [[(h.customer, h.where, h.id) for h in find_text(book, text)] for text in texts] == [
        [("acme", "case", "s-11111111")],
        [("acme", "case", "s-11111111")],
        [("acme", "feedback", "f-11111111")],
    ]
