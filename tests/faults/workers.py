"""Many processes that change one book at once, and what must be true of it afterwards."""

import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from multiprocessing import get_context
from pathlib import Path

from crmcli.app import _new_id
from crmcli.book.check import check
from tests.faults.trials import Ram
from tests.transcript_runner import TODAY
from tests.transcript_runner import Shell
from tests.transcript_runner import fixed_environment

ROOT = Path(__file__).parents[2]
TOKEN = re.compile(rb"T[0-9]{3}x[0-9]{3}")
# Each leaves its token once in the files: in a row, in a file of its own, in one that all share.
LINES = (
    'log visit acme "{token}"',
    "customer set acme tags+={token}",
    'log call acme "{token}" --promise "send it by friday"',
    'promise add beta "{token}" --due friday',
    'contact add acme "{token}"',
    'task add "{token}" --customer acme',
    'deal add beta "{token}"',
    "promise set p-11111111 refs+={token}",
    'interaction add note beta "{token}"',
    "customer set beta aliases+={token}",
)
LOCKED = 6

Typed = Callable[[Path, str], int]


def type_in_process(book: Path, line: str) -> int:
    """Type a line in this process, with ids of true chance."""
    shell = Shell(book.parent, book)
    shell._ids = iter(_new_id, None)  # instead of those that count up
    return shell.do(f"crm {line}")[0]


def type_in_another(book: Path, line: str) -> int:
    """Type a line to an interpreter of its own."""
    env = {
        **fixed_environment(book.parent),
        "PYTHONPATH": str(ROOT),
        "CRM_TODAY": TODAY.isoformat(),
    }
    words = [sys.executable, "-m", "crmcli", *shlex.split(line)]
    return subprocess.run(words, cwd=book, env=env, capture_output=True, check=False).returncode


def work(book: Path, worker: int, turns: int, typed: Typed) -> list[tuple[str, int]]:
    """Type that many lines; the token of each, and its exit code."""
    codes = []
    for turn in range(turns):
        token = f"T{worker:03}x{turn:03}"
        line = LINES[(worker + turn) % len(LINES)].format(token=token)
        codes.append((token, typed(book, line)))
    return codes


def all_at_once(ram: Ram, workers: int, turns: int, typed: Typed) -> list[tuple[str, int]]:
    """What the workers typed, in the end."""
    jobs = [(ram.book, worker, turns, typed) for worker in range(workers)]
    with get_context("fork").Pool(workers) as pool:
        return [done for each in pool.starmap(work, jobs) for done in each]


def nothing_is_lost(ram: Ram, done: Iterable[tuple[str, int]]) -> int:
    """Demand every acknowledged token once and no other; the number of those acknowledged."""
    written = {token for token, code in done if code == 0}
    refused = {code for _, code in done if code != 0}
    assert refused <= {LOCKED}
    # A contact's id is made of its name, in small letters.
    found = Counter(t.decode() for data in ram.tree().values() for t in TOKEN.findall(data))
    assert found == Counter(dict.fromkeys(written, 1))
    problems, _ = check(ram.book)
    assert [str(problem) for problem in problems if problem.level == "error"] == []
    assert not [path for path in ram.tree() if ".~crm-" in path or ".crm.intent" in path]
    ram.same_index("many at once")
    return len(written)
