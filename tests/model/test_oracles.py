"""Our formulas against scipy, statsmodels and lifelines, on thousands of random inputs.

Skipped where these are not installed: they come with the extra `oracle`.
"""

import random
import warnings

import pytest

from crmcli.model.association import auc
from crmcli.model.association import brier
from crmcli.model.association import cross_table
from crmcli.model.association import spearman
from crmcli.model.statistics import chi_square
from crmcli.model.statistics import chi_square_tail
from crmcli.model.statistics import mid_ranks
from crmcli.model.statistics import newcombe
from crmcli.model.statistics import quantile
from crmcli.model.statistics import shrunk_means
from crmcli.model.statistics import wilson
from crmcli.model.survival import aalen_johansen
from crmcli.model.survival import kaplan_meier

ROUNDS = 2000


@pytest.fixture
def rng():
    return random.Random(20261109)


def near(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_wilson_as_statsmodels_has_it(rng):
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    for _ in range(ROUNDS):
        n = rng.randint(1, 300)
        k = rng.randint(0, n)
        assert wilson(k, n) == near(proportion.proportion_confint(k, n, method="wilson"))


def test_newcombe_as_statsmodels_has_it(rng):
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    for _ in range(ROUNDS):
        n1, n2 = rng.randint(1, 120), rng.randint(1, 120)
        k1, k2 = rng.randint(0, n1), rng.randint(0, n2)
        found = newcombe(k1, n1, k2, n2)
        expected = proportion.confint_proportions_2indep(
            k1, n1, k2, n2, method="newcomb", compare="diff"
        )
        assert found is not None
        assert found[1:] == pytest.approx(expected, abs=1e-6)
        assert found[0] == near(k1 / n1 - k2 / n2)


def test_the_tail_of_chi_square_as_scipy_has_it(rng):
    stats = pytest.importorskip("scipy.stats")
    for _ in range(ROUNDS):
        x, df = rng.uniform(0, 120), rng.randint(1, 60)
        assert chi_square_tail(x, df) == pytest.approx(stats.chi2.sf(x, df), rel=1e-8, abs=1e-12)


def test_homogeneity_as_scipy_has_it(rng):
    stats = pytest.importorskip("scipy.stats")
    for _ in range(ROUNDS // 4):
        pairs = []
        for _ in range(rng.randint(2, 9)):
            n = rng.randint(3, 80)
            pairs.append((rng.randint(0, n), n))
        hits, n = sum(k for k, _ in pairs), sum(n for _, n in pairs)
        if hits in (0, n):
            continue
        square, p, df, _ = stats.chi2_contingency([[k, n - k] for k, n in pairs], correction=False)
        assert chi_square(pairs) == near((square, df, p))


def test_ranks_and_spearman_as_scipy_has_them(rng):
    stats = pytest.importorskip("scipy.stats")
    for _ in range(ROUNDS):
        n = rng.randint(5, 40)
        x = [rng.randint(0, 12) for _ in range(n)]
        y = [rng.randint(0, 12) for _ in range(n)]
        assert mid_ranks(x) == near(tuple(stats.rankdata(x)))
        if len(set(x)) > 1 and len(set(y)) > 1:
            assert spearman(x, y) == near(stats.spearmanr(x, y).statistic)
        else:
            assert spearman(x, y) is None


def test_auc_is_mann_whitney_divided_by_all_pairs(rng):
    stats = pytest.importorskip("scipy.stats")
    for _ in range(ROUNDS):
        scores = [rng.randint(0, 15) for _ in range(rng.randint(4, 40))]
        hits = [rng.random() < 0.5 for _ in scores]
        ones = [s for s, hit in zip(scores, hits, strict=True) if hit]
        others = [s for s, hit in zip(scores, hits, strict=True) if not hit]
        if not ones or not others:
            assert auc(scores, hits) is None
            continue
        u = stats.mannwhitneyu(ones, others).statistic
        assert auc(scores, hits) == near(u / (len(ones) * len(others)))


def test_quantiles_as_numpy_has_them(rng):
    numpy = pytest.importorskip("numpy")
    for _ in range(ROUNDS):
        values = [rng.uniform(-50, 50) for _ in range(rng.randint(1, 40))]
        q = rng.choice([0.1, 0.25, 0.5, 0.9, rng.random()])
        # The place is taken to nine digits, so that 0.7 of 10 steps is the seventh.
        assert quantile(values, q) == pytest.approx(float(numpy.quantile(values, q)), abs=1e-7)


def test_expected_counts_and_residuals_as_scipy_has_them(rng):
    contingency = pytest.importorskip("scipy.stats.contingency")
    numpy = pytest.importorskip("numpy")
    for _ in range(ROUNDS // 4):
        rows, columns = rng.randint(2, 5), rng.randint(2, 5)
        counts = [[rng.randint(1, 60) for _ in range(columns)] for _ in range(rows)]
        expected = contingency.expected_freq(counts)
        residuals = (numpy.array(counts) - expected) / numpy.sqrt(expected)
        for row, line in enumerate(cross_table(counts)):
            for column, cell in enumerate(line):
                assert cell.expected == near(expected[row][column])
                assert cell.residual == near(residuals[row][column])


def test_brier_is_the_mean_squared_error(rng):
    numpy = pytest.importorskip("numpy")
    for _ in range(ROUNDS // 4):
        forecasts = [(rng.random(), rng.random() < 0.4) for _ in range(rng.randint(1, 40))]
        p, won = numpy.array(forecasts, dtype=float).T
        assert brier(forecasts) == near(float(numpy.mean((p - won) ** 2)))


def test_kaplan_meier_as_lifelines_has_it(rng):
    lifelines = pytest.importorskip("lifelines")
    for _ in range(60):
        rows = [(rng.randint(1, 40), rng.random() < 0.6) for _ in range(rng.randint(2, 60))]
        fitter = lifelines.KaplanMeierFitter()
        fitter.fit([day for day, _ in rows], [happened for _, happened in rows])
        for day, survival in kaplan_meier(rows):
            assert survival == near(float(fitter.predict(day)))


def test_aalen_johansen_as_lifelines_has_it_without_ties(rng):
    lifelines = pytest.importorskip("lifelines")
    ends = ("open", "won", "lost")
    for _ in range(40):
        days = rng.sample(range(1, 400), rng.randint(5, 60))
        rows = [(day, rng.choice(ends)) for day in days]
        if not any(end == "won" for _, end in rows):
            continue
        fitter = lifelines.AalenJohansenFitter(calculate_variance=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitter.fit(
                [day for day, _ in rows], [ends.index(end) for _, end in rows], event_of_interest=1
            )
        theirs = fitter.cumulative_density_.iloc[:, 0]
        for step in aalen_johansen(rows):
            assert step.won == pytest.approx(float(theirs.loc[: step.day].iloc[-1]), abs=1e-9)


def test_shrunk_means_are_dersimonian_and_laird_as_statsmodels_has_them(rng):
    combine = pytest.importorskip("statsmodels.stats.meta_analysis")
    numpy = pytest.importorskip("numpy")
    for _ in range(ROUNDS // 4):
        groups = [
            [float(rng.randint(1, 5)) for _ in range(rng.randint(2, 9))]
            for _ in range(rng.randint(2, 7))
        ]
        found = shrunk_means(groups)
        means = [float(numpy.mean(group)) for group in groups]
        n = sum(map(len, groups))
        within = sum(float(numpy.var(group)) * len(group) for group in groups) / (n - len(groups))
        assert found is not None
        if within == 0:
            assert list(found.means) == near(means)
            continue
        theirs = combine.combine_effects(
            numpy.array(means),
            numpy.array([within / len(group) for group in groups]),
            method_re="dl",
        )
        between = max(0.0, theirs.tau2)
        assert found.between == pytest.approx(between, abs=1e-9)
