"""What crm adds to git: a sync beside a plain pull and push, a capture beside a bare commit.

python -m benchmarks.sync --size 10000
"""

import argparse
import os
import platform
import subprocess
import tempfile
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from benchmarks.generate import END
from benchmarks.generate import generate
from benchmarks.run import crm_command
from benchmarks.run import load
from benchmarks.stopwatch import Job
from benchmarks.stopwatch import Spent
from benchmarks.stopwatch import clean_environ
from benchmarks.stopwatch import measured
from benchmarks.stopwatch import table
from crmcli.book.create import ATTRIBUTES
from crmcli.book.create import IGNORED

ROOT = Path(__file__).resolve().parent.parent
CHANGES = 50  # commits on each side, each of one customer
SYNC_AIM = 3.0  # times git's own pull and push
COMMIT_AIM = 2.0  # times a bare add and commit
SAFE = "core.fsync=added"  # as crm calls git, so that both wait for the disk alike
BEGUN = 1_790_000_000  # Unix seconds of the first change
REP = "anna"
# What the two sides change, far enough apart in the file for git to merge it as text.
ONE = (b"industry: wholesale", b"industry: batteries")
TWO = (b"kind: company", b"kind: company\nwebsite: new.example")


class Repository:
    """A clone, or the hub, and git in it."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = environ

    def git(self, *words: str, data: bytes = b"") -> str:
        done = subprocess.run(
            ["git", "-c", "gc.auto=0", *words],
            cwd=self.folder,
            env=self.environ,
            input=data,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"git {' '.join(words)}: {done.stderr.decode('utf-8', 'replace')}")
        return done.stdout.decode("utf-8")

    def begin(self, commit: str) -> None:
        """Put the synthetic book in this folder into git."""
        config = self.folder / "crm.yaml"
        text = config.read_text(encoding="utf-8")
        config.write_text(text.replace("commit: off", f"commit: {commit}"), encoding="utf-8")
        for name, lines in ((".gitattributes", ATTRIBUTES), (".gitignore", IGNORED)):
            (self.folder / name).write_text("\n".join((*lines, "")), encoding="utf-8")
        self.git("init", "-q", "-b", "main")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "begun")
        self.git("gc", "-q")

    def branch(self, name: str, paths: Sequence[str], old: bytes, new: bytes) -> None:
        """A branch with a commit for each of these files, as so many commands would leave it."""
        stream = []
        for at, path in enumerate(paths):
            data = (self.folder / path).read_bytes()
            assert old in data
            who = f"{name} <{name}@example.com> {BEGUN + at} +0000"
            text = f"customer set\n\nCrm-Op: customer set\nCrm-By: {name}\n"
            begin = "" if at else "from refs/heads/main^0\n"
            head = f"commit refs/heads/{name}\nauthor {who}\ncommitter {who}\ndata {len(text)}\n{text}{begin}"
            stream += [head.encode(), b"M 100644 inline %b\n" % path.encode()]
            stream.append(_counted(data.replace(old, new, 1)))
        self.git("fast-import", "--quiet", data=b"".join(stream))


class Team:
    """A hub and two clones; before each run they are put back to where they were."""

    def __init__(self, folder: Path, customers: int, common: int, crm: Sequence[str]) -> None:
        self.environ = environment(folder)
        self.crm = crm
        self.hub, self.ours, self.theirs = (
            Repository(folder / name, self.environ) for name in ("hub", "ours", "theirs")
        )
        generate(self.ours.folder, customers)
        self.ours.begin("each")
        found = (self.ours.folder / "customers").iterdir()
        paths = sorted(f"customers/{path.name}" for path in found)
        second = CHANGES - common
        self.ours.branch("one", paths[:CHANGES], *ONE)
        self.ours.branch("two", paths[second : second + CHANGES], *TWO)
        self.ours.git("switch", "-q", "-c", "both", "two")
        self.ours.git("merge", "-q", "--no-edit", "one")
        self.ours.git("switch", "-q", "main")
        top = Repository(folder, self.environ)
        top.git("clone", "-q", "--bare", "ours", "hub")
        top.git("clone", "-q", "hub", "theirs")
        self.ours.git("remote", "add", "origin", "../hub")
        self.ours.git("fetch", "-q")
        self.ours.git("branch", "-q", "-u", "origin/main")
        self.at = {
            name: self.ours.git("rev-parse", name).strip()
            for name in ("main", "one", "two", "both")
        }

    def steps(self) -> list[tuple[str, Repository, str, str]]:
        """What a team does: who syncs, where that clone is, and where the hub is."""
        return [
            ("the first one sends", self.ours, "one", "main"),
            ("the second one merges and sends", self.theirs, "two", "one"),
            ("the first one takes it in", self.ours, "one", "both"),
        ]

    def put_back(self, clone: Repository, own: str, hub: str) -> Callable[[], None]:
        def back() -> None:
            self.hub.git("update-ref", "refs/heads/main", self.at[hub])
            clone.git("reset", "-q", "--hard", self.at[own])
            clone.git("update-ref", "refs/remotes/origin/main", self.at["main"])
            # What this has touched is looked at here, not in what is timed.
            clone.git("status", "--short")
            words = [*self.crm, "-C", str(clone.folder), "status"]
            subprocess.run(words, env=self.environ, capture_output=True, check=True)

        return back

    def run(self, runs: int) -> tuple[Spent, Spent]:
        """Print each step; what all of them cost with git alone, and with crm."""
        jobs = {}
        for name, clone, own, hub in self.steps():
            before = self.put_back(clone, own, hub)
            for tool, line in (
                ("git", ["sh", "-c", "git pull -q --no-rebase --no-edit && git push -q"]),
                ("crm", [*self.crm, "sync"]),
            ):
                there = ["env", "-C", str(clone.folder), *line]
                jobs[tool, name] = Job(f"{tool}: {name}", there, before)
        spent = measured(list(jobs.values()), runs, self.ours.folder, self.environ)
        print(table(list(jobs.values()), spent))
        merging = self.steps()[1][0]
        git, crm = (spent[jobs[tool, merging].name] for tool in ("git", "crm"))
        verdict("where both have something new", crm.cpu / git.cpu, crm.wall / git.wall, SYNC_AIM)
        return tuple(
            _sum(spent[job.name] for (tool, _), job in jobs.items() if tool == wanted)
            for wanted in ("git", "crm")
        )


class Capture:
    """One line of capture in a book with commits, in one without, and a bare commit beside them."""

    def __init__(self, folder: Path, customers: int, crm: Sequence[str]) -> None:
        self.environ = environment(folder)
        self.crm = crm
        self.books = {}
        for commit in ("each", "off"):
            self.books[commit] = Repository(folder / commit, self.environ)
            generate(folder / commit, customers)
            self.books[commit].begin(commit)
        self.bare = folder / "bare"
        Repository(folder, self.environ).git("clone", "-q", "each", "bare")
        self.month = f"interactions/{REP}/{END:%Y-%m}.csv"
        self.id = min(path.stem for path in (folder / "each" / "customers").iterdir())

    def grow(self) -> None:
        """A line more in the file that is to be committed."""
        with (self.bare / self.month).open("ab") as file:
            file.write(b"i-%08d,2026-11-09T10:00:00+08:00\n" % file.tell())

    def run(self, runs: int) -> tuple[Spent, Spent, Spent]:
        """Print the three; what capture costs without commit and with it, and the bare commit."""
        said = ["log", "call", self.id, "agreed on the date", "--mood", "pleased"]
        jobs = [
            Job(f"crm log, commit: {commit}", [*self.crm, "-C", str(book.folder), *said])
            for commit, book in self.books.items()
        ]
        git = f"git -C {self.bare} -c {SAFE}"
        line = f"{git} add -- {self.month} && {git} commit -q -m logged -- {self.month}"
        jobs.append(Job("git add, git commit", ["sh", "-c", line], self.grow))
        spent = measured(jobs, runs, self.bare, self.environ)
        print(table(jobs, spent))
        with_it, without, bare = (spent[job.name] for job in jobs)
        return without, with_it, bare


def environment(home: Path) -> dict[str, str]:
    """No settings of this machine: git and crm are as they come."""
    people = {
        f"GIT_{who}_{key}": REP for who in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    return clean_environ(
        PYTHONPATH=str(ROOT),
        CRM_TODAY=END.isoformat(),
        CRM_REP=REP,
        HOME=str(home),
        GIT_CONFIG_GLOBAL=os.devnull,
        GIT_CONFIG_NOSYSTEM="1",
        **people,
    )


def _counted(data: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(data), data)


def _sum(spent: Sequence[Spent]) -> Spent:
    found = list(spent)
    return Spent(*(sum(each[at] for each in found) for at in range(3)))


def verdict(name: str, cpu: float, wall: float, aim: float) -> None:
    """A ratio of CPU time, which is judged, and of wall time, in which a busy machine counts more."""
    said = "reached" if cpu <= aim else "MISSED"
    print(f"{name}: {cpu:.2f} (wall {wall:.2f}), aim {aim}  {said}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="customers")
    parser.add_argument("--runs", type=int, default=5, help="of which the median counts")
    parser.add_argument(
        "--common", type=int, action="append", help="customers that both sides changed"
    )
    parser.add_argument("--crm", help="the command, if not the one beside this Python")
    parser.add_argument("--work", type=Path, help="a folder for the clones; removed afterwards")
    given = parser.parse_args()
    crm = crm_command(given.crm)
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load()}")
    for common in given.common or (0, 5):
        with tempfile.TemporaryDirectory(dir=given.work, prefix="crm-bench-") as folder:
            print(
                f"\n## sync: {given.size:,} customers, {CHANGES} changes each, {common} in common\n"
            )
            git, own = Team(Path(folder), given.size, common, crm).run(given.runs)
            verdict(
                "all three, sync / pull and push", own.cpu / git.cpu, own.wall / git.wall, SYNC_AIM
            )
    with tempfile.TemporaryDirectory(dir=given.work, prefix="crm-bench-") as folder:
        print(f"\n## capture: {given.size:,} customers\n")
        without, with_it, bare = Capture(Path(folder), given.size, crm).run(given.runs)
        cpu, wall = ((with_it[at] - without[at]) / bare[at] for at in range(2))
        verdict("what the commit adds / add and commit", cpu, wall, COMMIT_AIM)
    print(f"load afterwards {load()}")


if __name__ == "__main__":
    main()
