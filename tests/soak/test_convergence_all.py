"""Five people over a hub, a thousand commands, twenty times.

`CRM_SOAK_SEEDS` and `CRM_SOAK_OPERATIONS` make it shorter.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmcli.sync import syncing
from tests.faults.trials import memory
from tests.sync.true_clones import TrueNetwork

SEEDS = int(os.environ.get("CRM_SOAK_SEEDS", "20"))
OPERATIONS = int(os.environ.get("CRM_SOAK_OPERATIONS", "1000"))


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(syncing, "PAUSE", 0.0)
    with tempfile.TemporaryDirectory(dir=memory() or tmp_path) as folder:
        yield Path(folder).resolve()


@pytest.mark.parametrize("seed", range(100, 100 + SEEDS))
def test_five_people_over_a_hub_lose_nothing(seed: int, room: Path) -> None:
    """S4, S11, S12, S24: 0 lost, 0 in another record, 0 doubled, all clones alike."""
    network = TrueNetwork(seed, room, clones=5)
    network.run(OPERATIONS)
    done = f"{network.acknowledged} of {network.operations} acknowledged"
    asked = f"{network.clashes} clashes, {network.asked_again} asked again"
    print(f"seed {seed}: {done}, {asked}, {dict(network.found)}")  # noqa: T201  # no silent skip
    assert not network.examples
    assert network.asked_again <= OPERATIONS // 200
    assert network.acknowledged > OPERATIONS // 2
