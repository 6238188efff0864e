"""The index: never older than the files, the same whatever happened before, never in the way."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from crmcli.book import index_file
from crmcli.book.index import open_index
from crmcli.book.index_schema import schema
from crmcli.model.errors import BadDataError
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import email
from tests.builders import interaction
from tests.builders import month_text
from tests.builders import note
from tests.builders import promise
from tests.builders import rep
from tests.builders import task
from tests.builders import visit
from tests.builders import write_book

OLD = 1_700_000_000_000_000_000
MONTH = "interactions/mei/2026-11.csv"

# What a person may see of it; what it keeps to know its files is nobody's business.
SEEN = [name for name, sql in schema(full_text=True).items() if sql and sql[:12] == "CREATE TABLE"]
HIDDEN = {"meta", "folders", "young", "written"}


def contents(index):
    """All that the index tells, without the order in which it came to know it."""
    tables = [name for name in SEEN if name not in HIDDEN] + ["words"]
    return {name: sorted(map(repr, index.query(f"SELECT * FROM {name}"))) for name in tables}


def fresh(root):
    """An index built from nothing, in memory."""
    return open_index(root, is_trusted=False)


def names(root):
    with_index = open_index(root)
    found = [name for (name,) in with_index.query("SELECT name FROM customers ORDER BY id")]
    with_index.close()
    return found


def age(root, moment=OLD):
    """Make every file look old, so that it is known by its stat alone."""
    for path in [*root.rglob("*.yaml"), *root.rglob("*.csv")]:
        os.utime(path, ns=(moment, moment))


def grown(root):
    """Make the index forget which of its files are young: two seconds that a test need not wait."""
    with sqlite3.connect(root / ".crm" / "index.sqlite") as connection:
        connection.execute("DELETE FROM young")
    connection.close()


@pytest.fixture
def book(tmp_path):
    return write_book(
        tmp_path,
        rep(),
        customer(
            aliases=["永豐電池行"],
            contacts=[contact(email="chen@acme.example", phone="02-2345 6789")],
            needs=["same-week delivery", "交貨快"],
            history=[{"date": "2026-01-05", "by": "mei", "status": "active", "owner": "mei"}],
        ),
        customer("birch", tier="A"),
        deal(id="d-11111111", opened="2026-10-01", amount="1200.50", close="2026-12-01"),
        promise(id="p-11111111", made_in="i-11111111"),
        task(id="t-11111111"),
        visit("2026-11-02", id="i-11111111", mood="pleased", summary="全部滿意, new shop"),
        visit("2026-11-03", id="i-22222222", also=["lin"], minutes=30),
    )


# rows


def test_rows_hold_what_the_files_say(book):
    index = open_index(book)
    assert index.query("SELECT id, line, day, mood FROM interactions ORDER BY id") == [
        ("i-11111111", 2, "2026-11-02", "pleased"),
        ("i-22222222", 3, "2026-11-03", None),
    ]
    assert index.query("SELECT amount, amount_value, file FROM deals") == [
        ("1200.50", 1200.5, "deals/2026/d-11111111.yaml")
    ]
    assert index.query("SELECT needs, tags FROM customers WHERE id = :id", {"id": "acme"}) == [
        ('["same-week delivery","交貨快"]', None)
    ]
    assert index.query(
        "SELECT field, value FROM history WHERE kind = 'customer' ORDER BY field"
    ) == [
        ("owner", "mei"),
        ("status", "active"),
    ]
    assert index.query("SELECT also, minutes FROM interactions WHERE also IS NOT NULL") == [
        ('["lin"]', 30)
    ]
    assert index.problems() == []
    assert index.policy.name == "Test"


def test_a_history_line_tells_each_tracked_field_and_what_was_cleared(tmp_path):
    history = [
        {"date": "2026-01-01", "by": "mei", "stage": "lead", "amount": "10.0"},
        {"date": "2026-02-01", "by": "lin", "cleared": ["amount"], "note": "no budget"},
        {"date": "2026-03-01", "by": "lin", "note": "only a word"},
    ]
    root = write_book(tmp_path, deal("lead", id="d-11111111", history=history))
    rows = open_index(root).query(
        "SELECT seq, by, field, value, note FROM history ORDER BY seq, field"
    )
    assert rows == [
        (0, "mei", "amount", "10.0", None),
        (0, "mei", "stage", "lead", None),
        (1, "lin", "amount", None, "no budget"),
        (2, "lin", "", None, "only a word"),
    ]


def test_consent_and_open_questions_have_tables_of_their_own(tmp_path):
    event = {"channel": "email", "purpose": "marketing", "state": "given", "date": "2026-05-02"}
    clash = {"field": "tier", "kept": "A", "other": "B"}
    asked = '[{"field":"mood","kept":"pleased","other":"neutral","base":null}]'
    root = write_book(
        tmp_path,
        customer(contacts=[contact(consent=[event])], conflicts=[clash]),
        visit("2026-11-02", id="i-11111111", conflicts=asked),
        visit("2026-11-02", id="i-22222222", conflicts="no list"),
    )
    index = open_index(root)
    assert index.query("SELECT customer, contact, seq, channel, state, date FROM consents") == [
        ("acme", "chen", 0, "email", "given", "2026-05-02")
    ]
    assert index.query("SELECT * FROM conflicts ORDER BY kind") == [
        ("customer", "acme", "tier", "A", "B", None),
        ("interaction", "i-11111111", "mood", "pleased", "neutral", None),
    ]


def test_the_last_contact_is_no_note_and_a_sign_of_life_is_two_way(tmp_path):
    root = write_book(
        tmp_path,
        customer(),
        visit("2026-10-01", id="i-11111111", mood="pleased"),
        visit("2026-10-02", id="i-22222222", mood="offended", outcome="not-held"),
        visit("2026-10-03T09:00:00+08:00", id="i-33333333", rep="lin"),
        visit("2026-10-03", id="i-44444444"),
        email("2026-10-04", id="i-55555555", direction="out"),
        note("2026-10-05", id="i-66666666", mood="offended"),
        visit("2026-10-06", id="i-77777777", customer=None),
    )
    index = open_index(root)
    row = ("acme", "2026-10-04", "i-55555555", "mei", "2026-10-03", "i-33333333")
    assert index.query("SELECT * FROM last_contacts") == [(*row, "pleased", "2026-10-01")]


@pytest.mark.parametrize(
    ("fields", "alive"),
    [
        ({"kind": "visit"}, True),
        ({"kind": "meeting", "outcome": "not-held"}, False),
        ({"kind": "call", "direction": "out"}, True),
        ({"kind": "call", "outcome": "no-answer"}, False),
        ({"kind": "email", "direction": "in"}, True),
        ({"kind": "email", "direction": "out"}, False),
        ({"kind": "message"}, False),
        ({"kind": "message", "direction": "in", "outcome": "no-reply-needed"}, True),
    ],
)
def test_what_is_a_sign_of_life(tmp_path, fields, alive):
    root = write_book(tmp_path, customer(), interaction(at="2026-10-01", **fields))
    rows = open_index(root).query("SELECT day, life_day FROM last_contacts")
    assert rows == [("2026-10-01", "2026-10-01" if alive else None)]


# freshness


def test_an_edit_a_pull_a_checkout_and_a_restore_are_seen(book, tmp_path_factory):
    """X1"""
    backup = tmp_path_factory.mktemp("backup") / "book"
    shutil.copytree(book, backup)
    acme = book / "customers" / "acme.yaml"
    assert names(book) == ["Acme", "Birch"]
    acme.write_text("name: Edited\n")
    assert names(book) == ["Edited", "Birch"]
    (book / "customers" / "pulled.yaml").write_text("name: Pulled\n")
    assert names(book) == ["Edited", "Birch", "Pulled"]
    (book / "customers" / "birch.yaml").unlink()
    assert names(book) == ["Edited", "Pulled"]
    shutil.copytree(backup, book, dirs_exist_ok=True)
    assert names(book) == ["Acme", "Birch", "Pulled"]


def edit_with_mtime_put_back(file, text):
    was = file.stat()
    file.write_text(text)
    os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))


def copy_that_keeps_the_mtime(file, text):
    was = file.stat()
    other = file.with_name("other.tmp")
    other.write_text(text)
    os.utime(other, ns=(was.st_atime_ns, was.st_mtime_ns))
    other.replace(file)


def edit_within_one_tick(file, text):
    """As on a file system whose clock ticks every two seconds: no trace in any stat."""
    with sqlite3.connect(file.parents[1] / ".crm" / "index.sqlite") as connection:
        file.write_text(text)
        seen = index_changes_of(file)
        name = f"customers/{file.name}"
        connection.execute("INSERT OR REPLACE INTO written VALUES (?, ?)", (name, seen))
    connection.close()


def index_changes_of(file):
    from crmcli.book.walk import stat_of  # noqa: PLC0415  # used here only

    return stat_of(file)


def edit_with_a_clock_set_back(file, text):
    os.utime(file, ns=(4 * 10**18, 4 * 10**18))
    names(file.parents[1])
    file.write_text(text)
    os.utime(file, ns=(4 * 10**18, 4 * 10**18))


@pytest.mark.parametrize(
    "edit",
    [
        edit_with_mtime_put_back,
        copy_that_keeps_the_mtime,
        edit_within_one_tick,
        edit_with_a_clock_set_back,
    ],
)
def test_edits_of_the_same_size_that_hide_are_seen(tmp_path, edit):
    """X2"""
    root = write_book(tmp_path, customer())
    file = root / "customers" / "acme.yaml"
    for turn in range(20):
        old, new = f"name: Old {turn:02}\n", f"name: New {turn:02}\n"
        file.write_text(old)
        assert names(root) == [f"Old {turn:02}"]
        edit(file, new)
        assert names(root) == [f"New {turn:02}"]


def test_an_edit_that_keeps_mtime_and_size_is_seen_by_its_ctime_and_inode_alone(tmp_path):
    """X2"""
    root = write_book(tmp_path, customer())
    file = root / "customers" / "acme.yaml"
    for turn in range(20):
        file.write_text(f"name: Old {turn:02}\n")
        os.utime(file, ns=(OLD, OLD))
        assert names(root) == [f"Old {turn:02}"]
        grown(root)
        edit_with_mtime_put_back(file, f"name: New {turn:02}\n")
        assert names(root) == [f"New {turn:02}"]


def test_a_file_with_an_mtime_in_the_future_is_always_looked_into(tmp_path):
    """X2"""
    root = write_book(tmp_path, customer())
    future = 4 * 10**18
    age(root, future)
    for _ in range(3):
        names(root)
    young = open_index(root).query("SELECT path FROM young ORDER BY path", walk=False)
    assert young == [("crm.yaml",), ("customers/acme.yaml",)]


def test_a_folder_that_looks_untouched_is_looked_into(tmp_path):
    """X3"""
    root = write_book(tmp_path, customer())
    names(root)
    folder = root / "customers"
    was = folder.stat()
    with (folder / "acme.yaml").open("r+") as file:
        file.write("name: Edit\n")
    os.utime(folder, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert folder.stat().st_mtime_ns == was.st_mtime_ns
    assert names(root) == ["Edit"]


def test_a_file_that_grew_old_is_no_longer_read_at_each_question(book, monkeypatch):
    names(book)
    assert open_index(book).query("SELECT count(*) FROM young")[0][0] == 8
    monkeypatch.setattr(index_file, "now", lambda path: path.stat().st_mtime_ns + 10**10)
    names(book)
    assert open_index(book).query("SELECT count(*) FROM young")[0][0] == 0


def test_a_question_that_finds_nothing_changed_writes_nothing(book, monkeypatch):
    """C8"""
    names(book)
    grown(book)
    before = (book / ".crm" / "index.sqlite").read_bytes()
    stamps = {path: path.stat().st_mtime_ns for path in book.rglob("*")}
    names(book)
    assert (book / ".crm" / "index.sqlite").read_bytes() == before
    assert {path: path.stat().st_mtime_ns for path in book.rglob("*")} == stamps


def test_a_question_that_does_not_walk_takes_the_index_as_it_stands(book):
    index = open_index(book)
    assert index.query("SELECT count(*) FROM customers", walk=False) == [(2,)]
    (book / "customers" / "new.yaml").write_text("name: New\n")
    assert index.query("SELECT count(*) FROM customers", walk=False) == [(2,)]
    index.refresh()
    assert index.query("SELECT count(*) FROM customers", walk=False) == [(3,)]


def test_a_second_question_walks_no_more(book, monkeypatch):
    index = open_index(book)
    index.query("SELECT 1")
    monkeypatch.setattr("crmcli.book.index.walk", None)
    assert index.query("SELECT count(*) FROM customers") == [(2,)]


# our own writes


def test_what_a_command_wrote_is_there_without_a_walk(book, monkeypatch):
    index = open_index(book)
    index.query("SELECT 1")
    (book / "customers" / "new.yaml").write_text("name: New\n")
    (book / "customers" / "birch.yaml").unlink()
    (book / "deals" / "2027").mkdir()
    (book / "deals" / "2027" / "d-33333333.yaml").write_text("stage: lead\n")
    rows = [visit("2026-11-02", id="i-11111111"), visit("2026-11-08", id="i-99999999", rep="mei")]
    (book / MONTH).write_text(month_text(rows))
    stored = index.query("SELECT * FROM folders")
    monkeypatch.setattr("crmcli.book.index.walk", None)
    index.note_written(
        ["customers/new.yaml", "customers/birch.yaml", "deals/2027/d-33333333.yaml", MONTH]
    )
    assert index.query("SELECT id FROM customers ORDER BY id") == [("acme",), ("new",)]
    assert index.query("SELECT id FROM deals ORDER BY id") == [("d-11111111",), ("d-33333333",)]
    assert index.query("SELECT day FROM last_contacts") == [("2026-11-08",)]
    assert index.query("SELECT id FROM interactions ORDER BY id") == [
        ("i-11111111",),
        ("i-99999999",),
    ]
    assert index.query("SELECT * FROM folders") == stored
    monkeypatch.undo()
    assert contents(open_index(book)) == contents(fresh(book))
    assert open_index(book).query("SELECT * FROM written") == []


def test_a_file_that_we_wrote_is_not_read_again_by_the_next_walk(book, monkeypatch):
    index = open_index(book)
    index.query("SELECT 1")
    (book / "customers" / "new.yaml").write_text("name: New\n")
    index.note_written(["customers/new.yaml"])
    index.close()
    monkeypatch.setattr("crmcli.book.index_refresh.read_placed", None)
    assert names(book) == ["Acme", "Birch", "New"]


def test_an_edit_right_after_our_own_write_is_seen(book):
    """X2"""
    file = book / "customers" / "acme.yaml"
    for turn in range(20):
        index = open_index(book)
        index.query("SELECT 1", walk=False)
        file.write_text(f"name: Ours {turn:02}\n")
        index.note_written(["customers/acme.yaml"])
        index.close()
        file.write_text(f"name: Hand {turn:02}\n")
        assert names(book)[0] == f"Hand {turn:02}"


def test_a_row_added_to_a_month_leaves_the_other_rows_alone(book):
    index = open_index(book)
    before = dict(index.query("SELECT id, rowid FROM interactions"))
    text = (book / MONTH).read_text()
    (book / MONTH).write_text(text + "i-33333333,2026-11-09,birch,,mei,call,,,,,,,,,,,,,,,,,,\n")
    index.note_written([MONTH])
    after = dict(index.query("SELECT id, rowid FROM interactions"))
    assert after.pop("i-33333333")
    assert after == before


def test_crm_yaml_written_by_us_is_the_policy_at_once(book):
    index = open_index(book)
    assert index.policy.currency == "USD"
    (book / "crm.yaml").write_text("name: Test\nformat: 1\ncurrency: TWD\n")
    index.note_written(["crm.yaml"])
    assert index.policy.currency == "TWD"
    assert open_index(book).policy.currency == "TWD"


# crm.yaml


def test_the_policy_is_read_from_the_file_when_it_changed_since_the_last_walk(book):
    names(book)
    (book / "crm.yaml").write_text("name: Test\nformat: 1\ncurrency: EUR\n")
    index = open_index(book)
    assert index.policy.currency == "EUR"


def test_a_broken_crm_yaml_stops_the_policy_and_no_question(book):
    names(book)
    (book / "crm.yaml").write_text("name: [\n")
    index = open_index(book)
    assert index.query("SELECT count(*) FROM customers") == [(2,)]
    assert [problem.file for problem in index.problems()] == ["crm.yaml"]
    with pytest.raises(BadDataError):
        _ = index.policy
    (book / "crm.yaml").write_text("name: Test\nformat: 1\n")
    assert open_index(book).policy.name == "Test"
    assert open_index(book).problems() == []


# bad files


def test_a_bad_file_stops_itself_alone_and_is_told_until_it_is_right(book):
    """L5"""
    names(book)
    acme = book / "customers" / "acme.yaml"
    acme.write_text("name: Acme\nstatus: nonsense\n")
    (book / "customers" / "Bad Name.yaml").write_text("name: x\n")
    index = open_index(book)
    assert index.query("SELECT id FROM customers") == [("birch",)]
    places = [(problem.place, problem.record) for problem in index.problems()]
    assert places == [("customers/Bad Name.yaml", None), ("customers/acme.yaml:2", "acme")]
    assert open_index(book).problems() == index.problems() == fresh(book).problems()
    acme.write_text("name: Acme\n")
    (book / "customers" / "Bad Name.yaml").unlink()
    assert open_index(book).problems() == []


def test_a_file_that_cannot_be_read_is_a_problem(book, monkeypatch):
    def refuse(path, limit=None):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("crmcli.book.index_refresh.content", refuse)
    told = [str(problem) for problem in fresh(book).problems()]
    assert "customers/acme.yaml: cannot be read: Permission denied" in told


def test_a_file_that_is_too_large_is_a_problem(book, monkeypatch):
    monkeypatch.setattr("crmcli.book.index_refresh.size_limit", lambda path: 40)
    told = [str(problem) for problem in fresh(book).problems()]
    assert "customers/acme.yaml: is larger than 0 MiB, so it is not read" in told


def test_an_id_in_two_files_belongs_to_the_first_and_the_other_is_told(book):
    names(book)
    other = book / "deals" / "2025"
    other.mkdir()
    (other / "d-11111111.yaml").write_text("stage: lead\n")
    index = open_index(book)
    assert index.query("SELECT file FROM deals") == [("deals/2025/d-11111111.yaml",)]
    assert [str(problem) for problem in index.problems()] == [
        (
            "deals/2026/d-11111111.yaml: deal 'd-11111111' stands in deals/2025/d-11111111.yaml "
            "too. Give one of them another id, or remove it"
        )
    ]
    assert contents(index) == contents(fresh(book))
    (other / "d-11111111.yaml").unlink()
    index = open_index(book)
    assert index.query("SELECT file FROM deals") == [("deals/2026/d-11111111.yaml",)]
    assert index.problems() == []
    assert contents(index) == contents(fresh(book))


def test_a_row_with_the_id_of_another_is_told_with_its_line(book):
    rows = [visit(id="i-11111111"), visit(id="i-33333333"), visit(id="i-11111111", mood="neutral")]
    (book / MONTH).write_text(month_text(rows))
    later = [visit("2026-12-01", id="i-33333333")]
    (book / "interactions/mei/2026-12.csv").write_text(month_text(later))
    index = open_index(book)
    assert [(each.place, each.what) for each in index.problems()] == [
        (f"{MONTH}:4", "interaction 'i-11111111' stands in this file twice"),
        (
            "interactions/mei/2026-12.csv:2",
            f"interaction 'i-33333333' stands in {MONTH} too",
        ),
    ]


# the file of the index


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:5000]),
        lambda file: file.write_bytes(random.Random(1).randbytes(9000)),
        lambda file: file.write_bytes(
            file.read_bytes()[:8192] + b"\xff" * (file.stat().st_size - 8192)
        ),
        lambda file: run_sql(file, "UPDATE meta SET value = '0' WHERE key = 'version'"),
        lambda file: run_sql(file, "CREATE TABLE more (a)"),
        lambda file: run_sql(file, "DROP INDEX deals_stage"),
        lambda file: run_sql(file, "DROP TABLE customers"),
    ],
    ids=[
        "deleted",
        "emptied",
        "cut",
        "garbage",
        "pages overwritten",
        "other version",
        "one table more",
        "one index less",
        "one table less",
    ],
)
def test_a_damaged_index_is_made_anew(book, harm):
    """X5"""
    names(book)
    harm(book / ".crm" / "index.sqlite")
    index = open_index(book)
    assert index.query("SELECT name FROM customers ORDER BY id") == [("Acme",), ("Birch",)]
    assert contents(index) == contents(fresh(book))
    assert len(index.notes) <= 1
    index.close()
    again = open_index(book)
    assert contents(again) == contents(fresh(book))
    assert again.notes == []
    assert sorted(path.name for path in (book / ".crm").iterdir()) == ["here", "index.sqlite"]


def run_sql(file, sql):
    with sqlite3.connect(file) as connection:
        connection.execute(sql)
    connection.close()


def test_a_person_is_told_once_that_the_index_was_made_anew(book):
    """X5"""
    names(book)
    (book / ".crm" / "index.sqlite").write_bytes(b"garbage" * 1000)
    index = open_index(book)
    index.query("SELECT 1")
    assert index.notes == ["the index was not usable and has been made anew"]


def test_a_wrong_question_is_no_damage(book):
    with pytest.raises(sqlite3.OperationalError):
        open_index(book).query("SELECT nonsense FROM customers")


def test_a_crash_in_the_middle_of_a_change_leaves_the_old_or_a_new_index(book):
    """X5"""
    names(book)
    crash = """
import os, sys
from pathlib import Path
from crmcli.book import index
from crmcli.book.index import open_index
index.remember_folders = lambda *_: os._exit(137)
(Path(sys.argv[1]) / "customers" / "acme.yaml").write_text("name: Crash\\n")
known = open_index(Path(sys.argv[1]))
known.connection.execute("PRAGMA cache_spill = 1")
known.connection.execute("PRAGMA cache_size = 1")
known.query("SELECT 1")
"""
    done = subprocess.run([sys.executable, "-c", crash, str(book)], check=False)
    assert done.returncode == 137
    assert names(book) == ["Crash", "Birch"]
    assert contents(open_index(book)) == contents(fresh(book))


def test_a_journal_that_came_with_the_folder_is_not_played(book, monkeypatch):
    """H9"""
    monkeypatch.setattr(index_file, "JOURNAL_SECONDS", 0.02)
    names(book)
    journal = book / ".crm" / "index.sqlite-journal"
    file = book / ".crm" / "index.sqlite"
    old = file.read_bytes()
    run_sql(file, "UPDATE customers SET name = 'Evil'")
    # A hot journal would put these pages into our file.
    count = len(old) // 4096
    header = bytes.fromhex("d9d505f920a163d7") + b"\xff" * 4 + bytes(4)
    header += count.to_bytes(4, "big") + (512).to_bytes(4, "big") + (4096).to_bytes(4, "big")
    journal.write_bytes(header.ljust(512, b"\0") + b"".join(pages(file.read_bytes())))
    file.write_bytes(old)
    assert names(book) == ["Acme", "Birch"]
    assert not journal.exists()


def pages(data):
    for number in range(len(data) // 4096):
        page = data[number * 4096 : number * 4096 + 4096]
        total = sum(page[4096 - 200 * n] for n in range(1, 21)) & 0xFFFFFFFF
        yield (number + 1).to_bytes(4, "big") + page + total.to_bytes(4, "big")


def test_where_nothing_can_be_written_the_index_is_in_memory(book, monkeypatch):
    """X6"""
    monkeypatch.setattr("crmcli.book.index_file.os.access", lambda path, mode: False)
    assert names(book) == ["Acme", "Birch"]
    assert not (book / ".crm" / "index.sqlite").exists()


def test_a_known_index_that_cannot_be_written_is_used_in_memory(book, monkeypatch):
    """X6"""
    names(book)
    before = (book / ".crm" / "index.sqlite").read_bytes()
    (book / "customers" / "new.yaml").write_text("name: New\n")
    monkeypatch.setattr("crmcli.book.index_file.os.access", lambda path, mode: False)
    monkeypatch.setattr("crmcli.book.index_refresh.fill", None)
    index = open_index(book)
    assert len(index.query("SELECT name FROM customers")) == 3
    assert contents(index)["customers"]
    assert (book / ".crm" / "index.sqlite").read_bytes() == before


@pytest.mark.parametrize("error", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY])
def test_when_the_disk_is_full_or_fails_the_command_works(book, monkeypatch, error):
    """X6"""
    names(book)
    (book / "customers" / "new.yaml").write_text("name: New\n")

    def fail(*_):
        raised = sqlite3.OperationalError("no luck")
        raised.sqlite_errorcode = error
        raise raised

    monkeypatch.setattr("crmcli.book.index.remember_folders", fail)
    index = open_index(book)
    monkeypatch.setattr(index, "_now", lambda: index_file.ALWAYS_YOUNG)
    with monkeypatch.context() as once:
        once.setattr("crmcli.book.index_file.copied", lambda path: None)
        assert len(index.query("SELECT name FROM customers")) == 3
    assert index.file is None


def test_a_full_disk_at_the_first_build_does_not_stop_the_command(book, monkeypatch):
    """X6"""

    def fail(path, fill):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index_file, "make", fail)
    assert names(book) == ["Acme", "Birch"]


def test_a_linked_crm_folder_is_not_used(book, tmp_path_factory):
    """H9"""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (book / ".crm").symlink_to(elsewhere)
    assert names(book) == ["Acme", "Birch"]
    assert list(elsewhere.iterdir()) == []


def test_a_linked_index_is_not_used(book, tmp_path_factory):
    """H9"""
    victim = tmp_path_factory.mktemp("elsewhere") / "victim"
    victim.write_text("precious")
    (book / ".crm").mkdir()
    (book / ".crm" / "index.sqlite").symlink_to(victim)
    assert names(book) == ["Acme", "Birch"]
    assert victim.read_text() == "precious"


@pytest.mark.parametrize(
    "plant",
    [
        "UPDATE customers SET name = 'Evil'",
        "INSERT INTO customers (id, name, file) VALUES ('evil', 'Evil', 'customers/evil.yaml')",
        "CREATE TRIGGER t AFTER DELETE ON customers BEGIN DELETE FROM deals; END",
        "CREATE VIEW evil AS SELECT 1",
    ],
)
def test_an_index_that_came_with_the_folder_is_not_believed(book, tmp_path_factory, plant):
    """X13"""
    names(book)
    run_sql(book / ".crm" / "index.sqlite", plant)
    copy = tmp_path_factory.mktemp("sent") / "book"
    shutil.copytree(book, copy)
    assert names(copy) == ["Acme", "Birch"]
    assert contents(open_index(copy)) == contents(fresh(copy))


def test_an_index_that_guessed_where_it_would_lie_is_not_believed(book):
    """H9: as one that git put in the place of ours, in the very folder."""
    names(book)
    run_sql(book / ".crm" / "index.sqlite", "UPDATE customers SET name = 'Evil'")
    assert names(book) == ["Evil", "Evil"]  # else this proves nothing
    mark = book / ".crm" / "here"
    mark.unlink()
    mark.touch()
    assert names(book) == ["Acme", "Birch"]
    run_sql(book / ".crm" / "index.sqlite", "UPDATE customers SET name = 'Evil'")
    mark.unlink()
    assert names(book) == ["Acme", "Birch"]


def test_a_planted_trigger_or_view_in_our_own_file_is_thrown_out(book):
    """X13"""
    names(book)
    file = book / ".crm" / "index.sqlite"
    run_sql(file, "CREATE TRIGGER t AFTER DELETE ON customers BEGIN DELETE FROM deals; END")
    (book / "customers" / "birch.yaml").unlink()
    assert contents(open_index(book)) == contents(fresh(book))
    run_sql(file, "CREATE VIEW evil AS SELECT 1")
    index = open_index(book)
    assert index.query("SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')") == [
        (0,)
    ]


def test_an_index_that_is_not_trusted_is_left_alone(book):
    """X13"""
    names(book)
    before = (book / ".crm" / "index.sqlite").read_bytes()
    index = open_index(book, is_trusted=False)
    (book / "customers" / "new.yaml").write_text("name: New\n")
    assert len(index.query("SELECT * FROM customers")) == 3
    assert (book / ".crm" / "index.sqlite").read_bytes() == before


# several processes


def read_often(root, turns):
    for _ in range(turns):
        index = open_index(Path(root))
        found = [name for (name,) in index.query("SELECT name FROM customers WHERE id = 'acme'")]
        assert len(found) == 1, found
        assert found[0].startswith("Turn "), found
        assert index.problems() == []
        index.close()


@pytest.mark.parametrize("harm", [False, True], ids=["refresh", "rebuild"])
def test_readers_beside_a_writer_get_whole_answers(book, harm):
    """X7"""
    file = book / "customers" / "acme.yaml"
    file.write_text("name: Turn 000\n")
    context = get_context("spawn")
    readers = [context.Process(target=read_often, args=(str(book), 25)) for _ in range(4)]
    for reader in readers:
        reader.start()
    turn = 0
    while any(reader.is_alive() for reader in readers):
        turn += 1
        new = book / "customers" / ".~crm-new"
        new.write_text(f"name: Turn {turn:03}\n")
        new.replace(file)
        if harm and turn % 20 == 0:
            (book / ".crm" / "index.sqlite").unlink(missing_ok=True)
        for reader in readers:
            reader.join(0.002)
    assert [reader.exitcode for reader in readers] == [0, 0, 0, 0]
    assert names(book)[0] == f"Turn {turn:03}"
    assert contents(open_index(book)) == contents(fresh(book))


def test_an_index_that_another_keeps_busy_is_read_into_memory(book, monkeypatch):
    """X7"""
    monkeypatch.setattr(index_file, "BUSY_SECONDS", 0.05)
    names(book)
    holder = sqlite3.connect(book / ".crm" / "index.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    (book / "customers" / "new.yaml").write_text("name: New\n")
    assert names(book) == ["Acme", "Birch", "New"]
    holder.execute("ROLLBACK")
    holder.execute("BEGIN EXCLUSIVE")
    assert names(book) == ["Acme", "Birch", "New"]
    holder.close()


def test_an_index_that_was_replaced_meanwhile_is_not_written_to(book):
    """X7"""
    index = open_index(book)
    index.query("SELECT 1")
    (book / ".crm" / "index.sqlite").unlink()
    names(book)
    (book / "customers" / "new.yaml").write_text("name: New\n")
    index.refresh()
    assert index.query("SELECT count(*) FROM customers") == [(3,)]
    assert contents(open_index(book)) == contents(fresh(book))


# always the same


def steps(random_):
    """What may happen to a book between two commands."""

    def put(root, path, text):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return path

    def a_customer(root):
        id = random_.choice("abcde")
        name = random_.choice(["One", "Two 永豐", "", "[broken"])
        into = random_.choice(["", "merged_into: a\n"])
        return put(root, f"customers/{id}x.yaml", f"name: {name}\nneeds: [x {id}]\n{into}")

    def a_deal(root):
        year, id = random_.choice((2025, 2026)), random_.choice("12")
        return put(root, f"deals/{year}/d-1111111{id}.yaml", f"stage: lead\nname: D {year}\n")

    def a_month(root):
        rows = [
            visit(f"2026-11-{random_.randint(1, 28):02}", id=f"i-1111111{n}", customer=f"{c}x")
            for n in random_.sample("123456", 3)
            for c in random_.choice("abc")
        ]
        return put(root, f"interactions/mei/2026-{random_.choice((10, 11))}.csv", month_text(rows))

    def a_config(root):
        return put(root, "crm.yaml", f"name: {random_.randint(1, 9)}\nformat: 1\n")

    def a_removal(root):
        files = sorted((*root.glob("*/*.yaml"), *root.glob("*/*/*.*")))
        if files:
            path = random_.choice(files)
            path.unlink()
            return path.relative_to(root).as_posix()
        return "crm.yaml"

    return [a_customer, a_customer, a_deal, a_month, a_month, a_config, a_removal]


@pytest.mark.parametrize("seed", range(20))
def test_after_any_history_the_index_is_as_if_made_anew(tmp_path, seed):
    """X8"""
    random_ = random.Random(seed)
    root = write_book(tmp_path)
    index = open_index(root)
    index.query("SELECT 1")
    for _ in range(50):
        written = [random_.choice(steps(random_))(root) for _ in range(random_.randint(1, 3))]
        chance = random_.random()
        if chance < 0.3:
            index.note_written(written)
        elif chance < 0.9:
            index.close()
            index = open_index(root)
        else:
            index.refresh()
        if chance < 0.3 or chance > 0.6:
            anew = fresh(root)
            assert contents(index) == contents(anew)
            assert index.problems() == anew.problems()


# its price


def test_a_question_to_a_warm_index_loads_nothing_heavy(book):
    names(book)
    grown(book)
    asked = """
import sys
from pathlib import Path
from crmcli.book.index import open_index
index = open_index(Path(sys.argv[1]))
assert index.query("SELECT count(*) FROM customers") == [(2,)]
assert index.policy.name == "Test"
assert index.problems() == []
heavy = {"yaml", "msgspec", "filelock", "rich", "tabulate", "subprocess", "csv", "hashlib", "difflib"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", asked, str(book)], check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"


def test_a_long_build_tells_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("crmcli.book.index_refresh.TICKS", 2)
    root = write_book(tmp_path, *(customer(f"c{n}") for n in range(4)))
    told = []
    open_index(root, lambda done, total: told.append((done, total))).query("SELECT 1")
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_a_book_that_changed_in_most_of_its_files_is_built_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("crmcli.book.index._MANY_CHANGES", 2)
    root = write_book(tmp_path, *(customer(f"c{n}") for n in range(4)))
    names(root)
    for n in range(4):
        (root / "customers" / f"c{n}.yaml").write_text(f"name: New {n}\n")
    monkeypatch.setattr("crmcli.book.index_refresh.apply", None)
    assert names(root) == ["New 0", "New 1", "New 2", "New 3"]
