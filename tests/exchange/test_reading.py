import pytest

from crmcli.exchange.reading import Source
from crmcli.exchange.reading import joined
from crmcli.exchange.reading import read_source
from crmcli.exchange.reading import split
from crmcli.model.errors import BadDataError
from crmcli.model.errors import BadValueError

TEXT = "name,city\nÖhlmann,台北\n"


def cells(source: Source) -> list[tuple[str, ...]]:
    return [source.header, *(row.cells for row in source.rows)]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8"),
        (TEXT.encode("utf-16"), "UTF-16"),
        ("\ufeff".encode("utf-16-be") + TEXT.encode("utf-16-be"), "UTF-16"),
    ],
)
def test_utf8_and_utf16_with_a_mark_are_known(data: bytes, encoding: str) -> None:
    source = read_source("a.csv", data)
    assert cells(source) == [("name", "city"), ("Öhlmann", "台北")]
    assert source.encoding == encoding


@pytest.mark.parametrize("code", ["cp950", "gb18030"])
def test_other_encodings_are_refused_until_they_are_told(code: str) -> None:
    data = "name,city\nacme,台北\n".encode(code)
    with pytest.raises(BadDataError) as told:
        read_source("a.csv", data)
    assert str(told.value).startswith("a.csv:2: not UTF-8\nTry: --encoding cp950 or gb18030")
    assert read_source("a.csv", data, encoding=code).rows[0].cells == ("acme", "台北")


def test_an_encoding_that_does_not_fit_or_does_not_exist_is_an_error() -> None:
    with pytest.raises(BadDataError, match="not cp950"):
        read_source("a.csv", b"name\n\xff\xff\n", encoding="cp950")
    for word in ("klingon", "zip"):
        with pytest.raises(BadValueError, match="no encoding"):
            read_source("a.csv", b"name\n", encoding=word)


def test_utf16_without_a_mark_is_not_taken_for_text() -> None:
    with pytest.raises(BadDataError, match="NUL"):
        read_source("a.csv", "name\nacme\n".encode("utf-16-le"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_line_tells_the_delimiter(delimiter: str) -> None:
    text = f'"a,b;c"{delimiter}city\n1{delimiter}2\n'
    source = read_source("a.txt", text.encode())
    assert cells(source) == [("a,b;c", "city"), ("1", "2")]


def test_a_delimiter_may_be_told() -> None:
    assert read_source("a.csv", b"a|b\n1|2\n", delimiter="|").rows[0].cells == ("1", "2")
    assert read_source("a.csv", b"a\tb\n1\t2\n", delimiter="tab").rows[0].cells == ("1", "2")
    with pytest.raises(BadValueError, match="no delimiter"):
        read_source("a.csv", b"a,b\n", delimiter="ab")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('a,b\n1,"2"x\n', 2, "a quote stands inside of a quoted value"),
        ('a,b\n1,2\n3,"4\n', 3, "never closed"),
    ],
)
def test_a_stray_quote_is_an_error_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(BadDataError, match=what) as told:
        read_source("a.csv", text.encode())
    assert told.value.place == f"a.csv:{line}"


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_error(data: bytes) -> None:
    with pytest.raises(BadDataError, match="not even a header"):
        read_source("a.csv", data)


def test_a_header_alone_has_no_rows() -> None:
    assert read_source("a.csv", b"name,city\n").rows == ()


def test_a_row_of_another_width_is_bad_and_blank_ones_are_none() -> None:
    rows = read_source("a.csv", b"a,b,\n1,2\n\n,,\n3\n4,5,\n6,7,8\n").rows
    assert [(row.line, row.fault is None) for row in rows] == [
        (2, True),
        (5, False),
        (6, True),
        (7, False),
    ]


def test_a_row_keeps_the_line_where_it_begins() -> None:
    rows = read_source("a.csv", b'a,b\n"1\n2",3\n4,5\n').rows
    assert [(row.line, row.cells[0]) for row in rows] == [(2, "1\n2"), (4, "4")]


def test_a_guard_against_spreadsheets_is_taken_away() -> None:
    rows = read_source("a.csv", b"a\n'=1+1\n''=1\n'plain\n+886 2\n").rows
    assert [row.cells[0] for row in rows] == ["=1+1", "'=1", "'plain", "+886 2"]


def test_json_and_json_lines_become_cells() -> None:
    data = b'[{"name": "A", "amount": {"amount": "12.50", "currency": "EUR"}, "tags": ["a;b", "c"]}, {"n": 1.50, "yes": true, "none": null}]'
    source = read_source("a.json", data)
    assert source.header == ("name", "amount", "tags", "n", "yes", "none")
    assert source.rows[0].cells == ("A", "EUR 12.50", r"a\;b;c", "", "", "")
    assert source.rows[1].cells == ("", "", "", "1.50", "yes", "")
    lines = read_source("-", b'{"a": "1"}\n\n{"a": "2"}\n')
    assert lines.form == "jsonl"
    assert [(row.line, row.cells) for row in lines.rows] == [(1, ("1",)), (3, ("2",))]


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [
        ("a.json", b"[{]", "a.json:1"),
        ("a.jsonl", b'{"a": 1}\n{"a"\n', "a.jsonl:2"),
        ("a.json", b"[1]", "a.json:1"),
        ("a.json", b"[" * 100_000, "a.json"),
        ("a.yaml", b"---\na: 1\n---\na: *b\n", "a.yaml:4"),
        ("a.xlsx", b"PK\x03\x04rest", "a.xlsx"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_place(name: str, data: bytes, place: str) -> None:
    with pytest.raises(BadDataError) as told:
        read_source(name, data)
    assert told.value.place == place


def test_yaml_is_documents_or_a_list() -> None:
    documents = read_source(
        "a.yaml", b"---\nname: A\ntags:\n- x\n- y\n---\n# only a remark\n---\nname: B\n"
    )
    assert cells(documents) == [("name", "tags"), ("A", "x;y"), ("B", "")]
    items = read_source("a.yaml", b"- name: A\n  tags:\n  - x\n- name: B\n  tags: null\n")
    assert cells(items) == [("name", "tags"), ("A", "x"), ("B", "")]
    assert [row.line for row in items.rows] == [1, 4]


def test_our_own_tsv_is_read_back_exactly() -> None:
    source = read_source("a.tsv", b'id\tname\nx\ta\\tb\\n\\\\n\\x1b"\n')
    assert source.rows[0].cells == ("x", 'a\tb\n\\n\x1b"')
    theirs = read_source("a.tsv", b'Id\tName\nx\t"a\tb"\ny\tC:\\new\n')
    assert [row.cells[1] for row in theirs.rows] == ["a\tb", "C:\\new"]


def test_a_list_in_one_cell_is_split_as_it_was_joined() -> None:
    items = ["a;b", "c\\", "d, e"]
    assert split(joined(items)) == items
    assert split(" a ;; b") == ["a", "b"]
