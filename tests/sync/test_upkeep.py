"""crm check names what stands wrong with git around a book, and mends what is safe to mend."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crmcli.sync import commits
from crmcli.sync import upkeep
from tests.sync.hub import Person
from tests.sync.hub import Team
from tests.sync.hub import new_book

ACME = "customers/acme.yaml"
CLEAN = "no problems"


@pytest.fixture
def mei(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    monkeypatch.setattr(commits, "PAUSES", (0.0,))
    # No git of another test is looked at.
    nobody = tmp_path / "processes"
    (nobody / "1").mkdir(parents=True)
    (nobody / "1/comm").write_bytes(b"init\n")
    monkeypatch.setattr(upkeep, "PROCESSES", nobody)
    mei = new_book(tmp_path / "book")
    mei.crm("customer", "add", "Acme")
    return mei


def old_lock(person: Person, name: str = "index.lock", minutes: int = 11) -> Path:
    lock = person.folder / ".git" / name
    lock.touch()
    moment = person.now.timestamp() - 60 * minutes
    os.utime(lock, (moment, moment))
    return lock


def running(processes: Path, *, comm: str, cwd: Path, cmdline: str = "git\0gc") -> Path:
    process = processes / "77"
    (process / "fd").mkdir(parents=True)
    (process / "comm").write_text(f"{comm}\n")
    (process / "cmdline").write_text(cmdline)
    (process / "cwd").symlink_to(cwd)
    return process


@pytest.mark.parametrize("name", ["index.lock", "HEAD.lock"])
def test_an_old_lock_of_a_dead_git_is_named_and_removed(mei: Person, name: str) -> None:
    """C5: with nobody at work, and only after a yes."""
    lock = old_lock(mei, name)
    said = mei.crm("check")
    assert f".git/{name}: warning: has stood for 1" in said
    assert "Try: crm check --fix" in said
    assert "Would do: Removed .git" in mei.crm("check", "--fix", "-n")
    mei.crm("check", "--fix", code=2)
    assert lock.exists()
    assert f"Removed .git/{name}" in mei.crm("check", "--fix", "--yes")
    assert not lock.exists()
    assert "not committed" not in mei.crm("customer", "set", "acme", "tier=A")


def test_a_young_lock_is_left_alone(mei: Person) -> None:
    """C5: git may be at work."""
    lock = old_lock(mei, minutes=8)
    assert CLEAN in mei.crm("check", "--fix", "--yes")
    assert lock.exists()


def test_a_lock_that_a_git_may_hold_is_only_named(mei: Person) -> None:
    """C5: whoever works in the folder, or has a file of it open."""
    lock = old_lock(mei)
    elsewhere = mei.folder.parent
    process = running(upkeep.PROCESSES, comm="git", cwd=mei.folder / "customers")
    assert "If no git is running here, remove it" in mei.crm("check", "--fix", "--yes")
    (process / "cwd").unlink()
    (process / "cwd").symlink_to(elsewhere)
    (process / "fd/3").symlink_to(lock)
    assert "If no git is running here, remove it" in mei.crm("check", "--fix", "--yes")
    (process / "fd/3").unlink()
    (process / "cmdline").write_text(f"git\0-C\0{mei.folder}\0gc")
    assert "If no git is running here, remove it" in mei.crm("check", "--fix", "--yes")
    assert lock.exists()
    (process / "cmdline").write_text("git\0gc")
    mei.crm("check", "--fix", "--yes")
    assert not lock.exists()


def test_where_nobody_can_tell_who_runs_a_lock_is_only_named(
    mei: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C5: another system, or processes that may not be looked at."""
    lock = old_lock(mei)
    monkeypatch.setattr(upkeep, "PROCESSES", mei.folder / "nothing")
    assert "If no git is running here, remove it" in mei.crm("check", "--fix", "--yes")
    assert lock.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc")
def test_a_true_git_at_work_is_seen(tmp_path: Path) -> None:
    """C5: the control of the tests above."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    home = tmp_path / ".git"
    assert not upkeep.git_may_run(tmp_path, home)
    with subprocess.Popen(
        ["git", "cat-file", "--batch"], cwd=tmp_path, stdin=subprocess.PIPE
    ) as git:
        seen = any(upkeep.git_may_run(tmp_path, home) or time.sleep(0.01) for _ in range(200))
        git.communicate()
    assert seen
    assert not upkeep.git_may_run(tmp_path, home)


@pytest.mark.parametrize("data", [b"", bytes(4096), b"DIRC\0\0\0\2\0\0\xff\xff"])
def test_an_index_that_git_cannot_read_is_named_and_made_anew(mei: Person, data: bytes) -> None:
    """W8: as after a power cut."""
    (mei.folder / ".git/index").write_bytes(data)
    said = mei.crm("customer", "set", "acme", "tier=A")
    assert "saved, but not committed" in said
    assert "crm check" in said
    assert "cannot" in mei.crm("status")
    assert "crm check" in mei.crm("sync", code=1)
    said = mei.crm("check", code=4)
    assert ".git/index: error: git cannot read it" in said
    assert "Made git's index anew" in mei.crm("check", "--fix", "--yes")
    assert mei.status() == [f" M {ACME}"]
    mei.crm("sync")
    assert mei.status() == []


def test_a_record_file_that_was_removed_by_hand_is_named(mei: Person) -> None:
    """S2, S13: before anybody else hears of it."""
    (mei.folder / ACME).unlink()
    said = mei.crm("check")
    assert f"{ACME}: warning: was removed since the last commit" in said
    mei.git("restore", "-s", "HEAD", "--", ACME)
    assert CLEAN in mei.crm("check")
    mei.git("rm", "-q", ACME)
    assert "was removed since the last commit" in mei.crm("check")


def test_what_belongs_to_one_computer_is_named_where_git_has_it(mei: Person) -> None:
    """H9: .crm is not to be shared."""
    mei.crm("customer", "list")
    mei.git("add", "-f", ".crm/index.sqlite")
    assert ".crm: warning: is in git" in mei.crm("check")
    mei.git("rm", "-q", "-r", "--cached", ".crm")
    assert CLEAN in mei.crm("check")


def test_a_hostile_index_that_a_pull_brings_is_not_believed(team: Team) -> None:
    """H9: tracked by git in spite of .gitignore."""
    team.lin.crm("customer", "list")
    index = team.lin.folder / ".crm/index.sqlite"
    team.mei.crm("customer", "list")
    theirs = team.mei.folder / ".crm/index.sqlite"
    theirs.write_bytes(index.read_bytes().replace(b"Acme", b"Evil"))
    team.mei.git("add", "-f", ".crm/index.sqlite")
    team.mei.git("commit", "-q", "-m", "here is something faster")
    team.mei.git("push", "-q")
    team.lin.git("pull", "-q", "--no-rebase")
    assert b"Evil" in index.read_bytes()  # else this proves nothing
    assert "Evil" not in team.lin.crm("customer", "list")
    assert ".crm: warning: is in git" in team.lin.crm("check")


def test_outside_of_git_nothing_is_asked(tmp_path: Path) -> None:
    mei = Person(tmp_path, "mei")
    mei.crm("init", "book", "--rep", "mei", "--currency", "TWD", "--no-git")
    mei.folder = tmp_path / "book"
    assert CLEAN in mei.crm("check")


def test_a_file_that_ends_inside_of_its_committed_version_is_named(mei: Person) -> None:
    """W9: cut behind a whole line it is a file in order, and only git knows that there was more."""
    mei.crm("customer", "set", "acme", "background=two lines", "tags+=vip")
    data = (mei.folder / ACME).read_bytes()
    ends = [at + 1 for at, byte in enumerate(data[:-1]) if byte == ord("\n")]
    assert len(ends) > 5
    for at in (0, *ends, len(data) - 1):
        (mei.folder / ACME).write_bytes(data[:at])
        told = upkeep.problems(mei.folder, mei.environ, mei.now.timestamp())
        what = f"holds {at} of the {len(data)} bytes of the last commit: cut off?"
        assert [(each.file, each.what, each.level) for each in told] == [(ACME, what, "warning")]
    (mei.folder / ACME).write_bytes(data.replace(b"two", b"three"))
    assert CLEAN in mei.crm("check")
    assert told[0].remedy == "Try: git diff HEAD -- customers/acme.yaml"
