"""What the models compute for questions, noted to be computed once more with nothing around it."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from index.cores import Cores
from index.embedding import Embedder
from index.embedding.gathering import GatheringEmbedder
from index.embedding.remembering import RememberingEmbedder
from index.library import Library
from index.records import Vectors
from rag.ask import Pipeline, warm_up
from rag.readers import READERS, Reader
from rag.readers.span.opening import BUNDLED, Networks, OpenedModel, open_model
from rag.readers.span.reader import SpanReader
from rag.readers.span.scoring import Scores
from rag.readers.span.windows import TokenBatch
from rag.settings import Settings
from tests.benchmarks.embedders import CountingEmbedder


@dataclass(slots=True)
class Work:
    """What the models computed."""

    calls: list[Callable[[], object]] = field(default_factory=list)

    def noting(self, compute: Callable[[Any], Any], given: Any) -> Any:
        """What it computes."""
        self.calls.append(partial(compute, given))
        return compute(given)


@dataclass(frozen=True, slots=True)
class Spent:
    """What some work took, in seconds."""

    wall: float
    busy: float  # of processor time, of all threads


class _NotingEmbedder(CountingEmbedder):
    """The embedder behind it, whose work is noted."""

    def __init__(self, embedder: Embedder, work: Work) -> None:
        super().__init__(embedder)
        self._work = work

    def encode_documents(self, listed: Sequence[str]) -> Vectors:
        vectors: Vectors = self._work.noting(self._embedder.encode_documents, listed)
        return vectors

    def encode_queries(self, listed: Sequence[str]) -> Vectors:
        vectors: Vectors = self._work.noting(self._embedder.encode_queries, listed)
        return vectors


class _NotingScorer:
    """The network behind it, whose work is noted."""

    def __init__(self, opened: OpenedModel, work: Work) -> None:
        self._scorer, self._work = opened.scorer, work
        self.tokenizer, self.window = opened.scorer.tokenizer, opened.scorer.window

    def scores_of(self, tokens: TokenBatch) -> Scores:
        scores: Scores = self._work.noting(self._scorer.scores_of, tokens)
        return scores


@dataclass(frozen=True, slots=True)
class Noted:
    """A pipeline as a server has it, and what its models computed since it was warm."""

    pipeline: Pipeline
    work: Work
    shared: Cores

    def again(self) -> Spent:
        """Computes the same once more, on as many cores."""
        calls = list(self.work.calls)
        return spent(lambda: self.shared.map(lambda call: call(), calls))


def noted(library: Library, kind: str, real: Embedder) -> Noted:
    """A pipeline with a reader of that kind; only the span reader has a network of its own."""
    work, shared = Work(), Cores()
    embedder = RememberingEmbedder(GatheringEmbedder(_NotingEmbedder(real, work), shared))
    reader = _span(embedder, work, shared) if kind == "span" else READERS["sentence"](embedder)
    pipeline = Pipeline(library, embedder, reader, Settings())
    warm_up(pipeline)
    work.calls.clear()
    return Noted(pipeline, work, shared)


def _span(embedder: Embedder, work: Work, shared: Cores) -> Reader:
    opened = open_model(BUNDLED, precision=embedder.precision)
    weights = OpenedModel(opened.card, _NotingScorer(opened, work))
    return SpanReader(embedder, networks=Networks(shared), weights=weights)


def ask_all(asking: Callable[[str], object], questions: Sequence[str], askers: int) -> None:
    """Asks all of them, so many at once."""
    left, guard = iter(questions), threading.Lock()

    def one_after_another() -> None:
        while True:
            with guard:
                question = next(left, None)
            if question is None:
                return
            asking(question)

    threads = [threading.Thread(target=one_after_another) for _ in range(askers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def spent(work: Callable[[], object]) -> Spent:
    """What the work takes."""
    began, busy = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - began, time.process_time() - busy)
