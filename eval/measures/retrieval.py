"""Measures of a ranking, computed by ir_measures. It counts whatever the names stand for.

Documents or paragraphs, never chunks: a paragraph in several chunks is found once.
"""

from collections.abc import Mapping, Sequence

RETRIEVAL = ("recall@1", "recall@5", "recall@10", "MRR", "nDCG@10")


def retrieval_values(relevant: Mapping[str, int], ranked: Sequence[str]) -> dict[str, float]:
    """The measures of one question's ranking, best first, by the names of `RETRIEVAL`.

    `relevant` holds the grade of each name that is right, 1 or more. Recall is the ratio of those
    among the first k; MRR's value for one question is 1 / rank of the first of them (Voorhees
    1999); nDCG discounts grades by log2(rank + 1) (Järvelin and Kekäläinen 2002). A ranking without
    any of them, or without anything, has zeros. Raises `ValueError` where nothing is relevant or
    a name is ranked twice.

    >>> found = retrieval_values({"b": 1, "d": 1}, ["a", "b", "c"])
    >>> {name: round(value, 3) for name, value in found.items()}
    {'recall@1': 0.0, 'recall@5': 0.5, 'recall@10': 0.5, 'MRR': 0.5, 'nDCG@10': 0.387}
    """
    # imported late: only those who measure need it
    from ir_measures import RR, R, calc_aggregate, nDCG

    _check(relevant, ranked)
    measures = dict(zip(RETRIEVAL, (R @ 1, R @ 5, R @ 10, RR, nDCG @ 10), strict=True))
    # made of the ranks, because equal scores would be put into the order of the names
    scores = {name: float(-rank) for rank, name in enumerate(ranked, start=1)}
    values = calc_aggregate(measures.values(), {"": dict(relevant)}, {"": scores})
    return {name: float(values[measure]) for name, measure in measures.items()}


def _check(relevant: Mapping[str, int], ranked: Sequence[str]) -> None:
    if not any(grade >= 1 for grade in relevant.values()):
        raise ValueError("a ranking was measured with nothing relevant; grade at least one name 1")
    if len(set(ranked)) < len(ranked):
        raise ValueError("a ranking holds a name more than once; give each at its best rank only")
