"""Two versions of a file of rows made into one: rows by id, then field by field."""

import json
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any
from typing import NamedTuple

from crmcli.book.csv_text import BOM
from crmcli.book.csv_text import CsvFile
from crmcli.book.csv_text import CsvProblem
from crmcli.book.csv_text import read_rows
from crmcli.book.csv_text import to_csv
from crmcli.book.records import SEPARATOR
from crmcli.book.shapes import shapes
from crmcli.model.kinds import BY_FOLDER
from crmcli.sync.merge import in_order
from crmcli.sync.merge_record import LAST
from crmcli.sync.merge_record import QUESTIONS
from crmcli.sync.merge_record import MergedRecord
from crmcli.sync.merge_record import merge_record
from crmcli.sync.merge_record import ranks

Key = tuple[str, int]  # an id, and which of its rows; an id stands twice only by mistake
Cells = Mapping[str, str]


class _Row(NamedTuple):
    cells: Cells
    raw: str  # with a plain line end
    header: tuple[str, ...]


class _Version(NamedTuple):
    header: tuple[str, ...]
    rows: Mapping[Key, _Row]
    has_bom: bool
    has_crlf: bool


UNDISPUTED = MergedRecord({})
NOTHING = _Version((), {}, has_bom=False, has_crlf=False)


def merge_rows(
    folder: str, base: bytes | None, first: bytes, second: bytes, times: tuple[int, int]
) -> tuple[bytes, dict[str, MergedRecord]]:
    """Merge two versions of a month of rows; also what was decided, by id of the row.

    Rows that read as one side has them keep its bytes. Order: that of the base, then new rows by
    id. A base that cannot be read counts as none. Raises CsvProblem if a side cannot be read.
    """
    old, one, two = _read_or_none(base), _read(first), _read(second)
    merged: dict[str, MergedRecord] = {}
    rows: dict[Key, Cells] = {}
    for key in [*old.rows, *sorted({*one.rows, *two.rows}.difference(old.rows))]:
        before, mine, yours = (_cells(side.rows.get(key)) for side in (old, one, two))
        cells, found = _merged(folder, before, mine, yours, times)
        if cells is not None:
            rows[key] = cells
        if found.revived:
            merged[key[0]] = found
    header = _header(folder, old, one, two, rows)
    lines = [to_csv(header, ())]
    for key, cells in rows.items():
        raw = _raw(header, cells, [side.rows[key] for side in (one, two) if key in side.rows])
        lines.append(raw)
    text = "".join(lines)
    known = base is not None and old is not NOTHING
    if _agreed(old.has_crlf if known else None, one.has_crlf, two.has_crlf):
        text = text.replace("\n", "\r\n")
    bom = _agreed(old.has_bom if known else None, one.has_bom, two.has_bom)
    return (BOM if bom else b"") + text.encode(), merged


def _read(data: bytes) -> _Version:
    file: CsvFile = read_rows(data, required=("id",), known=())
    rows: dict[Key, _Row] = {}
    for row in file.rows:
        raw = row.raw.replace("\r\n", "\n")
        if "\r" in raw:
            raw = to_csv((), [list(row.cells.values())])
        raw = raw if raw.endswith("\n") else raw + "\n"
        count = 0
        while (row.cells["id"], count) in rows:
            count += 1
        rows[row.cells["id"], count] = _Row(row.cells, raw, file.header)
    return _Version(file.header, rows, data.startswith(BOM), b"\r\n" in data)


def _read_or_none(data: bytes | None) -> _Version:
    try:
        return NOTHING if data is None else _read(data)
    except CsvProblem:
        return NOTHING


def _agreed(base: bool | None, first: bool, second: bool) -> bool:
    """A property of the bytes that one side changed; where nobody knows, it is not there."""
    return first if first == second else not base if base is not None else False


def _merged(
    folder: str, old: Cells | None, one: Cells | None, two: Cells | None, times: tuple[int, int]
) -> tuple[Cells | None, MergedRecord]:
    """The cells of one row (None: it is gone), and what was decided about it."""
    if two in (one, old):
        return one, UNDISPUTED
    if one == old:
        return two, UNDISPUTED
    if one is None or two is None:
        return (one or two), (UNDISPUTED if old is None else MergedRecord({}, revived=("",)))
    sets = _sets(folder)
    before = None if old is None else _tree(old, sets)
    found = merge_record(folder, before, _tree(one, sets), _tree(two, sets), times)
    return _as_cells(found.tree, sets), found


def _sets(folder: str) -> tuple[str, ...]:
    """The columns whose cells hold several words."""
    fields = shapes(BY_FOLDER[folder].record).values()
    return tuple(field.name for field in fields if field.shape.name == "list")


def _cells(row: _Row | None) -> Cells | None:
    return None if row is None else {name: cell for name, cell in row.cells.items() if cell}


def _tree(cells: Cells, sets: Iterable[str]) -> dict[str, Any]:
    tree: dict[str, Any] = dict(cells)
    for name in sets:
        words = [word.strip() for word in cells.get(name, "").split(SEPARATOR)]
        if any(words):
            tree[name] = [word for word in words if word]
    if QUESTIONS in cells:
        tree[QUESTIONS] = _questions(cells[QUESTIONS])
    return tree


def _questions(cell: str) -> list[Any]:
    """The open questions of a row; what is no JSON is kept as one."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, list) else [{"field": QUESTIONS, "other": cell}]


def _as_cells(tree: Mapping[str, Any], sets: Iterable[str]) -> Cells:
    cells = dict(tree)
    for name in sets:
        if isinstance(cells.get(name), list):
            cells[name] = SEPARATOR.join(cells[name])
    if QUESTIONS in cells:
        cells[QUESTIONS] = json.dumps(cells[QUESTIONS], ensure_ascii=False, separators=(",", ":"))
    return cells


def _header(
    folder: str, old: _Version, one: _Version, two: _Version, rows: Mapping[Key, Cells]
) -> tuple[str, ...]:
    """All columns but those that one side took out and that nobody fills."""
    filled = {name for cells in rows.values() for name in cells}
    both = {*one.header, *two.header}
    wanted = {
        name
        for name in both | filled
        if name in filled or name not in old.header or (name in one.header and name in two.header)
    }
    places = {"id": -1, **ranks(folder)}
    return tuple(
        in_order(old.header, one.header, two.header, wanted, lambda name: places.get(name, LAST))
    )


def _raw(header: tuple[str, ...], cells: Cells, sides: list[_Row]) -> str:
    """The line of a row: as a side wrote it, if it reads the same there."""
    for row in sides:
        width = len(row.header)
        if _cells(row) == cells and row.header == header[:width]:
            return row.raw[:-1] + "," * (len(header) - width) + "\n"
    return to_csv((), [[cells.get(name, "") for name in header]])
