"""Rates of few cases: what is shown, what is not, and whether people differ."""

import pytest

from crmcli.reports.rates import Rate
from crmcli.reports.rates import compared_rates
from crmcli.reports.rates import difference_note
from crmcli.reports.rates import one_rate
from crmcli.reports.rates import rate_words


def test_no_case_is_no_rate():
    assert one_rate(0, 0, 5) == Rate(0, 0, None, None, None, None, None)


def test_one_of_one_has_bounds_and_no_rate():
    rate = one_rate(1, 1, 5)
    assert rate.rate is None
    assert rate.low == pytest.approx(0.206549, abs=1e-6)
    assert rate.high == 1


@pytest.mark.parametrize(("n", "rate"), [(4, None), (5, 0.6)])
def test_a_rate_is_shown_from_the_smallest_n_on(n, rate):
    assert one_rate(3, n, 5).rate == rate


def test_shrunk_rates_lie_between_the_raw_rate_and_that_of_all():
    shrunk = [rate.shrunk for rate in compared_rates([(8, 10), (5, 10), (2, 10)], 5)]
    assert shrunk == pytest.approx([0.740741, 0.5, 0.259259], abs=1e-6)


def test_those_who_do_not_differ_share_one_shrunk_rate():
    shrunk = {round(rate.shrunk, 9) for rate in compared_rates([(5, 10), (5, 10), (6, 10)], 5)}
    assert shrunk == {round(16 / 30, 9)}


def test_small_numbers_have_no_shrunk_rate_but_count_in_what_it_is_drawn_to():
    few, many = compared_rates([(1, 4), (9, 10)], 5)
    assert (few.rate, few.shrunk, few.outside) == (None, None, None)
    assert many.shrunk is not None


def test_one_rep_has_nothing_to_be_compared_with():
    rates = compared_rates([(8, 10), (0, 0)], 5)
    assert [(rate.shrunk, rate.outside) for rate in rates] == [(None, None), (None, None)]


def test_beyond_the_funnel_is_outside():
    rates = compared_rates([(60, 60), (20, 60), (40, 60)], 5)
    assert [rate.outside for rate in rates] == [True, True, False]


def test_a_rate_of_all_or_nothing_is_not_outside_itself():
    rates = compared_rates([(10, 10), (8, 8)], 5)
    assert [(rate.shrunk, rate.outside) for rate in rates] == [(1, False), (1, False)]


def test_nobody_is_no_rate():
    assert compared_rates([], 5) == []


@pytest.mark.parametrize(
    ("pairs", "note"),
    [
        ([], ""),
        ([(0, 0)], ""),
        ([(3, 4), (0, 0)], "one rep: nothing to compare with"),
        (
            [(1, 2), (2, 2)],
            (
                "too few to test whether reps differ in promises kept: "
                "5 hits and 5 misses expected for 80 % of reps are needed"
            ),
        ),
        (
            [(8, 10), (5, 10), (2, 10)],
            "reps differ in promises kept (chi-square 7.2, 2 df, p 0.03)",
        ),
        (
            [(15, 30), (15, 30), (18, 30)],
            "no evidence that reps differ in promises kept (chi-square 0.8, 2 df, p 0.67)",
        ),
        (
            [(90, 100), (10, 100)],
            "reps differ in promises kept (chi-square 128.0, 1 df, p < 0.01)",
        ),
    ],
)
def test_one_sentence_says_whether_they_differ(pairs, note):
    assert difference_note(pairs, "reps", "promises kept") == note


@pytest.mark.parametrize(
    ("k", "n", "words"), [(0, 0, "unknown"), (3, 4, "3 of 4"), (14, 18, "78 % (55-91) 14/18")]
)
def test_a_rate_in_words(k, n, words):
    assert rate_words(k, n, 5) == words
