"""Eight processes change one book at once, and nothing is lost."""

from tests.faults.commands import BOOK
from tests.faults.trials import Ram
from tests.faults.workers import LOCKED
from tests.faults.workers import all_at_once
from tests.faults.workers import nothing_is_lost
from tests.faults.workers import type_in_process

WORKERS = 8
TURNS = 10


def test_eight_processes_lose_nothing(ram: Ram) -> None:
    """C1: each line that was acknowledged is there once, in files that all of them change too."""
    ram.fresh(BOOK)
    done = all_at_once(ram, WORKERS, TURNS, type_in_process)
    count = nothing_is_lost(ram, done)
    print(f"{len(done)} commands, {count} acknowledged")  # noqa: T201  # no silent skip
    assert len(done) == WORKERS * TURNS
    assert count > len(done) // 2  # on a busy machine some wait for the lock in vain


def test_who_waits_in_vain_has_written_nothing(ram: Ram) -> None:
    """C1: the control; a refused line that were counted as written would be missed."""
    ram.fresh(BOOK)
    done = all_at_once(ram, 1, 2, type_in_process)
    assert nothing_is_lost(ram, done) == 2
    try:
        nothing_is_lost(ram, [*done, ("T999x999", 0)])
    except AssertionError:
        pass
    else:
        raise AssertionError("a lost line was not missed")
    assert nothing_is_lost(ram, [*done, ("T999x999", LOCKED)]) == 2
