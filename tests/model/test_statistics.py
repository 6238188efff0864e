"""Formulas against published and hand-made values, to six decimals."""

from decimal import Decimal
from math import comb
from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.model.statistics import chi_square
from crmcli.model.statistics import chi_square_tail
from crmcli.model.statistics import cover_half
from crmcli.model.statistics import effective
from crmcli.model.statistics import fifths
from crmcli.model.statistics import funnel
from crmcli.model.statistics import gini
from crmcli.model.statistics import homogeneity
from crmcli.model.statistics import is_outside
from crmcli.model.statistics import lifetime_value
from crmcli.model.statistics import median
from crmcli.model.statistics import mid_ranks
from crmcli.model.statistics import newcombe
from crmcli.model.statistics import nps
from crmcli.model.statistics import quantile
from crmcli.model.statistics import rate_prior
from crmcli.model.statistics import shrunk_means
from crmcli.model.statistics import shrunk_rate
from crmcli.model.statistics import silence_score
from crmcli.model.statistics import top_share
from crmcli.model.statistics import whale
from crmcli.model.statistics import wilson


def close(expected):
    return pytest.approx(expected, abs=1e-6)


rates = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
amounts = st.lists(st.integers(-1000, 1000).map(Decimal), max_size=30)


@pytest.mark.parametrize(
    ("hits", "n", "limits"),
    [
        (0, 5, (0, 0.434482)),
        (1, 1, (0.206549, 1)),
        (3, 4, (0.300642, 0.954413)),
        (5, 5, (0.565518, 1)),
        (19, 20, (0.763869, 0.991119)),
    ],
)
def test_the_interval_of_a_rate(hits, n, limits):
    assert wilson(hits, n) == close(limits)


def test_nobody_asked_is_no_rate():
    assert wilson(0, 0) is None
    assert newcombe(0, 0, 1, 2) is None
    assert newcombe(1, 2, 0, 0) is None
    assert funnel(0.5, 0) is None
    assert is_outside(0, 0, 0.5) is None


@given(rates)
def test_an_interval_holds_its_rate_and_stays_within_nought_and_one(rate):
    limits = wilson(*rate)
    if limits:
        assert 0 <= limits[0] <= rate[0] / rate[1] <= limits[1] <= 1


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((56, 70, 48, 80), (0.2, 0.052431, 0.333873)),
        ((0, 10, 0, 20), (0, -0.161125, 0.277533)),
    ],
)
def test_the_difference_of_two_rates(counts, expected):
    assert newcombe(*counts) == close(expected)


@given(rates, rates)
def test_swapping_two_rates_changes_only_the_signs(first, second):
    one, other = newcombe(*first, *second), newcombe(*second, *first)
    if one is None:
        assert other is None
    else:
        assert one == close((-other[0], -other[2], -other[1]))
        assert -1 - 1e-9 <= one[1] <= one[0] <= one[2] <= 1 + 1e-9


def shrunk(pairs):
    prior = rate_prior(pairs)
    return [shrunk_rate(k, n, prior) for k, n in pairs]


@pytest.mark.parametrize(
    ("pairs", "prior", "expected"),
    [
        ([(8, 10), (5, 10), (2, 10)], (0.5, 2.461538), [0.740741, 0.5, 0.259259]),
        ([(5, 10), (5, 10), (6, 10)], (0.533333, None), [0.533333] * 3),
        ([(10, 10), (0, 10)], (0.5, 0), [1, 0]),
        ([(3, 4)], (0.75, None), [0.75]),
        ([(1, 1), (0, 1), (1, 1)], (0.666667, None), [0.666667] * 3),
        ([(4, 4), (6, 6)], (1, None), [1, 1]),
        ([(0, 4), (0, 6)], (0, None), [0, 0]),
        ([(10, 10), (0, 10), (0, 0)], (0.5, 0), [1, 0, 0.5]),
    ],
)
def test_a_small_rate_is_drawn_to_the_rate_of_all(pairs, prior, expected):
    mean, weight = rate_prior(pairs)
    assert mean == close(prior[0])
    assert weight is None if prior[1] is None else weight == close(prior[1])
    assert shrunk(pairs) == close(expected)


def test_where_nobody_tried_there_is_no_rate_to_be_drawn_to():
    assert rate_prior([]) is None
    assert rate_prior([(0, 0)]) is None
    assert shrunk_rate(0, 0, None) is None


@given(st.lists(rates, min_size=1, max_size=8))
def test_a_shrunk_rate_lies_between_its_own_and_that_of_all(pairs):
    prior = rate_prior(pairs)
    for k, n in pairs:
        if n:
            raw, result = k / n, shrunk_rate(k, n, prior)
            low, high = sorted((raw, prior[0]))
            assert low - 1e-9 <= result <= high + 1e-9


@pytest.mark.parametrize(
    ("x", "df", "tail"),
    [
        (3.84, 1, 0.050044),
        (7.2, 2, 0.027324),
        (12.5, 7, 0.085269),
        (30, 29, 0.414004),
        (0, 3, 1),
        (-1, 3, 1),
        (1e9, 4, 0),
    ],
)
def test_the_tail_of_chi_square(x, df, tail):
    assert chi_square_tail(x, df) == close(tail)


def test_a_large_chi_square_does_not_underflow():
    assert 0.49 < chi_square_tail(3000, 3000) < 0.5
    assert 0.49 < chi_square_tail(3001, 3001) < 0.5


@given(st.floats(0.01, 100), st.integers(1, 20))
def test_the_tail_of_an_even_chi_square_is_that_of_counting(x, half):
    half_x = x / 2
    factorial, total = 1, 0.0
    for step in range(half):
        factorial *= max(step, 1)
        total += half_x**step / factorial
    assert chi_square_tail(x, 2 * half) == close(min(1, total * exp(-half_x)))


def test_no_degree_of_freedom_is_a_mistake():
    with pytest.raises(ValueError, match="degree of freedom"):
        chi_square_tail(1, 0)


def test_funnel_limits():
    assert funnel(0.6, 100) == close((0.503982, 0.696018))
    assert funnel(0.5, 1) == (0, 1)
    assert funnel(0.0, 7) == (0, 0)


def test_outside_means_beyond_the_limit_not_at_it():
    assert is_outside(50, 100, 0.6)
    assert not is_outside(51, 100, 0.6)
    assert is_outside(70, 100, 0.6)
    assert not is_outside(0, 7, 0.0)
    assert is_outside(1, 7, 0.0)


def test_whether_units_differ():
    assert homogeneity([(8, 10), (5, 10), (2, 10)]) == close((7.2, 2, 0.027324))


def test_too_little_to_test_is_said_and_the_bare_formula_still_answers():
    pairs = [(5, 10), (5, 10), (6, 10)]
    assert homogeneity(pairs) is None
    assert chi_square(pairs) == close((0.267857, 2, 0.874653))


def test_four_units_in_five_are_enough_to_test():
    assert homogeneity([(5, 10)] * 4 + [(1, 2)]) is not None
    assert homogeneity([(5, 10)] * 3 + [(1, 2)]) is None


@pytest.mark.parametrize("pairs", [[], [(5, 10)], [(0, 10), (0, 20)], [(9, 9), (8, 8)], [(0, 0)]])
def test_one_unit_or_a_rate_of_nought_or_one_cannot_differ(pairs):
    assert homogeneity(pairs) is None
    assert chi_square(pairs) is None


def test_means_are_drawn_together():
    result = shrunk_means([[5, 5, 4, 4], [4, 3, 3, 2], [2, 1]])
    assert (result.within, result.between, result.mean) == close((0.5, 1.8125, 3.030928))
    assert result.means == close((4.405221, 3.001995, 1.685567))


def test_means_no_further_apart_than_chance_become_one():
    result = shrunk_means([[5, 4, 3, 4], [4, 4, 4, 3], [4, 5]])
    assert result.between == 0
    assert result.means == close((4.0, 4.0, 4.0))


def test_means_without_any_spread_within_stay_as_they_are():
    assert shrunk_means([[4, 4], [2, 2]]).means == (4, 2)
    assert shrunk_means([[3, 3], [3, 3]]).means == (3, 3)


def test_a_group_without_values_gets_the_mean_of_all():
    result = shrunk_means([[5, 5, 4, 4], [], [4, 3, 3, 2]])
    assert result.means[1] == result.mean


@pytest.mark.parametrize("groups", [[], [[1, 2]], [[1], [2]], [[1, 2], []]])
def test_one_group_or_single_values_have_no_shrunk_mean(groups):
    assert shrunk_means(groups) is None


POOL = [10, 20, 30, 40, 60, 90, 120, 180, 200, 365]


@pytest.mark.parametrize(
    ("own", "days", "score"),
    [([30, 30, 60], 60, 0.5), ([30, 30, 60], 100, 0.25), ([], 100, 0.4), ([], 366, 0), ([], 1, 1)],
)
def test_how_usual_a_silence_is(own, days, score):
    assert silence_score(own, POOL, days) == close(score)


def test_without_any_pause_known_no_silence_can_be_judged():
    assert silence_score([30], [], 10) is None


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 1, 1, 1], 0), ([1, 2, 3, 4], 0.25), ([0, 0, 0, 1], 0.75), ([4, 1, 3, 2], 0.25)],
)
def test_how_unequal_amounts_are(values, expected):
    assert gini(values) == close(expected)
    assert gini([Decimal(value) for value in values]) == close(expected)


@pytest.mark.parametrize("values", [[], [0, 0], [5, -1]])
def test_no_value_or_a_loss_has_no_inequality(values):
    assert gini(values) is None


def test_the_running_share_of_the_total():
    values = [Decimal(value) for value in (0, 60, -30, 50, 20)]
    assert whale(values) == close((0.6, 1.1, 1.3, 1.3, 1.0))
    assert top_share(values) == close(0.6)
    assert all(isinstance(share, float) for share in whale(values))


def test_the_top_fifth_is_rounded_up():
    assert top_share([1.0] * 5) == close(0.2)
    assert top_share([1.0] * 6) == close(2 / 6)
    assert top_share([1.0]) == 1


@pytest.mark.parametrize("values", [[], [0], [5, -5], [-1]])
def test_shares_of_nothing_are_undefined(values):
    assert whale(values) is None
    assert top_share(values) is None


@given(amounts)
def test_running_shares_end_at_the_whole(values):
    shares = whale(values)
    if shares:
        assert shares[-1] == 1


@pytest.mark.parametrize(
    ("counts", "people", "half"),
    [
        ([4, 4, 2], 2.777778, 2),
        ([6, 3, 1], 2.173913, 1),
        ([5, 5], 2, 2),
        ([7], 1, 1),
        ([3, 0], 1, 1),
    ],
)
def test_on_how_many_people_the_work_rests(counts, people, half):
    assert effective(counts) == close(people)
    assert cover_half(counts) == half


@pytest.mark.parametrize("counts", [[], [0, 0]])
def test_without_work_it_rests_on_nobody(counts):
    assert effective(counts) is None
    assert cover_half(counts) is None


def test_ranks_and_fifths():
    values = [10, 20, 20, 30, 40]
    assert mid_ranks(values) == (1, 2.5, 2.5, 4, 5)
    assert fifths(values) == (1, 3, 3, 4, 5)
    assert mid_ranks([]) == ()
    assert mid_ranks([30, 10, 20]) == (3, 1, 2)


def test_fewer_than_five_values_have_no_fifths():
    assert fifths([1, 2, 3, 4]) is None
    assert fifths([7] * 5) == (3, 3, 3, 3, 3)
    assert fifths(range(10)) == (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)


@given(st.lists(st.integers(-5, 5), max_size=30))
def test_ranks_add_up_and_equal_values_share_them(values):
    ranks = mid_ranks(values)
    assert sum(ranks) == comb(len(values) + 1, 2)
    assert len(set(zip(values, ranks, strict=True))) == len(set(values))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((6, 3, 1), (50, 8.422885, 91.577115)),
        ((5, 0, 0), (100, 100, 100)),
        ((0, 0, 5), (-100, -100, -100)),
        ((1, 0, 1), (0, -100, 100)),
    ],
)
def test_the_net_promoter_score_has_an_interval(counts, expected):
    assert nps(*counts) == close(expected)


def test_no_answers_are_no_score():
    assert nps(0, 0, 0) is None


@pytest.mark.parametrize(
    ("values", "q", "expected"),
    [
        ([1, 2, 3, 4, 10], 0.5, 3),
        ([10, 4, 3, 2, 1], 0.9, 7.6),
        ([1, 2, 3, 4], 0, 1),
        ([1, 2, 3, 4], 1, 4),
        ([7], 0.9, 7),
        (range(71), 0.1, 7),
        ([], 0.5, None),
    ],
)
def test_a_quantile_is_linear_between_neighbours(values, q, expected):
    assert quantile(values, q) == (None if expected is None else close(expected))


def test_a_quantile_of_equal_values_is_that_value():
    assert quantile([0.1] * 7, 0.9) == 0.1


def test_a_quantile_of_money_is_exact():
    assert quantile([Decimal("0.10"), Decimal("0.30")], 0.9) == Decimal("0.28")
    assert median([Decimal(1), Decimal(2)]) == Decimal("1.5")
    assert median([]) is None


@given(st.lists(st.integers(0, 100), min_size=1), st.floats(0, 1))
def test_a_quantile_lies_among_the_values(values, q):
    assert min(values) <= quantile(values, q) <= max(values)


def test_what_a_customer_is_worth():
    assert lifetime_value(500, 100, 0.75, 0.10) == close(857.142857)
    assert lifetime_value(500, 100, 0, 0.10) == 0


@pytest.mark.parametrize(("r", "i"), [(-0.1, 0.1), (1.1, 0.2), (1, 0)])
def test_retention_beyond_all_bounds_has_no_worth(r, i):
    assert lifetime_value(500, 100, r, i) is None
