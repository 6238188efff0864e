"""How the records of a file come into the tables of the index, and go out of them again."""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from crmcli.book.index_schema import TWO_WAY
from crmcli.book.index_values import TEXTS_A_RECORD
from crmcli.book.index_values import Row
from crmcli.book.index_values import beside
from crmcli.book.index_values import first_word
from crmcli.book.index_values import insert
from crmcli.book.index_values import row_values
from crmcli.book.paths import id_of_path
from crmcli.book.records import Placed
from crmcli.model.errors import Problem
from crmcli.model.kinds import BY_NAME
from crmcli.model.kinds import BY_RECORD
from crmcli.model.kinds import KINDS
from crmcli.model.record import Record

BATCH = 4000  # records

_INSERTS = {kind.name: insert(kind.name) for kind in KINDS}
_BESIDE = {
    "names": "INSERT INTO names VALUES (?, ?, ?, ?, ?)",
    "history": "INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "conflicts": "INSERT INTO conflicts VALUES (?, ?, ?, ?, ?, ?)",
    "contacts": f"INSERT INTO contacts VALUES ({', '.join('?' * 17)})",
    "consents": f"INSERT INTO consents VALUES ({', '.join('?' * 12)})",
    "words": "INSERT INTO words (rowid, text, kind, id, field) VALUES (?, ?, ?, ?, ?)",
}


class Rows:
    """Takes records in and out of the tables of one index.

    An id that stands in two files belongs to the first of them by its path; the other ones are
    kept in `doubles`. `touched` are the customers whose roll-up has to be made anew; `stirred`
    the files with a double of what was taken out: they have to be read again.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.touched: set[str] = set()
        self.stirred: set[str] = set()
        self._waiting: dict[str, list[Row]] = {kind.name: [] for kind in KINDS}
        self._count = 0
        self._rowids: dict[str, int] = {
            kind.name: self._one(f"SELECT coalesce(max(rowid), 0) FROM {kind.plural}", ())
            for kind in KINDS
        }

    def add(self, record: Record, file: str, line: int | None = None) -> None:
        """Take in a record; it stands in the tables after `flush`. Hand in files in path order."""
        kind = BY_RECORD[type(record)].name
        self._rowids[kind] += 1
        self._waiting[kind].append(Row(self._rowids[kind], record, file, line))
        self._count += 1
        if self._count >= BATCH:
            self.flush()

    def add_problems(self, file: str, problems: Iterable[Problem]) -> None:
        """Keep what is wrong in a file."""
        self.connection.executemany(
            "INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(file, *problem) for problem in problems],
        )

    def flush(self) -> None:
        """Write what waits."""
        for kind, rows in self._waiting.items():
            if rows:
                self._write(kind, rows)
                rows.clear()
        self._count = 0

    def forget(self, file: str, kind: str) -> None:
        """Take out what the file held, and what was wrong in it."""
        self.forget_trouble(file)
        plural = BY_NAME[kind].plural
        if BY_NAME[kind].is_row:
            found = self.connection.execute(f"SELECT id FROM {plural} WHERE file = ?", (file,))
        else:
            # A scan for the file would cost more than all else; its name tells the id.
            sql = f"SELECT id FROM {plural} WHERE id = ? AND file = ?"
            found = self.connection.execute(sql, (id_of_path(file), file))
        for (id,) in found.fetchall():
            self.remove(kind, id)

    def forget_changed(self, file: str, kind: str, records: list[Placed]) -> list[Placed]:
        """Take out those rows of a month that its file no longer holds as they are; what to add.

        A command that adds one row to a month of two thousand must not write them all.
        """
        self.forget_trouble(file)
        known = {
            row[0]: row
            for row in self.connection.execute(
                f"SELECT * FROM {BY_NAME[kind].plural} WHERE file = ?", (file,)
            )
        }
        # An open question stands in a table of its own, so the row alone does not tell.
        sql = "SELECT DISTINCT id FROM conflicts WHERE kind = ?"
        asked = {id for (id,) in self.connection.execute(sql, (kind,))}
        asked |= {each.record.id for each in records if getattr(each.record, "conflicts", None)}
        new = []
        for placed in records:
            record, line = placed
            row = row_values(kind, Row(0, record, file, line))[1:]
            if record.id not in asked and known.get(record.id) == row:
                del known[record.id]
            else:
                new.append(placed)
        for id in known:
            self.remove(kind, id)
        return new

    def forget_trouble(self, file: str) -> None:
        """Take out what was wrong in the file."""
        self.connection.execute("DELETE FROM problems WHERE file = ?", (file,))
        self.connection.execute("DELETE FROM doubles WHERE file = ?", (file,))

    def remove(self, kind: str, id: str) -> None:
        """Take one record out of all tables."""
        run = self.connection.execute
        plural = BY_NAME[kind].plural
        customer = "customer" if kind == "interaction" else "NULL"
        rowid, touched = run(
            f"SELECT rowid, {customer} FROM {plural} WHERE id = ?", (id,)
        ).fetchone()
        if touched is not None:
            self.touched.add(touched)
        word = first_word(kind, rowid)
        run("DELETE FROM words WHERE rowid BETWEEN ? AND ?", (word, word + TEXTS_A_RECORD - 1))
        run(f"DELETE FROM {plural} WHERE id = ?", (id,))
        for table in ("names", "history", "conflicts"):
            run(f"DELETE FROM {table} WHERE kind = ? AND id = ?", (kind, id))
        if kind == "customer":
            run("DELETE FROM names WHERE kind = 'contact' AND id = ?", (id,))
            run("DELETE FROM contacts WHERE customer = ?", (id,))
            run("DELETE FROM consents WHERE customer = ?", (id,))
        twins = run("SELECT file FROM doubles WHERE kind = ? AND id = ?", (kind, id))
        self.stirred.update(file for (file,) in twins)

    def _write(self, kind: str, rows: list[Row]) -> None:
        before = self.connection.total_changes
        self.connection.executemany(_INSERTS[kind], [row_values(kind, row) for row in rows])
        # Doubles are rare, and asking for each id would cost more than writing its row.
        if self.connection.total_changes - before < len(rows):
            rows = self._without_doubles(kind, rows)
        for table, values in beside(kind, rows).items():
            self.connection.executemany(_BESIDE[table], values)
        if kind == "interaction":
            customers = [row.record.customer for row in rows]  # type: ignore[attr-defined]
            self.touched.update(each for each in customers if each is not None)

    def _without_doubles(self, kind: str, rows: list[Row]) -> list[Row]:
        kept: dict[str, Row] = {}
        table = BY_NAME[kind].plural
        line = "line" if BY_NAME[kind].is_row else "NULL"
        for row in rows:
            id = row.record.id
            owner = f"SELECT rowid, file, {line} FROM {table} WHERE id = ?"
            rowid, file, at = self.connection.execute(owner, (id,)).fetchone()
            if rowid == row.rowid:
                kept[id] = row
            elif file <= row.file:
                self._add_double(kind, id, row.file, row.line)
            else:
                stirred = set(self.stirred)
                self.remove(kind, id)
                self.stirred = stirred
                self._add_double(kind, id, file, at)
                self.connection.execute(_INSERTS[kind], row_values(kind, row))
                kept[id] = row
        return list(kept.values())

    def _add_double(self, kind: str, id: str, file: str, line: int | None) -> None:
        self.connection.execute("INSERT INTO doubles VALUES (?, ?, ?, ?)", (kind, id, file, line))

    def _one(self, sql: str, params: tuple[Any, ...]) -> Any:
        return self.connection.execute(sql, params).fetchone()[0]


def roll_up(connection: Connection, touched: set[str] | None) -> None:
    """Make `last_contacts` anew for these customers; None: for all.

    A contact is any interaction but a note. A sign of life is a two-way contact: a visit or
    meeting that was held, a call that was answered, an email or message that came in. Sales and
    the day of a report are for the report to add.
    """
    source = "interactions"
    if touched is None:
        connection.execute("DELETE FROM last_contacts")
    else:
        # Left to itself, SQLite reads all interactions for the sake of three customers.
        source = "temp.touched CROSS JOIN interactions USING (customer)"
        connection.execute("CREATE TEMP TABLE touched (customer TEXT PRIMARY KEY) WITHOUT ROWID")
        connection.executemany("INSERT INTO touched VALUES (?)", [(each,) for each in touched])
        connection.execute("DELETE FROM last_contacts WHERE customer IN temp.touched")
    # Beside max(), SQLite gives the columns of the very row that holds it.
    last = f"""
        SELECT customer, day, id, rep, mood, max(at || ' ' || id) FROM {source}
        WHERE customer IS NOT NULL AND kind <> 'note' AND (%s) GROUP BY customer
    """
    connection.execute(
        f"""
        INSERT INTO last_contacts
        SELECT c.customer, c.day, c.id, c.rep, l.day, l.id, m.mood, m.day
        FROM ({last % "1"}) c
            LEFT JOIN ({last % TWO_WAY}) l ON l.customer = c.customer
            LEFT JOIN ({last % f"mood IS NOT NULL AND {TWO_WAY}"}) m ON m.customer = c.customer
        """
    )
    if touched is not None:
        connection.execute("DROP TABLE temp.touched")
