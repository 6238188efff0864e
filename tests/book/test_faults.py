"""Whatever happens at whichever call: all old or all new, and the next command cleans up."""

import shutil
import tempfile
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import pytest

from crmcli.book import write
from crmcli.book.lock import lock
from crmcli.book.plain_file import digest
from crmcli.book.write import Write
from crmcli.book.write import commit
from tests.book.faults import KILLED
from tests.book.faults import KINDS
from tests.book.faults import LASTING
from tests.book.faults import Fault
from tests.book.faults import Storage
from tests.book.faults import disorder
from tests.book.faults import faults_of
from tests.book.faults import fresh_copy_of
from tests.book.faults import run
from tests.book.faults import shape

NOW = "2026-11-09T10:00:00+08:00"
ACME = "customers/acme-battery.yaml"
BETA = "customers/beta-ltd.yaml"
OLD_PROMISE = "promises/2026/p-4t8wz01m.yaml"
NEW_PROMISE = "promises/2027/p-9k2xr7c3.yaml"

Tree = dict[str, bytes]
OLD: Tree = {
    "crm.yaml": b"name: test\nformat: 1\n",
    ACME: b"name: Acme Battery\nstatus: prospect\n",
    BETA: b"name: Beta Ltd\n",
    OLD_PROMISE: b"what: send the quote\n",
}


class Case(NamedTuple):
    """A command: the files that it changes, and how many faults of a kind it has at least."""

    changes: dict[str, bytes | None]
    points: int

    @property
    def new(self) -> Tree:
        return {path: data for path, data in (OLD | self.changes).items() if data is not None}

    def do(self, root: Path) -> None:
        writes = [
            Write(path, data, digest(OLD[path]) if path in OLD else None)
            for path, data in self.changes.items()
        ]
        with lock(root, "crm test", NOW):
            commit(root, writes)


CASES = {
    "one new file": Case({NEW_PROMISE: b"what: call back\n"}, 18),
    "one changed file": Case({ACME: b"name: Acme Battery\nstatus: active\n"}, 15),
    "new, changed and removed": Case(
        {
            NEW_PROMISE: b"what: call back\n",
            ACME: b"name: Acme Battery\nstatus: active\n",
            OLD_PROMISE: None,
        },
        42,
    ),
}


@pytest.fixture
def ram(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one, since an fsync costs nothing there."""
    shared = Path("/dev/shm")
    if not shared.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


def fresh(root: Path) -> Path:
    shutil.rmtree(root, ignore_errors=True)
    for path, data in OLD.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return root


def tree(root: Path) -> Tree:
    """Every file but those of `.crm/`, whatever its name."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".crm" not in path.parts
    }


def next_command(root: Path) -> None:
    with lock(root, "crm next", NOW):
        pass


@pytest.mark.parametrize(
    ("kind", "for_ever"),
    [*((kind, False) for kind in KINDS), *((kind, True) for kind in LASTING)],
)
@pytest.mark.parametrize("name", CASES)
def test_a_fault_leaves_all_old_or_all_new(ram: Path, name: str, kind: str, for_ever: bool) -> None:
    """W1, W2, W5, W6: no fault at any call leaves a half command, a short file or rubbish."""
    case = CASES[name]
    root = ram / "book"
    points = 0
    for fault in faults_of(kind, for_ever=for_ever):
        fresh(root)
        outcome = run(lambda: case.do(root), fault)
        if not outcome.reached:
            break
        points += 1
        assert outcome.code in (0, 1, 130, KILLED), fault
        if outcome.code == 0:
            assert tree(root) == case.new, fault
        next_command(root)
        assert tree(root) in (OLD, case.new), fault
    assert points >= case.points


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_before_the_intent_changes_nothing(ram: Path, kind: str) -> None:
    """W6: while the intent cannot be written, nothing is renamed."""
    case = CASES["new, changed and removed"]
    storage_calls = calls_until_the_intent(fresh(ram / "book"), case)
    for fault in takewhile(lambda fault: fault.at <= storage_calls, faults_of(kind)):
        root = fresh(ram / "book")
        outcome = run(lambda root=root: case.do(root), fault)
        found = tree(root)
        if outcome.code == 0:
            assert found == case.new, fault
        else:
            kept = {path: data for path, data in found.items() if ".~crm-" not in path}
            assert kept == OLD, fault


def calls_until_the_intent(root: Path, case: Case) -> int:
    storage = Storage()
    with pytest.MonkeyPatch.context() as patch:
        storage.install(patch.setattr)
        case.do(root)
    links = [at for at, call in enumerate(storage.log) if call[-1].endswith(".crm.intent")]
    return links[0]


@pytest.mark.parametrize("kind", ["kill", "eio", "short-kill"])
def test_a_second_fault_while_recovering_is_harmless(ram: Path, kind: str) -> None:
    """W4: recovery may be cut off at any call and is repeated by the next command."""
    case = CASES["new, changed and removed"]
    root, state = ram / "book", ram / "state"
    points = 0
    seen = set()
    for first in faults_of("kill"):
        fresh(state)
        if not run(lambda: case.do(state), first).reached:
            break
        if (left := shape(state)) in seen:
            continue
        seen.add(left)
        for second in faults_of(kind):
            fresh_copy_of(state, root)
            outcome = run(lambda: next_command(root), second)
            if not outcome.reached:
                break
            points += 1
            next_command(root)
            assert tree(root) in (OLD, case.new), (first, second)
    assert points >= 150


@pytest.mark.parametrize("name", CASES)
def test_a_power_cut_finds_the_calls_in_order(
    ram: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W7: fsync before rename, the folder's fsync after it, the intent around it all."""
    root = fresh(ram / "book")
    storage = Storage()
    storage.install(monkeypatch.setattr)
    CASES[name].do(root)
    assert disorder(storage.log, root) == []
    assert sum(call[0] in ("rename_", "link_") for call in storage.log) >= 1


@pytest.mark.parametrize("name", CASES)
def test_the_order_is_missed_when_nothing_is_synced(
    ram: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W7: the control; each fsync left out is noticed."""
    root = fresh(ram / "book")
    storage = Storage()
    storage.install(monkeypatch.setattr)
    CASES[name].do(root)
    synced = [at for at, call in enumerate(storage.log) if call[0] == "fsync_"]
    assert len(synced) >= 2
    for at in synced:
        assert disorder(storage.log[:at] + storage.log[at + 1 :], root) != [], storage.log[at]


def test_a_recovery_keeps_the_order_too(ram: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """W7: also what recovery renames is fsynced before the intent goes."""
    root = fresh(ram / "book")
    case = CASES["new, changed and removed"]
    renames = calls_until_the_intent(fresh(ram / "other"), case) + 4
    run(lambda: case.do(root), Fault("kill", renames))
    assert (root / ".crm.intent").exists()
    storage = Storage()
    storage.install(monkeypatch.setattr)
    write.recover(root)
    names = [call[0] for call in storage.log]
    last = max(at for at, name in enumerate(names) if name in ("rename_", "link_"))
    gone = storage.log.index(("unlink_", str(root / ".crm.intent")))
    assert last < names.index("fsync_", last) < gone
    assert storage.log[gone + 1 :][1] == ("fsync_", str(root))
    assert tree(root) == case.new
