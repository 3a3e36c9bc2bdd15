"""Measures of knowing when not to answer. Arrays are (n,), one entry a case; flags are 1 or 0.

Scores say how sure an answer is, higher is surer, NaN less sure than any. Cases of equal score
count together, so that their order does not matter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.measures.measure import Values
from eval.measures.ties import surest_first


def abstention_precision(abstained: Values, answerable: Values) -> float | None:
    """Of the cases that were not answered, the ratio that has no answer; None where all were.

    Source: precision with "not answered" as the class, as Rajpurkar et al. 2018 count NoAns.

    >>> abstention_precision(np.array([1, 1, 0]), answerable=np.array([0, 1, 0]))
    0.5
    """
    return _ratio(answerable == 0, abstained == 1)


def abstention_recall(abstained: Values, answerable: Values) -> float | None:
    """Of the cases without an answer, the ratio that was not answered; None where all have one.

    A case that failed is no abstention (0), and stays among the cases.

    >>> abstention_recall(np.array([1, 1, 0]), answerable=np.array([0, 1, 0]))
    0.5
    """
    return _ratio(abstained == 1, answerable == 0)


def auroc(scores: Values, positive: Values) -> float | None:
    """The ratio of pairs where the positive case scores above the negative one; a tie is half.

    This is the area under the ROC curve; .5 is chance. None where either class is missing.
    Source: Mann and Whitney 1947; Fawcett 2006.

    >>> auroc(np.array([0.9, 0.4, 0.4, 0.1]), positive=np.array([1, 1, 0, 0]))  # 3.5 of 4 pairs
    0.875
    """
    pairs = int(np.sum(positive == 1)) * int(np.sum(positive != 1))
    if not pairs:
        return None
    order, starts = surest_first(scores)
    positives = np.add.reduceat(positive[order], starts, dtype=np.float64)
    negatives = np.diff(starts, append=len(order)) - positives
    lower_or_equal = negatives.sum() - np.cumsum(negatives) + negatives / 2
    return float(positives @ lower_or_equal / pairs)


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """What is wrong among the surest k of n cases, for k = 1..n. Both arrays are (n,)."""

    coverage: Values  # k / n
    risk: Values  # ratio of the k that is wrong


def risk_coverage(scores: Values, right: Values) -> RiskCoverage:
    """The risk at each coverage when only the surest cases are answered.

    Each case of a group of equal scores counts as the group's mean. Source: El-Yaniv and Wiener
    2010; Geifman and El-Yaniv 2017. Raises `ValueError` without cases.

    >>> curve = risk_coverage(np.array([0.9, 0.5, 0.7, 0.1]), right=np.array([1, 1, 0, 0]))
    >>> curve.coverage
    array([0.25, 0.5 , 0.75, 1.  ])
    >>> curve.risk.round(3)
    array([0.   , 0.5  , 0.333, 0.5  ])
    """
    if not len(scores):
        raise ValueError("a risk-coverage curve of no cases was asked for; give at least one")
    order, starts = surest_first(scores)
    sizes = np.diff(starts, append=len(order))
    wrong = np.add.reduceat(1.0 - right[order], starts) / sizes
    covered = np.arange(1, len(order) + 1)
    return RiskCoverage(covered / len(order), np.cumsum(np.repeat(wrong, sizes)) / covered)


def area_under_risk_coverage(scores: Values, right: Values) -> float:
    """The mean of the risks at all coverages k/n; lower is better, 0 only where all is right.

    Source: Geifman and El-Yaniv 2017; Geifman et al. 2019. Raises `ValueError` without cases.

    >>> area = area_under_risk_coverage(np.array([0.9, 0.7, 0.5]), right=np.array([1, 0, 1]))
    >>> round(area, 4)  # (0 + 1/2 + 1/3) / 3
    0.2778
    """
    return float(risk_coverage(scores, right).risk.mean())


def _ratio(counted: NDArray[np.bool_], among: NDArray[np.bool_]) -> float | None:
    return float(counted[among].mean()) if among.any() else None
