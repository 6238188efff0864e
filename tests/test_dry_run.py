"""Looking before leaping changes nothing."""

import hashlib
from pathlib import Path

import pytest

from crmcli.cli.tree import walk
from tests.test_docs import examples_of
from tests.transcript_runner import Shell

WRITING = [
    (name, examples_of(name)[0])
    for name, command in walk()
    if any(parameter.name == "dry_run" for parameter in command.params)
]


def prints(folder: Path) -> dict[str, str]:
    """A hash of each file, also of git's.

    Any read may bring the index up to date, so its bytes say nothing.
    """
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "index.sqlite"
    }


@pytest.mark.parametrize(("name", "line"), WRITING, ids=[name for name, _ in WRITING])
def test_a_dry_run_changes_no_byte(name: str, line: str, shell: Shell) -> None:
    """W17: of the book and of git."""
    shell.do("git init -q")
    shell.do("git add .")
    shell.do("git commit -q -m begun")
    (shell.folder / "contacts.csv").write_text("Name,Company\nAnna Weber,Sun Farm\n", "utf-8")
    shell.do("crm customer list")
    before = prints(shell.folder)
    code, text = shell.do(f"{line} --dry-run", typed="y\n")
    assert code == 0, text
    assert prints(shell.folder) == before


def test_every_writing_command_is_asked() -> None:
    """The control: the table of this test is not empty by mistake."""
    assert {"log", "customer add", "promise keep", "deal win", "task done"} <= dict(WRITING).keys()
