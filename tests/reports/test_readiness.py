"""Five blocks in their order, worked out by hand."""

from datetime import date

import pytest

from crmcli.model.errors import UsageError
from crmcli.reports.readiness import BLOCKS
from crmcli.reports.readiness import readiness
from tests.builders import book_of

D = date(2026, 11, 9)


def asked(*answers, **standard):
    policy = {
        "readiness": [dict(zip(("item", "score", "date"), each, strict=False)) for each in answers]
    }
    return readiness(book_of(policy=policy | ({"standard": standard} if standard else {})), D)


def test_nobody_has_answered():
    table = asked()
    assert [row[:5] for row in table.rows] == [(name, 4, 0, None, ()) for name in BLOCKS]
    assert table.summary == {"items": 20, "answered": 0, "low_items": 0, "ahead": 0}


def test_a_block_has_the_mean_of_what_is_answered_and_names_what_is_low():
    table = asked(("value-known", 4), ("needs-known", 2), ("offence-known", 0))
    assert table.rows[0][:5] == ("customers", 4, 3, 2.0, ("needs-known", "offence-known"))
    assert table.summary["low_items"] == 2


@pytest.mark.parametrize(("later", "told"), [(2, False), (3, True), (4, True)])
def test_a_later_block_ahead_by_a_whole_score_is_named(later, told):
    table = asked(("visits-reported", 2), ("one-record", later))
    line = f"technology {later}.0 ahead of process 2.0: the order matters"
    assert (line in table.notes) == told
    assert table.summary["ahead"] == int(told)


def test_an_earlier_block_may_be_ahead():
    assert asked(("value-known", 4), ("one-record", 1)).summary["ahead"] == 0


def test_an_answer_of_a_later_day_and_an_unknown_item_do_not_count():
    table = asked(("value-known", 4, "2026-11-10"), ("one-record", 4, "2026-11-09"), ("magic", 4))
    assert table.summary["answered"] == 1
    assert "no such item, so not counted: magic" in table.notes


def test_an_item_with_a_report_has_its_figure_beside_it():
    table = asked(("value-known", 3))
    evidence = table.rows[0][5]
    assert [each.partition(":")[0] for each in evidence] == [
        "value",
        "knowledge",
        "satisfaction",
        "relationships",
    ]
    items = {row[1]: row for row in table.part("items").rows}
    assert items["value-known"][3] == 3
    assert items["purpose-first"][7] is None


def test_the_house_has_no_reps():
    with pytest.raises(UsageError, match="not by rep"):
        readiness(book_of(), D, rep="mei")
