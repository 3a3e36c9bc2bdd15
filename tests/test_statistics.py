"""Intervals and p-values against scipy, and the symmetry of two runs."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from eval.measures import MEASURES, Ratio, Whole, auroc, percentile
from eval.statistics import Interval, bootstrap_interval, paired_interval, permutation_p

F1 = MEASURES["F1"].reduce
AUROC = Whole(auroc, ("score", "answerable"), known=("answerable",))


def cases(seed, size=300, *, better=0.0):
    """Columns of random cases; a tenth of them does not count towards F1."""
    draw = np.random.default_rng(seed)
    answerable = (draw.random(size) < 0.6).astype(float)
    return {
        "f1": np.where(draw.random(size) < 0.1, np.nan, draw.beta(0.4 + better, 0.4, size)),
        "answerable": answerable,
        "score": (draw.random(size) + 0.2 * answerable).round(2),
        "quotes": draw.integers(0, 4, size).astype(float),
        "verbatim_quotes": np.zeros(size),
    }


def mean_known(values, axis=-1):
    return np.nanmean(values, axis=axis)


def near(interval, other):
    """Both ends within a tenth of the width, which is what 2,000 resamples leave to chance."""
    tolerance = (other.high - other.low) / 10
    assert interval.low == pytest.approx(other.low, abs=tolerance)
    assert interval.high == pytest.approx(other.high, abs=tolerance)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_interval_of_a_mean_is_that_of_scipy(seed, level):
    columns = cases(seed)
    theirs = stats.bootstrap(
        (columns["f1"],),
        mean_known,
        n_resamples=2000,
        confidence_level=level,
        method="percentile",
        rng=np.random.default_rng(100 + seed),
    ).confidence_interval
    near(bootstrap_interval(columns, F1, seed=seed, resamples=2000, level=level), theirs)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_interval_of_a_whole_measure_is_that_of_scipy(seed):
    columns = cases(seed)
    theirs = stats.bootstrap(
        (columns["score"], columns["answerable"]),
        auroc,
        n_resamples=2000,
        paired=True,
        vectorized=False,
        method="percentile",
        rng=np.random.default_rng(100 + seed),
    ).confidence_interval
    near(bootstrap_interval(columns, AUROC, seed=seed, resamples=2000), theirs)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_interval_of_a_difference_is_that_of_scipy(seed):
    first, second = cases(seed), cases(seed + 50, better=0.3)
    theirs = stats.bootstrap(
        (first["f1"], second["f1"]),
        lambda one, two, axis=-1: mean_known(two, axis) - mean_known(one, axis),
        n_resamples=2000,
        paired=True,
        method="percentile",
        rng=np.random.default_rng(100 + seed),
    ).confidence_interval
    near(paired_interval(first, second, F1, seed=seed, resamples=2000), theirs)


def scipy_p(statistic, first, second, **options):
    return stats.permutation_test(
        (first, second), statistic, permutation_type="samples", alternative="two-sided", **options
    ).pvalue


@pytest.mark.parametrize("better", [0.0, 0.1, 0.2])
def test_the_p_value_of_a_mean_is_that_of_scipy(better):
    first, second = cases(1), cases(2, better=better)
    theirs = scipy_p(
        lambda one, two, axis=-1: mean_known(two, axis) - mean_known(one, axis),
        first["f1"],
        second["f1"],
        n_resamples=4999,
        rng=np.random.default_rng(9),
    )
    ours = permutation_p(first, second, F1, seed=0, permutations=4999)
    assert ours == pytest.approx(theirs, abs=0.025)  # three standard deviations of both at p = .5


def test_the_p_value_of_few_cases_is_near_that_of_all_swaps():
    first = {"f1": np.array([0.1, 0.4, 0.3, 0.9, 0.2, 0.5, 0.6, 0.0])}
    second = {"f1": np.array([0.4, 0.5, 0.3, 1.0, 0.1, 0.9, 0.7, 0.2])}
    exact = scipy_p(
        lambda one, two, axis=-1: np.mean(two, axis) - np.mean(one, axis),
        first["f1"],
        second["f1"],
        n_resamples=np.inf,  # all 256
    )
    # differences .3 .1 0 .1 -.1 .4 .1 .2 sum to 1.1, of 1.3 in all: as far come those with nothing
    # or one of the four .1 on the other side, 5; the 0 on either, 10; and both signs, 20
    assert exact == 20 / 256
    ours = permutation_p(first, second, F1, seed=0, permutations=20000)
    assert ours == pytest.approx(exact, abs=0.005)


def test_the_p_value_of_a_whole_measure_is_that_of_scipy():
    first, second = cases(1, 120), cases(2, 120)
    second["answerable"] = first["answerable"]

    def statistic(one, two):
        return auroc(two, first["answerable"]) - auroc(one, first["answerable"])

    theirs = scipy_p(
        statistic, first["score"], second["score"], vectorized=False, n_resamples=1999,
        rng=np.random.default_rng(9),
    )  # fmt: skip
    ours = permutation_p(first, second, AUROC, seed=0, permutations=1999)
    assert ours == pytest.approx(theirs, abs=0.04)


def test_runs_that_do_not_differ_have_p_1_and_no_interval_to_speak_of():
    columns = cases(1)
    assert permutation_p(columns, columns, F1, seed=0) == 1.0
    assert permutation_p(columns, columns, AUROC, seed=0, permutations=50) == 1.0
    assert paired_interval(columns, columns, F1, seed=0) == Interval(0.0, 0.0)


def test_the_least_p_value_is_one_of_all_permutations():
    first, second = {"f1": np.zeros(30)}, {"f1": np.ones(30)}
    # a swap of none or all of 30 has 2 chances in 2**30
    assert permutation_p(first, second, F1, seed=0, permutations=499) == 1 / 500


def test_equal_differences_are_no_smaller_in_spite_of_their_last_digits():
    # .1 + .2 and .3 differ in the last digit; each of the four swaps gives a difference of .1
    first = {"f1": np.array([0.1, 0.3])}
    second = {"f1": np.array([0.3, 0.1 + 0.2])}
    assert permutation_p(first, second, F1, seed=0, permutations=99) == 1.0


@pytest.mark.parametrize("name", ["F1", "HasAns_F1", "verbatim"])
def test_a_ratio_of_a_thousand_resamples_is_that_of_each(name):
    """The matrix product gives what calling the measure on each resample gives."""
    ratio = MEASURES[name].reduce
    first, second = cases(1, 60), cases(2, 60)
    second["verbatim_quotes"] = np.floor(second["quotes"] / 2)

    def called(*taken):
        return ratio(dict(zip(ratio.uses, taken, strict=True)))

    # a column without gaps, so that every case is handed on
    known = ("answerable",)
    for columns in (first, second):
        columns["answerable"] = first["answerable"]
    plain = Whole(called, (*ratio.uses,), known)
    options = {"seed": 3, "resamples": 200}
    expected = bootstrap_interval(second, plain, **options)
    found = bootstrap_interval(second, ratio, **options)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    expected = paired_interval(first, second, plain, **options)
    found = paired_interval(first, second, ratio, **options)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    options = {"seed": 3, "permutations": 200}
    assert permutation_p(first, second, ratio, **options) == permutation_p(
        first, second, plain, **options
    )


columns = st.lists(
    st.tuples(
        st.one_of(st.just(np.nan), st.floats(0, 1)),
        st.floats(0, 1),
        st.sampled_from([0.1, 0.2, 0.3, np.nan]),
        st.sampled_from([0.1, 0.2, 0.3]),
        st.integers(0, 1).map(float),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(columns, st.sampled_from([F1, MEASURES["HasAns_F1"].reduce, AUROC]))
def test_swapping_two_runs_mirrors_everything(rows, reduce):
    f1, other_f1, score, other_score, answerable = (
        np.array(row) for row in zip(*rows, strict=True)
    )
    first = {"f1": f1, "score": score, "answerable": answerable}
    second = {"f1": other_f1, "score": other_score, "answerable": answerable}
    there = paired_interval(first, second, reduce, seed=0, resamples=40)
    back = paired_interval(second, first, reduce, seed=0, resamples=40)
    if there is None:
        assert back is None
    else:
        assert (back.low, back.high) == (-there.high, -there.low)
        assert there.low <= there.high
    test = partial(permutation_p, reduce=reduce, seed=0, permutations=40)
    p = test(first, second)
    assert p == test(second, first)
    assert p is None or 1 / 41 <= p <= 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(0, 5))
def test_an_interval_lies_between_the_least_and_the_most(values, seed):
    found = bootstrap_interval({"f1": np.array(values)}, Ratio("f1"), seed=seed, resamples=50)
    assert min(values) - 1e-12 <= found.low <= found.high <= max(values) + 1e-12


def test_the_same_seed_gives_the_same_and_another_seed_another():
    columns = cases(1)
    one, again, other = (bootstrap_interval(columns, F1, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_resamples_without_a_value_are_left_out():
    # a third of the draws of three cases miss the only one with an answer, or draw nothing else
    columns = {"score": np.array([0.9, 0.5, 0.1]), "answerable": np.array([0.0, 1.0, 0.0])}
    found = bootstrap_interval(columns, AUROC, seed=0)
    assert (found.low, found.high) == (0.0, 1.0)
    none = {"score": np.array([0.9, 0.5]), "answerable": np.array([1.0, 1.0])}
    assert bootstrap_interval(none, AUROC, seed=0) is None
    assert permutation_p(none, none, AUROC, seed=0) is None


def test_a_percentile_is_resampled_like_any_measure():
    seconds = {"seconds": np.random.default_rng(0).exponential(size=200)}
    found = bootstrap_interval(seconds, MEASURES["p50"].reduce, seed=0, resamples=2000)
    theirs = stats.bootstrap(
        (seconds["seconds"],),
        lambda values: percentile(values, 0.5),
        n_resamples=2000,
        vectorized=False,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    near(found, theirs)


@pytest.mark.parametrize("compared", [paired_interval, permutation_p])
def test_runs_of_different_length_are_refused(compared):
    with pytest.raises(ValueError, match="one has 300 and the other 200"):
        compared(cases(1), cases(1, 200), F1, seed=0)
