"""How long each report takes, beside a bare start of Python and the same report on a small book.

python -m benchmarks.reports --size 1000 --size 10000 --runs 3
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.generate import END
from benchmarks.generate import generate
from benchmarks.run import ROOT
from benchmarks.stopwatch import PAUSE
from benchmarks.stopwatch import Job
from benchmarks.stopwatch import S
from benchmarks.stopwatch import clean_environ
from benchmarks.stopwatch import measured
from benchmarks.trade import add_trade
from crmcli.reports import registry

AIM = 14  # S, for a report on 10,000 customers with 100,000 interactions


def timed(book: Path, names: list[str], runs: int) -> tuple[dict[str, float], float]:
    """CPU seconds of each report on a book, and those of S in the same run."""
    environ = clean_environ(
        PYTHONPATH=str(ROOT), CRM_TODAY=END.isoformat(), CRM_REP="anna", HOME=str(book.parent)
    )
    crm = [sys.executable, "-m", "crmcli"]
    measured([Job("index", [*crm, "status"])], 1, book, environ)
    time.sleep(PAUSE)
    jobs = [Job(name, [*crm, "report", name, "--json"]) for name in names]
    spent = measured(jobs, runs, book, environ)
    return {name: spent[name].cpu for name in names}, spent[S].cpu


def main() -> None:
    """Make the books, time every report on each, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--size",
        type=int,
        action="append",
        help="customers; the smallest is what the others are compared with",
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--report", action="append", help="only this one")
    given = parser.parse_args()
    sizes = sorted(given.size or [1_000, 10_000])
    names = given.report or list(registry.names())
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            book = Path(folder) / str(size)
            book.mkdir()
            generate(book, size)
            add_trade(book)
            found[size] = timed(book, names, given.runs)
    heads = "".join(f"{f'{size:,}: CPU/S':>18}" for size in sizes)
    print(f"{'report':20}{heads}{'growth':>10}")
    for name in names:
        ratios = [found[size][0][name] / found[size][1] for size in sizes]
        growth = found[sizes[-1]][0][name] / found[sizes[0]][0][name]
        missed = "" if ratios[-1] <= AIM else f"  over {AIM} S"
        print(f"{name:20}{''.join(f'{ratio:18.1f}' for ratio in ratios)}{growth:10.1f}{missed}")


if __name__ == "__main__":
    main()
