"""CSV as text: read strictly, so that no stray quote swallows a row; written changing only what changed."""

import csv
import re
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from crmcli.book.markers import HINT
from crmcli.book.markers import marker_line
from crmcli.model.names import is_id

MAX_BYTES = 64 * 1024 * 1024
MAX_CELL = 1024 * 1024  # characters; what is written is limited far below

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
FORMULA = re.compile(r"'*[=+\-@\t]")
GUARDED = re.compile(r"'+[=+\-@\t]")

# What the csv module says, and what it means.
MISTAKES = (
    ("expected after", "a quote stands inside of a quoted value", "Double it"),
    ("unexpected end of data", "a quote is opened and never closed", None),
    ("new-line character", "a lone carriage return stands outside of quotes", None),
    ("field larger", f"a value is longer than {MAX_CELL:,} characters", None),
)

csv.field_size_limit(MAX_CELL)


class CsvProblem(Exception):  # noqa: N818 (it becomes a Problem)
    """A file that cannot be read: the line where the record begins, what is wrong, what to do.

    `markers`: it holds the conflict markers of a merge.
    """

    def __init__(
        self, line: int | None, what: str, remedy: str | None = None, *, markers: bool = False
    ) -> None:
        super().__init__(what if line is None else f"line {line}: {what}")
        self.line = line
        self.what = what
        self.remedy = remedy
        self.markers = markers


class CsvRow(NamedTuple):
    """One record: the line where it begins, its cells by column, and its bytes as text."""

    line: int
    cells: dict[str, str]
    raw: str


class CsvFile(NamedTuple):
    """A header and its rows. `unknown`: columns of the header that this program does not know."""

    header: tuple[str, ...]
    rows: tuple[CsvRow, ...]
    unknown: tuple[str, ...] = ()


class Line(NamedTuple):
    """One record before it has a header: a blank line has no cells."""

    line: int
    cells: list[str]
    raw: str


def read_rows(data: bytes, *, required: Collection[str], known: Collection[str]) -> CsvFile:
    """Read a file of the book by its header; a BOM and CRLF are fine, line ends in values are LF.

    Raises CsvProblem for whatever may mean that rows were lost: a stray quote, a row of another
    width, an id that is none, a required column that is missing, a column that stands twice.
    """
    text = decoded(data)
    try:
        return _read_rows(text, required, known)
    except CsvProblem as problem:
        line = marker_line(text)
        if line is None:
            raise
        raise CsvProblem(line, *HINT, markers=True) from problem


def _read_rows(text: str, required: Collection[str], known: Collection[str]) -> CsvFile:
    records = (record for record in lines(text) if record.cells)
    first = next(records, None)
    if first is None:
        raise CsvProblem(1, "the file is empty: not even a header")
    header = tuple(first.cells)
    _check_header(header, first.line, required)
    width = len(header)
    place = header.index("id") if "id" in header else None
    rows = []
    for line, cells, raw in records:
        if len(cells) != width:
            raise CsvProblem(line, f"{_count(len(cells))} where the header has {width} columns")
        if place is not None and not is_id(cells[place]):
            raise CsvProblem(line, f"{cells[place]!r} is no id", "Ids look like i-2m8c4x7q")
        rows.append(CsvRow(line, dict(zip(header, cells, strict=True)), raw))
    unknown = tuple(name for name in header if name not in known)
    return CsvFile(header, tuple(rows), unknown)


def _check_header(header: tuple[str, ...], line: int, required: Collection[str]) -> None:
    for place, name in enumerate(header):
        if not name:
            raise CsvProblem(line, f"column {place + 1} of the header has no name")
        if name in header[:place]:
            raise CsvProblem(line, f"column {name!r} stands twice in the header")
    missing = [name for name in required if name not in header]
    if missing:
        raise CsvProblem(line, f"the header has no column {missing[0]!r}")


def _count(number: int) -> str:
    return "1 value" if number == 1 else f"{number} values"


def decoded(data: bytes) -> str:
    """The text of a file without its BOM; raises CsvProblem where it is not UTF-8 or too big."""
    if len(data) > MAX_BYTES:
        raise CsvProblem(None, f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    if data.startswith(UTF16):
        raise CsvProblem(1, "the file is UTF-16", "Save it as UTF-8")
    data = data.removeprefix(BOM)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        what = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        line = data.count(b"\n", 0, error.start) + 1
        raise CsvProblem(line, what, "Save the file as UTF-8") from None


def lines(text: str, delimiter: str = ",") -> Iterator[Line]:
    """All records of the text, blank lines too; the raw texts together are the text.

    Raises CsvProblem with the line at which the record began.
    """
    # Split at LF alone: U+2028 and U+0085 are letters here, and only csv knows what is quoted.
    source = text.split("\n")
    last = source.pop()
    source = [f"{line}\n" for line in source]
    if last:
        source.append(last)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    start = 0
    try:
        for cells in reader:
            end = reader.line_num
            raw = source[start] if end == start + 1 else "".join(source[start:end])
            if "\r" in raw:
                cells = [cell.replace("\r\n", "\n").replace("\r", "\n") for cell in cells]
            yield Line(start + 1, cells, raw)
            start = end
    except csv.Error as error:
        raise _explained(error, start + 1) from None


def _explained(error: csv.Error, line: int) -> CsvProblem:
    for phrase, what, remedy in MISTAKES:
        if phrase in str(error):
            return CsvProblem(line, what, remedy)
    return CsvProblem(line, f"not readable as CSV: {error}")


def from_csv(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Records of anybody's CSV: the line where each begins, and its cells.

    A BOM and blank lines are left out. Raises CsvProblem while it is read.
    """
    for record in lines(text.removeprefix("\ufeff"), delimiter):
        if record.cells:
            yield record.line, record.cells


def to_csv(header: Sequence[str], rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    """CSV by RFC 4180 with LF at line ends; an empty header is left out."""
    quoted = re.compile(f'["\r\n{re.escape(delimiter)}]')
    records = [header, *rows] if header else rows
    return "".join(f"{_row(cells, quoted, delimiter)}\n" for cells in records)


QUOTED = re.compile('[",\r\n]')


def _row(cells: Iterable[str], quoted: re.Pattern[str] = QUOTED, delimiter: str = ",") -> str:
    line = delimiter.join(_cell(cell, quoted) for cell in cells)
    return line or '""'  # a single empty cell would be a blank line


def _cell(cell: str, quoted: re.Pattern[str] = QUOTED) -> str:
    # The csv module leaves a lone CR without quotes when lines end in LF; then readers split there.
    return '"' + cell.replace('"', '""') + '"' if quoted.search(cell) else cell


def edit_rows(
    data: bytes | None, header: Sequence[str], changes: Mapping[str, Mapping[str, str] | None]
) -> bytes:
    """The file with these rows, by id, put in place, added at the end, or (None) taken out.

    `header` are all known columns; a row gives its known cells, missing ones are empty. All other
    rows keep their bytes, and unknown columns their cells. A column that the file lacks is added
    at its end once a value needs it. Without a change the bytes stay; `data` None is a new file.
    Raises CsvProblem if the file cannot be read or holds a changed id twice, ValueError for a
    carriage return in a value.
    """
    for row in changes.values():
        if row is not None and any("\r" in cell for cell in row.values()):
            raise ValueError("a carriage return in a value of a CSV file")
    if data is None:
        added = [row for row in changes.values() if row is not None]
        return to_csv(header, [_cells(header, row) for row in added]).encode()
    file = read_rows(data, required=("id",), known=header)
    return _Rows(data, file, header).edited(changes)


def _cells(columns: Iterable[str], row: Mapping[str, str]) -> list[str]:
    return [row.get(name, "") for name in columns]


class _Rows:
    """A file of the book that is being changed."""

    def __init__(self, data: bytes, file: CsvFile, header: Sequence[str]) -> None:
        self.data = data
        self.file = file
        self.known = header
        self.records = list(lines(decoded(data)))
        first = next(record for record in self.records if record.cells)
        self.eol = "\r\n" if first.raw.endswith("\r\n") else "\n"

    def edited(self, changes: Mapping[str, Mapping[str, str] | None]) -> bytes:
        ids = self._ids(changes)
        rows = {row.line: row for row in self.file.rows}
        needed = self._needed(changes)
        columns = (*self.file.header, *needed)
        out = []
        for record in self.records:
            row = rows.get(record.line)
            if row is None or row.cells["id"] not in changes:
                names = needed if record.cells and row is None else [""] * len(needed)
                out.append(self._widened(record, names))
                continue
            change = changes[row.cells["id"]]
            if change is None:
                continue
            cells = {**row.cells, **dict(zip(self.known, _cells(self.known, change), strict=True))}
            same = all(row.cells.get(name, "") == cells[name] for name in cells)
            out.append(record.raw if same and not needed else self._written(columns, cells))
        added = [row for id, row in changes.items() if row is not None and id not in ids]
        return self._joined(out, [self._written(columns, row) for row in added])

    def _ids(self, changes: Mapping[str, Mapping[str, str] | None]) -> dict[str, int]:
        seen: dict[str, int] = {}
        for row in self.file.rows:
            id = row.cells["id"]
            if id in changes and id in seen:
                what = f"the id {id!r} stands twice: here and in line {seen[id]}"
                raise CsvProblem(row.line, what)
            seen[id] = row.line
        return seen

    def _needed(self, changes: Mapping[str, Mapping[str, str] | None]) -> list[str]:
        """Known columns that the file lacks and that a value needs now."""
        written = {name for row in changes.values() if row for name, cell in row.items() if cell}
        return [name for name in self.known if name in written and name not in self.file.header]

    def _widened(self, record: Line, cells: Sequence[str]) -> str:
        if not record.cells or not cells:
            return record.raw
        line = record.raw.rstrip("\r\n")
        return line + "".join(f",{_cell(cell)}" for cell in cells) + record.raw[len(line) :]

    def _written(self, columns: Sequence[str], row: Mapping[str, str]) -> str:
        return _row(_cells(columns, row)) + self.eol

    def _joined(self, kept: list[str], added: list[str]) -> bytes:
        text = "".join(kept)
        bom = BOM if self.data.startswith(BOM) else b""
        if not added and bom + text.encode() == self.data:
            return self.data
        if not text.endswith("\n"):
            text += self.eol
        return bom + (text + "".join(added)).encode()


def without_twins(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The file without rows that are the same as one above, cell by cell; and their ids.

    Raises CsvProblem if the file cannot be read.
    """
    file = read_rows(data, required=("id",), known=())
    twins: dict[int, str] = {}
    for rows in _by_id(file.rows).values():
        seen: list[dict[str, str]] = []
        for row in rows:
            if row.cells in seen:
                twins[row.line] = row.cells["id"]
            seen.append(row.cells)
    kept = "".join(record.raw for record in lines(decoded(data)) if record.line not in twins)
    bom = BOM if data.startswith(BOM) else b""
    return bom + kept.encode(), tuple(twins[line] for line in sorted(twins))


def _by_id(rows: Iterable[CsvRow]) -> dict[str, list[CsvRow]]:
    found: dict[str, list[CsvRow]] = {}
    for row in rows:
        found.setdefault(row.cells["id"], []).append(row)
    return found


def guard(cell: str) -> str:
    """The cell with one `'` before it, if a spreadsheet would run it."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """The cell as it was before `guard`."""
    return cell[1:] if GUARDED.match(cell) else cell
