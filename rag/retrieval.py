"""Both searches, their fusion into one list, and the cut."""

from collections.abc import Callable, Collection, Mapping, Sequence

from index.embedding import Embedder
from index.records import Found, Hit
from index.snapshot import Snapshot
from index.vectors import Scored

VECTORS, WORDS = "vectors", "words"
DEPTH = 100  # chunks that each search contributes
PASSAGES = 8  # that are left after the cut: what a reader reads

# One search's chunks with rank and score, by search; and what a fusion makes of them.
Findings = Mapping[str, Mapping[int, Found]]
Fusion = Callable[[Findings], dict[int, float]]

_WORDS_SCALE = 20.0  # a BM25 score of this weighs as much as a cosine of 1; chosen on development
_RANK_CONSTANT = 10.0  # chosen on development; the paper has 60, for longer lists


def weighted(findings: Findings) -> dict[int, float]:
    """Cosine + BM25 / 20: a convex combination up to scale (Bruch, Gai and Ingber 2023).

    A chunk that only the words found has at most the lowest cosine of the others; it gets that.

    >>> weighted({"vectors": {1: Found(1, 0.6)}, "words": {1: Found(1, 4.0), 2: Found(2, 2.0)}})
    {1: 0.8, 2: 0.7}
    """
    vectors, words = findings[VECTORS], findings[WORDS]
    lowest = min((found.score for found in vectors.values()), default=0.0)
    scores = {}
    for chunk_id in [*vectors, *(id for id in words if id not in vectors)]:
        cosine = vectors[chunk_id].score if chunk_id in vectors else lowest
        bm25 = words[chunk_id].score if chunk_id in words else 0.0
        scores[chunk_id] = cosine + bm25 / _WORDS_SCALE
    return scores


def reciprocal(findings: Findings) -> dict[int, float]:
    """The sum of 1 / (10 + rank), ranks from 1 (Cormack, Clarke and Büttcher 2009).

    >>> reciprocal({"vectors": {1: Found(1, 0.6)}, "words": {2: Found(10, 4.0)}})
    {1: 0.09090909090909091, 2: 0.05}
    """
    scores: dict[int, float] = {}
    for found_in_one in findings.values():
        for chunk_id, found in found_in_one.items():
            scores[chunk_id] = scores.get(chunk_id, 0.0) + 1 / (_RANK_CONSTANT + found.rank)
    return scores


FUSIONS: dict[str, Fusion] = {"weighted": weighted, "reciprocal": reciprocal}


def retrieve(
    question: str,
    snapshot: Snapshot,
    *,
    embedder: Embedder,
    fusion: str = "weighted",
    passages: int = PASSAGES,
    depth: int = DEPTH,
    documents: Collection[str] | None = None,
) -> tuple[Hit, ...]:
    """The passages that stand nearest to the question, best first.

    At most `passages` of them, from the `depth` best of each search; `documents` narrows both. Each
    hit keeps the ranks and scores that found it.
    """
    (vectors,) = snapshot.search_vectors(
        embedder.encode_queries([question]), depth, documents=documents
    )
    words = snapshot.search_words(question, depth, documents=documents)
    findings = {VECTORS: _ranked(vectors), WORDS: _ranked(words)}
    scores = FUSIONS[fusion](findings)
    best = sorted(scores, key=lambda chunk_id: (-scores[chunk_id], chunk_id))[:passages]
    chunks = snapshot.chunks(best)
    return tuple(
        Hit(
            chunks[chunk_id],
            scores[chunk_id],
            {name: found[chunk_id] for name, found in findings.items() if chunk_id in found},
        )
        for chunk_id in best
    )


def _ranked(results: Sequence[Scored]) -> dict[int, Found]:
    return {
        scored.chunk_id: Found(rank, scored.score) for rank, scored in enumerate(results, start=1)
    }
