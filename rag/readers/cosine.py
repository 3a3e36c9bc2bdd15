"""The plain line to beat: the sentences nearest to the question in meaning, and nothing else.

A baseline for `pincite eval`, not for reading: it weighs no words, and unless it is given a
threshold it answers every question.
"""

from collections.abc import Sequence

from index.embedding import Embedder
from index.records import Hit
from rag.answer import Claim, Draft
from rag.readers.span.opening import Networks

VERSION = 1

_THRESHOLD = -1.0  # the least cosine there is
_MOST_CLAIMS = 6


class CosineReader:
    """Ranks every sentence of the passages by the cosine between its vector and the question's."""

    def __init__(
        self,
        embedder: Embedder,
        threshold: float | None = None,
        *,
        networks: Networks | None = None,
    ) -> None:
        """`threshold` is the cosine under which it abstains; `None` for never.

        It has no network of its own: `networks` stay as they are.
        """
        self._embedder = embedder
        self._threshold = _THRESHOLD if threshold is None else threshold

    @property
    def signature(self) -> str:
        """The reader, its version and its threshold."""
        return f"cosine/{VERSION} threshold={self._threshold:.12g}"

    def read(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The nearest sentences, nearest first; none where the nearest is too far off."""
        sentences = {
            (hit.chunk.document_id, span): hit for hit in hits for span in hit.chunk.sentences
        }
        if not sentences:
            return Draft(())
        (asked,) = self._embedder.encode_queries([question])
        texts = [hit.chunk.slice(span) for (_, span), hit in sentences.items()]
        cosines = (self._embedder.encode_documents(texts) @ asked).tolist()
        claims = [
            Claim(hit.chunk.id, document_id, *span, text, cosine)
            for ((document_id, span), hit), text, cosine in zip(
                sentences.items(), texts, cosines, strict=True
            )
        ]
        claims.sort(key=lambda claim: -claim.score)
        best = claims[0]
        if best.score < self._threshold:
            return Draft((), related=True, score=best.score, withheld=best)
        near = [claim for claim in claims if claim.score >= self._threshold]
        return Draft(tuple(near[:_MOST_CLAIMS]), score=best.score)
