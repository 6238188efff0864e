"""From a change to the bytes of files: only the changed keys, read again from disk."""

from collections import defaultdict
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from crmcli.book import paths
from crmcli.book.csv_text import CsvProblem
from crmcli.book.csv_text import edit_rows
from crmcli.book.plain_file import content
from crmcli.book.plain_file import digest
from crmcli.book.records import COLUMNS
from crmcli.book.records import layout_of
from crmcli.book.records import new_text
from crmcli.book.records import read_file
from crmcli.book.records import row_cells
from crmcli.book.records import size_limit
from crmcli.book.records import to_values
from crmcli.book.write import Write
from crmcli.book.yaml_edit import edit
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.errors import BadDataError
from crmcli.model.errors import ConflictError
from crmcli.model.errors import ExistsError
from crmcli.model.record import Record

PathOf = Callable[[Record], str]


def plan(root: Path, change: Change, year: int, path_of: PathOf) -> list[Write]:
    """The files that a change writes, in the order of its edits.

    `path_of` gives the path of a record that has one. Raises ConflictError if a changed key on
    disk is not what the change began with, ExistsError for a new record that is there.
    """
    by_path: dict[str, list[Edit]] = defaultdict(list)
    for each in change.edits:
        path = paths.new_path(each.record, year) if each.old is None else path_of(each.record)
        by_path[path].append(each)
    return [_file(root, path, edits) for path, edits in by_path.items()]


def _file(root: Path, path: str, edits: Sequence[Edit]) -> Write:
    data = on_disk(root, path)
    if path.endswith(".csv"):
        return _rows(path, data, edits)
    (each,) = edits
    if each.old is None:
        if data is not None:
            raise ExistsError(f"{path} exists", place=each.record.id)
        return Write(path, new_text(each.record).encode("utf-8"), None)
    if data is None:
        raise ConflictError("is gone", place=path, remedy="Try the same again")
    if each.new is None:
        return Write(path, None, digest(data))
    _expect(path, data, each)
    text = edit(
        data.decode("utf-8"), to_values(each.old), to_values(each.new), layout_of(type(each.new))
    )
    return Write(path, text.encode("utf-8"), digest(data))


def on_disk(root: Path, path: str) -> bytes | None:
    """The bytes of a file of the book; None if there is none.

    Raises BadDataError if it is no ordinary file, or too large.
    """
    try:
        data = content(root / path, size_limit(path))
    except FileNotFoundError:
        return None
    if data is None:
        raise BadDataError("is no ordinary file, or too large", place=path)
    return data


def _rows(path: str, data: bytes | None, edits: Sequence[Edit]) -> Write:
    there = {record.id: record for record in read_file(path, data)[0]} if data else {}
    changes: dict[str, dict[str, str] | None] = {}
    for each in edits:
        id = each.record.id
        if each.old is None and id in there:
            raise ExistsError(f"{id} exists in {path}", place=id)
        if each.old is not None:
            if id not in there:
                raise ConflictError(f"{id} is gone", place=path, remedy="Try the same again")
            _compare(path, there[id], each)
        changes[id] = None if each.new is None else row_cells(each.new)
    try:
        new = edit_rows(data, COLUMNS[type(edits[0].record)], changes)
    except CsvProblem as problem:
        place = f"{path}:{problem.line}" if problem.line else path
        raise BadDataError(problem.what, place=place, remedy=problem.remedy) from None
    return Write(path, new, None if data is None else digest(data))


def _expect(path: str, data: bytes, each: Edit) -> None:
    records, problems = read_file(path, data)
    if not records:
        problem = problems[0]
        raise BadDataError(problem.what, place=problem.place, remedy=problem.remedy)
    _compare(path, records[0], each)


def _compare(path: str, there: Record, each: Edit) -> None:
    old, new = _values(each.old), _values(each.new)
    now = _values(there)
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name) and now.get(name) != old.get(name):
            raise ConflictError(
                f"{name} of {there.id} changed meanwhile", place=path, remedy="Try the same again"
            )


def _values(record: Record | None) -> dict[str, Any]:
    return {} if record is None else to_values(record)
