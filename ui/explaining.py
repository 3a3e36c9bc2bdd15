"""Why a quote was given: what found it, what it shares with the question, what it beat."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from index.records import Hit
from rag.answer import Answer, Quote
from rag.ask import short_answer
from rag.readers.overlap import question_stems, stems_of

STRONG = 0.8  # of answers so sure, at least this ratio is right
LIKELY = 0.5
MOST_RUNNERS_UP = 3
_WORD = re.compile(r"\w+")

Confidence = Literal["strong", "likely", "weak"]


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """An answer that lost."""

    text: str
    title: str
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a quote was given."""

    by_words: int | None  # its passage's rank in the search by words, from 1; None: not found so
    by_meaning: int | None  # the same in the search by meaning
    shared: tuple[str, ...]  # the quote's words that the question has too, whatever their endings
    score: float  # of the reader, higher is better
    runners_up: tuple[RunnerUp, ...]  # best first


def explanation(quote: Quote, answer: Answer) -> Explanation:
    """Why the answer has this quote."""
    hit = _hit_of(quote, answer.hits)
    found = hit.found_by if hit else {}
    words, vectors = found.get("words"), found.get("vectors")
    behind = [other for other in answer.quotes if other.score < quote.score]
    return Explanation(
        by_words=words.rank if words else None,
        by_meaning=vectors.rank if vectors else None,
        shared=shared_words(answer.question, quote.text),
        score=quote.score,
        runners_up=tuple(
            RunnerUp(short_answer(other) or other.text, other.title, other.score)
            for other in behind[:MOST_RUNNERS_UP]
        ),
    )


def confidence_word(confidence: float | None) -> Confidence | None:
    """A calibrated ratio in a word; None where nothing calibrates it.

    >>> [confidence_word(ratio) for ratio in (0.93, 0.8, 0.5, 0.2, None)]
    ['strong', 'strong', 'likely', 'weak', None]
    """
    if confidence is None:
        return None
    if confidence >= STRONG:
        return "strong"
    return "likely" if confidence >= LIKELY else "weak"


def shared_words(question: str, text: str) -> tuple[str, ...]:
    """The words of the text that the question has too, whatever their endings, each once.

    >>> shared_words("Which treaties were ratified?", "They ratify a treaty. Treaties bind.")
    ('ratify', 'treaty')
    """
    wanted = question_stems(question)
    shared: dict[frozenset[str], str] = {}
    for word in _words(text):
        stems = stems_of(word)
        if stems & wanted:
            shared.setdefault(stems, word)
    return tuple(shared.values())


def _words(text: str) -> Iterable[str]:
    return (match.group() for match in _WORD.finditer(text))


def _hit_of(quote: Quote, hits: Sequence[Hit]) -> Hit | None:
    """The passage that the quote was read in."""
    for hit in hits:
        chunk = hit.chunk
        within = chunk.start <= quote.start and quote.end <= chunk.end
        if chunk.document_id == quote.document_id and within:
            return hit
    return None
