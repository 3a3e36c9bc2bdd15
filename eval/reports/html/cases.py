"""A case as the table of cases shows it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from eval.outcomes import KeptQuote, Label, Outcome
from eval.reports.html.pieces import Piece
from eval.reports.html.surroundings import in_its_place
from eval.reports.html.wording import compared, nearest
from eval.results import Pair

# a sign for each label, so that it is told without its colour
SIGNS: dict[Label, str] = {
    "right": "✓",
    "rightly_silent": "○",
    "retrieval_missed": "?",
    "reader_missed": "✗",
    "wrongly_silent": "–",
    "wrongly_answered": "!",
    "failed": "⚠",
}


@dataclass(frozen=True, slots=True)
class Expectation:
    """One of the expected answers."""

    pieces: tuple[Piece, ...]
    is_nearest: bool  # to what was said; only there are words marked


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote with its surroundings."""

    quote: KeptQuote
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """An outcome with the differing words marked."""

    outcome: Outcome
    expected: tuple[Expectation, ...]
    said: tuple[Piece, ...]  # the given answer, or what would have been given; () for neither
    quotes: tuple[QuoteView, ...]

    @property
    def sign(self) -> str:
        """The sign of its label."""
        return SIGNS[self.outcome.label]

    @property
    def abstained(self) -> bool:
        """Whether `said` was held back."""
        return not self.outcome.prediction

    @property
    def tags_json(self) -> str:
        """Its tags as the script reads them."""
        tags = [tag.replace("\0", "\ufffd") for tag in self.outcome.case.tags]  # as in the page
        return json.dumps(tags, ensure_ascii=False)

    @property
    def searched(self) -> str:
        """What the search field finds it by, beside what its row shows."""
        return "\n".join((*(self.outcome.case.answers or ()), self.outcome.prediction))


@dataclass(frozen=True, slots=True)
class PairView:
    """A case in two runs."""

    pair: Pair
    first: CaseView
    second: CaseView

    @property
    def labels_json(self) -> str:
        """The labels of both as the script reads them."""
        return json.dumps([self.first.outcome.label, self.second.outcome.label])


def case_view(outcome: Outcome) -> CaseView:
    """The outcome as it is shown."""
    said = outcome.prediction or outcome.guess
    answers = outcome.case.answers or ()
    near = nearest(said, answers) if said else None
    return CaseView(
        outcome=outcome,
        expected=tuple(_expectations(said, answers, near)),
        said=_said(said, None if near is None else answers[near]),
        quotes=tuple(QuoteView(quote, in_its_place(quote)) for quote in outcome.quotes),
    )


def pair_view(pair: Pair) -> PairView:
    """Both outcomes as they are shown."""
    return PairView(pair, case_view(pair.first), case_view(pair.second))


def _expectations(said: str, answers: Sequence[str], near: int | None) -> list[Expectation]:
    return [
        Expectation(compared(said, answer).expected, is_nearest=True)
        if number == near
        else Expectation((Piece(answer, "plain"),), is_nearest=False)
        for number, answer in enumerate(answers)
    ]


def _said(said: str, expected: str | None) -> tuple[Piece, ...]:
    if not said:
        return ()
    return (Piece(said, "plain"),) if expected is None else compared(said, expected).given
