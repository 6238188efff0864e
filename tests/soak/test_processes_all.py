"""Eight true processes, a hundred commands each, with git and without."""

import subprocess

import pytest

from tests.faults.commands import BOOK
from tests.faults.trials import Ram
from tests.faults.workers import all_at_once
from tests.faults.workers import nothing_is_lost
from tests.faults.workers import type_in_another
from tests.transcript_runner import fixed_environment

WORKERS = 8
TURNS = 100


@pytest.mark.parametrize("commit", ["off", "each"])
def test_eight_hundred_commands_lose_nothing(ram: Ram, commit: str) -> None:
    """C1, C6: and each that was acknowledged has its commit."""
    config = BOOK["crm.yaml"].replace(b"commit: off", b"commit: %s" % commit.encode())
    ram.fresh(BOOK | {"crm.yaml": config, ".gitignore": b".crm/\n.crm.intent\n.~crm-*\n"})
    if commit == "each":
        git(ram, "init", "-q")
        git(ram, "add", ".")
        git(ram, "commit", "-q", "-m", "begun")
    done = all_at_once(ram, WORKERS, TURNS, type_in_another)
    count = nothing_is_lost(ram, done)
    print(f"{len(done)} commands, {count} acknowledged")  # noqa: T201  # no silent skip
    assert len(done) == WORKERS * TURNS
    assert count > len(done) // 2
    if commit == "each":
        assert int(git(ram, "rev-list", "--count", "HEAD")) == count + 1
        assert git(ram, "status", "--porcelain") == ""


def git(ram: Ram, *words: str) -> str:
    done = subprocess.run(
        ["git", *words],
        cwd=ram.book,
        env=fixed_environment(ram.folder),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout
