"""A person's own SQL: it answers, it changes nothing, it ends."""

import os
import signal
import threading
import time

import pytest

from crmcli.book import ask as asking
from crmcli.book.ask import ask
from crmcli.book.index import open_index
from crmcli.model.errors import CrmError
from crmcli.model.errors import ExitCode
from crmcli.model.errors import UsageError
from tests.builders import customer
from tests.builders import visit
from tests.builders import write_book

ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT {} FROM c"


@pytest.fixture(params=[True, False], ids=["file", "memory"])
def book(request, tmp_path):
    rows = [visit("2026-11-02", id="i-11111111", summary="永豐 is pleased")]
    root = write_book(tmp_path, customer(tags=["retail", "big"]), customer("birch"), *rows)
    return open_index(root, is_trusted=request.param)


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("SELECT id, name FROM customers ORDER BY id", (["id", "name"], [("acme", "Acme"), ("birch", "Birch")])),
        ("SELECT id FROM words WHERE words MATCH '\"永 豐\"'", (["id"], [("i-11111111",)])),
        ("SELECT value FROM customers, json_each(tags) LIMIT 1", (["value"], [("retail",)])),
        ("SELECT fold('Müller-X') AS f", (["f"], [("muller x",)])),
        ("SELECT count(*) FROM pragma_table_info('meta')", (["count(*)"], [(2,)])),
        ("SELECT 1 WHERE 0;", (["1"], [])),
        ("SELECT x'00ff' AS b", (["b"], [("00ff",)])),
        ("WITH a AS (SELECT 1 AS n) SELECT n FROM a -- done", (["n"], [(1,)])),
    ],
)  # fmt: skip
def test_a_question_gets_its_columns_and_rows(book, sql, answer):
    assert ask(book, sql) == answer


def test_a_question_meets_the_files_as_they_are(book):
    ask(book, "SELECT 1")
    (book.root / "customers" / "new.yaml").write_text("name: New\n")
    index = open_index(book.root)
    assert ask(index, "SELECT count(*) FROM customers")[1] == [(3,)]


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH '{out}' AS o",
        "ATTACH ':memory:' AS o",
        "VACUUM INTO '{out}'",
        "VACUUM",
        "PRAGMA writable_schema = 1",
        "PRAGMA query_only = 0",
        "PRAGMA journal_mode = WAL",
        "PRAGMA user_version = 7",
        "PRAGMA temp_store_directory = '/tmp'",
        "SELECT load_extension('{out}')",
        "INSERT INTO customers (id) VALUES ('evil')",
        "INSERT INTO words (words) VALUES ('delete-all')",
        "UPDATE customers SET name = 'Evil'",
        "DELETE FROM customers",
        "REPLACE INTO meta VALUES ('version', 'x')",
        "CREATE TABLE evil (a)",
        "CREATE TEMP TABLE evil (a)",
        "CREATE VIRTUAL TABLE evil USING fts5 (a)",
        "DROP TABLE customers",
        "ALTER TABLE customers RENAME TO evil",
        "BEGIN",
        "REINDEX",
        "ANALYZE",
        "WITH a AS (SELECT 1) DELETE FROM customers",
    ],
)
def test_what_would_change_something_is_refused(book, sql, tmp_path):
    """X11"""
    ask(book, "SELECT 1")
    out = tmp_path / "out.db"
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(CrmError) as caught:
        ask(book, sql.format(out=out))
    assert caught.value.code == ExitCode.FAILURE
    assert caught.value.what == "crm sql only reads"
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert book.query("SELECT count(*) FROM customers") == [(2,)]


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("", "no question"),
        ("-- nothing", "no question"),
        ("SELEC 1", 'near "SELEC": syntax error'),
        ("SELECT nonsense FROM customers", "no such column: nonsense"),
        ("SELECT * FROM nowhere", "no such table: nowhere"),
        ("SELECT 1; SELECT 2", "You can only execute one statement at a time."),
        ("SELECT id FROM words WHERE words MATCH '\"'", "unterminated string"),
        ("SELECT :name", None),
        ("SELECT 'a\0b'", None),
    ],
)
def test_what_cannot_be_understood_is_said(book, sql, what):
    with pytest.raises(UsageError) as caught:
        ask(book, sql)
    assert what is None or caught.value.what == what
    assert caught.value.remedy


def test_a_question_without_end_is_stopped(book):
    """X12"""
    ask(book, "SELECT 1")
    start = time.monotonic()
    with pytest.raises(CrmError, match=r"stopped after 0\.2 s"):
        ask(book, ENDLESS.format("count(*)"), seconds=0.2)
    assert time.monotonic() - start < 3


def test_an_answer_without_end_is_refused(book, monkeypatch):
    """X12"""
    monkeypatch.setattr(asking, "MAX_ROWS", 1000)
    with pytest.raises(CrmError, match="more than 1,000 rows"):
        ask(book, ENDLESS.format("x"))


def test_a_value_without_end_is_refused(book):
    """X12"""
    with pytest.raises(CrmError, match="a value is larger than 16 MiB"):
        ask(book, "SELECT zeroblob(1000000000)")


def test_control_c_stops_a_question(book):
    """X12"""
    ask(book, "SELECT 1")
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        ask(book, ENDLESS.format("count(*)"), seconds=10)
    timer.join()
