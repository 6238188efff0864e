"""TSV and CSV read back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.book.csv_text import from_csv
from crmcli.render.answer import Style
from crmcli.render.answer import render
from crmcli.reports.table import Column
from crmcli.reports.table import Table
from tests.render.samples import DEALS
from tests.render.samples import REPORT

COLUMNS = (Column("id", "id"), Column("text"))
printable = st.text(
    alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from("\n\t\r")
)


def table_of(texts):
    return Table("x", "", COLUMNS, tuple((str(at), text) for at, text in enumerate(texts)))


def csv_cells(table, **wishes):
    return [cells for _, cells in from_csv(render(table, Style("csv", **wishes)))]


@given(st.lists(printable, min_size=1))
def test_csv_reads_back_but_for_the_kind_of_line_end(texts):
    rows = csv_cells(table_of(texts), raw=True)[1:]
    assert [row[1] for row in rows] == [t.replace("\r\n", "\n").replace("\r", "\n") for t in texts]


@given(st.lists(printable, min_size=1))
def test_tsv_reads_back_exactly(texts):
    lines = render(table_of(texts), Style("tsv")).removesuffix("\n").split("\n")[1:]
    assert [unescaped(line.split("\t")[1]) for line in lines] == texts


def unescaped(cell):
    marks = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
    out, rest = "", iter(cell)
    for c in rest:
        out += marks[next(rest)] if c == "\\" else c
    return out


def test_the_note_with_a_tab_a_line_break_and_a_backslash():
    table = table_of(["a\tb\nc\\d|e"])
    assert render(table, Style("tsv")).splitlines()[1] == r"0	a\tb\nc\\d|e"
    assert render(table, Style("plain")).splitlines()[1] == r"0	a\tb\nc\d|e"


@pytest.mark.parametrize("form", ["plain", "table", "markdown", "html"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_feed_that_ends_a_text_is_not_shown_to_a_person(form, end):
    assert render(table_of([f"a\nb{end}"]), Style(form)) == render(table_of(["a\nb"]), Style(form))
    assert r"a\nb" in render(table_of([f"a\nb{end}"]), Style(form))


def test_the_line_feed_that_ends_a_text_is_kept_for_programs():
    table = table_of(["a\n"])
    assert render(table, Style("tsv")).splitlines()[1] == r"0	a\n"
    assert render(table, Style("csv")) == 'id,text\n0,"a\n"\n'
    assert '"text": "a\\n"' in render(table, Style("jsonl"))


@pytest.mark.parametrize("form", ["plain", "tsv", "csv"])
def test_amounts_stand_alone_with_one_currency_after_the_first(form):
    text = render(DEALS, Style(form)).replace("\t", ",")
    assert text.splitlines() == [
        "id,name,stage,amount,currency,weighted,close",
        "d-1a2b3c4d,40 battery packs,quoted,1200000.00,TWD,600000.00,2026-12-01",
        "d-5e6f7g8h,維修合約 2027,qualified,,,,",
    ]


def test_a_table_with_a_currency_of_its_own_gets_no_other():
    table = Table(
        "x", "", (Column("amount", "money"), Column("currency")), ((DEALS.rows[0][3], "TWD"),)
    )
    assert csv_cells(table) == [["amount", "currency"], ["1200000.00", "TWD"]]


def test_rates_stay_fractions_and_evidence_is_its_ids():
    header, first, *_ = csv_cells(REPORT)
    row = dict(zip(header, first, strict=True))
    assert row["rate"] == "0.7777"
    assert row["evidence"] == "p-4t8wz01m s-2m8c4x7q i-2m8c4x7q i-3m8c4x7q"


def test_a_list_is_joined_without_loss():
    table = Table("x", "", (Column("tags", "list"),), ((("a;b", "c\\", "王"),), ((),)))
    assert csv_cells(table)[1:] == [["a\\;b;c\\\\;王"], [""]]


def test_yes_and_no_in_letters_and_maps_as_json():
    columns = (Column("late", "yes"), Column("contacts", "records"))
    table = Table("x", "", columns, ((True, ({"id": "chen"},)), (False, ()), (None, None)))
    assert csv_cells(table)[1:] == [["yes", '[{"id": "chen"}]'], ["no", ""], ["", ""]]


def test_without_the_header():
    assert render(table_of(["a"]), Style("csv", header=False)) == "0,a\n"
    assert render(table_of(["a"]), Style("tsv", header=False)) == "0\ta\n"
