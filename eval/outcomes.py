"""What came of asking a case, as plain data: scoring makes it, files hold it, reports show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from eval.cases import Case
from index.records import Span
from rag.answer import Status

Label = Literal[
    "right",
    "rightly_silent",
    "retrieval_missed",
    "reader_missed",
    "wrongly_silent",
    "wrongly_answered",
    "failed",
]

LABELS: dict[Label, str] = {
    "right": "right",
    "rightly_silent": "rightly not answered",
    "retrieval_missed": "retrieval missed the passage",
    "reader_missed": "reader missed the answer in it",
    "wrongly_silent": "abstained wrongly",
    "wrongly_answered": "answered what has no answer",
    "failed": "failed",
}
HITS: tuple[Label, ...] = ("right", "rightly_silent")  # every other label is a miss


@dataclass(frozen=True, slots=True)
class KeptQuote:
    """A quote of an answer, ours or somebody else's, with where it was found to stand."""

    text: str
    verbatim: bool  # whether the text stands in the library where it was said to
    document: str | None = None  # source; None where it stands nowhere
    title: str = ""
    place: str = ""  # in words
    start: int | None = None  # document offsets
    end: int | None = None
    answer: Span | None = None  # document offsets of the short answer inside it
    before: str = ""  # what stands in the document in front of it, to show it in its place
    after: str = ""


@dataclass(frozen=True, slots=True)
class Ranks:
    """The first right passage in each list, counted from 1; None where it is not in it."""

    fused: int | None
    vectors: int | None
    words: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case."""

    case: Case
    status: Status | None  # None: asking failed
    label: Label
    prediction: str = ""  # the short answer, else the top quote; "" where it did not answer
    guess: str = ""  # the prediction it would have been held to, had it not abstained
    score: float | None = None  # how sure it was of the guess; comparable across questions
    confidence: float | None = None  # the same as a calibrated ratio 0..1
    quotes: tuple[KeptQuote, ...] = ()  # best first
    ranks: Ranks | None = None  # None where it is not known which passage is right
    values: Mapping[str, float] = field(default_factory=dict)  # measures of this case that apply
    seconds: float = 0.0  # wall time of asking
    error: str | None = None

    @property
    def is_hit(self) -> bool:
        """Whether it went as it should."""
        return self.label in HITS


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of a suite's cases, in its order, with what made them."""

    signature: Mapping[str, str]  # figures of two runs compare only where one entry differs
    outcomes: tuple[Outcome, ...]
    conditions: Mapping[str, str] = field(default_factory=dict)  # what changes latency only
