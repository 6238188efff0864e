"""The files of a book in two commits, and the records in them."""

from collections.abc import Iterator
from typing import Any
from typing import NamedTuple

from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.book.records import read_file
from crmcli.book.records import to_values
from crmcli.model.record import Record
from crmcli.sync.clone import Clone

Pair = tuple[Record | None, Record | None]  # a record before and after


class Versions(NamedTuple):
    """A file of the book before and after; None where it is not there."""

    path: str
    old: bytes | None
    new: bytes | None


def versions(clone: Clone, old: str | None, new: str) -> list[Versions]:
    """The record files and crm.yaml that differ between two commits, with their bytes."""
    changed = [
        each
        for each in clone.changed(old, new)
        if each.path == CONFIG or folder_of(each.path) is not None
    ]
    blobs = clone.blobs(id for each in changed for id in (each.old, each.new))
    return [
        Versions(each.path, blobs.get(each.old or ""), blobs.get(each.new or ""))
        for each in changed
    ]


def pairs(file: Versions) -> list[Pair]:
    """The records of a file that differ between its two versions.

    One that cannot be read in one of them is left out: it is neither new nor gone.
    """
    (old, bad), (new, worse) = _records(file.path, file.old), _records(file.path, file.new)
    unread = bad | worse
    ids = [*old, *(id for id in new if id not in old)]
    return [
        (old.get(id), new.get(id))
        for id in ids
        if old.get(id) != new.get(id) and not unread & {id, None}
    ]


def _records(path: str, data: bytes | None) -> tuple[dict[str, Record], set[str | None]]:
    """The records in these bytes, and the ids that cannot be read; None is any of them."""
    if data is None:
        return {}, set()
    records, problems = read_file(path, data)
    unread = {problem.record for problem in problems if problem.level == "error"}
    return {each.id: each for each in records}, unread


def differences(pair: Pair) -> list[tuple[str, str | None, str | None]]:
    """The fields that differ, as (path, before, after), each value on one line of text.

    A new record and one that is gone are one line each, with `` as path and what it is about.
    Left out are the lines of a history, which tell what the fields tell, and open questions.
    """
    old, new = pair
    if old is None or new is None:
        return [("", _about(old), _about(new))]
    before, after = dict(_leaves(to_values(old))), dict(_leaves(to_values(new)))
    paths = [*before, *(path for path in after if path not in before)]
    return [
        (path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path)
    ]


def _about(record: Record | None) -> str | None:
    if record is None:
        return None
    texts = (getattr(record, name, None) for name in ("name", "what", "summary", "kind"))
    return next((text for text in texts if text), record.id)


def _leaves(values: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        here = f"{path}{key}"
        if here in ("history", "conflicts"):
            continue
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            for at, item in enumerate(value):
                yield from _leaves(item, f"{here}.{item.get('id', at)}.")
        elif isinstance(value, list):
            yield here, ", ".join(map(str, value))
        elif isinstance(value, dict):
            yield from _leaves(value, f"{here}.")
        else:
            yield here, str(value)
