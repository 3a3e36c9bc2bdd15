"""Spans of tokens -> answers in the document, compared across passages, each place once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from index.records import Chunk, Hit, Span
from index.sentences import sentences_around
from rag.readers.overlap import coverage, stems_of
from rag.readers.span.scoring import Scores
from rag.readers.span.spans import TokenSpan, best_spans
from rag.readers.span.trimming import trimmed
from rag.readers.span.windows import Window

PER_WINDOW = 8  # answers of a window that are compared with those of the others
_TRIED = 64  # best spans of a window: most are the same answer with a word more or less
_LONGEST = 500  # characters of an answer: one token can be a word of any length
_MOST_SENTENCES = 3  # that an answer may reach over


class Weights(NamedTuple):
    """What is added to a span's score when spans are compared across passages."""

    retrieval: float = 0.0  # of the passage's score
    words: float = 0.0  # of the ratio of the question's words that stand in the quote

    def ranking(self, score: float, hit: Hit, words: float) -> float:
        """What a span with this score, in this passage, is compared by."""
        return score + self.retrieval * hit.score + self.words * words


NOTHING_ADDED = Weights()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer, in document offsets."""

    hit: Hit
    cosine: float  # of its passage
    span: Span  # the short answer
    quote: Span  # the sentences that hold it
    score: float  # of its start and its end together
    no_answer: float  # the same of the window's first token: "not answered here"
    words: float  # the ratio of the question's words that stand in the quote
    ranking: float  # its score, its passage's and its words': what is compared across passages

    @property
    def margin(self) -> float:
        """By how much it beats "not answered here"."""
        return self.score - self.no_answer

    @property
    def text(self) -> str:
        """The short answer."""
        return self.hit.chunk.slice(self.span)


def candidates_in(
    window: Window,
    scores: Scores,
    *,
    hit: Hit,
    cosine: float,
    wanted: frozenset[str],
    weights: Weights,
) -> Iterator[Candidate]:
    """The best answers in a window, of its own scores; no two overlap.

    `wanted` are the stems of the question's words.
    """
    kept: list[TokenSpan] = []
    best = best_spans(
        scores.starts, scores.ends, window.allowed, together=scores.together, k=_TRIED
    )
    for found in best:
        if any(found.first <= better.last and better.first <= found.last for better in kept):
            continue
        span = _document_span(found, window, hit.chunk)
        quote = _quote_around(span, hit.chunk) if span else None
        if span and quote:
            kept.append(found)
            words = coverage(wanted, stems_of(hit.chunk.slice(quote)))
            yield Candidate(
                hit=hit,
                cosine=cosine,
                span=span,
                quote=quote,
                score=found.score,
                no_answer=scores.no_answer,
                words=words,
                ranking=weights.ranking(found.score, hit, words),
            )
        if len(kept) == PER_WINDOW:
            return


def _document_span(found: TokenSpan, window: Window, chunk: Chunk) -> Span | None:
    start, end = int(window.offsets[found.first, 0]), int(window.offsets[found.last, 1])
    local = trimmed(chunk.text, start - chunk.start, end - chunk.start)
    if local is None or local[1] - local[0] > _LONGEST:
        return None
    return local[0] + chunk.start, local[1] + chunk.start


def _quote_around(span: Span, chunk: Chunk) -> Span | None:
    """The sentences that hold the span; `None` where there are none, or more than three."""
    start, end = sentences_around(chunk.sentences, *span)
    held = sum(start < last and first < end for first, last in chunk.sentences)
    return (start, end) if 0 < held <= _MOST_SENTENCES else None


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Best first by ranking; one that overlaps a better one in the document is left out."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=_order):
        if not any(_overlap(candidate, better) for better in kept):
            kept.append(candidate)
    return kept


def _order(candidate: Candidate) -> tuple[float, str, Span, float, int]:
    chunk = candidate.hit.chunk
    return -candidate.ranking, chunk.document_id, candidate.span, -candidate.margin, chunk.id


def _overlap(one: Candidate, other: Candidate) -> bool:
    same = one.hit.chunk.document_id == other.hit.chunk.document_id
    return same and one.span[0] < other.span[1] and other.span[0] < one.span[1]
