"""The door: every format on every kind of answer, and what is said beside it."""

import json
import subprocess
import sys
import time
import unicodedata

import pytest

from crmcli.book.csv_text import from_csv
from crmcli.book.csv_text import unguard
from crmcli.model.errors import UsageError
from crmcli.render.answer import FORMATS
from crmcli.render.answer import Style
from crmcli.render.answer import render
from crmcli.render.answer import sidenotes
from crmcli.render.visible import HIDDEN
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from tests.render.samples import CARD
from tests.render.samples import DEALS
from tests.render.samples import EMPTY
from tests.render.samples import HOSTILE
from tests.render.samples import PAYLOADS
from tests.render.samples import PROMISES
from tests.render.samples import REPORT

PIPE = Style(width=80)
SCREEN = Style(terminal=True, width=80)


def hidden(text):
    return {c for c in text if unicodedata.category(c) in HIDDEN} - {"\n"}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_payload_reaches_a_terminal(form, width):
    style = Style(form, terminal=True, width=width)
    for table in (HOSTILE, HOSTILE._replace(single=True), REPORT._replace(parts=(HOSTILE,))):
        allowed = {"\t"} if form in ("tsv", "csv", "plain") else set()
        assert hidden(render(table, style)) <= allowed
        assert not hidden("".join(sidenotes(table, style)))


@pytest.mark.parametrize("form", [f for f in FORMATS if f not in ("csv", "tsv")])
def test_no_payload_reaches_a_pipe(form):
    assert hidden(render(HOSTILE, Style(form, width=80))) <= {"\t"}


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_joiners_stay_whole_in_a_file_but_no_control_does(form):
    kinds = {unicodedata.category(c) for c in hidden(render(HOSTILE, Style(form))) - {"\t", "\r"}}
    assert kinds <= {"Cf"}


@pytest.mark.parametrize(("at", "shown"), list(enumerate(p[1] for p in PAYLOADS)))
def test_a_payload_is_read_as_typed(at, shown):
    row = HOSTILE._replace(rows=HOSTILE.rows[at : at + 1], notes=())
    assert shown in render(row, Style("table", width=0))
    assert render(row, PIPE).split("\n")[1].split("\t")[1] == shown


def test_a_table_on_a_terminal_and_plain_in_a_pipe():
    assert render(PROMISES, SCREEN) == render(PROMISES, SCREEN._replace(format="table"))
    assert render(PROMISES, PIPE) == render(PROMISES, PIPE._replace(format="plain"))


def test_a_pipe_gets_whole_values_one_record_a_line():
    lines = render(PROMISES, PIPE).splitlines()
    assert lines[0].split("\t") == list(PROMISES.keys)
    assert [line.split("\t")[0] for line in lines[1:]] == [row[0] for row in PROMISES.rows]
    assert lines[1].split("\t")[3] == PROMISES.rows[0][3]
    assert "…" not in "".join(lines)
    without = render(PROMISES, PIPE._replace(header=False)).splitlines()
    assert without == lines[1:]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("", ""),
        ("table", ""),
        ("plain", ""),
        ("markdown", ""),
        ("jsonl", ""),
        ("json", "[]\n"),
        ("yaml", "[]\n"),
        ("csv", "id,due,customer_name,what,by,status,days_late\n"),
        ("tsv", "id\tdue\tcustomer_name\twhat\tby\tstatus\tdays_late\n"),
    ],
)
@pytest.mark.parametrize("style", [PIPE, SCREEN])
def test_an_empty_list_says_nothing_on_stdout_and_a_sentence_beside_it(form, text, style):
    style = style._replace(format=form)
    assert render(EMPTY, style) == text
    assert sidenotes(EMPTY, style) == [EMPTY.empty]


def test_an_empty_page_says_so():
    assert "no promise. Try: crm promise add" in render(EMPTY, Style("html"))


def test_notes_go_beside_what_cannot_carry_them():
    for form in ("plain", "csv", "tsv", "jsonl"):
        assert REPORT.notes[0] in sidenotes(REPORT, Style(form))
    for form in ("table", "markdown", "html", "json", "yaml"):
        assert sidenotes(REPORT, Style(form)) == []
        assert "not priced" in render(REPORT, Style(form, width=80))
    assert sidenotes(DEALS, Style("json")) == list(DEALS.notes)
    nothing = REPORT._replace(rows=(), parts=(), empty="no customers")
    assert sidenotes(nothing, Style("table")) == ["no customers", *REPORT.notes]


def test_a_part_takes_the_place_of_the_main_table():
    assert render(REPORT, Style("plain", part="deals")).startswith("id\tname\tstage")
    screen = render(REPORT, Style("table", part="deals"))
    assert screen.startswith(REPORT.question)
    assert "acme" not in screen
    assert sidenotes(REPORT, Style("plain", part="deals")) == list(DEALS.notes)
    assert len(render(REPORT, Style("jsonl", part="deals")).splitlines()) == 2
    with pytest.raises(UsageError, match="no part 'deal' here") as caught:
        render(REPORT, Style("csv", part="deal"))
    assert caught.value.remedy == "Parts: deals"


def test_cells_that_a_spreadsheet_would_run_are_guarded_and_counted():
    cells = ("=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "'=1", "+886912345678", "plain")
    table = Table(
        "x",
        "",
        (Column("id", "id"), Column("text"), Column("n", "number")),
        tuple((f"x-{at:08d}", cell, -5) for at, cell in enumerate(cells)),
    )
    rows = [cells for _, cells in from_csv(render(table, Style("csv")))][1:]
    assert [unguard(row[1]) for row in rows] == list(cells)
    assert [row[1] for row in rows][:2] == ["'=1+1", "'+cmd|' /C calc'!A0"]
    assert [row[1] for row in rows][5:] == ["+886912345678", "plain"]
    assert {row[2] for row in rows} == {"-5"}
    assert sidenotes(table, Style("csv"))[0].startswith("5 cells with a ' in front")
    raw = [cells for _, cells in from_csv(render(table, Style("csv", raw=True)))][1:]
    assert [row[1] for row in raw] == list(cells)
    assert sidenotes(table, Style("csv", raw=True))[0].startswith("5 cells that a spreadsheet")
    assert render(table, Style("csv", excel=True)).startswith("\ufeffid,")
    assert ",'+886912345678," in render(table, Style("csv", excel=True))
    assert sidenotes(table._replace(rows=table.rows[5:]), Style("csv")) == []


@pytest.mark.parametrize("form", ["", "table", "plain", "csv", "json", "markdown"])
def test_two_thousand_rows_are_quick(form):
    rows = tuple((f"p-{at:08d}", *PROMISES.rows[at % 3][1:]) for at in range(2000))
    table = PROMISES._replace(rows=rows)
    render(PROMISES, Style(form, width=80))
    begun = time.process_time()
    text = render(table, Style(form, terminal=form == "table", width=80, colour=True))
    assert time.process_time() - begun < 1.5
    assert "p-00001999" in text


LOADED = """
import sys
from crmcli.render.answer import Style, render, sidenotes
from tests.render.samples import PROMISES, REPORT, CARD
for table in (PROMISES, REPORT, CARD._replace(columns=CARD.columns[:-1], rows=(CARD.rows[0][:-1],))):
    assert render(table, Style({style}))
    sidenotes(table, Style({style}))
heavy = ("rich", "tabulate", "wcwidth", "json", "yaml", "csv", "msgspec", "jinja2", "sqlite3")
print(" ".join(name for name in heavy if name in sys.modules))
"""


@pytest.mark.parametrize(
    ("style", "loaded"),
    [
        ("'plain'", ""),
        ("'tsv'", ""),
        ("'json'", "json"),
        ("'table', width=80, colour=False", "wcwidth"),
    ],
)
def test_only_what_a_format_needs_is_loaded(style, loaded):
    code = LOADED.replace("{style}", style)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == loaded


@pytest.mark.parametrize("form", FORMATS)
def test_every_answer_ends_its_last_line(form):
    for table in (PROMISES, CARD, REPORT):
        text = render(table, Style(form, width=80))
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


def test_nothing_is_shortened_in_any_format():
    for form in FORMATS:
        text = render(PROMISES, Style(form, width=0))
        for row in PROMISES.rows[:2]:
            assert row[0] in text
            assert json.dumps(row[3], ensure_ascii=False)[1:-1] in text
