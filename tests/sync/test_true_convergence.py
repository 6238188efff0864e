"""True git, true commands: people who write apart end with one book, and nothing is lost."""

from pathlib import Path

import pytest

from crmcli.sync import join
from crmcli.sync import syncing
from crmcli.sync import ways
from crmcli.sync.merge_text import MergedFile
from tests.sync.true_clones import TrueNetwork


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncing, "PAUSE", 0.0)


@pytest.mark.parametrize("seed", range(3))
def test_three_people_over_a_hub_lose_nothing(seed: int, tmp_path: Path) -> None:
    """S4, S11, S12, S24: one without the driver, clocks a day apart, plain pulls between."""
    network = TrueNetwork(seed, tmp_path)
    network.run(60)
    assert not network.examples
    assert network.asked_again == 0
    assert network.acknowledged > 35


def test_the_oracle_sees_a_merge_that_loses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: one that takes its own side."""
    monkeypatch.setattr(ways, "driver", lambda: "true")
    monkeypatch.setattr(join, "merge_text", lambda _, base, ours, theirs, times: MergedFile(ours))
    network = TrueNetwork(2, tmp_path)
    network.run(60)
    assert network.found.total() > 0
