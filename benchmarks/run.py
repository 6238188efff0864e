"""How fast crm is, beside a bare start of Python, a bare walk and other programs.

python -m benchmarks.run --size 1000 --size 10000
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from benchmarks import others
from benchmarks.generate import END
from benchmarks.generate import generate
from benchmarks.stopwatch import PAUSE
from benchmarks.stopwatch import Job
from benchmarks.stopwatch import S
from benchmarks.stopwatch import Spent
from benchmarks.stopwatch import clean_environ
from benchmarks.stopwatch import measured
from benchmarks.stopwatch import table

ROOT = Path(__file__).resolve().parent.parent
REP = "anna"
WORD = "gasket"  # one interaction in some hundreds has it

WALK = """
import os
def walk(path):
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                walk(entry.path)
            else:
                entry.stat(follow_symlinks=False)
walk(".")
"""
PARSE = """
import csv, os, yaml
for folder, _, names in os.walk("."):
    for name in names:
        path = os.path.join(folder, name)
        if name.endswith(".yaml"):
            with open(path, "rb") as file:
                yaml.load(file.read(), Loader=yaml.CSafeLoader)
        elif name.endswith(".csv"):
            with open(path, encoding="utf-8", newline="") as file:
                for row in csv.reader(file):
                    pass
"""

VERSION_AIM = 4.5  # S
CAPTURE_AIM = 1.3  # times the capture in the smallest book
BUILD_AIM = 2.0  # times the parsing
REPORT_FACTOR = 2  # a report over all interactions may take twice a read


def read_aim(customers: int, s: float, walk: float) -> float:
    """What a read may cost, in seconds of CPU time."""
    if customers <= 1_000:
        return 6 * s
    return 12 * s if customers <= 10_000 else 6 * s + 1.3 * walk


class Bench:
    """One synthetic book, and how crm is called on it."""

    def __init__(self, crm: list[str], book: Path, customers: int, runs: int) -> None:
        self.crm = crm
        self.book = book
        self.customers = customers
        self.runs = runs
        self.id = min(path.stem for path in (book / "customers").iterdir())
        self.environ = clean_environ(
            PYTHONPATH=str(ROOT), CRM_TODAY=END.isoformat(), CRM_REP=REP, HOME=str(book.parent)
        )

    def run(self) -> Spent:
        """Print everything about this book; what one capture costs."""
        files = sum(len(names) for _, _, names in os.walk(self.book))
        print(f"\n## {self.customers:,} customers, {files:,} files\n")
        self.cold()
        self.warm()
        self.changed()
        self.beside_others()
        return self.captures()

    def measured(self, jobs: Iterable[Job], runs: int | None = None) -> dict[str, Spent]:
        return measured(list(jobs), runs or self.runs, self.book, self.environ)

    def job(self, *words: str) -> Job:
        return Job(f"crm {' '.join(words)}", [*self.crm, *words])

    def reads(self) -> list[Job]:
        return [
            self.job("today"),
            self.job("pipeline"),
            self.job("report", "visits"),
            self.job("report", "promises"),
            self.job("promise", "list", "--status", "late"),
            Job("crm customer show ID", [*self.crm, "customer", "show", self.id]),
            self.job("customer", "find", WORD),
        ]

    def cold(self) -> None:
        """The index from nothing, next to reading the same files and doing nothing with them."""
        build = Job(
            "crm status, without an index",
            [*self.crm, "status"],
            lambda: shutil.rmtree(self.book / ".crm", ignore_errors=True),
        )
        parse = Job("parsing the same files, C loader", [sys.executable, "-c", PARSE])
        runs = 1 if self.customers > 10_000 else min(3, self.runs)
        spent = self.measured([build, parse], runs)
        aim = BUILD_AIM * spent[parse.name].cpu
        print(table([build._replace(aim=aim), parse], spent))
        self.settle()

    def warm(self) -> None:
        """Reads where no file has changed."""
        version = self.job("--version")
        walk = Job("a bare walk over the same files", [sys.executable, "-c", WALK])
        reads = self.reads()
        spent = self.measured([version, walk, *reads])
        s = spent[S].cpu
        aim = read_aim(self.customers, s, spent[walk.name].cpu)
        judged = [
            job._replace(aim=aim * (REPORT_FACTOR if "visits" in job.name else 1)) for job in reads
        ]
        print(f"\nwarm\n{table([version._replace(aim=VERSION_AIM * s), walk, *judged], spent)}")

    def changed(self) -> None:
        """The same reads, each after a customer's file was edited; the first also after a month's."""
        customer = self.book / "customers" / f"{self.id}.yaml"
        month = self.book / "interactions" / REP / f"{END:%Y-%m}.csv"
        reads = [
            job._replace(before=lambda: swap(customer, b"wholesale", b"warehouse"))
            for job in self.reads()
        ]
        rows = self.job("today")._replace(
            name="crm today, a month's CSV changed",
            before=lambda: swap(month, b" pieces\n", b" metres\n", b" pieces,", b" metres,"),
        )
        print(f"\none file changed\n{table([*reads, rows], self.measured([*reads, rows]))}")
        self.settle()

    def captures(self) -> Spent:
        """One line of capture, on a book that is not in git."""
        said = ("agreed on the date", "--mood", "pleased")
        capture = Job("crm log call ID TEXT", [*self.crm, "log", "call", self.id, *said])
        promised = capture._replace(
            name="crm log ... --promise", argv=[*capture.argv, "--promise", "send it by +3d"]
        )
        spent = self.measured([capture, promised])
        print(f"\ncapture\n{table([capture, promised], spent)}")
        return spent[capture.name]

    def beside_others(self) -> None:
        """Other programs with the same data, each beside the read that answers the same."""
        with tempfile.TemporaryDirectory(dir=self.book.parent) as folder:
            found, missing = others.jobs(self.book, Path(folder), WORD)
            own = {job.name: job for job in self.reads()}
            jobs = [each for name, job in found for each in (own[name], job)]
            if found:
                runs = 1 if self.customers > 10_000 else min(5, self.runs)
                unique = {job.name: job for job in jobs}.values()
                print(f"\nbeside other programs\n{table(jobs, self.measured(unique, runs))}")
        for name in missing:
            print(f"{name} is not installed, so it was not measured")

    def settle(self) -> None:
        """Let the files grow older than the index's doubt, and the index take note of it."""
        time.sleep(PAUSE)
        self.measured([self.job("status")], 2)


def swap(path: Path, *pairs: bytes) -> None:
    """Change the first place where a word or its counterpart stands."""
    data = path.read_bytes()
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        data = data.replace(old, new, 1) if old in data else data.replace(new, old, 1)
    path.write_bytes(data)


def crm_command(given: str | None) -> list[str]:
    """How crm is started: as told, as installed beside this Python, else as its entry point does."""
    if given:
        return given.split()
    installed = Path(sys.executable).with_name("crm")
    if installed.exists():
        return [str(installed)]
    return [sys.executable, "-c", "from crmcli.app import main; main()"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, action="append", help="customers; may be repeated")
    parser.add_argument("--runs", type=int, default=9, help="of which the median counts")
    parser.add_argument("--crm", help="the command, if not the one beside this Python")
    parser.add_argument("--work", type=Path, help="a folder for the books; removed afterwards")
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load()}")
    captures = {}
    for customers in given.size or [1_000]:
        with tempfile.TemporaryDirectory(dir=given.work, prefix="crm-bench-") as folder:
            book = Path(folder) / "book"
            generate(book, customers)
            bench = Bench(crm_command(given.crm), book, customers, given.runs)
            captures[customers] = bench.run()
    if len(captures) > 1:
        least, most = min(captures), max(captures)
        ratio = captures[most].cpu / captures[least].cpu
        verdict = "reached" if ratio <= CAPTURE_AIM else "MISSED"
        print(f"\ncapture at {most:,} / at {least:,}: {ratio:.2f}, aim {CAPTURE_AIM}  {verdict}")
    print(f"load afterwards {load()}")


def load() -> str:
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


if __name__ == "__main__":
    main()
