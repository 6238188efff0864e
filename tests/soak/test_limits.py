"""A disk that is truly full, and a file that may truly not grow."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.commands import BOOK
from tests.faults.commands import MONTH
from tests.faults.trials import Ram
from tests.faults.workers import ROOT
from tests.transcript_runner import TODAY
from tests.transcript_runner import fixed_environment

LIMIT = 20_000  # bytes
DISK = "32k"
ROWS = 400
SMALL = {path: BOOK[path] for path in ("crm.yaml", "reps/mei.yaml", "customers/acme.yaml", MONTH)}


def crm(book: Path, *words: str, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """A true process, in which no file may grow beyond the limit."""

    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    env = fixed_environment(book.parent) | {"PYTHONPATH": str(ROOT), "CRM_TODAY": str(TODAY)}
    return subprocess.run(
        [sys.executable, "-B", "-m", "crmcli", *words],
        cwd=book,
        env=env,
        preexec_fn=limited,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_file_that_may_not_grow_stays_whole(ram: Ram) -> None:
    """W6: as under `ulimit -f`."""
    rows = b"".join(
        b"i-%08d,2026-11-05T10:00:00+08:00,acme,,mei,call,out,5,once more please\n" % number
        for number in range(ROWS)
    )
    ram.fresh(BOOK | {MONTH: BOOK[MONTH] + rows})
    before = ram.tree()
    assert len(before[MONTH]) > LIMIT
    done = crm(ram.book, "log", "call", "acme", "too much", limit=LIMIT)
    assert done.returncode == 1, done
    assert "the file is larger than is allowed here" in done.stderr
    assert ram.tree() == before
    print(f"a file of {len(before[MONTH])} bytes, {LIMIT} allowed: refused")  # noqa: T201
    assert crm(ram.book, "log", "call", "acme", "too much").returncode == 0
    assert len(ram.tree()[MONTH]) > len(before[MONTH])


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 32 KiB in memory; only root may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_nothing_that_was_acknowledged(disk: Path) -> None:
    """W6, X6: what did not fit was refused, and the book is whole when there is room again."""
    book = disk / "book"
    for path, data in SMALL.items():
        (book / path).parent.mkdir(parents=True, exist_ok=True)
        (book / path).write_bytes(data)
    kept: list[str] = []
    refused = 0
    while refused < 3:
        text = f"T{len(kept) + refused:03} " + "x" * 500
        done = crm(book, "log", "note", "acme", text)
        assert done.returncode in (0, 1), done
        assert "Traceback" not in done.stderr
        if done.returncode:
            refused += 1
            assert "the disk is full" in done.stderr
        else:
            kept.append(text)
        assert len(kept) < 100
    subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
    after = crm(book, "log", "note", "acme", "room again")
    assert after.returncode == 0, after
    rows = (book / MONTH).read_text("utf-8").splitlines()
    begun = len(SMALL[MONTH].splitlines())
    assert [row.split(",")[8] for row in rows[begun:]] == [*kept, "room again"]
    assert crm(book, "check").returncode == 0
    assert not list(book.rglob(".~crm-*"))
    print(f"{len(kept)} rows fitted, {refused} were refused")  # noqa: T201  # no silent skip
