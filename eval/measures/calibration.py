"""Measures of whether a confidence of .8 means right in 8 of 10 cases. Ratios are 0..1."""

from dataclasses import dataclass

import numpy as np

from eval.measures.measure import Values

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases whose confidence is above `low` and at most `high`; 0 is in the first bin."""

    low: float
    high: float
    cases: int
    confidence: float | None  # mean; None where there is no case
    right: float | None  # ratio of the cases that are right


def reliability(confidences: Values, right: Values) -> tuple[Bin, ...]:
    """The cases in ten bins of equal width, (0, .1] to (.9, 1], empty ones among them.

    Both arrays are (n,), `right` 1 or 0. Source: DeGroot and Fienberg 1983; the bins of Guo et al.
    2017. Raises `ValueError` where a confidence is not within 0..1.

    >>> reliability(np.array([0.1, 0.72, 0.8]), right=np.array([0, 1, 0]))[7]
    Bin(low=0.7, high=0.8, cases=2, confidence=0.76, right=0.5)
    """
    outside = confidences[~((confidences >= 0) & (confidences <= 1))]
    if len(outside):
        raise ValueError(f"a confidence is a ratio 0..1, but one is {outside[0]}; calibrate it")
    edges = np.arange(BINS + 1) / BINS
    numbers = np.searchsorted(edges[1:-1], confidences, side="left")
    return tuple(
        _bin(edges[number], edges[number + 1], confidences[inside], right[inside])
        for number, inside in ((number, numbers == number) for number in range(BINS))
    )


def expected_calibration_error(confidences: Values, right: Values) -> float:
    """The mean distance of confidence and ratio of right cases, each bin weighed by its cases.

    Sum over the ten bins of `reliability` of cases/n * |right - confidence|. Source: Naeini et al.
    2015; Guo et al. 2017. Raises `ValueError` without cases, or as `reliability` does.

    >>> error = expected_calibration_error(np.array([0.7, 0.8, 0.95]), right=np.array([1, 0, 1]))
    >>> round(error, 4)  # (|1 - .7| + |0 - .8| + |1 - .95|) / 3
    0.3833
    """
    if not len(confidences):
        raise ValueError("the calibration error of no cases was asked for; give at least one")
    gaps = (
        found.cases * abs(found.right - found.confidence)
        for found in reliability(confidences, right)
        if found.right is not None and found.confidence is not None
    )
    return sum(gaps) / len(confidences)


def _bin(low: float, high: float, confidences: Values, right: Values) -> Bin:
    if not len(confidences):
        return Bin(float(low), float(high), 0, None, None)
    means = float(confidences.mean()), float(right.mean())
    return Bin(float(low), float(high), len(confidences), *means)
