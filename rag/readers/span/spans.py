"""The best spans of one window of tokens, start and end chosen together."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_TOKENS = 30  # of an answer


class TokenSpan(NamedTuple):
    """An answer in tokens, both ends within it."""

    first: int
    last: int
    score: float  # the sum of its start's, its end's and its own


def best_spans(
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
    allowed: NDArray[np.bool_],
    *,
    together: NDArray[np.float32] | None = None,
    k: int,
) -> list[TokenSpan]:
    """The k spans with the highest sum of start and end score, best first.

    All three are (tokens,). `together`, (tokens, MOST_TOKENS), is added: of the token where a span
    begins, by how many tokens later it ends. A span begins and ends on allowed tokens, start not
    after end, and has at most `MOST_TOKENS`. Of equal ones the earlier, then the shorter is first.

    >>> scores = np.array([0.0, 3.0, 1.0, 2.0], np.float32)
    >>> allowed = np.array([False, True, True, True])
    >>> best_spans(scores, scores[::-1], allowed, k=2)
    [TokenSpan(first=1, last=2, score=6.0), TokenSpan(first=1, last=1, score=4.0)]
    """
    firsts = np.where(allowed, starts, -np.inf)
    lasts = np.pad(np.where(allowed, ends, -np.inf), (0, MOST_TOKENS - 1), constant_values=-np.inf)
    # row n, column m: the span that begins at token n and has m + 1 tokens
    sums = firsts[:, None] + np.lib.stride_tricks.sliding_window_view(lasts, MOST_TOKENS)
    if together is not None:
        sums = sums + together
    flat = sums.ravel()
    top = np.flatnonzero(flat >= np.partition(flat, -min(k, flat.size))[-min(k, flat.size)])
    top = top[np.argsort(-flat[top], kind="stable")][:k]
    return [
        TokenSpan(int(first), int(first + more), float(sums[first, more]))
        for first, more in zip(*np.unravel_index(top, sums.shape), strict=True)
        if np.isfinite(sums[first, more])
    ]
