"""Mending: what is wrong in a file and has one answer only; whatever needs a guess is left alone."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from crmcli.book.check import ATTRIBUTES
from crmcli.book.check import UNION
from crmcli.book.check_story import untold
from crmcli.book.csv_text import CsvProblem
from crmcli.book.csv_text import without_twins
from crmcli.book.markers import halves
from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.book.paths import original_name
from crmcli.book.plain_file import digest
from crmcli.book.records import layout_of
from crmcli.book.records import read_file
from crmcli.book.records import to_values
from crmcli.book.write import Write
from crmcli.book.write import commit
from crmcli.book.yaml_edit import edit
from crmcli.model.errors import CrmError
from crmcli.model.errors import Problem
from crmcli.model.kinds import BY_RECORD
from crmcli.model.record import event_type

Read = Callable[[str], bytes | None]
# Path, base, ours, theirs: the bytes that hold both.
Merge = Callable[[str, bytes | None, bytes, bytes], bytes | None]
# Path and bytes: the bytes mended, and what was done; the same bytes where there is nothing to do.
Step = Callable[[str, bytes], tuple[bytes, str]]


class Mend(NamedTuple):
    """A file to be written anew or removed, and a sentence for each thing that this mends."""

    write: Write
    said: tuple[str, ...]


def mends(
    problems: Iterable[Problem],
    read: Read,
    *,
    today: date,
    by: str | None,
    merge: Merge,
) -> list[Mend]:
    """What mends the fixable ones of these problems, one for each file, in their order.

    `read` gives the bytes of a file of the book. A line of history that is missing is of `today`
    and of `by`. A file that `merge` cannot merge is left out.
    """
    steps = (_joined(merge), _ended, _without_twins, _told(today, by))
    found = []
    for path in dict.fromkeys(problem.file for problem in problems if problem.fixable):
        data = read(path) if _is_known(path) else None  # not git's own, say
        if data is None:
            continue
        new, said = _mended(path, data, read, steps)
        if new != data:
            found.append(Mend(Write(path, new, digest(data)), tuple(said)))
    return found


def carry_out(root: Path, found: Sequence[Mend]) -> None:
    """Write these; the caller holds the lock. The records are all mended, or none.

    Raises ConflictError if a file is no longer what it was when it was looked at.
    """
    writes = [each.write for each in found]
    commit(root, [write for write in writes if _is_record(write.path)])
    # What is no record cannot stand in an intent.
    for write in writes:
        if not _is_record(write.path):
            commit(root, [write])


def _mended(
    path: str, data: bytes, read: Read, steps: Sequence[Step]
) -> tuple[bytes | None, list[str]]:
    if path == ATTRIBUTES:
        return _without_union(data), [f"Removed merge=union from {path}"]
    original = original_name(path)
    if original is not None:
        is_same = read(original) == data
        return None if is_same else data, [f"Removed {path}, which is the same as {original}"]
    said = []
    for step in steps:
        new, sentence = step(path, data)
        if new != data:
            data = new
            said.append(sentence)
    return data, said


def _joined(merge: Merge) -> Step:
    def step(path: str, data: bytes) -> tuple[bytes, str]:
        parts = halves(data.decode("utf-8", "surrogateescape"))
        if parts is None:
            return data, ""
        base, ours, theirs = (
            None if part is None else part.encode("utf-8", "surrogateescape") for part in parts
        )
        assert ours is not None
        assert theirs is not None
        try:
            merged = merge(path, base, ours, theirs)
        except CrmError:
            merged = None
        return merged or data, f"Joined both sides of a merge in {path}"

    return step


def _ended(path: str, data: bytes) -> tuple[bytes, str]:
    if data.endswith((b"\n", b"\r")) or not data:
        return data, ""
    end = b"\r\n" if b"\r\n" in data else b"\n"
    return data + end, f"Ended the last line of {path}"


def _without_twins(path: str, data: bytes) -> tuple[bytes, str]:
    if not path.endswith(".csv"):
        return data, ""
    try:
        new, ids = without_twins(data)
    except CsvProblem:
        return data, ""
    rows = "a row that stands" if len(ids) == 1 else f"{len(ids)} rows that stand"
    return new, f"Took out {rows} twice in {path}: {', '.join(ids)}"


def _told(today: date, by: str | None) -> Step:
    def step(path: str, data: bytes) -> tuple[bytes, str]:
        records, _ = read_file(path, data) if folder_of(path) else ([], [])
        if len(records) != 1 or BY_RECORD[type(records[0])].is_row:
            return data, ""
        (record,) = records
        fields = [field for field, event in untold(record) if event.date <= today]
        if not fields:
            return data, ""
        values = {field: getattr(record, field) for field in fields}
        known = {field: value for field, value in values.items() if value is not None}
        cleared = tuple(field for field in fields if field not in known)
        event = event_type(type(record))(date=today, by=by, cleared=cleared, **known)
        new = record.with_fields(history=(*record.history, event))  # type: ignore[attr-defined]  # tracked: has one
        text = edit(
            data.decode("utf-8"), to_values(record), to_values(new), layout_of(type(record))
        )
        told = ", ".join(f"{field} {values[field] or 'unknown'}" for field in fields)
        return text.encode("utf-8"), f"Added a line to the history of {path}: {told}"

    return step


def _without_union(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(line for line in lines if line.startswith(b"#") or not UNION.search(line))


def _is_known(path: str) -> bool:
    return path == ATTRIBUTES or _is_record(path) or original_name(path) is not None


def _is_record(path: str) -> bool:
    return path == CONFIG or folder_of(path) is not None
