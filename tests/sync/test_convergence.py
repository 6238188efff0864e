"""Clones that write apart and merge in any order end with one book, and nothing is lost."""

import pytest

from tests.sync.clones import Network
from tests.sync.clones import by_lines
from tests.sync.clones import only_ours

DAY = 86_400
CLOCKS = (-DAY, 0, DAY, 0)


@pytest.mark.parametrize("seed", range(4))
def test_clones_that_sync_through_a_hub_lose_nothing(seed):
    network = Network(seed)
    network.run(700)
    assert not network.examples
    assert network.merges > 100
    assert network.clashes > 2


@pytest.mark.parametrize("seed", range(4, 8))
def test_wrong_clocks_choose_a_winner_and_never_lose_the_other(seed):
    network = Network(seed, clocks=CLOCKS)
    network.run(700)
    assert not network.examples
    assert network.clashes > 2


@pytest.mark.parametrize("seed", range(8, 12))
def test_clones_that_merge_crosswise_lose_nothing(seed):
    network = Network(seed, clocks=CLOCKS, peers=True)
    network.run(400)
    assert not network.examples
    assert len(network.virtual) > 20


def test_two_clones_and_six_clones_do_so_too():
    for clones in (2, 6):
        network = Network(clones, clones=clones)
        network.run(300)
        assert not network.examples


@pytest.mark.parametrize("merge", [only_ours, by_lines])
def test_the_oracle_sees_a_merge_that_loses(merge):
    network = Network(1, merge=merge)
    network.run(300)
    lost = {what for what in network.found if what.startswith(("lost", "last", "silent", "record"))}
    assert network.found.total() > 20
    assert lost or network.found["damage"]
