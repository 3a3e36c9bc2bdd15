"""How near the passages are to the question in meaning, for readers that weigh it."""

from collections.abc import Sequence

from index.records import Hit
from rag.retrieval import VECTORS


def cosines_of(hits: Sequence[Hit]) -> list[float]:
    """How near each passage is in meaning; one that only its words found has the lowest.

    >>> from index.records import Chunk, Found
    >>> chunk = Chunk(1, "d", 0, 9, "Bees hum.", ((0, 9),))
    >>> near = Hit(chunk, 0.9, {"vectors": Found(1, 0.6)})
    >>> cosines_of([near, Hit(chunk, 0.7, {"words": Found(1, 12.0)})])
    [0.6, 0.6]
    """
    found = [hit.found_by.get(VECTORS) for hit in hits]
    lowest = min((each.score for each in found if each), default=0.0)
    return [each.score if each else lowest for each in found]
