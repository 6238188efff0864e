"""Clones that write apart and merge in any order end with one book, and nothing is lost."""

import subprocess

import pytest

from tests.sync.clones import Network
from tests.sync.clones import by_lines
from tests.sync.clones import only_ours
from tests.sync.clones import semantic

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


def by_git(folder, clashed):
    """git's own merge of texts, as a host does it; what clashes is noted, and merged by fields."""

    def merge(path, base, ours, theirs, times):
        if None in (base, ours, theirs):
            return semantic(path, base, ours, theirs, times)
        files = [folder / name for name in ("ours", "base", "theirs")]
        for file, data in zip(files, (ours, base, theirs), strict=True):
            file.write_bytes(data)
        done = subprocess.run(["git", "merge-file", "-p", *files], capture_output=True, check=False)
        if done.returncode == 0:
            return done.stdout
        clashed.append(path)
        return semantic(path, base, ours, theirs, times)

    return merge


def test_most_merges_of_a_team_are_clean_even_as_text(tmp_path):
    """S29: a host's button knows no fields; 300 customers, six people, a month."""
    clashed = []
    network = Network(1, clones=6, merge=by_git(tmp_path, clashed))
    network.month = lambda clone: f"interactions/{clone.name}/2026-11.csv"  # one rep, one machine
    first = network.clones[0]
    for _ in range(300):
        tree = dict(network.commits[first.head].tree)
        network.add_customer(first, tree)
        network.commit(first, (first.head,), tree)
    network.settle_all()
    before, bad = len(network.commits), 0
    for _ in range(30):
        network.now += DAY
        for clone in network.clones:
            for change in (
                network.add_row,
                network.add_row,
                network.set_customer,
                network.add_note,
            ):
                tree = dict(network.commits[clone.head].tree)
                change(clone, tree)
                network.commit(clone, (clone.head,), tree)
            if network.random.random() < 0.9:
                count = len(clashed)
                network.sync(clone)
                bad += len(clashed) > count
    merges = sum(len(commit.parents) > 1 for commit in network.commits[before:])
    assert merges > 100
    assert bad / merges < 0.05, (bad, merges, clashed)
