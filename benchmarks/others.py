"""Other programs on the same data: the book's records, written as each of them wants them."""

import shutil
import sqlite3
from collections.abc import Callable
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from pathlib import Path
from uuid import UUID

from benchmarks.generate import END
from benchmarks.stopwatch import Job

LATE = "crm promise list --status late"
FIND = "crm customer find {word}"
SHOW = "crm customer show ID"
PIPELINE = "crm pipeline"


def jobs(book: Path, folder: Path, word: str) -> tuple[list[tuple[str, Job]], list[str]]:
    """Each installed program with the name of crm's own command for that work; who is missing.

    The data is written into `folder`, once, from the index of the book.
    """
    found: list[tuple[str, Job]] = []
    missing = []
    with closing(sqlite3.connect(book / ".crm" / "index.sqlite")) as index:
        for program, own, convert in PROGRAMS:
            if shutil.which(program):
                name, argv = convert(index, folder, book, word)
                found.append((own.format(word=word), Job(name, argv)))
            else:
                missing.append(program)
    return found, missing


def recutils(
    index: sqlite3.Connection, folder: Path, book: Path, word: str
) -> tuple[str, list[str]]:
    rows = index.execute("SELECT id, customer, by, due, status, what FROM promises ORDER BY id")
    path = _written(
        folder / "promises.rec",
        ["%rec: Promise\n%type: Due date\n"],
        (
            f"Id: {id}\nCustomer: {customer}\nBy: {by}\nDue: {due}\nStatus: {status}\nWhat: {what}\n"
            for id, customer, by, due, status, what in rows
        ),
    )
    late = f"Status = 'open' && Due << '{END}'"
    return "recsel (late promises)", ["recsel", "-t", "Promise", "-e", late, path]


def taskwarrior(
    index: sqlite3.Connection, folder: Path, book: Path, word: str
) -> tuple[str, list[str]]:
    home = folder / "task"
    home.mkdir()
    rows = index.execute("SELECT made, due, status, what, customer FROM promises ORDER BY id")
    kept: dict[str, list[str]] = {"pending": [], "completed": []}
    for number, (made, due, status, what, customer) in enumerate(rows):
        state = "pending" if status == "open" else "completed"
        end = "" if status == "open" else f' end:"{_epoch(due)}"'
        kept[state].append(
            f'[description:"{what}" due:"{_epoch(due)}"{end} entry:"{_epoch(made)}" '
            f'project:"{customer}" status:"{state}" uuid:"{UUID(int=number + 1)}"]'
        )
    for state, lines in kept.items():
        _written(home / f"{state}.data", lines)
    config = _written(
        folder / "taskrc", [f"data.location={home}", "color=off", "news.version=9.9.9"]
    )
    late = ["status:pending", f"due.before:{END}", "list"]
    return "task (late promises)", ["task", f"rc:{config}", *late]


def hledger(
    index: sqlite3.Connection, folder: Path, book: Path, word: str
) -> tuple[str, list[str]]:
    rows = index.execute("SELECT opened, customer, stage, amount, owner FROM deals ORDER BY opened")
    path = _written(
        folder / "deals.journal",
        (
            f"{opened} {customer}\n    deals:{stage}:{owner}  {amount} TWD\n    offered\n"
            for opened, customer, stage, amount, owner in rows
        ),
    )
    return "hledger (deals by stage)", ["hledger", "-f", path, "balance", "deals", "--depth", "2"]


def khard(index: sqlite3.Connection, folder: Path, book: Path, word: str) -> tuple[str, list[str]]:
    home = folder / "cards"
    home.mkdir()
    rows = index.execute(
        "SELECT c.id, c.name, p.name, p.email FROM customers c JOIN contacts p ON p.customer = c.id "
        "ORDER BY c.id, p.id"
    )
    wanted = ""
    for number, (_, name, person, email) in enumerate(rows):
        wanted = wanted or name
        _written(
            home / f"{number}.vcf",
            ["BEGIN:VCARD", "VERSION:3.0", f"UID:{number}", f"FN:{person} {name}", f"N:{name};{person};;;",
             f"ORG:{name}", f"EMAIL;TYPE=work:{email}", "END:VCARD"],
        )  # fmt: skip
    config = _written(folder / "khard.conf", ["[addressbooks]", "[[book]]", f"path = {home}"])
    return "khard (one customer)", ["khard", "-c", config, "list", wanted]


def ripgrep(
    index: sqlite3.Connection, folder: Path, book: Path, word: str
) -> tuple[str, list[str]]:
    return "rg (a word)", ["rg", "--no-heading", word, str(book)]


Convert = Callable[[sqlite3.Connection, Path, Path, str], tuple[str, list[str]]]
PROGRAMS: tuple[tuple[str, str, Convert], ...] = (
    ("recsel", LATE, recutils),
    ("task", LATE, taskwarrior),
    ("hledger", PIPELINE, hledger),
    ("khard", SHOW, khard),
    ("rg", FIND, ripgrep),
)


def _epoch(day: str) -> int:
    return (date.fromisoformat(day) - date(1970, 1, 1)).days * 86400


def _written(path: Path, *parts: Iterable[str]) -> str:
    with path.open("w", encoding="utf-8") as file:
        for lines in parts:
            file.writelines(f"{line}\n" for line in lines)
    return str(path)
