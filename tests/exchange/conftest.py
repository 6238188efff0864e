"""A prompt in a new book, and a way to import a text into it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.transcript_runner import Shell


class Desk:
    """A person with a new book in TWD, who is the rep mei."""

    def __init__(self, home: Path) -> None:
        self.shell = Shell(home, home)
        self.run('crm init . --no-git --rep mei --currency TWD --name "A trial"')
        self.files = 0

    def run(self, line: str, rc: int = 0) -> str:
        """What a command prints; its exit code is `rc`."""
        code, text = self.shell.do(line)
        assert code == rc, text
        return text

    def take(
        self, text: str | bytes, options: str = "", *, name: str = "in.csv", rc: int = 0
    ) -> str:
        """Import a file of that text."""
        data = text.encode() if isinstance(text, str) else text
        (self.shell.folder / name).write_bytes(data)
        return self.run(f"crm import {name} {options}", rc)

    def rows(self, kind: str) -> list[dict[str, Any]]:
        """All records of a kind, as their list gives them."""
        found: list[dict[str, Any]] = json.loads(self.run(f"crm export {kind} --to json -q"))
        return found

    def row(self, kind: str) -> dict[str, Any]:
        """The only record of a kind."""
        (found,) = self.rows(kind)
        return found

    def history(self, kind: str) -> list[list[Any]]:
        """Day, field and value of each line of history of a kind."""
        sql = (
            f"SELECT date, field, value FROM history WHERE kind = '{kind}' ORDER BY id, seq, field"
        )
        rows = json.loads(self.run(f'crm sql "{sql}" --json'))
        return [list(row.values()) for row in rows]

    def files_now(self) -> dict[str, bytes]:
        """Every record file with its bytes."""
        folders = (
            "reps",
            "customers",
            "deals",
            "promises",
            "tasks",
            "cases",
            "campaigns",
            "sales",
            "interactions",
            "feedback",
        )
        found = (path for each in folders for path in (self.shell.folder / each).rglob("*.*"))
        return {str(path): path.read_bytes() for path in sorted(found)}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A person with a new book."""
    return Desk(tmp_path.resolve())
