"""The index: answers SQL about the book, and is never older than its files."""

import sqlite3
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path
from typing import Any

from crmcli.book import index_file
from crmcli.book.index_changes import Changes
from crmcli.book.index_changes import find_changes
from crmcli.book.index_changes import remember_folders
from crmcli.book.paths import CONFIG
from crmcli.book.walk import Walk
from crmcli.book.walk import stat_of
from crmcli.book.walk import walk
from crmcli.model.errors import Problem
from crmcli.model.policy import Policy
from crmcli.model.policy_tree import read_policy
from crmcli.model.words import plural

Tick = Callable[[int, int], None]

# Beyond this, taking out and putting in costs more than making everything anew.
_MANY_CHANGES = 2000


class _MovedError(Exception):
    """Another process put its own index in the place of ours."""


class Index:
    """What is in the book, for questions; the files are the truth.

    The first question walks over the folder and takes in what changed, unless it says otherwise.
    `notes` are what a person should be told about the index itself. `is_trusted` False: `.crm`
    came with the book, so nothing in it is used.
    """

    def __init__(self, root: Path, tick: Tick | None = None, *, is_trusted: bool = True) -> None:
        self.root = root
        self.notes: list[str] = []
        self.file: Path | None = index_file.home(root) if is_trusted else None
        self._tick = tick
        self._connection: sqlite3.Connection | None = None
        self._fresh = False
        self._passed_over: tuple[Problem, ...] = ()
        self._policy: Policy | None = None

    @property
    def connection(self) -> sqlite3.Connection:
        """The open index, as it stands; made if there is none yet."""
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    @property
    def has_full_text(self) -> bool:
        """Whether `words` is a full-text table; else it is an ordinary one."""
        return index_file.has_full_text(self.connection)

    def query(
        self, sql: str, params: Mapping[str, Any] | None = None, *, walk: bool = True
    ) -> list[tuple[Any, ...]]:
        """The rows of a question; parameters as `:name`.

        `walk` False takes the index as it stands, without a look at the folder.
        """
        try:
            return self._rows(sql, params or {}, walk=walk)
        except sqlite3.DatabaseError as error:
            self._make_good(error)
            return self._rows(sql, params or {}, walk=walk)

    def refresh(self) -> None:
        """Walk over the folder, and take in what changed."""
        self._fresh = False
        connection = self.connection
        if self._fresh:  # it was made just now
            return
        try:
            self._catch_up(connection)
        except _MovedError:
            self._drop()
        except sqlite3.DatabaseError as error:
            self._make_good(error)
        if not self._fresh:
            self.refresh()

    def note_written(self, paths: Iterable[str]) -> None:
        """Take in the files that a command of our own just wrote; paths are inside the book.

        Costs the same in a small book and in a large one. Should it fail, the next walk finds
        these files changed, like any other.
        """
        self._policy = None
        if self._connection is None:
            return
        # A read that finds nothing changed must not load what reads records.
        from crmcli.book.index_refresh import take_written  # noqa: PLC0415

        try:
            with self._transaction(self._connection):
                take_written(self._connection, self.root, paths, self._now())
        except _MovedError:
            self._drop()
        except sqlite3.DatabaseError as error:
            if index_file.trouble(error) is None:
                raise
            self._drop()

    def problems(self) -> list[Problem]:
        """What is wrong in the files, by place; the files without trouble are not touched by it."""
        columns = "place, what, remedy, level, record, field, fixable"
        rows = self.query(f"SELECT {columns} FROM problems")
        found = [Problem(*row)._replace(fixable=bool(row[-1])) for row in rows]
        found += [self._double(*row) for row in self.query("SELECT * FROM doubles")]
        found += self._passed_over
        return sorted(found, key=lambda each: (each.file, each.line or 0, each.what))

    @property
    def policy(self) -> Policy:
        """What crm.yaml says now.

        Raises CrmError if it cannot be read, or is of a newer format.
        """
        if self._policy is None:
            self._policy = self._read_policy()
        return self._policy

    def close(self) -> None:
        """Let go of the file."""
        self._drop()

    def _open(self) -> sqlite3.Connection:
        if self.file is None or not index_file.can_write(self.file):
            return self._make_in_memory()
        try:
            was_there = self.file.exists() and self.file.stat().st_size > 0
            known = index_file.open_known(self.file)
        except (sqlite3.DatabaseError, OSError):
            return self._make_in_memory()
        if known is not None:
            return known
        if was_there:
            self.notes.append("the index was not usable and has been made anew")
        return self._make(self.file)

    def _make(self, file: Path) -> sqlite3.Connection:
        try:
            return index_file.make(file, self._fill)
        except (sqlite3.DatabaseError, OSError):
            return self._make_in_memory()

    def _make_in_memory(self) -> sqlite3.Connection:
        file, self.file = self.file, None
        known = None if file is None else index_file.copied(file)
        return known or index_file.make_in_memory(self._fill)

    def _rows(self, sql: str, params: Mapping[str, Any], *, walk: bool) -> list[tuple[Any, ...]]:
        if walk and not self._fresh:
            self.refresh()
        return self.connection.execute(sql, params).fetchall()

    def _fill(self, connection: sqlite3.Connection, moment: int) -> None:
        # A read that finds nothing changed must not load what reads records.
        from crmcli.book.index_refresh import fill  # noqa: PLC0415

        walked = self._walk()
        fill(connection, self.root, walked, moment, self._tick)
        self._fresh = True

    def _walk(self) -> Walk:
        walked = walk(self.root)
        self._passed_over = walked.problems
        return walked

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        version = _data_version(connection)
        walked = self._walk()
        changes = find_changes(connection, self.root, walked, self._now)
        if (
            len(changes.changed) > _MANY_CHANGES
            and self.file is not None
            and _are_most(changes, walked)
        ):
            self._drop()
            self._connection = self._make(self.file)
            return
        if changes:
            self._apply(connection, version, walked, changes)
        self._fresh = True

    def _apply(
        self, connection: sqlite3.Connection, version: int, walked: Walk, changes: Changes
    ) -> None:
        with self._transaction(connection):
            if _data_version(connection) != version:
                # Another process took in the same changes while this one waited.
                walked = self._walk()
                changes = find_changes(connection, self.root, walked, self._now)
            if changes.changed or changes.gone:
                # A read that finds nothing changed must not load what reads records.
                from crmcli.book.index_refresh import apply  # noqa: PLC0415

                apply(connection, self.root, changes, self._tick)
            remember_folders(connection, walked, changes.folders)
            grown = [(path,) for path in changes.grown]
            connection.executemany("DELETE FROM young WHERE path = ?", grown)
        self._policy = None

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection) -> Iterator[None]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if self.file is not None and not index_file.is_in_place(connection, self.file):
                raise _MovedError
            yield
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _make_good(self, error: sqlite3.DatabaseError) -> None:
        """Make the index anew after an error of its file; raises the error if it is another."""
        trouble = index_file.trouble(error)
        if trouble is None:
            raise error
        self._drop()
        if trouble == "damaged" and self.file is not None:
            self.notes.append("the index was damaged and has been made anew")
            self._connection = self._make(self.file)
        else:
            self._connection = self._make_in_memory()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._fresh = False

    def _now(self) -> int:
        if self.file is not None:
            # Another process may have taken the file away: to look at more than needed is safe.
            with suppress(OSError):
                return index_file.now(self.file)
        return index_file.ALWAYS_YOUNG

    def _read_policy(self) -> Policy:
        text = self._known_config()
        if text is None:
            # A warm read must not load what reads YAML.
            from crmcli.book.config import read_config  # noqa: PLC0415

            return read_config(self.root).policy
        # Loaded late for completion, which asks for no policy.
        import json  # noqa: PLC0415

        policy, _ = read_policy(json.loads(text))
        return policy

    def _known_config(self) -> str | None:
        """The tree of crm.yaml as the index has it; None if the file may say something else."""
        rows = self.query(
            """
            SELECT m.value, coalesce(w.stats, f.stats), y.path
            FROM meta m
                LEFT JOIN folders f ON f.path = ''
                LEFT JOIN written w ON w.path = :config
                LEFT JOIN young y ON y.path = :config
            WHERE m.key = 'config'
            """,
            {"config": CONFIG},
            walk=False,
        )
        if not rows or rows[0][1] != stat_of(self.root / CONFIG):
            return None
        text, _, young = rows[0]
        return text if self._fresh or young is None else None

    def _double(self, kind: str, id: str, file: str, line: int | None) -> Problem:
        owner = self.query(f"SELECT file FROM {plural(kind)} WHERE id = :id", {"id": id})[0][0]
        what = f"{kind} '{id}' stands in {owner} too"
        if owner == file:
            what = f"{kind} '{id}' stands in this file twice"
        place = f"{file}:{line}" if line else file
        return Problem(place, what, "Give one of them another id, or remove it", record=id)


def open_index(root: Path, tick: Tick | None = None, *, is_trusted: bool = True) -> Index:
    """The index of the book in this folder; nothing is read before the first question."""
    return Index(root, tick, is_trusted=is_trusted)


def _data_version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version


def _are_most(changes: Changes, walked: Walk) -> bool:
    files = sum(len(folder.entries()) for folder in walked.folders.values())
    return len(changes.changed) * 2 > files
