"""The file of the index: opened only if it is whole and our own, else made anew beside it."""

import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import closing
from contextlib import suppress
from pathlib import Path
from typing import Literal

from crmcli.book.index_schema import SCHEMA_VERSION
from crmcli.book.index_schema import schema
from crmcli.book.index_schema import statements
from crmcli.book.paths import LOCAL
from crmcli.book.paths import TEMP_PREFIX
from crmcli.book.plain_file import is_real_folder
from crmcli.model.names import fold

NAME = "index.sqlite"
MARK = "here"  # an empty file beside it, whose time of making only this very disk can know
BUSY_SECONDS = 5.0
JOURNAL_SECONDS = 1.0
ALWAYS_YOUNG = -(1 << 63)  # the time of an index that has no file to take a time from

_BESIDE = ("-journal", "-wal", "-shm")
_HOUR = 3_600_000_000_000
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_OUT_OF_REACH = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_PERM,
}


def home(root: Path) -> Path | None:
    """Where the index of this book lies; None if `.crm` or the index in it is not what it should be.

    `.crm` is made if it is missing; a link is not followed.
    """
    folder = root / LOCAL
    with suppress(OSError):
        folder.mkdir(mode=0o700)
    path = folder / NAME
    usable = is_real_folder(folder) and (_is_plain_file(path) or not os.path.lexists(path))
    return path if usable else None


def can_write(path: Path) -> bool:
    """Whether an index can be kept there."""
    return os.access(path.parent, os.W_OK | os.X_OK) and (
        not os.path.lexists(path) or os.access(path, os.W_OK)
    )


def open_known(path: Path) -> sqlite3.Connection | None:
    """The index in that file; None if there is none, or none that we made at this very place.

    Raises sqlite3.Error if it is there and cannot be reached.
    """
    if not os.path.lexists(path) or not _journal_is_done(path):
        return None
    connection = None
    try:
        connection = _connect(path)
        if _is_ours(connection, path):
            return connection
    except sqlite3.DatabaseError as error:
        if trouble(error) == "out of reach":
            raise
    if connection is not None:
        connection.close()
    return None


def make(path: Path, fill: Callable[[sqlite3.Connection, int], None]) -> sqlite3.Connection:
    """Make the index anew and put it in the place of what is there.

    `fill` is handed the empty tables and the time of indexing. Where another process keeps the
    old file busy, the new index serves this process alone.
    Raises sqlite3.Error or OSError if nothing can be written.
    """
    new = path.with_name(f"{TEMP_PREFIX}index-{os.getpid()}")
    try:
        with suppress(FileExistsError):
            os.close(os.open(path.with_name(MARK), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        new.unlink(missing_ok=True)
        with closing(_connect(new)) as connection:
            # Should it break off, nobody has seen this file: no journal is needed.
            for setting in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
                connection.execute(f"PRAGMA {setting}")
            connection.execute("PRAGMA cache_size = -200000")
            connection.execute("BEGIN")
            fill(connection, now(new))
            place = _place(new, path.parent)
            connection.execute("INSERT INTO meta VALUES ('place', ?)", (place,))
            connection.execute("COMMIT")
        _fsync(new)
        with closing(_connect(new)) as made:
            made.execute("SELECT 1 FROM meta").fetchall()
            if _put_in_place(new, path):
                _sweep(path)
                with suppress(sqlite3.DatabaseError):
                    if (known := open_known(path)) is not None:
                        return known
            return _in_memory(made)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def make_in_memory(fill: Callable[[sqlite3.Connection, int], None]) -> sqlite3.Connection:
    """An index without a file, for this process alone."""
    connection = _connect(":memory:")
    connection.execute("BEGIN")
    fill(connection, ALWAYS_YOUNG)
    connection.execute("COMMIT")
    return connection


def copied(path: Path) -> sqlite3.Connection | None:
    """The index in that file, taken into memory; None if it cannot be used."""
    try:
        known = open_known(path)
        if known is None:
            return None
        with closing(known):
            return _in_memory(known)
    except sqlite3.DatabaseError:
        return None


def connect_to_read(path: Path | None, connection: sqlite3.Connection) -> sqlite3.Connection:
    """A second connection, to the same index, that cannot write to it; a copy if it has no file."""
    if path is None or not path.exists():
        return _in_memory(connection)
    address = f"{path.absolute().as_uri()}?mode=ro"
    return _prepared(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None))


def create_tables(connection: sqlite3.Connection, *, indexes: bool) -> None:
    """Make the empty tables; without `indexes`, those are left for `create_indexes`."""
    for statement in statements(has_full_text(connection), indexes=indexes):
        connection.execute(statement)
    connection.execute("INSERT INTO meta VALUES ('version', ?)", (str(SCHEMA_VERSION),))


def create_indexes(connection: sqlite3.Connection) -> None:
    """Make the indexes on tables that are full by now."""
    full_text = has_full_text(connection)
    for statement in statements(full_text)[len(statements(full_text, indexes=False)) :]:
        connection.execute(statement)


def has_full_text(connection: sqlite3.Connection) -> bool:
    """Whether this SQLite can search full text."""
    rows = connection.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")
    return rows.fetchone() is not None


def is_in_place(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the file that this connection has open is still the one at that path.

    Asked inside a transaction: a file that was replaced meanwhile would get a journal beside its
    successor, and SQLite would take that for the successor's own.
    """
    try:
        return _meta(connection).get("place") == _place(path, path.parent)
    except OSError:
        return False


def now(path: Path) -> int:
    """The time that a file written now gets, in nanoseconds; no clock is asked."""
    os.utime(path)
    return path.stat().st_mtime_ns


def trouble(error: sqlite3.Error) -> Literal["damaged", "out of reach"] | None:
    """What an error says of the file; None if it speaks of the question alone."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED:
        return "damaged"
    return "out of reach" if code in _OUT_OF_REACH else None


def _connect(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    return _prepared(connection)


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.create_function("fold", 1, _fold, deterministic=True)
    return connection


def _fold(text: object) -> str | None:
    return None if text is None else fold(str(text))


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    wanted = schema(has_full_text(connection))
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_autoindex_%'"
    ).fetchall()
    fits = len(found) == len(wanted) and all(
        name in wanted and (sql == wanted[name] or (wanted[name] is None and kind == "table"))
        for kind, name, sql in found
    )
    if not fits:
        return False
    meta = _meta(connection)
    return meta.get("version") == str(SCHEMA_VERSION) and is_in_place(connection, path)


def _meta(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('version', 'place')"))


def _place(path: Path, folder: Path) -> str:
    # A copy, a clone or an unpacked archive has other inodes, and should somebody have guessed them
    # the mark was made at another time. The device may change at each boot.
    made = (folder / MARK).lstat().st_ctime_ns
    return "/".join(str(each.lstat().st_ino) for each in (path, folder, folder.parent)) + f"/{made}"


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _journal_is_done(path: Path) -> bool:
    """Wait a moment for another process to end its transaction.

    A journal that stays was left by a crash, or came with the folder: SQLite would write what it
    holds into our file. Such an index is not used.
    """
    journal = f"{path}-journal"
    until = time.monotonic() + JOURNAL_SECONDS
    while os.path.lexists(journal):
        if time.monotonic() > until:
            with suppress(OSError):
                os.unlink(journal)  # noqa: PTH108  # a text, as SQLite makes it
            return False
        time.sleep(0.005)
    return True


def _put_in_place(new: Path, path: Path) -> bool:
    """Rename, while nobody can be writing to the old file; False if somebody is."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    before = path.lstat().st_ino
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as old:
        try:
            old.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if trouble(error) != "damaged":
                return False
        if path.lstat().st_ino != before:
            return False
        for ending in _BESIDE:
            Path(f"{path}{ending}").unlink(missing_ok=True)
        new.replace(path)
    return True


def _in_memory(source: sqlite3.Connection) -> sqlite3.Connection:
    connection = _connect(":memory:")
    source.backup(connection)
    return connection


def _sweep(path: Path) -> None:
    """Remove what a process that was killed long ago left of its index."""
    latest = path.stat().st_mtime_ns
    for other in path.parent.glob(f"{TEMP_PREFIX}index-*"):
        with suppress(OSError):
            if latest - other.lstat().st_mtime_ns > _HOUR:
                other.unlink()


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
