"""Demand: smoothing, rare demand, and how far off a forecast was."""

import pytest

from crmcli.model.demand import croston
from crmcli.model.demand import demand_class
from crmcli.model.demand import mase
from crmcli.model.demand import ses

RARE = [0, 3, 0, 0, 6, 0]


def close(expected):
    return pytest.approx(expected, abs=1e-6)


def test_smoothing():
    assert ses([10, 12, 8], 0.5) == close(9.5)
    assert ses([7], 0.5) == 7
    assert ses([], 0.5) is None


def test_rare_demand():
    assert croston(RARE, 0.1) == close((3.3, 2.1, 1.571429, 1.492857))
    assert croston([4], 0.1) == close((4, 1, 4, 3.8))


@pytest.mark.parametrize("periods", [[], [0, 0]])
def test_what_nobody_wants_has_no_forecast(periods):
    assert croston(periods, 0.1) is None
    assert demand_class(periods) is None


@pytest.mark.parametrize(
    ("periods", "adi", "cv2", "pattern"),
    [
        (RARE, 3, 0.111111, "intermittent"),
        ([2, 2, 2], 1, 0, "smooth"),
        ([1, 1, 10], 1, 1.125, "erratic"),
        ([1, 0, 0, 1, 0, 10], 2, 1.125, "lumpy"),
    ],
)
def test_the_pattern_of_demand(periods, adi, cv2, pattern):
    found = demand_class(periods)
    assert found[:2] == close((adi, cv2))
    assert found.pattern == pattern


def test_the_limit_itself_is_rare():
    assert demand_class([1] * 25 + [0] * 8).adi == 1.32
    assert demand_class([1] * 25 + [0] * 8).pattern == "intermittent"


def test_the_error_against_saying_as_last_time():
    assert mase([10, 12, 11, 13], [14, 13], [12, 12]) == close(0.9)


@pytest.mark.parametrize(
    ("history", "actual"), [([5, 5, 5], [5]), ([5], [5]), ([], [5]), ([1, 2], [])]
)
def test_without_a_test_or_a_changing_history_there_is_no_error(history, actual):
    assert mase(history, actual, actual) is None
