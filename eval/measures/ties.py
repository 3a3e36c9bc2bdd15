"""The order of scores in groups of equal ones, so that no measure depends on the cases' order."""

import numpy as np
from numpy.typing import NDArray

from eval.measures.measure import Values


def surest_first(scores: Values) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The cases from the highest score to the lowest (n,), and where each group of equals starts.

    A score of NaN is lower than any: whoever gives none is not sure.

    >>> surest_first(np.array([0.2, np.nan, 0.9, 0.2]))
    (array([2, 0, 3, 1]), array([0, 1, 3]))
    """
    known = np.where(np.isnan(scores), -np.inf, scores)
    order = np.argsort(-known, kind="stable")
    ordered = known[order]
    changes = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    return order, np.concatenate(([0], changes))
