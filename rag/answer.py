"""What a reader claims, and what is left of it once it was checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from index.records import Hit, Place, Span

Status = Literal["answered", "related", "not_found"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One quote as a reader claims it: unchecked."""

    chunk_id: int  # the passage it says it read
    document_id: str
    start: int  # document offsets
    end: int
    text: str  # what it says stands there
    score: float  # higher is better; comparable within one draft
    answer: Span | None = None  # document offsets of the short answer


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader makes of a question: claims, best first, or how near the texts came."""

    claims: tuple[Claim, ...]
    related: bool = False  # without claims: the passages are on the subject all the same
    confidence: float | None = None  # calibrated ratio 0..1; None where nothing calibrates it
    score: float | None = None  # of its best claim, made or withheld; comparable across questions
    withheld: Claim | None = None  # its best claim where it was not sure enough to make any


@dataclass(frozen=True, slots=True)
class Quote:
    """A checked quote: `text` was equal to the stored document's `text[start:end]`."""

    document_id: str
    version: str  # which text of the document the offsets are of
    title: str
    source: str
    place: Place
    start: int
    end: int
    text: str
    score: float
    answer: Span | None = None  # document offsets of the short answer inside it


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gets: quotes, or the plain word that the texts do not answer it."""

    question: str
    status: Status
    text: str | None  # the short answer, verbatim; None where the reader marks none
    confidence: float | None
    quotes: tuple[Quote, ...]  # best first; empty unless answered
    hits: tuple[Hit, ...]  # the closest passages, kept whatever the status
    signature: Mapping[str, str]  # what made this answer
    seconds: Mapping[str, float]  # wall time per stage
    score: float | None = None  # how sure the reader is, answered or not; of its own scale
    withheld: Quote | None = None  # what it would have quoted, had it been surer; never shown
