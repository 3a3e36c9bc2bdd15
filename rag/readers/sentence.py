"""The first reader: picks the sentence that answers, by its words and its meaning.

It marks no short answer, and it cannot tell a sentence that answers from one that merely speaks of
the same thing: its threshold keeps out what is far from the question, not near misses.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.embedding import Embedder
from index.records import Hit, Span
from rag.answer import Claim, Draft
from rag.readers.nearness import cosines_of
from rag.readers.overlap import coverage, question_stems, stems_of
from rag.readers.span.opening import Networks

VERSION = 1

# Fitted on SQuAD's training articles (listwise softmax regression), chosen on its development ones.
_OWN_WORDS = 0.6  # weight of the question's words in the sentence, beside 1 for its cosine
_CONTEXT_WORDS = 0.6  # of those in the sentence and the one before it
_PASSAGE = 1.0  # of the passage's own cosine, which means the same in every library
_EMBEDDED = 8  # candidates that are worth embedding; more change nothing on development
_EXTENDS = 0.2  # a neighbour joins the quote that adds this ratio of the question's words
_MOST_SENTENCES = 3  # in one quote
_MOST_CLAIMS = 6
_BESIDE = 3  # characters between neighbouring sentences
_MARGIN = 0.35  # how far behind the best a further quote may be
_THRESHOLD = 1.3  # the highest that keeps 99 in 100 right answers of development
_RELATED = 1.0


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence of a passage, with what is known of it before it is embedded."""

    hit: Hit
    number: int  # of the sentence within its passage
    text: str
    prior: float


class SentenceReader:
    """Ranks the sentences of all passages at once and claims the best with its neighbours."""

    def __init__(
        self,
        embedder: Embedder,
        threshold: float | None = None,
        *,
        networks: Networks | None = None,
    ) -> None:
        """`threshold` is the score under which it abstains; `None` for the one that was chosen.

        It has no network of its own: `networks` stay as they are.
        """
        self._embedder = embedder
        self._threshold = _THRESHOLD if threshold is None else threshold

    @property
    def signature(self) -> str:
        """The reader, its version and its threshold."""
        return f"sentence/{VERSION} threshold={self._threshold:.12g}"

    def read(self, question: str, hits: Sequence[Hit]) -> Draft:
        """The sentences that answer best, best first; none where the best is too far off."""
        wanted = question_stems(question)
        candidates = _candidates(wanted, hits)
        if not candidates:
            return Draft(())
        scores = self._scores(question, candidates)
        best = scores[0][0]
        if best < self._threshold:
            related = best >= min(_RELATED, self._threshold)
            withheld = _claim(wanted, scores[0][1], best)
            return Draft((), related=related, score=best, withheld=withheld)
        claims: list[Claim] = []
        for score, candidate in scores:
            if score < max(self._threshold, best - _MARGIN) or len(claims) == _MOST_CLAIMS:
                break
            if not any(_touches(candidate, claim) for claim in claims):
                claims.append(_claim(wanted, candidate, score))
        return Draft(tuple(claims), score=best)

    def _scores(
        self, question: str, candidates: list[_Candidate]
    ) -> list[tuple[float, _Candidate]]:
        """The candidates with their scores, best first."""
        (asked,) = self._embedder.encode_queries([question])
        vectors = self._embedder.encode_documents([candidate.text for candidate in candidates])
        scored = [
            (candidate.prior + float(vector @ asked), candidate)
            for candidate, vector in zip(candidates, vectors, strict=True)
        ]
        return sorted(scored, key=lambda pair: -pair[0])


def _candidates(wanted: frozenset[str], hits: Sequence[Hit]) -> list[_Candidate]:
    """The sentences that are worth embedding, each once although passages overlap."""
    found: dict[tuple[str, Span], _Candidate] = {}
    cosines = cosines_of(hits)
    for hit, cosine in zip(hits, cosines, strict=True):
        before: frozenset[str] = frozenset()
        for number, span in enumerate(hit.chunk.sentences):
            text = hit.chunk.slice(span)
            own = stems_of(text)
            prior = (
                _OWN_WORDS * coverage(wanted, own)
                + _CONTEXT_WORDS * coverage(wanted, own | before)
                + _PASSAGE * cosine
            )
            found.setdefault((hit.chunk.document_id, span), _Candidate(hit, number, text, prior))
            before = own
    speaking = [each for each in found.values() if any(map(str.isalnum, each.text))]
    return sorted(speaking, key=lambda candidate: -candidate.prior)[:_EMBEDDED]


def _touches(candidate: _Candidate, claim: Claim) -> bool:
    """Whether the sentence stands in the claim or next to it: a quote stays short."""
    start, end = candidate.hit.chunk.sentences[candidate.number]
    near = candidate.hit.chunk.document_id == claim.document_id
    return near and start <= claim.end + _BESIDE and claim.start <= end + _BESIDE


def _claim(wanted: frozenset[str], candidate: _Candidate, score: float) -> Claim:
    """The candidate with the neighbours that add words of the question."""
    hit, first, last = candidate.hit, candidate.number, candidate.number
    had = stems_of(candidate.text)
    while last - first + 1 < _MOST_SENTENCES:
        gains = {
            number: coverage(wanted, stems - had)
            for number in (first - 1, last + 1)
            if 0 <= number < len(hit.chunk.sentences)
            for stems in [stems_of(hit.chunk.slice(hit.chunk.sentences[number]))]
        }
        chosen = max(gains, key=gains.__getitem__, default=None)
        if chosen is None or gains[chosen] < _EXTENDS:
            break
        had |= stems_of(hit.chunk.slice(hit.chunk.sentences[chosen]))
        first, last = min(first, chosen), max(last, chosen)
    start, end = hit.chunk.sentences[first][0], hit.chunk.sentences[last][1]
    text = hit.chunk.slice((start, end))
    return Claim(hit.chunk.id, hit.chunk.document_id, start, end, text, score)
