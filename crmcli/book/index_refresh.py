"""Bringing the index up to date: the files that changed, or all of them."""

import gc
import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection
from typing import NamedTuple

from crmcli.book.config import parse_config
from crmcli.book.index_changes import Changes
from crmcli.book.index_changes import is_young
from crmcli.book.index_changes import remember_folders
from crmcli.book.index_file import create_indexes
from crmcli.book.index_file import create_tables
from crmcli.book.index_rows import Rows
from crmcli.book.index_rows import roll_up
from crmcli.book.paths import CONFIG
from crmcli.book.paths import folder_of
from crmcli.book.paths import kind_of
from crmcli.book.paths import name_problem
from crmcli.book.plain_file import content
from crmcli.book.plain_file import digest
from crmcli.book.records import Placed
from crmcli.book.records import read_placed
from crmcli.book.records import size_limit
from crmcli.book.walk import Walk
from crmcli.book.walk import shown
from crmcli.book.walk import stat_of
from crmcli.model.errors import CrmError
from crmcli.model.errors import Problem

TICKS = 200  # files between two words about how far it is

Tick = Callable[[int, int], None]


class Read(NamedTuple):
    """A file as it was read: its bytes, its records with their lines, what is wrong in it."""

    data: bytes
    records: list[Placed]
    problems: list[Problem]


def fill(
    connection: Connection, root: Path, walked: Walk, moment: int, tick: Tick | None = None
) -> None:
    """Make the tables and take in every file of the walk."""
    create_tables(connection, indexes=False)
    files = sorted(
        (f"{path}/{name}" if path else name, stats)
        for path, folder in walked.folders.items()
        for name, stats in folder.entries().items()
    )
    rows = Rows(connection)
    young = []
    with _without_collector():
        for number, (path, stats) in enumerate(files, 1):
            read = _read(root, path)
            _take_in(rows, path, read.records, read)
            if is_young(stats, moment):
                young.append((path, digest(read.data)))
            if tick and (number % TICKS == 0 or number == len(files)):
                tick(number, len(files))
        rows.flush()
    _remember_young(connection, young)
    create_indexes(connection)
    roll_up(connection, None)
    remember_folders(connection, walked, walked.folders)


def take_written(connection: Connection, root: Path, paths: Iterable[str], moment: int) -> None:
    """Take in what a command of our own just wrote.

    What the index knows of the folders stays as it is, since a folder may hold 100,000 files:
    the next walk adds what is noted here.
    """
    stats = {path: stat_of(root / path) for path in paths if path == CONFIG or folder_of(path)}
    changed = {path: each for path, each in stats.items() if each is not None}
    gone = frozenset(stats.keys() - changed.keys())
    apply(connection, root, Changes(moment, changed, gone, (), ()))
    connection.executemany("INSERT OR REPLACE INTO written VALUES (?, ?)", list(stats.items()))


def apply(connection: Connection, root: Path, changes: Changes, tick: Tick | None = None) -> None:
    """Take in the files that changed, and take out what is gone."""
    moment, changed, gone, *_ = changes
    rows = Rows(connection)
    waiting: dict[str, list[Placed] | None] = {}
    reads: dict[str, Read] = {}
    left = [*gone, *changed]
    # First everything goes out, then everything comes in: an id may move between two files.
    while left:
        path = left.pop()
        if path in waiting:
            continue
        waiting[path] = None
        kind = None if path == CONFIG else kind_of(path)
        if kind is None:
            rows.forget_trouble(shown(path))
        elif kind.is_row and path in changed:
            reads[path] = _read(root, path)
            waiting[path] = rows.forget_changed(path, kind.name, reads[path].records)
        else:
            rows.forget(path, kind.name)
        left += rows.stirred
        rows.stirred.clear()
    young = []
    present = sorted(waiting.keys() - gone)
    for number, path in enumerate(present, 1):
        read = reads.pop(path, None) or _read(root, path)
        records = waiting[path]
        _take_in(rows, path, read.records if records is None else records, read)
        if path in changed and is_young(changed[path], moment):
            young.append((path, digest(read.data)))
        if tick and (number % TICKS == 0 or number == len(present)):
            tick(number, len(present))
    rows.flush()
    looked_at = [(shown(path),) for path in (*changed, *gone)]
    connection.executemany("DELETE FROM young WHERE path = ?", looked_at)
    _remember_young(connection, young)
    if rows.touched:
        roll_up(connection, rows.touched)
    if CONFIG in gone:
        connection.execute("DELETE FROM meta WHERE key = 'config'")


def _read(root: Path, path: str) -> Read:
    data = _content(root, path)
    if not isinstance(data, bytes):
        return Read(b"", [], [data] if data else [])
    if path == CONFIG:
        return Read(data, [], [])
    return Read(data, *read_placed(path, data))


def _content(root: Path, path: str) -> bytes | Problem | None:
    """The bytes of the file, or why it is not read; None if it is gone, or is not ours to read."""
    if path != CONFIG and folder_of(path) is None:
        return name_problem(shown(path))
    limit = size_limit(path)
    try:
        data = content(root / path, limit)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Problem(path, f"cannot be read: {error.strerror}")
    if data is None:
        return Problem(path, f"is larger than {limit >> 20} MiB, so it is not read")
    return data


def _take_in(rows: Rows, path: str, records: list[Placed], read: Read) -> None:
    for record, line in records:
        rows.add(record, path, line)
    if path == CONFIG:
        _take_config(rows, read)
    elif read.problems:
        rows.add_problems(shown(path), read.problems)


def _take_config(rows: Rows, read: Read) -> None:
    """Keep the tree of crm.yaml, so that a warm read loads no YAML; nothing if it is none."""
    if read.problems:
        rows.add_problems(CONFIG, read.problems)
        return
    tree = None
    try:
        config = parse_config(read.data)
    except CrmError as error:
        rows.add_problems(CONFIG, [Problem(error.place or CONFIG, error.what, error.remedy)])
    else:
        tree = json.dumps(config.tree, ensure_ascii=False)
        rows.add_problems(CONFIG, config.problems)
    rows.connection.execute("INSERT OR REPLACE INTO meta VALUES ('config', ?)", (tree,))


def _remember_young(connection: Connection, young: list[tuple[str, str]]) -> None:
    ours = [(path, hash) for path, hash in young if path == CONFIG or folder_of(path)]
    connection.executemany("INSERT OR REPLACE INTO young VALUES (?, ?)", ours)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hold the garbage collector: records hold no circles, and it would look at each of them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
