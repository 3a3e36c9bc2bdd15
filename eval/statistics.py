"""How far chance alone moves a figure: bootstrap intervals and a permutation test, all seeded.

The resamples of a seed are drawn once for each number of cases and serve every measure: a ratio
takes one matrix product for all of them, any other measure is computed on each. What a resample
has no value for (all its cases may have answers) is left out.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from eval.measures import Columns, Ratio, Reduce, Values, Whole

Counts = NDArray[np.float64]  # (resamples, n): how often each case is drawn


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure would lie had other cases of the same kind been asked."""

    low: float
    high: float


def bootstrap_interval(
    columns: Columns, reduce: Reduce, *, seed: int, resamples: int = 1000, level: float = 0.95
) -> Interval | None:
    """The percentile bootstrap interval of a measure; None where no resample has a value.

    Each resample draws as many cases as there are, with putting back; the interval leaves
    (1 - level)/2 of their values below and above. Source: Efron and Tibshirani 1993, section 13.3.

    >>> columns = {"f1": np.array([0.0, 1.0] * 50)}
    >>> bootstrap_interval(columns, Ratio("f1"), seed=0)  # .5 ± 1.96 * sqrt(.25 / 100)
    Interval(low=0.4, high=0.6)
    """
    counts = _drawn(_cases(columns, reduce), seed, resamples)
    return _middle(_resampled(columns, reduce, counts), level)


def paired_interval(
    first: Columns,
    second: Columns,
    reduce: Reduce,
    *,
    seed: int,
    resamples: int = 1000,
    level: float = 0.95,
) -> Interval | None:
    """The bootstrap interval of the second's value less the first's; both see the same draws.

    Row i of both is the same case. Swapping the two mirrors the interval, exactly. Source: Efron
    and Tibshirani 1993, section 13.3, on cases that are pairs. Raises `ValueError` where the two
    differ in their number of cases.

    >>> first, second = {"f1": np.array([0.0, 0.5])}, {"f1": np.array([0.25, 0.75])}
    >>> paired_interval(first, second, Ratio("f1"), seed=0)
    Interval(low=0.25, high=0.25)
    """
    counts = _drawn(_paired_cases(first, second, reduce), seed, resamples)
    differences = _resampled(second, reduce, counts) - _resampled(first, reduce, counts)
    return _middle(differences, level)


def permutation_p(
    first: Columns, second: Columns, reduce: Reduce, *, seed: int, permutations: int = 1000
) -> float | None:
    """The two-sided p-value of the paired permutation test; None where either has no value.

    Each permutation swaps the two runs' rows of a case with probability 1/2. The value is the
    ratio of permutations, the runs as they are among them, whose difference is no smaller than
    that of the runs: (1 + count) / (1 + permutations). Source: Noreen 1989; Phipson and Smyth 2010,
    equation 2. Raises `ValueError` where the two differ in their number of cases.

    >>> first, second = {"f1": np.zeros(20)}, {"f1": np.ones(20)}
    >>> permutation_p(first, second, Ratio("f1"), seed=0, permutations=999)
    0.001
    """
    swaps = _swapped(_paired_cases(first, second, reduce), seed, permutations)
    values = reduce(first), reduce(second)
    if values[0] is None or values[1] is None:
        return None
    permuted = np.abs(_permuted(first, second, reduce, swaps))
    permuted = permuted[~np.isnan(permuted)]
    # sums in another order differ in their last digits, which must not make equals unequal
    noise = 1e-9 * max(abs(values[0]), abs(values[1]))
    count = int(np.sum(permuted >= abs(values[1] - values[0]) - noise))
    return (1 + count) / (1 + len(permuted))


@lru_cache(maxsize=1)
def _drawn(cases: int, seed: int, resamples: int) -> Counts:
    """How often each resample draws each case (resamples, n); the rows sum to n."""
    drawn = np.random.default_rng(seed).integers(cases, size=(resamples, cases))
    drawn += cases * np.arange(resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=resamples * cases)
    return counts.reshape(resamples, cases).astype(np.float64)


@lru_cache(maxsize=1)
def _swapped(cases: int, seed: int, permutations: int) -> Counts:
    """Which cases each permutation swaps (permutations, n), 1 or 0."""
    swaps = np.random.default_rng(seed).integers(2, size=(permutations, cases), dtype=np.int8)
    return swaps.astype(np.float64)


def _resampled(columns: Columns, reduce: Reduce, counts: Counts) -> Values:
    """The measure's value in each resample (resamples,), NaN where it has none."""
    if isinstance(reduce, Ratio):
        above, below = reduce.parts(columns)
        return _quotient(counts @ above, counts @ below)
    order = _order(columns, reduce)
    drawn = (np.repeat(order, row[order]) for row in counts.astype(np.intp))
    values = (_value(reduce, columns, rows) for rows in drawn)
    return np.fromiter(values, np.float64, len(counts))


def _permuted(first: Columns, second: Columns, reduce: Reduce, swaps: Counts) -> Values:
    """The second's value less the first's in each permutation (permutations,), NaN where none."""
    if isinstance(reduce, Ratio):
        parts = zip(reduce.parts(first), reduce.parts(second), strict=True)
        # what swapping moves from the second to the first
        moved = [(one.sum(), two.sum(), swaps @ (two - one)) for one, two in parts]
        firsts = _quotient(*(one + part for one, _, part in moved))
        return _quotient(*(two - part for _, two, part in moved)) - firsts
    both = {name: np.concatenate((first[name], second[name])) for name in reduce.uses}
    order = _order(both, reduce)
    in_first = (np.concatenate((row == 0, row == 1))[order] for row in swaps)
    values = (
        _value(reduce, both, order[~chosen]) - _value(reduce, both, order[chosen])
        for chosen in in_first
    )
    return np.fromiter(values, np.float64, len(swaps))


def _order(columns: Columns, reduce: Whole) -> NDArray[np.intp]:
    """The cases by the column that the function takes first, highest first, the unknown last.

    Only for speed: most functions sort by it, and sorting what is sorted takes next to nothing.
    """
    return np.argsort(-columns[reduce.takes[0]], kind="stable")


def _value(reduce: Reduce, columns: Columns, rows: NDArray[np.intp]) -> float:
    value = reduce({name: columns[name][rows] for name in reduce.uses})
    return np.nan if value is None else value


def _quotient(above: Values, below: Values) -> Values:
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def _middle(values: Values, level: float) -> Interval | None:
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    tail = (1 - level) / 2
    # both ends are low ends, of the values and of their negatives, so that they mirror exactly
    low, negated_high = (float(np.quantile(side, tail)) for side in (values, -values))
    return Interval(low, 0.0 - negated_high)  # not -negated_high, which may be -0.0


def _cases(columns: Columns, reduce: Reduce) -> int:
    return len(columns[reduce.uses[0]])


def _paired_cases(first: Columns, second: Columns, reduce: Reduce) -> int:
    cases = _cases(first, reduce), _cases(second, reduce)
    if cases[0] != cases[1]:
        raise ValueError(
            f"paired runs have the same cases in the same order, but one has {cases[0]} and the "
            f"other {cases[1]}; keep the cases that both have"
        )
    return cases[0]
