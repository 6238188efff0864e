"""YAML answers read back as the same tree as JSON."""

import json

import pytest
import yaml

from crmcli.render.answer import Style
from crmcli.render.answer import render
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from tests.render.samples import CARD
from tests.render.samples import DEALS
from tests.render.samples import HOSTILE
from tests.render.samples import PROMISES
from tests.render.samples import REPORT


def both(table):
    tree = yaml.safe_load(render(table, Style("yaml")))
    return json.loads(json.dumps(tree, default=str)), json.loads(render(table, Style("json")))


@pytest.mark.parametrize(
    "table", [PROMISES, DEALS, CARD, REPORT, HOSTILE], ids=lambda table: table.name
)
def test_the_tree_is_that_of_json(table):
    as_yaml, as_json = both(table)
    assert as_yaml == as_json


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "0912345678",
        "1e3",
        "null",
        "2026-11-09",
        "- a",
        "a: b",
        "#x",
        "",
        " a",
        "a\n",
        "a\nb",
        "\n",
        "a\n\n",
        " a\nb",
        "王\n明\n",
        'q"\\\x1b\\n',
        "\u202eé",
        "\U000e0041",
        "{a}",
        "tab\tb\nc",
    ],
)
def test_a_text_stays_a_text(text):
    table = Table("x", "", (Column("a"), Column("b", "list")), ((text, (text,)),))
    as_yaml, as_json = both(table)
    assert as_yaml == as_json == [{"a": text, "b": [text]}]


def test_small_numbers_stay_numbers():
    table = Table("x", "", (Column("p", "number"),), ((1e-05,), (2.0,), (3,)))
    assert yaml.safe_load(render(table, Style("yaml"))) == [{"p": 1e-05}, {"p": 2.0}, {"p": 3}]


def test_it_reads_well():
    text = render(CARD, Style("yaml"))
    assert "tier: null\n" in text
    assert "verified: true\n" in text
    assert "needs:\n- same-week delivery\n- 誠實的交期\n" in text
    assert "background: |-\n  Family business" in text
    assert "none: []\n" in text
