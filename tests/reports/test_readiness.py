"""The house's own profile, beside the figures of its book."""

from datetime import date

import pytest

from crmcli.book.schema import json_schema
from crmcli.model.errors import UsageError
from crmcli.model.readiness import BLOCKS
from crmcli.model.readiness import KEYS
from crmcli.reports import registry
from crmcli.reports.readiness import FIGURES
from crmcli.reports.readiness import readiness
from tests.builders import book_of
from tests.builders import promise
from tests.builders import visit

D = date(2026, 11, 9)


def row(table, name):
    found = next(row for row in table.rows if row[0] == name)
    return dict(zip(table.keys, found, strict=True))


def of(scores, as_of=D, standard=None, **options):
    answers = [{"item": item, "score": score} for item, score in scores.items()]
    policy = {"readiness": answers, "standard": standard or {}}
    return readiness(book_of(policy=policy), as_of, **options)


def whole(block, score):
    return {item.key: score for item in BLOCKS[block]}


def test_five_blocks_of_four_items_stand_in_their_order():
    table = of({})
    assert [each[:4] for each in table.rows] == [
        (name, 4, 0, None) for name in ("customers", "strategy", "process", "people", "technology")
    ]
    assert len(set(KEYS)) == 20


def test_an_unanswered_item_is_not_0():
    """Traps 1 and 2."""
    table = of({"value-known": 3, "needs-known": 0})
    found = row(table, "customers")
    assert (found["answered"], found["mean"], found["low_items"]) == (2, 1.5, ("needs-known",))
    assert table.summary == {
        "items": 20, "answered": 2, "customers": 1.5,
        "strategy": None, "process": None, "people": None, "technology": None,
    }  # fmt: skip
    assert table.notes[0].startswith("18 items not answered:")


def test_low_is_not_at_all_or_only_talked_about():
    """Trap 8."""
    found = row(of({"value-known": 2, "needs-known": 1}), "customers")
    assert found["low_items"] == ("needs-known",)


@pytest.mark.parametrize(
    ("process", "technology", "is_told"),
    [(2, 3, True), (2, 2, False), (3, 2, False)],
)
def test_a_later_block_that_is_ahead_is_told_from_a_whole_point_on(process, technology, is_told):
    """Trap 8."""
    table = of({**whole("process", process), **whole("technology", technology)})
    told = f"technology {technology}.0 ahead of process {process}.0: the order matters"
    assert (told in table.notes) == is_told


def test_thirds_are_compared_exactly():
    earlier = dict.fromkeys([item.key for item in BLOCKS["process"][:3]], 1) | {
        "visits-reported": 2
    }
    later = dict.fromkeys([item.key for item in BLOCKS["people"][:3]], 2) | {"training": 3}
    assert any("people 2.3 ahead of process 1.3" in note for note in of(earlier | later).notes)


def test_the_house_says_how_far_is_too_far():
    scores = {**whole("process", 2), **whole("technology", 3)}
    table = of(scores, standard={"readiness": {"gap": 1.5}})
    assert not any("ahead of" in note for note in table.notes)


def test_what_the_house_says_and_what_the_book_says_stand_side_by_side():
    policy = {
        "readiness": [
            {"item": "visits-reported", "score": 3, "evidence": "each Friday", "date": "2026-10-01"}
        ]
    }
    visits = [visit("2026-10-01", reported="2026-10-01") for _ in range(4)]
    book = book_of(interactions=[*visits, visit("2026-10-02")], policy=policy)
    found = row(readiness(book, D), "process")["evidence"]
    assert [(one.date, one.id, one.kind, one.text) for one in found[:2]] == [
        (date(2026, 10, 1), "visits-reported", "answer", "3, done by some: each Friday"),
        (D, "visits-reported", "report visits", "visits reported in time: 80 %"),
    ]
    earlier = readiness(book, D, until=date(2026, 9, 30))
    texts = [one.text for one in row(earlier, "process")["evidence"]]
    assert "visits reported in time: unknown" in texts
    before = readiness(book, date(2026, 9, 30))
    assert row(before, "process")["answered"] == 0


def test_each_item_with_a_report_shows_one_figure_of_it():
    table = readiness(book_of(promises=[promise()]), D)
    items = {one[1]: one for one in table.part("items").rows}
    known = set(registry.names())
    for block in BLOCKS.values():
        for item in block:
            if item.report is None:
                assert items[item.key][6:] == (None, None)
            else:
                assert item.report in FIGURES
                assert items[item.key][7] is not None or item.report not in known


def test_an_unknown_item_is_told():
    assert any("no such item: tools-bought" in note for note in of({"tools-bought": 4}).notes)


def test_the_schema_names_each_item():
    told = json_schema("book")["properties"]["readiness"]["description"]
    assert all(key in told for key in KEYS)


def test_it_is_the_profile_of_a_house():
    with pytest.raises(UsageError):
        of({}, rep="mei")
