"""Markdown: what is data stays data."""

import pytest

from crmcli.render.answer import Style
from crmcli.render.answer import render
from crmcli.render.markdown import escape
from crmcli.render.markdown import line
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from tests.render.samples import CARD
from tests.render.samples import PROMISES
from tests.render.samples import REPORT

STYLE = Style("markdown")


@pytest.mark.parametrize(
    ("raw", "escaped"),
    [
        ("a|b", r"a\|b"),
        ("[x](http://e)", r"\[x\](http://e)"),
        ("<script>", r"\<script\>"),
        ("*a* _b_ `c`", r"\*a\* \_b\_ \`c\`"),
        (r"a\|b", r"a\\\|b"),
        ("line\nbreak", r"line\nbreak"),
        ("end\\", r"end\\"),
        ("AT&T &lt; &#42;", r"AT&T \&lt; \&#42;"),
        ("王小明", "王小明"),
    ],
)
def test_marks_are_escaped(raw, escaped):
    assert escape(raw) == escaped


@pytest.mark.parametrize(
    ("raw", "escaped"),
    [("# a", r"\# a"), ("- a", r"\- a"), ("1. a", r"1\. a"), ("3 deals", "3 deals")],
)
def test_a_line_begins_no_heading_and_no_list(raw, escaped):
    assert line(raw) == escaped


def test_numbers_stay_as_they_are():
    table = Table(
        "x", "", (Column("a"), Column("n", "number")), (("01067", 1), ("1.10", 2), ("1e3", 3))
    )
    assert [row.split("|")[1].strip() for row in render(table, STYLE).splitlines()[2:]] == [
        "01067",
        "1.10",
        "1e3",
    ]


def test_a_list_is_a_table_of_its_shown_columns():
    lines = render(PROMISES, STYLE).splitlines()
    assert len(lines) == 2 + len(PROMISES.rows)
    assert [cell.strip() for cell in lines[0].split("|")[1:-1]] == [
        "id",
        "due",
        "customer name",
        "what",
        "by",
        "status",
        "days late",
    ]
    assert lines[1].endswith("-:|")


def test_a_report_shows_all_evidence_parts_and_notes():
    text = render(REPORT, STYLE._replace(evidence=1))
    assert text.startswith(
        f"# {REPORT.question}\n\n2026-05-14 to 2026-11-09, as of 2026-11-09\n\n|"
    )
    assert "- acme\n  - 2026-11-10 p-4t8wz01m promise late 6 days (computed)\n" in text
    assert "i-3m8c4x7q" in text
    assert "## Open deals\n\n| id" in text
    assert text.endswith("- 3 deals not priced: no rate for EUR (12,000)\n")


def test_a_card_keeps_the_lines_of_a_text():
    text = render(CARD, STYLE)
    assert text.startswith("# 王小明股份有限公司\n\n- **id:** 王小明股份有限公司\n")
    assert "only in person.\\\n  老闆不喜歡電話，請先寫信。\n" in text
    assert "## Contacts\n\n| id" in text
    assert "- **not known:** tier, industry\n" in text
