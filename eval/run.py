"""Asks the questions of a suite and scores what comes back, case by case.

Two modes, so that retrieval and reading can be told apart: `open` asks the whole library, `reading`
only the document that holds the answer. A case whose asking fails scores 0 and keeps its error.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from eval.cases import Case, Mode, Suite
from eval.measures import answer_in_quote, exact_match, token_f1
from index.errors import SuiteError
from rag.answer import Answer, Quote, Status
from rag.ask import Pipeline, ask

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case. Scores are ratios 0..1."""

    case: Case
    status: Status | None  # None: asking failed
    prediction: str  # the short answer, or the top quote where none is marked; "" for no answer
    exact_match: float
    f1: float
    top_quote_holds: float | None  # the answer's words; None where no answer is expected
    any_quote_holds: float | None
    seconds: float  # wall time of asking
    confidence: float | None = None
    quotes: tuple[Quote, ...] = ()
    signature: Mapping[str, str] = field(default_factory=dict)  # what made the answer
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of a suite's cases, with what they were made of."""

    suite: Suite
    mode: Mode
    outcomes: tuple[Outcome, ...]

    @property
    def signature(self) -> dict[str, str]:
        """What made the figures: the suite, the mode and the parts of the pipeline."""
        answered = (outcome.signature for outcome in self.outcomes if outcome.error is None)
        return {
            "suite": self.suite.name,
            "suite_hash": self.suite.hash,
            "tags": ", ".join(self.suite.tags) or "all",
            "mode": self.mode,
            **next(answered, {}),
        }


def run_suite(suite: Suite, pipeline: Pipeline, mode: Mode = "open") -> Iterator[Outcome]:
    """The outcome of each case, in order. Raises `SuiteError` where a document is missing."""
    right = _right_documents(suite, pipeline) if mode == "reading" else {}
    return (_outcome(case, pipeline, right.get(case.id)) for case in suite.cases)


def scored(case: Case, answer: Answer, seconds: float) -> Outcome:
    """The outcome of a case that was answered, or not, without failing."""
    prediction = predicted(answer)
    holds = [answer_in_quote(quote.text, case.answers) for quote in answer.quotes] or [0.0]
    return Outcome(
        case=case,
        status=answer.status,
        prediction=prediction,
        exact_match=exact_match(prediction, case.answers),
        f1=token_f1(prediction, case.answers),
        top_quote_holds=holds[0] if case.answers else None,
        any_quote_holds=max(holds) if case.answers else None,
        seconds=seconds,
        confidence=answer.confidence,
        quotes=answer.quotes,
        signature=answer.signature,
    )


def failed(case: Case, error: Exception, seconds: float) -> Outcome:
    """The outcome of a case whose asking failed: 0, also where silence would have been right."""
    none = 0.0 if case.answers else None
    named = f"{type(error).__name__}: {error}"
    return Outcome(case, None, "", 0.0, 0.0, none, none, seconds, error=named)


def predicted(answer: Answer) -> str:
    """The words that are compared: short answer, else top quote; none where not answered."""
    if answer.status != "answered":
        return ""
    return answer.text or answer.quotes[0].text


def _outcome(case: Case, pipeline: Pipeline, document: str | None) -> Outcome:
    documents = None if document is None else (document,)
    started = perf_counter()
    try:
        answer = ask(case.question, pipeline, documents=documents)
    except Exception as error:  # whatever it is, the case counts and the others go on
        _log.exception("case %s failed", case.id)
        return failed(case, error, perf_counter() - started)
    return scored(case, answer, perf_counter() - started)


def _right_documents(suite: Suite, pipeline: Pipeline) -> dict[str, str]:
    """Case id -> id of the library's document that its answer stands in.

    A case without an answer may name no document; it is asked of the whole library.
    """
    ids = {summary.source: summary.id for summary in pipeline.library.documents()}
    named = [case for case in suite.cases if case.document is not None or case.answers]
    missing = [case for case in named if case.document not in ids]
    if missing:
        raise SuiteError(
            f"reading mode needs each case's document; {len(missing)} of {len(suite.cases)} cases "
            f"name none that is in the library {pipeline.library.path}: the first is case "
            f"{missing[0].id!r} with {missing[0].document!r}; add it, or use --mode open"
        )
    return {case.id: ids[case.document] for case in named if case.document is not None}
