"""CPU time and wall time of programs, in turns, against S: the same Python that imports sqlite3."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

PAUSE = 2.2  # seconds after which a file no longer counts as just written
S = "S"


class Job(NamedTuple):
    """A program to be timed. `before` is called ahead of each run and is not timed."""

    name: str
    argv: Sequence[str]
    before: Callable[[], object] | None = None
    aim: float | None = None  # seconds of CPU time


class Spent(NamedTuple):
    """Medians, in seconds. `cpu` is the program's own and its children's, in user and system.

    `lines` is how many it printed.
    """

    cpu: float
    wall: float
    lines: int


def measured(
    jobs: Sequence[Job], runs: int, folder: Path, environ: Mapping[str, str]
) -> dict[str, Spent]:
    """The medians of each job by its name, and those of S.

    All take turns, so that a busy minute of the machine falls on each of them. A first turn, which
    compiles and fills caches, is not counted where there are several.
    """
    jobs = [Job(S, [sys.executable, "-c", "import sqlite3"]), *jobs]
    taken: dict[str, list[Spent]] = {job.name: [] for job in jobs}
    for turn in range(runs + (runs > 1)):
        for job in jobs:
            if job.before:
                job.before()
            spent = _run(job, folder, environ)
            if turn or runs == 1:
                taken[job.name].append(spent)
    return {
        name: Spent(
            statistics.median(each.cpu for each in spent),
            statistics.median(each.wall for each in spent),
            spent[-1].lines,
        )
        for name, spent in taken.items()
    }


def clean_environ(**more: str) -> dict[str, str]:
    """The environment without what slows Python down or colours an answer."""
    unwanted = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "FORCE_COLOR", "CLICOLOR_FORCE")
    kept = {key: value for key, value in os.environ.items() if key not in unwanted}
    return {**kept, "LC_ALL": "C.UTF-8", **more}


def table(jobs: Sequence[Job], spent: Mapping[str, Spent]) -> str:
    """Times, their ratios to S, and whether the aim was reached, a line each."""
    unit = spent[S]
    lines = [f"{'':44}{'lines':>8}{'CPU ms':>9}{'wall ms':>9}{'CPU/S':>8}{'wall/S':>8}{'aim':>8}"]
    for job in (Job(S, ()), *jobs):
        cpu, wall, printed = spent[job.name]
        line = f"{job.name:44}{printed:8,}{cpu * 1000:9.1f}{wall * 1000:9.1f}{cpu / unit.cpu:8.1f}{wall / unit.wall:8.1f}"
        if job.aim is not None:
            line += f"{job.aim / unit.cpu:8.1f}  {'reached' if cpu <= job.aim else 'MISSED'}"
        lines.append(line)
    return "\n".join(lines)


def _run(job: Job, folder: Path, environ: Mapping[str, str]) -> Spent:
    with tempfile.TemporaryFile() as complaints:
        start = time.perf_counter()
        child = subprocess.Popen(
            job.argv,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        assert child.stdout
        with child.stdout as pipe:
            said = pipe.read()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            complaints.seek(0)
            tail = complaints.read().decode("utf-8", "replace").strip()[-500:]
            raise SystemExit(f"{job.name}: exit code {child.returncode}\n{tail}")
    return Spent(usage.ru_utime + usage.ru_stime, wall, said.count(b"\n"))
