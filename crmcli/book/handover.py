"""The whole book in one plain SQLite file, for whoever wants its tables and not its folder."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from crmcli.book.index import Index
from crmcli.book.index_schema import TABLES

# What other programs can use; the rest of the index serves the program itself.
HANDED = (
    "reps", "customers", "contacts", "consents", "deals", "promises", "tasks", "interactions",
    "history", "conflicts",
)  # fmt: skip
BOOK = "CREATE TABLE book (name TEXT, currency TEXT)"


def hand_over(index: Index, blanked: Iterable[str] = ()) -> bytes:
    """The bytes of an SQLite file with the tables of records, as the index has them now.

    A table `book` holds its name and its currency, in which amounts without one of their own
    are. Columns named in `blanked` are empty in every table, and in the history.
    """
    index.refresh()
    policy = index.policy
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute(BOOK)
        made.execute("INSERT INTO book VALUES (?, ?)", (policy.name, policy.currency))
        for statement in TABLES.split(";"):
            if any(statement.strip().startswith(f"CREATE TABLE {name} ") for name in HANDED):
                made.execute(statement)
        for table in HANDED:
            _copy(index.connection, made, table)
        for name in blanked:
            _blank(made, name)
        made.commit()
        # A blanked value must not stay behind in the free pages of the file.
        made.execute("VACUUM")
        return made.serialize()


def columns_handed_over() -> frozenset[str]:
    """The names of all columns that can be blanked."""
    with closing(sqlite3.connect(":memory:")) as made:
        made.executescript(TABLES)
        return frozenset(name for table in HANDED for name in _columns(made, table))


def _copy(source: sqlite3.Connection, made: sqlite3.Connection, table: str) -> None:
    names = _columns(made, table)
    rows = source.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1, 2, 3")
    marks = ", ".join("?" * len(names))
    made.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _blank(made: sqlite3.Connection, name: str) -> None:
    for table in HANDED:
        for column in (name, f"{name}_value", f"{name}_id"):
            if column in _columns(made, table) and column != "id":
                made.execute(f"UPDATE {table} SET {column} = NULL")
    made.execute("UPDATE history SET value = NULL WHERE field = ?", (name,))
    made.execute(
        "UPDATE conflicts SET kept = NULL, other = NULL, base = NULL WHERE field = ?", (name,)
    )
