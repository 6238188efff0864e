"""JSON: the public contract."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.render.answer import Style
from crmcli.render.answer import render
from crmcli.render.json_text import to_json
from crmcli.reports.table import Column
from crmcli.reports.table import Money
from crmcli.reports.table import Table
from tests.render.samples import CARD
from tests.render.samples import DEALS
from tests.render.samples import HOSTILE
from tests.render.samples import PAYLOADS
from tests.render.samples import PROMISES
from tests.render.samples import REPORT

PIPE = Style("json")
SCREEN = Style("json", terminal=True)


def read(table, style=PIPE):
    return json.loads(render(table, style))


@pytest.mark.parametrize("style", [PIPE, SCREEN])
def test_every_payload_reads_back_exactly(style):
    assert [row["name"] for row in read(HOSTILE, style)] == [raw for raw, _ in PAYLOADS]
    assert read(HOSTILE, style)[0]["tags"] == [PAYLOADS[0][0], "x;y"]


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_reads_back_exactly(text):
    assert json.loads(to_json({"a": text})) == json.loads(json.dumps({"a": text}))


def test_chinese_stays_readable_and_hidden_characters_are_four_hex_digits():
    assert (
        to_json("王\u202e\x9b\U000e0041\u2028 👍") == '"王\\u202e\\u009b\\udb40\\udc41\\u2028 👍"'
    )


def test_a_list_has_its_keys_in_order_and_null_for_the_unknown():
    rows = read(DEALS)
    assert list(rows[0]) == ["id", "name", "stage", "amount", "weighted", "close"]
    assert rows[0]["amount"] == {"amount": "1200000.00", "currency": "TWD"}
    assert rows[1]["amount"] is None
    assert rows[0]["close"] == "2026-12-01"


def test_one_line_in_a_pipe_and_indented_on_a_terminal():
    assert render(PROMISES, PIPE).count("\n") == 1
    text = render(PROMISES, SCREEN)
    assert text.startswith('[\n  {\n    "id": "p-4t8wz01m",\n')
    assert not [line for line in text.split("\n") if line != line.rstrip()]


def test_one_record_is_an_object_with_its_lists():
    record = read(CARD)
    assert list(record) == [*CARD.keys, "promises", "deals", "none"]
    assert record["verified"] is True
    assert record["contacts"][1] == {"id": "wu", "name": "吳大維", "role": None, "phone": None}
    assert record["needs"] == ["same-week delivery", "誠實的交期"]
    assert [deal["id"] for deal in record["deals"]] == ["d-1a2b3c4d", "d-5e6f7g8h"]
    assert record["none"] == []


def test_a_report_is_an_envelope():
    answer = read(REPORT)
    assert list(answer) == [
        "report",
        "question",
        "as_of",
        "since",
        "until",
        "rows",
        "parts",
        "summary",
        "notes",
    ]
    assert (answer["report"], answer["as_of"]) == ("relationships", "2026-11-09")
    assert answer["summary"] == {
        "customers": 3,
        "rate": 0.5,
        "value_at_risk": {"amount": "5.00", "currency": "TWD"},
        "unknown": None,
    }
    assert list(answer["parts"]) == ["deals"]
    row = answer["rows"][0]
    assert (row["rate"], row["secret"]) == (0.7777, "a")
    assert len(row["evidence"]) == 4
    assert row["evidence"][0] == {
        "date": "2026-11-10",
        "id": "p-4t8wz01m",
        "kind": "promise",
        "basis": "computed",
        "text": "late 6 days",
    }
    assert answer["rows"][2]["evidence"] == []
    assert read(REPORT, PIPE._replace(part="deals", evidence=0)) == answer


def test_jsonl_is_the_rows_of_the_main_table():
    lines = render(REPORT, Style("jsonl", terminal=True)).splitlines()
    assert [json.loads(line) for line in lines] == read(REPORT)["rows"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (float("nan"), "null"),
        (float("inf"), "null"),
        (Decimal(3), "3"),
        (Decimal("2.50"), "2.5"),
        (Decimal("NaN"), "null"),
        (Money(Decimal("12.5"), "JPY"), '{"amount": "12", "currency": "JPY"}'),
        (date(2026, 11, 9), '"2026-11-09"'),
        (False, "false"),
        ((), "[]"),
    ],
)
def test_a_value(cell, text):
    assert to_json(cell) == text


def test_an_unknown_list_is_empty():
    table = Table("x", "", (Column("tags", "list"), Column("name")), ((None, None),))
    assert read(table) == [{"tags": [], "name": None}]
