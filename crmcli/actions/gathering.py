"""Many records at once, as one change needs them: found by the index, read from their files."""

from collections import defaultdict
from typing import Any

from crmcli.book.book import Book
from crmcli.book.plan import on_disk
from crmcli.book.records import read_file
from crmcli.model.record import Record
from crmcli.model.words import plural


def gather(book: Book, kind: str, condition: str, **params: Any) -> list[Record]:
    """The records of a kind for which an SQL condition on its table holds, by file and id.

    Each file is read once, however many rows of it are meant. Raises BadDataError for a file
    that is too large by now.
    """
    sql = f"SELECT file, id FROM {plural(kind)} WHERE {condition} ORDER BY file, id"
    by_file: dict[str, set[str]] = defaultdict(set)
    for file, id in book.query(sql, **params):
        by_file[file].add(id)
    found: list[Record] = []
    for file, ids in by_file.items():
        records, _ = read_file(file, on_disk(book.root, file) or b"")
        found += sorted((r for r in records if r.id in ids), key=lambda record: record.id)
    return found


def counted(numbers: dict[str, int]) -> str:
    """`3 deals, 1 promise`; kinds of which there is none are left out."""
    return ", ".join(f"{n} {kind if n == 1 else plural(kind)}" for kind, n in numbers.items() if n)
