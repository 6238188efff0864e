"""Whatever goes wrong in the middle of a command, the book is as before or as after it."""

import pytest

from crmcli.cli.tree import walk
from tests.book.faults import Fault
from tests.faults.commands import CASES
from tests.faults.commands import ELSEWHERE
from tests.faults.commands import NEUTRAL
from tests.faults.trials import Ram
from tests.faults.trials import Ways
from tests.faults.trials import spread

# All calls of all commands are tried in tests/soak; here each fault takes every so many-th, at
# other places in each command. A command of several files is killed at every call.
KILLED_EVERY = 4
FULL_EVERY = 6
TORN_EVERY = 2
INTERRUPTED_EVERY = 24
AT = {name: at for at, name in enumerate(CASES)}
SPEAKING = {"check", "import"}  # they say what they are about to do
SEVERAL = [name for name, case in CASES.items() if len(case.changes) > 1]


def test_every_command_that_writes_stands_in_the_table() -> None:
    """W1: a command that neither lists nor is known to change nothing is one that writes."""
    lists = {name for name, command in walk() if any(p.name == "fields" for p in command.params)}
    rehearses = {
        name for name, command in walk() if any(p.name == "dry_run" for p in command.params)
    }
    writing = dict(walk()).keys() - (lists - rehearses) - NEUTRAL
    assert writing - CASES.keys() == ELSEWHERE.keys() & writing
    assert CASES.keys() <= writing
    assert len(CASES) >= 45
    assert len(SEVERAL) >= 5


@pytest.mark.parametrize("name", CASES)
def test_a_command_that_is_killed_did_all_or_nothing(ram: Ram, name: str) -> None:
    """W1, W2, W5, C2: and the next command works at once and leaves nothing behind."""
    stride = 1 if name in SEVERAL else KILLED_EVERY
    tried = try_each(ram, name, "kill", stride)
    print(f"{name}: killed at {tried} calls")  # noqa: T201  # a silent skip would be seen


@pytest.mark.parametrize("name", CASES)
def test_a_disk_that_is_full_from_a_call_on_spoils_nothing(ram: Ram, name: str) -> None:
    """W6: the exit code is not 0 unless all is written."""
    tried = try_each(ram, name, "enospc", FULL_EVERY, for_ever=True)
    print(f"{name}: full from {tried} calls on")  # noqa: T201  # a silent skip would be seen


@pytest.mark.parametrize("name", CASES)
def test_half_a_write_and_then_a_kill_leaves_no_half_file(ram: Ram, name: str) -> None:
    """W1, W6: a torn temporary file is never taken for a record."""
    tried = try_each(ram, name, "short-kill", TORN_EVERY)
    print(f"{name}: torn at {tried} writes")  # noqa: T201  # a silent skip would be seen


@pytest.mark.parametrize("name", CASES)
def test_an_interrupt_is_one_line_and_130(ram: Ram, name: str) -> None:
    """W1: Ctrl-C at a storage call ends the command as a kill does, but says so."""
    ways = checked_ways(ram, name)
    stride = KILLED_EVERY if name in SEVERAL else INTERRUPTED_EVERY
    points = spread(ways.points("interrupt"), stride, AT[name]) or [len(ways.log) // 2]
    for at in points:
        ram.fresh(ways.old)
        fault = Fault("interrupt", at)
        outcome = ram.faulty(CASES[name], fault)
        assert outcome == (130, True), fault
        said = ram.said.read_text("utf-8").splitlines()
        assert said[-1] == "interrupted; nothing is half done"
        assert len(said) == 1 or name in SPEAKING, fault
        ram.judge(ways, outcome.code, fault)
    print(f"{name}: interrupted at {len(points)} calls")  # noqa: T201  # a silent skip would be seen


def try_each(ram: Ram, name: str, kind: str, stride: int, *, for_ever: bool = False) -> int:
    """Run the command with that fault at every so many-th call; how often."""
    case = CASES[name]
    ways = checked_ways(ram, name)
    points = spread(ways.points(kind), stride, AT[name])
    assert len(points) >= len(ways.points(kind)) // stride - 1
    for at in points:
        ram.fresh(ways.old)
        fault = Fault(kind, at, for_ever)
        outcome = ram.faulty(case, fault)
        assert outcome.reached, fault
        ram.judge(ways, outcome.code, fault)
    return len(points)


def checked_ways(ram: Ram, name: str) -> Ways:
    """What the command does when nothing goes wrong, which must be what the table says."""
    ways = ram.ways(CASES[name])
    changed = {path for path in ways.old | ways.new if ways.old.get(path) != ways.new.get(path)}
    assert changed == CASES[name].changes
    assert len(ways.log) >= 15
    return ways
