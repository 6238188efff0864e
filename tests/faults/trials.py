"""A command of the program, run whole in a forked child in which one storage call goes wrong."""

import re
import shutil
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from crmcli.book.index import open_index
from crmcli.book.index_schema import schema
from tests.book.faults import KILLED
from tests.book.faults import Fault
from tests.book.faults import Outcome
from tests.book.faults import Storage
from tests.book.faults import run
from tests.faults.commands import CSV
from tests.faults.commands import EDITED
from tests.faults.commands import Case
from tests.faults.commands import Tree
from tests.transcript_runner import Shell

NEXT = "crm customer set zeta tier=C"
OURS = re.compile(r"(?:.*/)?(?:\.~crm-\d+-[0-9a-f]{8}|\.crm\.intent)")
SEEN = [name for name, sql in schema(full_text=True).items() if sql and sql[:12] == "CREATE TABLE"]
HIDDEN = {"meta", "folders", "young", "written"}  # how the index knows the files


class Ways(NamedTuple):
    """The book before and after a command, and with the next command too; its storage calls."""

    old: Tree
    new: Tree
    old_next: Tree
    new_next: Tree
    old_check: int
    new_check: int
    log: list[tuple[str, ...]]

    def points(self, kind: str) -> list[int]:
        """The calls at which that fault is one; a short write needs a write."""
        return [
            at
            for at, call in enumerate(self.log, 1)
            if not kind.startswith("short") or call[0] == "write_"
        ]


class Ram:
    """A folder in memory with a book in it, made anew for each trial."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.book = folder / "book"
        self.said = folder / "said"
        (folder / "edited").mkdir()
        for name, data in EDITED.items():
            (folder / "edited" / name).write_bytes(data)

    def fresh(self, tree: Tree) -> None:
        shutil.rmtree(self.book, ignore_errors=True)
        for path, data in tree.items():
            file = self.book / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        (self.book / "people.csv").write_text(CSV)

    def tree(self) -> Tree:
        """The files of the book but those of `.crm` and what is only to be imported."""
        return {
            path.relative_to(self.book).as_posix(): path.read_bytes()
            for path in self.book.rglob("*")
            if path.is_file()
            and not {".crm", ".git"} & set(path.parts)
            and path.name != "people.csv"
        }

    def type(self, line: str, editor: str | None = None) -> tuple[int, str]:
        shell = Shell(self.folder, self.book)
        if editor:
            shell.environ["EDITOR"] = f"cp '{self.folder / 'edited' / editor}'"
        return shell.do(line, typed="" if editor else None)

    def faulty(self, case: Case, fault: Fault) -> Outcome:
        """Run the command in a child with the fault; what it printed is left in `said`."""

        def operation() -> int:
            code, text = self.type(case.line, case.editor)
            self.said.write_text(text, "utf-8")
            return code

        self.said.write_text("", "utf-8")
        return run(operation, fault)

    def ways(self, case: Case) -> Ways:
        """What the command does when nothing goes wrong, and what comes next."""
        self.fresh(case.old)
        old_check = self.type("crm check -q")[0]
        code, text = self.type(NEXT)
        assert code == 0, text
        old_next = self.tree()
        self.fresh(case.old)
        storage = Storage()
        with pytest.MonkeyPatch.context() as patch:
            storage.install(patch.setattr)
            code, text = self.type(case.line, case.editor)
        assert code == 0, text
        new = self.tree()
        new_check = self.type("crm check -q")[0]
        code, text = self.type(NEXT)
        assert code == 0, text
        return Ways(case.old, new, old_next, self.tree(), old_check, new_check, storage.log)

    def judge(self, ways: Ways, code: int, fault: object) -> None:
        """Demand what holds after any fault: all old or all new, and the next command cleans up."""
        assert code in (0, 1, 130, KILLED), (fault, self.said.read_text("utf-8"))
        found = self.tree()
        for path, data in found.items():
            if not OURS.fullmatch(path):
                assert data in (ways.old.get(path), ways.new.get(path)), (fault, path)
        if code == 0:
            assert {p: d for p, d in found.items() if not OURS.fullmatch(p)} == ways.new, fault
        code, text = self.type(NEXT)
        assert code == 0, (fault, text)
        self.settled(ways, fault)

    def settled(self, ways: Ways, fault: object) -> None:
        """Demand that the book is whole, the check as it was, and the index as if made anew."""
        found = self.tree()
        assert found in (ways.old_next, ways.new_next), (fault, _unlike(found, ways))
        code, text = self.type("crm check -q")
        assert code == (ways.new_check if found == ways.new_next else ways.old_check), (fault, text)
        self.same_index(fault)

    def same_index(self, fault: object) -> None:
        """Demand that the index says what one says that is made from nothing."""
        ours, fresh = open_index(self.book), open_index(self.book, is_trusted=False)
        try:
            for name in SEEN:
                if name not in HIDDEN:
                    sql = f"SELECT * FROM {name}"
                    rows = (sorted(map(repr, index.query(sql))) for index in (ours, fresh))
                    assert next(rows) == next(rows), (fault, name)
        finally:
            ours.close()
            fresh.close()


def _unlike(found: Tree, ways: Ways) -> list[str]:
    """The files that are not as after the old book's next command."""
    paths = found.keys() | ways.old_next.keys()
    return sorted(path for path in paths if found.get(path) != ways.old_next.get(path))


@cache
def memory() -> Path | None:
    """A place in memory, where an fsync costs nothing; None where there is none."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() else None


def spread(points: list[int], stride: int, offset: int) -> list[int]:
    """Every so many-th point; over `stride` cases one after the other, each place once."""
    return points[offset % stride :: stride]
