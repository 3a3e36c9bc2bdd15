"""Pincite examined: a suite put to a library, whole or passage by passage.

Two modes, so that retrieval and reading can be told apart: `open` asks the whole library, as `ask`
does; `reading` gives the reader the right passages and nothing else. A case whose asking fails
scores 0 and keeps its error.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from eval.cases import Case, Mode, Suite
from eval.expected import expectations
from eval.outcomes import Outcome
from eval.rankings import Retrieval
from eval.run import signature_of_suite
from eval.scoring import Scorer
from eval.texts import Texts
from index.errors import SuiteError
from index.records import Hit
from index.snapshot import Snapshot
from rag.answer import Answer
from rag.ask import Pipeline, answer_from, ask, checked_question, signature_of, warm_up
from rag.retrieval import DEPTH, PASSAGES, retrieve

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer to a case, with what was retrieved for it."""

    answer: Answer
    retrieval: Retrieval
    seconds: float  # wall time of answering alone


class LibraryExamination:
    """A suite put to a library. Threads may share it."""

    def __init__(self, suite: Suite, pipeline: Pipeline, *, mode: Mode = "open") -> None:
        """Reads the library's texts and finds in them what the suite expects.

        Raises `SuiteError` where the library lacks documents, where evidence or answers do not
        stand in them, or where the mode asks for what the cases do not say.
        """
        self.suite = suite
        self._pipeline = pipeline
        self._mode = mode
        self._texts = Texts.of_library(pipeline.library)
        self._expected = expectations(suite, self._texts)
        self._scorer = Scorer(self._texts, self._expected)
        self._chunks = {row.source: row.chunks for row in pipeline.library.documents()}
        if mode == "reading":
            self._check_documents_are_named()

    @property
    def signature(self) -> dict[str, str]:
        """What makes the figures: the suite, the texts and every part of the pipeline."""
        with self._pipeline.library.snapshot() as snapshot:
            return {
                **signature_of_suite(self.suite),
                "mode": self._mode,
                "texts": self._texts.fingerprint,
                **signature_of(self._pipeline, snapshot),
                "limit": str(self._pipeline.settings.limit),
            }

    def warm_up(self) -> None:
        """Load weights, vectors and words, and have the reader read once."""
        warm_up(self._pipeline)

    def outcome(self, case: Case) -> Outcome:
        """What comes of asking the case. Raises `SuiteError` where the library was changed."""
        started = perf_counter()
        try:
            asked = self._read(case) if self._mode == "reading" else self._ask(case)
            return self._scorer.scored(case, asked.answer, asked.retrieval, asked.seconds)
        except SuiteError:
            raise
        except Exception as error:  # whatever it is, the case counts and the others go on
            _log.exception("case %s failed", case.id)
            named = f"{type(error).__name__}: {error}"
            seconds = perf_counter() - started
            return self._scorer.failed(case, named, seconds, searched=self._mode == "open")

    def _ask(self, case: Case) -> _Asked:
        started = perf_counter()
        answer = ask(case.question, self._pipeline)
        seconds = perf_counter() - started
        with self._pipeline.library.snapshot() as snapshot:
            deep = self._retrieved(answer.question, snapshot)
        return _Asked(answer, Retrieval(deep, answer.hits), seconds)

    def _read(self, case: Case) -> _Asked:
        question = checked_question(case.question)
        with self._pipeline.library.snapshot() as snapshot:
            hits = self._retrieved(question, snapshot, sources=self._sources(case))
            right = self._scorer.right_passages(hits, case) if case.answers else ()
            given = (right or hits)[:PASSAGES]
            started = perf_counter()
            answer = answer_from(given, question, self._pipeline, snapshot)
            seconds = perf_counter() - started
        return _Asked(answer, Retrieval(None, given), seconds)

    def _retrieved(
        self, question: str, snapshot: Snapshot, *, sources: Sequence[str] = ()
    ) -> tuple[Hit, ...]:
        """Everything that both searches find among their best hundred, or in whole documents."""
        depth = max(DEPTH, sum(self._chunks[source] for source in sources))
        return retrieve(
            question,
            snapshot,
            embedder=self._pipeline.embedder,
            fusion=self._pipeline.settings.fusion,
            passages=2 * depth,
            depth=depth,
            documents=[self._texts.documents[source].id for source in sources] or None,
        )

    def _sources(self, case: Case) -> list[str]:
        """The documents that hold the answer; for a case without one, the one it asks about."""
        if case.document is not None:
            return [case.document]
        return list(dict.fromkeys(place.source for place in self._expected[case.id].evidence))

    def _check_documents_are_named(self) -> None:
        unknown = [case for case in self.suite.cases if case.answers is None]
        if unknown:
            raise SuiteError(
                f"{len(unknown)} of {len(self.suite.cases)} cases of {self.suite.name} name no "
                "answers, so that only retrieval can be measured; use --mode open"
            )
        lost = [case for case in self.suite.cases if case.answers and not self._sources(case)]
        if lost:
            raise SuiteError(
                f"reading mode needs the document or evidence of every answer, and {len(lost)} of "
                f"{len(self.suite.cases)} cases of {self.suite.name} name neither: the first is "
                f"{lost[0].id!r}; name them, or use --mode open"
            )
