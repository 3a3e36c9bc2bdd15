"""How far two lists of words are the same words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Overlap:
    """The words that two texts share. Ratios 0..1."""

    precision: float  # of the given words, those that were expected
    recall: float  # of the expected words, those that were given
    f1: float  # their harmonic mean


def overlap(given: Sequence[str], expected: Sequence[str]) -> Overlap:
    """The overlap of two lists of words, each word as often as it occurs, order aside.

    Where either side has no words, all three are 1.0 if both have none, else 0.0.
    Source: Rajpurkar et al. 2018, evaluate-v2.0.py, `compute_f1`.

    >>> overlap(["year", "1066"], ["1066"])
    Overlap(precision=0.5, recall=1.0, f1=0.6666666666666666)
    """
    if not given or not expected:
        both_empty = float(not given and not expected)
        return Overlap(both_empty, both_empty, both_empty)
    common = (Counter(given) & Counter(expected)).total()
    precision, recall = common / len(given), common / len(expected)
    f1 = 2 * precision * recall / (precision + recall) if common else 0.0
    return Overlap(precision, recall, f1)
