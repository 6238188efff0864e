"""Whether two things go together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.association import auc
from crmcli.model.association import brier
from crmcli.model.association import brier_base
from crmcli.model.association import cross_table
from crmcli.model.association import spearman


def close(expected):
    return pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 0.8),
        ([1, 2, 2, 4, 5], [10, 20, 30, 40, 40], 0.947368),
        ([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], -1),
    ],
)
def test_rank_correlation(x, y, expected):
    assert spearman(x, y) == close(expected)


@pytest.mark.parametrize(
    ("x", "y"), [([], []), ([1, 2, 3, 4], [1, 2, 3, 4]), ([1] * 5, [1, 2, 3, 4, 5])]
)
def test_few_or_constant_values_do_not_correlate(x, y):
    assert spearman(x, y) is None
    assert spearman(y, x) is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_correlation_is_symmetric_and_bounded(pairs):
    x, y = [a for a, _ in pairs], [b for _, b in pairs]
    one, other = spearman(x, y), spearman(y, x)
    assert one == other
    assert one is None or -1 <= one <= 1


def test_the_chance_that_a_hit_scores_above_a_miss():
    assert auc([1, 2, 2, 3], [False, True, False, True]) == close(0.875)
    assert auc([1, 1], [True, False]) == 0.5


@pytest.mark.parametrize("hits", [[], [True, True], [False]])
def test_without_a_hit_and_a_miss_nothing_is_told_apart(hits):
    assert auc([1] * len(hits), hits) is None


def test_a_cross_table():
    cells = [cell for row in cross_table([[30, 10], [20, 40]]) for cell in row]
    assert [cell.observed for cell in cells] == [30, 10, 20, 40]
    assert [cell.expected for cell in cells] == close([20, 20, 30, 30])
    assert [cell.indexed for cell in cells] == close([150, 50, 66.666667, 133.333333])
    assert [cell.residual for cell in cells] == close([2.236068, -2.236068, -1.825742, 1.825742])


def test_what_is_not_expected_has_no_index():
    ((empty, full),) = cross_table([[0, 5]])
    assert empty == (0, 0, None, None)
    assert full == (5, 5, 100, 0)
    assert cross_table([[0]]) == (((0, 0, None, None),),)
    assert cross_table([]) == ()


def test_how_good_forecasts_were():
    forecasts = [(0.8, True), (0.6, False), (0.3, False)]
    assert brier(forecasts) == close(0.163333)
    assert brier_base(forecasts) == close(0.222222)
    assert brier([]) is None
    assert brier_base([]) is None
