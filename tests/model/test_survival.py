"""How long deals and customers last, where some are not over yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.survival import aalen_johansen
from crmcli.model.survival import kaplan_meier
from crmcli.model.survival import win_chance

DEALS = [(1, "won"), (2, "lost"), (3, "open"), (4, "won")]
endings = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["won", "lost", "open"])))


def close(expected):
    return pytest.approx(expected, abs=1e-6)


def test_the_share_that_lasts():
    steps = kaplan_meier([(5, True), (2, True), (3, False), (3, True), (7, False)])
    assert [day for day, _ in steps] == [2, 3, 5, 7]
    assert [share for _, share in steps] == close([0.8, 0.6, 0.3, 0.3])


def test_nothing_watched_has_no_curve():
    assert kaplan_meier([]) == ()
    assert aalen_johansen([]) == ()
    assert win_chance((), 3) is None


def test_the_shares_won_and_undecided():
    curve = aalen_johansen(DEALS)
    assert [step.day for step in curve] == [1, 2, 3, 4]
    assert [step.open for step in curve] == close([0.75, 0.5, 0.5, 0])
    assert [step.won for step in curve] == close([0.25, 0.25, 0.25, 0.75])


@pytest.mark.parametrize(
    ("age", "chance"), [(0, 0.75), (1, 0.666667), (2, 1), (3, 1), (4, 0), (99, 0)]
)
def test_the_chance_to_win_by_age(age, chance):
    assert win_chance(aalen_johansen(DEALS), age) == close(chance)


@given(endings)
def test_no_more_is_won_than_was_decided(rows):
    for step in aalen_johansen(rows):
        assert 0 <= step.won <= 1 - step.open + 1e-9


@given(endings.filter(bool), st.integers(0, 10))
def test_a_chance_stays_within_nought_and_one(rows, age):
    assert 0 <= win_chance(aalen_johansen(rows), age) <= 1 + 1e-9


@given(st.lists(st.integers(0, 9), min_size=1))
def test_where_all_is_over_the_share_that_lasts_is_a_plain_count(days):
    for day, share in kaplan_meier([(day, True) for day in days]):
        assert share == close(sum(other > day for other in days) / len(days))
