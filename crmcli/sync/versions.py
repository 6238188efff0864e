"""The files of a book in two commits, and the records in them."""

from typing import NamedTuple

from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.book.records import read_file
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
    """The records of a file that differ between its two versions; one that cannot be read is left out."""
    old, new = (
        {each.id: each for each in read_file(file.path, data)[0]} if data is not None else {}
        for data in (file.old, file.new)
    )
    ids = [*old, *(id for id in new if id not in old)]
    return [(old.get(id), new.get(id)) for id in ids if old.get(id) != new.get(id)]
