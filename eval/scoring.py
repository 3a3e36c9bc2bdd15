"""An answer, ours or somebody else's, held against what its case expects: one outcome.

An answer is right where its first quote holds the words of an expected answer (the given words,
where no quotes were given), and where the texts do not answer, silence is. Whatever was not
answered scores 0 in every measure that applies to the case, and so does a case that failed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.answers_file import GivenAnswer, GivenSpan
from eval.cases import Case
from eval.expected import Expected
from eval.measures import (
    answer_in_quote,
    exact_match,
    quote_overlap,
    retrieval_values,
    token_f1,
)
from eval.outcomes import GivenQuote, Label, Outcome, Ranks
from eval.texts import Located, Texts
from index.errors import SuiteError
from index.records import Hit
from rag.answer import Answer, Quote
from rag.ask import short_answer
from rag.places import place_words
from rag.retrieval import VECTORS, WORDS


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What the searches found for a case."""

    deep: Sequence[Hit] | None  # best first, further than what is read; None: was not searched
    read: Sequence[Hit]  # what the reader was given


@dataclass(frozen=True, slots=True)
class _Said:
    """What is scored of an answer, whoever gave it."""

    answered: bool
    prediction: str = ""
    quotes: tuple[GivenQuote, ...] = ()
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
        right_read = self._right_among(retrieval.read, case)
        values = self._values(case, said)
        if retrieval.deep is not None:
            values |= self._retrieval_values(case, retrieval.deep)
        if case.kind == "retrieval":
            values["right"] = float(right_read is not None)
        return Outcome(
            case=case,
            status=answer.status,
            label=_label(case, said, values, retrieved=right_read is not None),
            prediction=said.prediction,
            guess=said.guess,
            score=answer.score,
            confidence=answer.confidence,
            quotes=said.quotes,
            ranks=self._ranks(case, retrieval.deep or ()),
            values=values,
            seconds=seconds,
        )

    def scored_given(self, case: Case, given: GivenAnswer) -> Outcome:
        """The outcome of a case that somebody else answered, or not."""
        quotes = tuple(self._found(span) for span in given.quotes) if given.answer else ()
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
            score=given.confidence,
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
            silent |= self._retrieval_values(case, ())
        if case.kind == "retrieval":
            silent["right"] = 0.0
        values = dict.fromkeys(silent, 0.0)
        return Outcome(case, None, "failed", values=values, seconds=seconds, error=error)

    def right_passages(self, hits: Iterable[Hit], case: Case) -> tuple[Hit, ...]:
        """Those of the passages that answer the case."""
        expected = self._expected[case.id]
        return tuple(
            hit for hit in hits if expected.is_right(self._located(hit), hit.chunk.text, case)
        )

    def _said(self, answer: Answer) -> _Said:
        quotes = tuple(self._given(quote) for quote in answer.quotes)
        best = answer.quotes[0] if answer.quotes else answer.withheld
        guess = (short_answer(best) or best.text) if best else ""
        return _Said(
            answered=answer.status == "answered",
            prediction=guess if answer.quotes else "",
            quotes=quotes,
            guess=guess,
            guess_quote=best.text if best else "",
        )

    def _given(self, quote: Quote) -> GivenQuote:
        document = self._texts.documents.get(quote.source)
        if document is None or document.version != quote.version:
            raise SuiteError(
                f"{quote.source} was changed in the library while the suite was asked; run it again"
            )
        before, after = self._texts.around(Located(quote.source, quote.start, quote.end))
        return GivenQuote(
            text=quote.text,
            verbatim=document.text[quote.start : quote.end] == quote.text,
            document=quote.source,
            title=quote.title,
            place=place_words(quote.place),
            start=quote.start,
            end=quote.end,
            answer=quote.answer,
            before=before,
            after=after,
        )

    def _found(self, span: GivenSpan) -> GivenQuote:
        """Somebody else's quote, where it stands: in the document it names, or else in any."""
        place = next(self._texts.places_of(span.text, source=span.document), None)
        if place is None:
            return GivenQuote(span.text, verbatim=False, document=span.document)
        document = self._texts.documents[place.source]
        before, after = self._texts.around(place)
        return GivenQuote(
            text=document.text[place.start : place.end],
            verbatim=True,
            document=place.source,
            title=document.title,
            place=place_words(document.place(place.start, place.end)),
            start=place.start,
            end=place.end,
            before=before,
            after=after,
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
            values["right_place"] = float(self._in_the_right_place(case, said.quotes[:1]))
        return values

    def _in_the_right_place(self, case: Case, quotes: Sequence[GivenQuote]) -> bool:
        """Whether the first quote stands at the evidence, or at the place or in the document named.

        The most exact of the three that the case names decides.
        """
        evidence = self._expected[case.id].evidence
        for quote in quotes:
            if quote.document is None or quote.start is None or quote.end is None:
                return False
            if evidence:
                here = Located(quote.document, quote.start, quote.end)
                return any(here.overlaps(each) for each in evidence)
            if case.place and not answer_in_quote(quote.place, [case.place]):
                return False
            return case.document in {None, quote.document}
        return False

    def _retrieval_values(self, case: Case, deep: Sequence[Hit]) -> dict[str, float]:
        """Measures of the searches, over documents and, where evidence says which, paragraphs."""
        expected = self._expected[case.id]
        if not expected.relevant:
            return {}
        places = [self._located(hit) for hit in deep]
        ranked = dict.fromkeys(place.source for place in places)
        values = retrieval_values(expected.relevant, list(ranked))
        if expected.evidence and self._texts.have_paragraphs:
            relevant = dict.fromkeys(self._paragraphs(expected.evidence), 1)
            found = retrieval_values(relevant, self._paragraphs(places))
            values |= {f"paragraph_{name}": value for name, value in found.items()}
        return values

    def _paragraphs(self, places: Iterable[Located]) -> list[str]:
        """A name for each paragraph that the places reach into, each once, in order."""
        names = (
            f"{place.source}#{number}"
            for place in places
            for number in self._texts.paragraphs_of(place)
        )
        return list(dict.fromkeys(names))

    def _ranks(self, case: Case, deep: Sequence[Hit]) -> Ranks | None:
        if case.kind == "unanswerable" or not deep:
            return None
        right = {hit.chunk.id for hit in self.right_passages(deep, case)}
        places = [(rank, hit) for rank, hit in enumerate(deep, start=1) if hit.chunk.id in right]

        def first_in(search: str) -> int | None:
            ranks = (hit.found_by[search].rank for _, hit in places if search in hit.found_by)
            return min(ranks, default=None)

        fused = min((rank for rank, _ in places), default=None)
        return Ranks(fused, first_in(VECTORS), first_in(WORDS))

    def _right_among(self, hits: Iterable[Hit], case: Case) -> Hit | None:
        return next(iter(self.right_passages(hits, case)), None)

    def _located(self, hit: Hit) -> Located:
        document = self._texts.by_id.get(hit.chunk.document_id)
        if document is None:
            raise SuiteError("the library was changed while the suite was asked; run it again")
        return Located(document.source, hit.chunk.start, hit.chunk.end)


def _label(case: Case, said: _Said, values: Mapping[str, float], *, retrieved: bool) -> Label:
    if case.kind == "unanswerable":
        return "wrongly_answered" if said.answered else "rightly_silent"
    if values["right"]:
        return "right"
    if not retrieved:
        return "retrieval_missed"
    return "reader_missed" if said.answered else "wrongly_silent"
