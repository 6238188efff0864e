"""A person's own SQL: answered, while nothing in it can write, open a file or go on for ever."""

import sqlite3
import time
from contextlib import closing
from typing import Any

from crmcli.book.index import Index
from crmcli.book.index_file import connect_to_read
from crmcli.model.errors import CrmError
from crmcli.model.errors import UsageError

MAX_ROWS = 1_000_000
MAX_VALUE_BYTES = 16 * 1024 * 1024

_STEPS_BETWEEN_LOOKS = 10_000  # of SQLite's machine: some microseconds each ten
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
# The full-text table asks for the first, `crm sql --tables` for the second; both only look.
_HARMLESS_PRAGMAS = {"data_version", "table_info"}


def ask(index: Index, sql: str, seconds: float = 60.0) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns and the rows that a SELECT gives.

    Raises UsageError if it is no question or cannot be understood, CrmError if it would change
    something, takes longer than `seconds` or gives too much.
    """
    index.query("SELECT 1")
    watch = _Watch(seconds)
    with closing(connect_to_read(index.file, index.connection)) as connection:
        _restrict(connection, watch)
        try:
            cursor = connection.execute(sql)
            rows = cursor.fetchmany(MAX_ROWS + 1)
        except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
            raise _refusal(error, watch) from None
        if cursor.description is None:
            raise UsageError("no question", remedy='Try: crm sql "SELECT name FROM customers"')
    if len(rows) > MAX_ROWS:
        raise CrmError(f"more than {MAX_ROWS:,} rows", remedy="Add a LIMIT")
    return [column[0] for column in cursor.description], [_shown(row) for row in rows]


class _Watch:
    """Says from time to time whether it is enough."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_over = False
        self._until = time.monotonic() + seconds

    def __call__(self) -> bool:
        self.is_over = time.monotonic() > self._until
        return self.is_over


def _restrict(connection: sqlite3.Connection, watch: _Watch) -> None:
    # The first use of such a table looks like a write; from then on it only reads.
    for table in ("words", "pragma_table_info('meta')", "json_each('[]')", "json_tree('[]')"):
        connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall()
    connection.execute("PRAGMA query_only = 1")
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
    connection.set_progress_handler(watch, _STEPS_BETWEEN_LOOKS)
    connection.set_authorizer(_may)


def _may(action: int, first: str | None, *_: object) -> int:
    if action in _ALLOWED or (action == sqlite3.SQLITE_PRAGMA and first in _HARMLESS_PRAGMAS):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _refusal(error: Exception, watch: _Watch) -> CrmError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_INTERRUPT and not watch.is_over:
        # Raised inside the watch, where SQLite swallows it.
        raise KeyboardInterrupt
    if watch.is_over:
        return CrmError(f"stopped after {watch.seconds:g} s", remedy="Try: --timeout SECONDS")
    if code in (sqlite3.SQLITE_AUTH, sqlite3.SQLITE_READONLY) or str(error) == "not authorized":
        return CrmError("crm sql only reads", remedy="Try: crm sql --tables")
    if code == sqlite3.SQLITE_TOOBIG:
        return CrmError(f"a value is larger than {MAX_VALUE_BYTES >> 20} MiB")
    return UsageError(str(error), place="SQL", remedy="Try: crm sql --tables")


def _shown(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.hex() if isinstance(value, bytes) else value for value in row)
