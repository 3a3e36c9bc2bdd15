"""What a reader learns from: a question, a passage, and where in it the answer stands."""

from dataclasses import dataclass

from index.records import Span


@dataclass(frozen=True, slots=True)
class Example:
    """One question about one passage."""

    question: str
    passage: str
    answers: tuple[Span, ...] = ()  # slices of the passage, any of them right; empty: none is
    sentence: Span | None = None  # the sentence that answers, where the answer itself is not known
    plausible: tuple[Span, ...] = ()  # where the passage comes nearest, though it does not answer
    article: str = ""  # what it comes from; articles are kept out of training whole

    @property
    def is_answered(self) -> bool:
        """Whether the passage answers the question."""
        return bool(self.answers) or self.sentence is not None
