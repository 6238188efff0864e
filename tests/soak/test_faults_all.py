"""Every fault at every storage call of every command, and a second one while the first is mended."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.book.faults import KILLED
from tests.book.faults import KINDS
from tests.book.faults import LASTING
from tests.book.faults import Fault
from tests.book.faults import faults_of
from tests.book.faults import fresh_copy_of
from tests.book.faults import shape
from tests.faults.commands import CASES
from tests.faults.commands import ZETA
from tests.faults.commands import Case
from tests.faults.test_commands import SEVERAL
from tests.faults.test_commands import checked_ways
from tests.faults.trials import NEXT
from tests.faults.trials import Ram

MODES = [*((kind, False) for kind in KINDS), *((kind, True) for kind in LASTING)]
LEAST_CALLS = 15
LEAST_WRITES = 2
LEAST_SECOND = 100  # second faults of each kind, in a command of several files
AFTER = {
    "write": Case(NEXT, frozenset({ZETA}), {}),
    "read": Case("crm customer list", frozenset(), {}),
}


@pytest.fixture(scope="module")
def tally() -> Iterator[Counter[str]]:
    """How many faults of each sort were tried in all, printed in the end."""
    count: Counter[str] = Counter()
    yield count
    told = ", ".join(f"{what} {n}" for what, n in sorted(count.items()))
    print(f"\n{count.total()} faults tried: {told}")  # noqa: T201  # a silent skip would be seen


@pytest.mark.parametrize(("kind", "for_ever"), MODES)
@pytest.mark.parametrize("name", CASES)
def test_a_fault_at_any_call_leaves_all_old_or_all_new(
    ram: Ram, tally: Counter[str], name: str, kind: str, for_ever: bool
) -> None:
    """W1, W2, W5, W6, C2: kill, Ctrl-C, full, failing or limited disk, short and torn writes."""
    case = CASES[name]
    ways = checked_ways(ram, name)
    none = set(range(1, len(ways.log) + 1)) - set(ways.points(kind))  # where it would be none
    tried = 0
    for fault in faults_of(kind, for_ever=for_ever):
        if fault.at in none:
            continue
        ram.fresh(ways.old)
        outcome = ram.faulty(case, fault)
        if not outcome.reached:
            break
        tried += 1
        if kind.startswith("interrupt"):
            assert outcome.code == 130, fault
        ram.judge(ways, outcome.code, fault)
    assert tried >= (LEAST_WRITES if kind.startswith("short") else LEAST_CALLS)
    what = f"{kind} from there on" if for_ever else kind
    tally[what] += tried
    print(f"{name}: {what} at {tried} calls")  # noqa: T201  # a silent skip would be seen


@pytest.mark.parametrize("kind", ["kill", "enospc", "eio", "short-kill", "interrupt"])
@pytest.mark.parametrize(("name", "next_"), list(product(SEVERAL, AFTER)))
def test_a_second_fault_while_the_first_is_mended(
    ram: Ram, tally: Counter[str], tmp_path: Path, *, name: str, next_: str, kind: str
) -> None:
    """W4: whatever a kill left, the next command may be cut off too, and the one after works."""
    case = CASES[name]
    ways = checked_ways(ram, name)
    seen = set()
    tried = 0
    for first in faults_of("kill"):
        ram.fresh(ways.old)
        if not ram.faulty(case, first).reached:
            break
        left = shape(ram.book)
        if left in seen:
            continue
        seen.add(left)
        state = tmp_path / "state"
        fresh_copy_of(ram.book, state)
        tried += try_second(ram, state, AFTER[next_], kind, (ways, first))
    least = LEAST_SECOND if next_ == "write" and kind != "short-kill" else len(case.changes)
    assert tried >= least
    tally[f"kill and then {kind}"] += tried
    print(f"{name}, then a {next_}: {kind} at {tried} calls")  # noqa: T201


def try_second(ram: Ram, state: Path, after: Case, kind: str, of: tuple) -> int:
    """The next command with that fault at each of its calls, from a state that a kill left; how many."""
    ways, first = of
    tried = 0
    for second in faults_of(kind):
        fresh_copy_of(state, ram.book)
        outcome = ram.faulty(after, second)
        if not outcome.reached:
            return tried
        tried += kind != "short-kill" or outcome.code == KILLED  # at a call that writes nothing
        code, text = ram.type(NEXT)
        assert code == 0, (first, second, text)
        ram.settled(ways, (first, second))
    raise AssertionError


def test_a_fault_beyond_the_last_call_is_not_reached(ram: Ram) -> None:
    """The control: the counting ends where the command ends."""
    ways = checked_ways(ram, "log")
    ram.fresh(ways.old)
    assert ram.faulty(CASES["log"], Fault("kill", len(ways.log) + 1)) == (0, False)
