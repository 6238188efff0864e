"""Records out of the text of a file, with what is wrong in it; and records as text again."""

from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from typing import NamedTuple
from typing import TypeVar

from msgspec import Struct
from msgspec import ValidationError
from msgspec import convert

from crmcli.book import csv_text
from crmcli.book import yaml_text
from crmcli.book.csv_text import CsvProblem
from crmcli.book.csv_text import CsvRow
from crmcli.book.csv_text import read_rows
from crmcli.book.faults import Fault
from crmcli.book.faults import checked
from crmcli.book.faults import meant
from crmcli.book.faults import odd_values
from crmcli.book.lines import place
from crmcli.book.paths import id_of_path
from crmcli.book.paths import is_valid_id
from crmcli.book.paths import kind_of
from crmcli.book.paths import name_problem
from crmcli.book.shapes import TEXT_BYTES
from crmcli.book.shapes import shapes
from crmcli.book.yaml_text import Layout
from crmcli.book.yaml_text import YamlProblem
from crmcli.book.yaml_text import YamlTree
from crmcli.book.yaml_text import dump_tree
from crmcli.book.yaml_text import read_tree
from crmcli.model.errors import BadDataError
from crmcli.model.errors import Problem
from crmcli.model.kinds import BY_RECORD
from crmcli.model.kinds import KINDS
from crmcli.model.record import Record

COLUMNS: Mapping[type[Record], tuple[str, ...]] = {
    kind.record: tuple(shapes(kind.record)) for kind in KINDS if kind.is_row
}
WORDS = ("aliases", "tags")  # short lists, on one line
EVENTS = ("consent", "targets", "training", "history", "conflicts")  # one line each in a file
SEPARATOR = ";"  # between the items of a list in a cell

R = TypeVar("R", bound=Record)


class Placed(NamedTuple):
    """A record and the line of its row; None for a record that has its own file."""

    record: Record
    line: int | None


def size_limit(path: str) -> int:
    """Bytes up to which a file is read at all."""
    return csv_text.MAX_BYTES if path.endswith(".csv") else yaml_text.MAX_BYTES


def read_file(path: str, data: bytes) -> tuple[list[Record], list[Problem]]:
    """Read the records of one file of the book, and say what keeps others from being read.

    A record with a value that its field does not take is a Problem and is not given. What only
    the rest of the book can judge (an unknown customer, stage or tier) is not looked at, so
    what is read does not change with crm.yaml. A bad row stops that row, other trouble the file.
    """
    placed, problems = read_placed(path, data)
    return [record for record, _ in placed], problems


def read_placed(path: str, data: bytes) -> tuple[list[Placed], list[Problem]]:
    """Read as `read_file` does, each record with its line."""
    return _read(path, data, closely=False)


def read_closely(path: str, data: bytes) -> tuple[list[Placed], list[Problem]]:
    """Read as `read_placed` does, and also tell what is odd but does no harm yet."""
    return _read(path, data, closely=True)


def to_values(record: Record) -> dict[str, Any]:
    """What the record's file holds, as built-in values in the order of the file.

    The id is left out, since the file's name tells it, and so is what is unknown.
    """
    values = _values(record)
    values.pop("id", None)
    return values


def new_text(record: Record) -> str:
    """The text of a new file for a record that has its own file."""
    return dump_tree(to_values(record), layout_of(type(record)))


def layout_of(struct: type[Record]) -> Layout:
    """How the file of such a record is laid out."""
    return Layout(paragraphs=struct.PARAGRAPHS, flow=WORDS, flow_items=EVENTS)


def key_order(struct: type[Record]) -> tuple[str, ...]:
    """The keys of such a record in the order of its file."""
    return tuple(name for name in shapes(struct) if name != "id")


def required_columns(struct: type[Record]) -> tuple[str, ...]:
    """The columns without which a file of such rows cannot be read."""
    return ("id", *(field.name for field in shapes(struct).values() if field.required))


def row_cells(row: Record) -> dict[str, str]:
    """The row of a record: all columns in their order, unknown ones empty."""
    return {name: _cell(getattr(row, name)) for name in COLUMNS[type(row)]}


def row_text(row: Record) -> str:
    """A row as YAML, for an editor."""
    return dump_tree(to_values(row))


def read_row_text(name: str, data: bytes, struct: type[R], id: str) -> R:
    """The row that such a text holds.

    `name` is shown as the place of what is wrong. Raises BadDataError with the line.
    """
    try:
        read = read_tree(data)
    except YamlProblem as problem:
        where = f"{name}:{problem.line}" if problem.line else name
        raise BadDataError(problem.what, place=where, remedy=problem.remedy) from None
    values, faults = checked(read.tree, struct)
    faults = [fault for fault in faults if fault.path != ("id",)]
    if faults:
        found = _problem(name, id, read, faults[0])
        raise BadDataError(found.what, place=found.place, remedy=found.remedy)
    return convert({**values, "id": id}, struct, strict=False)


def _read(path: str, data: bytes, *, closely: bool) -> tuple[list[Placed], list[Problem]]:
    kind = kind_of(path)
    if kind is None:
        return [], [name_problem(path) or Problem(path, "is no record, so it is not read")]
    try:
        if kind.is_row:
            return _read_rows(path, data, kind.record, closely=closely)
        return _read_record(path, data, kind.record, closely=closely)
    except (YamlProblem, CsvProblem) as problem:
        where = f"{path}:{problem.line}" if problem.line else path
        id = id_of_path(path)
        fixable = problem.markers
        return [], [Problem(where, problem.what, problem.remedy, record=id, fixable=fixable)]


def _read_record(
    path: str, data: bytes, struct: type[Record], *, closely: bool
) -> tuple[list[Placed], list[Problem]]:
    read = read_tree(data)
    id = id_of_path(path)
    problems = list(_oddities(path, id, data, read, struct)) if closely else []
    # A text that is too long needs a file that is.
    if len(data) <= TEXT_BYTES:
        try:
            record = convert({**read.tree, "id": id}, struct, strict=False)
        except ValidationError:
            pass  # looked at again below, to say all that is wrong and not only the first
        else:
            if not odd_values(read.tree, struct):
                return [Placed(record, None)], problems
    values, faults = checked(read.tree, struct)
    if faults:
        return [], [*problems, *(_problem(path, id, read, fault) for fault in faults)]
    return [Placed(convert({**values, "id": id}, struct, strict=False), None)], problems


def _problem(
    path: str, id: str | None, read: YamlTree, fault: Fault, level: str = "error"
) -> Problem:
    field = ".".join(part for part in fault.path if isinstance(part, str))
    where = place(path, read.lines, fault.path)
    return Problem(where, fault.what, fault.remedy, level, id, field or None)


def _oddities(
    path: str, id: str | None, data: bytes, read: YamlTree, struct: type[Record]
) -> Iterator[Problem]:
    unended = not data.endswith(b"\n")
    if unended or b"#" in data:  # only these have notes, and those cost a second reading
        for note in read.notes:
            ended = "#" in note.what
            level = "note" if ended else "warning"
            yield Problem(
                f"{path}:{note.line}", note.what, note.remedy, level, id, fixable=not ended
            )
    for fault in _unknown_keys(read.tree, struct, ()):
        yield _problem(path, id, read, fault, "note")


def _unknown_keys(
    tree: dict[str, Any], struct: type[Struct], path: tuple[str | int, ...]
) -> Iterator[Fault]:
    fields = shapes(struct)
    for key, value in tree.items():
        if key == "id" and not path:
            remedy = "Remove the line"
            yield Fault((key,), "the file's name is the id, so this one is passed over", remedy)
        elif key not in fields:
            what = f"key '{key}' is not known, so it is kept and passed over"
            yield Fault((*path, key), what, meant(key, tuple(fields)))
        elif (item := fields[key].shape.item) and item.struct and isinstance(value, list):
            for at, inner in enumerate(value):
                if isinstance(inner, dict):
                    yield from _unknown_keys(inner, item.struct, (*path, key, at))


def _read_rows(
    path: str, data: bytes, struct: type[Record], *, closely: bool
) -> tuple[list[Placed], list[Problem]]:
    known = COLUMNS[struct]
    folder = BY_RECORD[struct].folder
    file = read_rows(data, required=required_columns(struct), known=known)
    placed: list[Placed] = []
    problems: list[Problem] = []
    if closely:
        for name in file.unknown:
            what = f"column '{name}' is not known, so it is kept and passed over"
            problems.append(Problem(f"{path}:1", what, meant(name, known), "note"))
    if not data.endswith((b"\n", b"\r")):
        line = file.rows[-1].line if file.rows else 1
        what = "the last row has no line end: it may be cut off"
        problems.append(Problem(f"{path}:{line}", what, fixable=True))
    for row in file.rows:
        found = _row(row, struct, folder)
        if isinstance(found, Record):
            placed.append(Placed(found, row.line))
            continue
        id = row.cells.get("id")
        for fault in found:
            field = str(fault.path[0]) if fault.path else None
            where = f"{path}:{row.line}"
            problems.append(Problem(where, fault.what, fault.remedy, record=id, field=field))
    return placed, problems


def _row(row: CsvRow, struct: type[Record], folder: str) -> Record | list[Fault]:
    cells: dict[str, Any] = {name: text for name, text in row.cells.items() if text}
    for name in _lists(struct):
        if name in cells:
            parts = cells[name].split(SEPARATOR)
            cells[name] = [each for part in parts if (each := part.strip())]
    if len(row.raw) * 4 <= TEXT_BYTES:  # no character has more bytes
        try:
            record = convert(cells, struct, strict=False)
        except ValidationError:
            pass
        else:
            if is_valid_id(folder, record.id) and not odd_values(cells, struct):
                return record
    values, faults = checked(cells, struct)
    id = cells.get("id", "")
    if not is_valid_id(folder, id):
        letter = BY_RECORD[struct].letter
        faults.insert(0, Fault(("id",), f"id '{id}' is not {letter}- and 8 letters or digits"))
    return faults or convert({**values, "id": id}, struct, strict=False)


@cache
def _lists(struct: type[Record]) -> tuple[str, ...]:
    return tuple(name for name, field in shapes(struct).items() if field.shape.name == "list")


def _values(struct: Struct) -> dict[str, Any]:
    found = {name: _plain(getattr(struct, name)) for name in shapes(type(struct))}
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _values(value) if isinstance(value, Struct) else value


def _cell(value: str | int | date | Decimal | tuple[str, ...] | None) -> str:
    if value is None:
        return ""
    return SEPARATOR.join(value) if isinstance(value, tuple) else str(value)
