"""Whatever a record holds, its file gives it back: values of all kinds, by the ten thousand."""

import datetime
from decimal import Decimal
from types import NoneType
from types import UnionType
from typing import Any
from typing import Literal
from typing import Union
from typing import get_args
from typing import get_origin
from typing import get_type_hints

import msgspec
import pytest
import yaml
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from crmcli.book.csv_text import edit_rows
from crmcli.book.csv_text import read_rows
from crmcli.book.records import COLUMNS
from crmcli.book.records import new_text
from crmcli.book.records import read_file
from crmcli.book.records import row_cells
from crmcli.book.yaml_text import Layout
from crmcli.book.yaml_text import dump_tree
from crmcli.book.yaml_text import read_tree
from crmcli.model.interaction import Interaction
from crmcli.model.kinds import KINDS

TEN_THOUSAND = 10_000
EACH = 25  # values in a file
FILES = 400
SIGNS = ":#-?,[]{}&*!|>'\"%@` \n_.eExXo+=<~0189yYnNtTzZ王é/;\\"
ODD = "\t\x1b\x7f\x85\xa0\u2028\u2029\u202e\ufeff\ufffe😀"
TEXTS = st.text(
    st.one_of(
        st.sampled_from(SIGNS),
        st.sampled_from(ODD),
        st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"),
    ),
    min_size=1,
    max_size=10,
)
SEVERAL = st.lists(TEXTS, min_size=EACH, max_size=EACH)
QUICKLY = settings(max_examples=FILES, deadline=None, suppress_health_check=list(HealthCheck))
HEADER = COLUMNS[Interaction]


def test_ten_thousand_texts_come_back_from_yaml() -> None:
    """Y1, Y2: as values of keys, in lists, in maps."""
    count = 0

    @given(SEVERAL)
    @QUICKLY
    def come_back(texts: list[str]) -> None:
        nonlocal count
        count += len(texts)
        tree: dict[str, Any] = {f"k{at}": text for at, text in enumerate(texts[:12])}
        tree["list"] = texts[12:18]
        tree["flow"] = texts[18:21]
        tree["maps"] = [{"id": "a", "text": text} for text in texts[21:]]
        written = dump_tree(tree, Layout(paragraphs=("list",), flow=("flow",), flow_items=()))
        assert read_tree(written.encode()).tree == tree
        assert yaml.load(written, yaml.CSafeLoader) == tree

    come_back()
    print(f"{count} texts through YAML")  # noqa: T201  # no silent skip
    assert count >= TEN_THOUSAND


def test_ten_thousand_texts_come_back_from_csv() -> None:
    """V3, V4: as cells of rows."""
    count = 0

    @given(SEVERAL)
    @QUICKLY
    def come_back(texts: list[str]) -> None:
        nonlocal count
        count += len(texts)
        ids = [f"i-{at:08}" for at in range(len(texts))]
        empty = dict.fromkeys(HEADER, "")
        rows = {
            id: {**empty, "id": id, "summary": text} for id, text in zip(ids, texts, strict=True)
        }
        read = read_rows(edit_rows(None, HEADER, rows), required=("id",), known=HEADER)
        assert [row.cells for row in read.rows] == list(rows.values())

    come_back()
    print(f"{count} texts through CSV")  # noqa: T201  # no silent skip
    assert count >= TEN_THOUSAND


DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2099, 12, 31))
MOMENTS = st.builds(
    lambda day, hour, minute: f"{day}T{hour:02}:{minute:02}+08:00",
    DAYS,
    st.integers(0, 23),
    st.integers(0, 59),
)
AMOUNTS = st.decimals(0, 10**12, places=2) | st.integers(0, 10**12).map(Decimal)


WORDS = st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True)  # a list in a cell is one of ids


def values_of(kind: Any, items: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[Any]:
    """Values of a field, by what the record says it holds; `items` are those of lists of words."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        inner = next(arg for arg in args if arg is not NoneType)
        return st.none() | values_of(inner, items)
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple and args[0] is str:
        return st.lists(items, max_size=3, unique=True).map(tuple)
    if origin is tuple:
        return st.lists(values_of(args[0], items), max_size=3).map(tuple)
    if getattr(kind, "__metadata__", None) == ("moment",):
        return MOMENTS
    simple = {str: TEXTS, int: st.integers(1, 5), Decimal: AMOUNTS, datetime.date: DAYS}
    return simple[kind] if kind in simple else records_of(kind, items)


def records_of(struct: type[Any], items: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Records of that kind with values in all their fields, or in some."""
    hints = get_type_hints(struct, include_extras=True)
    fields = {
        field.name: values_of(hints[field.name], items) for field in msgspec.structs.fields(struct)
    }
    return st.fixed_dictionaries(fields).map(lambda values: struct(**values))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_record_of_any_values_comes_back_from_its_file(kind) -> None:
    id = f"{kind.letter}-11111111" if kind.letter else "acme"
    folders = {"file": "", "file by year": "2026/", "row by rep and month": "mei/"}
    name = "2026-11.csv" if kind.is_row else f"{id}.yaml"
    path = f"{kind.folder}/{folders.get(kind.home, '')}{name}"

    @given(records_of(kind.record, WORDS if kind.is_row else TEXTS))
    @settings(QUICKLY, max_examples=40)
    def comes_back(record):
        record = record.with_fields(id=id)
        if kind.is_row:
            header = COLUMNS[kind.record]
            data = edit_rows(None, header, {id: row_cells(record)})
        else:
            data = new_text(record).encode()
        read, problems = read_file(path, data)
        assert [str(each) for each in problems] == []
        assert read == [record]

    comes_back()
