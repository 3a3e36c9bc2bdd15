"""An answer, ours or somebody else's, held against what its case expects: one outcome.

An answer is right where its first quote holds the words of an expected answer (the given words,
where no quotes were given), and where the texts do not answer, silence is. Whatever was not
answered scores 0 in every measure that applies to the case, and so does a case that failed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.answers_file import GivenAnswer
from eval.cases import Case
from eval.expected import Expected
from eval.kept_quotes import found_quote, is_in_place, kept_quote
from eval.measures import answer_in_quote, exact_match, quote_overlap, token_f1
from eval.outcomes import KeptQuote, Label, Outcome
from eval.rankings import Retrieval, ranking_values, ranks_of_right, right_passages
from eval.texts import Texts
from index.records import Hit
from rag.answer import Answer
from rag.ask import short_answer


@dataclass(frozen=True, slots=True)
class _Said:
    """What is scored of an answer, whoever gave it."""

    answered: bool
    prediction: str = ""
    quotes: tuple[KeptQuote, ...] = ()
    guess: str = ""  # the prediction, or what it would have been
    guess_quote: str = ""  # the quote that the guess comes from

    @property
    def best(self) -> str:
        """The words that are to hold the answer: a quote that stands nowhere holds none."""
        if not self.quotes:
            return self.prediction
        return self.quotes[0].text if self.quotes[0].verbatim else ""


class Scorer:
    """Scores answers to the cases of one suite."""

    def __init__(self, texts: Texts, expected: Mapping[str, Expected]) -> None:
        """`expected` says for each case id where its answer stands in the texts."""
        self._texts = texts
        self._expected = expected

    def scored(self, case: Case, answer: Answer, retrieval: Retrieval, seconds: float) -> Outcome:
        """The outcome of a case that Pincite answered, or not, without failing.

        Raises `SuiteError` where the library changed since its texts were read.
        """
        said = self._said(answer)
        found = bool(self.right_passages(retrieval.read, case))
        values = self._values(case, said)
        ranks = None
        if retrieval.deep is not None:
            expected = self._expected[case.id]
            values |= ranking_values(retrieval.deep, expected, self._texts)
            if case.kind != "unanswerable":
                ranks = ranks_of_right(retrieval.deep, case, expected, self._texts)
        if case.kind == "retrieval":
            values["right"] = float(found)
        return Outcome(
            case=case,
            status=answer.status,
            label=_label(case, said, values, retrieved=found or retrieval.deep is None),
            prediction=said.prediction,
            guess=said.guess,
            score=answer.score,
            confidence=answer.confidence,
            quotes=said.quotes,
            ranks=ranks,
            values=values,
            seconds=seconds,
        )

    def scored_given(self, case: Case, given: GivenAnswer) -> Outcome:
        """The outcome of a case that somebody else answered, or not."""
        expected, spans = self._expected[case.id], given.quotes if given.answer else ()
        quotes = tuple(found_quote(span, case, expected, self._texts) for span in spans)
        said = _Said(
            answered=bool(given.answer),
            prediction=given.answer,
            quotes=quotes,
            guess=given.answer,
            guess_quote=quotes[0].text if quotes else given.answer,
        )
        values = self._values(case, said)
        return Outcome(
            case=case,
            status="answered" if said.answered else "not_found",
            label=_label(case, said, values, retrieved=True),
            prediction=said.prediction,
            guess=said.guess,
            score=given.confidence if said.answered else None,
            confidence=given.confidence if said.answered else None,
            quotes=quotes,
            values=values,
        )

    def failed(self, case: Case, error: str, seconds: float, *, searched: bool = True) -> Outcome:
        """The outcome of a case that got no answer: 0, also where silence would have been right.

        `searched` says whether retrieval is measured in this run.
        """
        silent = self._values(case, _Said(answered=False))
        if searched:
            silent |= ranking_values((), self._expected[case.id], self._texts)
        if case.kind == "retrieval":
            silent["right"] = 0.0
        values = dict.fromkeys(silent, 0.0)
        return Outcome(case, None, "failed", values=values, seconds=seconds, error=error)

    def right_passages(self, hits: Iterable[Hit], case: Case) -> tuple[Hit, ...]:
        """Those of the passages that answer the case."""
        return right_passages(hits, case, self._expected[case.id], self._texts)

    def _said(self, answer: Answer) -> _Said:
        quotes = tuple(kept_quote(quote, self._texts) for quote in answer.quotes)
        best = answer.quotes[0] if answer.quotes else answer.withheld
        guess = (short_answer(best) or best.text) if best else ""
        return _Said(
            answered=answer.status == "answered",
            prediction=guess if answer.quotes else "",
            quotes=quotes,
            guess=guess,
            guess_quote=best.text if best else "",
        )

    def _values(self, case: Case, said: _Said) -> dict[str, float]:
        """Every measure of the answer that applies to the case."""
        values = {
            "quotes": float(len(said.quotes)),
            "verbatim_quotes": float(sum(quote.verbatim for quote in said.quotes)),
        }
        if case.answers is None:
            return values
        values |= {
            "exact_match": exact_match(said.prediction, case.answers),
            "f1": token_f1(said.prediction, case.answers),
            "guess_said": float(bool(said.guess)),
            "guess_exact_match": exact_match(said.guess, case.answers),
            "guess_f1": token_f1(said.guess, case.answers),
        }
        if not case.answers:
            return values | {"right": float(not said.answered), "guess_right": 0.0}
        return values | self._values_of_quotes(case, case.answers, said)

    def _values_of_quotes(
        self, case: Case, answers: Sequence[str], said: _Said
    ) -> dict[str, float]:
        right = answer_in_quote(said.best, answers)
        standing = [quote.text for quote in said.quotes if quote.verbatim]
        values = {
            "right": right,
            "guess_right": answer_in_quote(said.guess_quote, answers),
            "quote_holds": right,
            "any_quote_holds": max([right, *(answer_in_quote(text, answers) for text in standing)]),
        }
        if case.evidence:
            overlap = quote_overlap(said.best, case.evidence)
            values |= {
                "quote_precision": overlap.precision,
                "quote_recall": overlap.recall,
                "quote_F1": overlap.f1,
            }
        if case.evidence or case.place or case.document:
            expected = self._expected[case.id]
            first = said.quotes[:1]
            values["right_place"] = float(any(is_in_place(each, case, expected) for each in first))
        return values


def _label(case: Case, said: _Said, values: Mapping[str, float], *, retrieved: bool) -> Label:
    if case.kind == "unanswerable":
        return "wrongly_answered" if said.answered else "rightly_silent"
    if values["right"]:
        return "right"
    if not retrieved:
        return "retrieval_missed"
    return "reader_missed" if said.answered else "wrongly_silent"
