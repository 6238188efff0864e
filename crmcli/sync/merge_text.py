"""Two versions of a file of the book made into one: the same bytes on every clone, nothing lost."""

from typing import NamedTuple

from crmcli.book.config import refuse_newer
from crmcli.book.csv_text import CsvProblem
from crmcli.book.markers import halves
from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.book.paths import id_of_path
from crmcli.book.yaml_text import YamlProblem
from crmcli.model.errors import BadDataError
from crmcli.sync.merge_record import MergedRecord
from crmcli.sync.merge_rows import merge_rows
from crmcli.sync.merge_yaml import merge_yaml

Times = tuple[int | None, int | None]
MAX_DEPTH = 3  # folder, year, name


class Revived(NamedTuple):
    """What one side removed and the other changed, so that it stays; field `` is all of it."""

    record: str | None
    field: str


class MergedFile(NamedTuple):
    """The bytes of the file (None: it is gone), and what someone should hear of.

    What clashed stands in the records as questions.
    """

    data: bytes | None
    revived: tuple[Revived, ...] = ()


def merge_text(
    path: str,
    base: bytes | None,
    ours: bytes | None,
    theirs: bytes | None,
    times: Times = (None, None),
) -> MergedFile:
    """Merge two versions of the file at this path in the book, or in a repository around it.

    None is a file that is not there. `times`: Unix seconds of the newest commit that changed the
    file on each side since the base; unless both are known, the values alone decide.
    A side that changed nothing gives the other's bytes. Deleted against edited: the edit stays.
    Symmetric: swapping the sides and their times gives the same bytes.
    Raises BadDataError if a side cannot be read or is of a newer format, or the file is not one
    of the book's.
    """
    if theirs in (ours, base):
        return MergedFile(ours)
    if ours == base:
        return MergedFile(theirs)
    place = inside(path)
    if ours is None or theirs is None:
        revived = (Revived(id_of_path(place or path), ""),) if base is not None else ()
        return MergedFile(theirs if ours is None else ours, revived)
    if place is None:
        raise BadDataError("is no record, so only git can merge it", place=path)
    base, ours, theirs = _without_markers(place, base, ours, theirs)
    known = (0, 0) if times[0] is None or times[1] is None else (times[0], times[1])
    (second_at, second), (first_at, first) = sorted(((known[0], ours), (known[1], theirs)))
    try:
        return _merged(place, base, first, second, (first_at, second_at))
    except (YamlProblem, CsvProblem) as problem:
        where = f"{path}:{problem.line}" if problem.line else path
        raise BadDataError(problem.what, place=where, remedy=problem.remedy) from None


def _without_markers(
    place: str, base: bytes | None, ours: bytes, theirs: bytes
) -> tuple[bytes | None, bytes, bytes]:
    """The three versions, each that holds conflict markers joined from its halves.

    What stood before both halves is what the markers tell of it, else the base of this merge,
    unless the markers are as old as that.
    """

    def joined(data: bytes, base: bytes | None) -> bytes:
        parts = halves(data.decode("utf-8", "surrogateescape")) if b"<<<<<<<" in data else None
        if parts is None:
            return data
        own, mine, yours = (
            None if part is None else part.encode("utf-8", "surrogateescape") for part in parts
        )
        try:
            return merge_text(place, base if own is None else own, mine, yours).data or data
        except BadDataError:
            return data

    before = None if base is None else joined(base, None)
    clean = base if before == base else None
    return before, joined(ours, clean), joined(theirs, clean)


def inside(path: str) -> str | None:
    """The path as the book has it, of a path in a repository; None if it is no file of a book."""
    parts = path.split("/")
    if parts[-1] == CONFIG:
        return CONFIG
    ends = ("/".join(parts[-depth:]) for depth in range(MAX_DEPTH, 0, -1))
    return next((end for end in ends if folder_of(end) is not None), None)


def _merged(
    place: str, base: bytes | None, first: bytes, second: bytes, times: tuple[int, int]
) -> MergedFile:
    if place.endswith(".csv"):
        data, rows = merge_rows(folder_of(place) or "", base, first, second, times)
        return _reported(data, rows)
    if place == CONFIG:
        for side in (first, second):
            refuse_newer(side)
    data, merged = merge_yaml(folder_of(place) or "", base, first, second, times)
    return _reported(data, {id_of_path(place): merged})


def _reported(
    data: bytes, records: "dict[str, MergedRecord] | dict[str | None, MergedRecord]"
) -> MergedFile:
    revived = [Revived(id, field) for id, merged in records.items() for field in merged.revived]
    return MergedFile(data, tuple(revived))
