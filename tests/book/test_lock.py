"""One command at a time changes the book; who has it is told; what a killed one left is swept."""

import json
import os
import signal
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crmcli.book import lock as lock_module
from crmcli.book.lock import lock
from crmcli.book.plain_file import digest
from crmcli.book.write import Write
from crmcli.book.write import commit
from crmcli.model.errors import AlreadyError
from crmcli.model.errors import ConflictError
from crmcli.model.errors import CrmError
from crmcli.model.errors import LockedError

NOW = "2026-11-09T10:00:00+08:00"
COUNTER = "customers/counter.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A book with a number in it."""
    root = tmp_path / "book"
    (root / "customers").mkdir(parents=True)
    (root / COUNTER).write_bytes(b"0\n")
    return root


@contextmanager
def child(work: Callable[[], None]) -> Iterator[int]:
    """A process that does the work; it is ended with the block."""
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def hold(root: Path) -> None:
    with lock(root, "crm log", NOW):
        (root / "held").touch()
        time.sleep(60)


def wait_for(path: Path) -> None:
    end = time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < end, f"{path} never came"
        time.sleep(0.01)


def add_one(root: Path) -> None:
    with lock(root, "crm test", NOW, seconds=60):
        before = (root / COUNTER).read_bytes()
        data = b"%d\n" % (int(before) + 1)
        commit(root, [Write(COUNTER, data, digest(before))])


@pytest.mark.parametrize(("processes", "times"), [(2, 50), (8, 50)])
def test_no_addition_is_lost_between_processes(root: Path, processes: int, times: int) -> None:
    """C1: read, change and write under one lock: every one of them counts."""
    pids = []
    for _ in range(processes):
        pid = os.fork()
        if pid == 0:
            code = 99
            try:
                for _ in range(times):
                    add_one(root)
                code = 0
            finally:
                os._exit(code)
        pids.append(pid)
    assert [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids] == [0] * processes
    assert (root / COUNTER).read_bytes() == b"%d\n" % (processes * times)
    assert sorted(path.name for path in (root / "customers").iterdir()) == ["counter.yaml"]


def test_who_comes_too_late_learns_who_has_it(root: Path) -> None:
    """C3: after the wait, exit 6 with the command, the process and since when."""
    with child(lambda: hold(root)) as pid:
        wait_for(root / "held")
        begin = time.monotonic()
        with (
            pytest.raises(LockedError, match="another command is writing: crm log") as caught,
            lock(root, "crm test", NOW, seconds=0.3),
        ):
            pass
        assert 0.3 <= time.monotonic() - begin < 3
    assert caught.value.code == 6
    assert f"process {pid} on {os.uname().nodename}, since {NOW}" in caught.value.what


def test_a_killed_holder_leaves_the_lock_free(root: Path) -> None:
    """C2: the kernel frees it, whatever the file says."""
    with child(lambda: hold(root)):
        wait_for(root / "held")
    with lock(root, "crm test", NOW, seconds=0):
        pass


def test_a_holder_that_left_no_name_is_no_trouble(root: Path) -> None:
    """C3: the note is only a hint."""
    with child(lambda: hold(root)):
        wait_for(root / "held")
        for hint in (b"", b"{", b"[]", b"\xff\xfe"):
            (root / ".crm/lock").write_bytes(hint)
            with (
                pytest.raises(LockedError, match=r"^another command is writing\n"),
                lock(root, "crm test", NOW, seconds=0),
            ):
                pass


def test_the_lock_is_waited_for(root: Path) -> None:
    """C3: a holder that ends in time is no error."""

    def hold_shortly() -> None:
        with lock(root, "crm log", NOW):
            (root / "held").touch()
            time.sleep(0.3)

    with child(hold_shortly):
        wait_for(root / "held")
        with lock(root, "crm test", NOW, seconds=20) as told:
            assert told == []


def test_what_a_killed_command_left_is_swept_by_the_next(root: Path) -> None:
    """W5: only after a command that did not end well, since it walks the whole book."""
    rubbish = root / "customers" / ".~crm-7-0123abcd"
    rubbish.touch()
    with lock(root, "crm test", NOW):
        assert rubbish.exists()
    with child(lambda: hold(root)):
        wait_for(root / "held")
    with lock(root, "crm test", NOW):
        assert not rubbish.exists()
        assert json.loads((root / ".crm/lock").read_bytes())["command"] == "crm test"
    assert (root / ".crm/lock").read_bytes() == b""


@pytest.mark.parametrize(
    ("error", "is_swept"),
    [(AlreadyError("kept already"), False), (KeyboardInterrupt(), True), (OSError(), True)],
)
def test_a_persons_mistake_needs_no_sweeping(
    root: Path, error: BaseException, is_swept: bool
) -> None:
    with pytest.raises(type(error)), lock(root, "crm test", NOW):
        raise error
    assert bool((root / ".crm/lock").read_bytes()) == is_swept


def test_a_disk_that_refuses_may_have_left_something(root: Path) -> None:
    """W5: the temporary file could not be removed either, perhaps."""

    error = CrmError("cannot write")
    error.__cause__ = OSError()
    with pytest.raises(CrmError), lock(root, "crm test", NOW):
        raise error
    assert (root / ".crm/lock").read_bytes() != b""


def test_a_planted_link_at_the_lock_is_refused(root: Path, tmp_path: Path) -> None:
    """C4, H9: the victim is as it was, by either kind of link."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (root / ".crm").mkdir()
    path = root / ".crm/lock"
    for plant in (path.symlink_to, path.hardlink_to):
        plant(victim)
        with (
            pytest.raises(CrmError, match="crm/lock: is no ordinary file"),
            lock(root, "crm test", NOW),
        ):
            pass
        assert victim.read_bytes() == b"precious"
        path.unlink()


def test_a_planted_link_at_the_local_folder_is_refused(root: Path, tmp_path: Path) -> None:
    """C4, H9: nothing is made in the folder that it points to."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / ".crm").symlink_to(outside)
    with pytest.raises(CrmError, match=r"\.crm: is no folder"), lock(root, "crm test", NOW):
        pass
    assert list(outside.iterdir()) == []


def test_a_lock_on_a_file_that_is_gone_is_taken_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C4: someone deletes `.crm` right after the lock was taken."""
    tries = []

    def acquire(path: Path, seconds: float) -> object:
        held = lock_module._acquire(path, seconds)
        tries.append(held)
        if len(tries) == 1:
            path.unlink()
            path.parent.rmdir()
        return held

    monkeypatch.setattr(lock_module, "acquire_", acquire)
    with lock(root, "crm test", NOW):
        assert len(tries) == 2
        assert (root / ".crm/lock").exists()
        with child(lambda: hold(root)) as pid:
            time.sleep(0.2)
            assert os.waitpid(pid, os.WNOHANG) == (0, 0)
            assert not (root / "held").exists()


def test_a_local_folder_deleted_while_locked_is_no_trouble(root: Path) -> None:
    """C4: the command ends well, and the next one makes the folder again."""
    with lock(root, "crm test", NOW):
        (root / ".crm/lock").unlink()
        (root / ".crm").rmdir()
        commit(root, [Write(COUNTER, b"1\n", digest(b"0\n"))])
    add_one(root)
    assert (root / COUNTER).read_bytes() == b"2\n"


def test_a_book_that_cannot_be_written_says_so(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """W6: the first thing to fail in a read-only folder is the lock."""

    def refused(path: Path, seconds: float) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(lock_module, "acquire_", refused)
    with (
        pytest.raises(CrmError, match="cannot lock the book: no permission to write here"),
        lock(root, "crm test", NOW),
    ):
        pass


def test_a_conflict_found_while_finishing_lets_the_lock_go(root: Path) -> None:
    """C7, W3: the next command gets it at once."""
    temp = ".~crm-7-0123abcd"
    (root / "customers" / temp).write_bytes(b"new\n")
    step = [COUNTER, digest(b"old\n"), digest(b"new\n"), temp]
    found = root.stat()
    content = {"device": found.st_dev, "inode": found.st_ino, "steps": [step]}
    (root / ".crm.intent").write_text(json.dumps(content))
    with pytest.raises(ConflictError, match=r"counter\.yaml\.crm-new"), lock(root, "crm test", NOW):
        pass
    with lock(root, "crm test", NOW, seconds=0) as told:
        assert told == []
