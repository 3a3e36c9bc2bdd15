"""Measures of time."""

from collections.abc import Sequence
from math import ceil

import numpy as np

from eval.measures.measure import Values


def percentile(values: Sequence[float] | Values, ratio: float) -> float:
    """The least value that at least `ratio` of the values do not exceed (nearest rank).

    Source: Hyndman and Fan 1996, definition 1. Raises `ValueError` where there are no values.

    >>> percentile([40, 10, 30, 20], 0.5)
    20.0
    >>> percentile([40, 10, 30, 20], 0.95)
    40.0
    """
    if not len(values):
        raise ValueError("a percentile of no values was asked for; give at least one")
    rank = max(1, ceil(ratio * len(values)))
    return float(np.partition(values, rank - 1)[rank - 1])
