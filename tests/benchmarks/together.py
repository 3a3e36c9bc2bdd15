"""Many asking at once: questions a second, beside the models alone.

Every question is new, and nothing is remembered of it. The plain way is the models' own work: the
batches that ours computed, computed once more on the same cores with nothing around them. Targets
are held against processor time, which others on the machine change least.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from itertools import count, islice
from pathlib import Path
from typing import Any

from eval.formats import load_suite
from index import cores
from index.cores import Cores
from index.embedding import Embedder, load_embedder
from index.embedding.gathering import GatheringEmbedder
from index.embedding.remembering import RememberingEmbedder
from index.library import Library
from index.records import Vectors
from index.sources import sources_below
from rag.ask import Pipeline, ask, warm_up
from rag.readers import READERS, Reader
from rag.readers.span.opening import BUNDLED, Networks, OpenedModel, open_model
from rag.readers.span.reader import SpanReader
from rag.readers.span.scoring import Scores
from rag.readers.span.windows import TokenBatch
from rag.retrieval import retrieve
from rag.settings import Settings
from tests.benchmarks.embedders import CountingEmbedder, SyntheticEmbedder
from tests.benchmarks.libraries import add, as_sources
from tests.benchmarks.rows import Row
from tests.benchmarks.texts import distinct_questions, texts

_COURSE = "keeping_time"
_MOST_SLOWER = 1.2
_LEAST_SEARCHES = 50.0  # a second on each core
_CHUNKS_EACH = 29  # about as many passages are cut from each text

Asking = Callable[[str], object]


@dataclass(slots=True)
class _Work:
    """What the models computed, to be computed again."""

    calls: list[Callable[[], object]] = field(default_factory=list)

    def noting(self, compute: Callable[[Any], Any], given: Any) -> Any:
        """What it computes."""
        self.calls.append(partial(compute, given))
        return compute(given)


class _NotingEmbedder(CountingEmbedder):
    """The embedder behind it, whose work is noted."""

    def __init__(self, embedder: Embedder, work: _Work) -> None:
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

    def __init__(self, opened: OpenedModel, work: _Work) -> None:
        self._scorer, self._work = opened.scorer, work
        self.tokenizer, self.window = opened.scorer.tokenizer, opened.scorer.window

    def scores_of(self, tokens: TokenBatch) -> Scores:
        scores: Scores = self._work.noting(self._scorer.scores_of, tokens)
        return scores


@dataclass(frozen=True, slots=True)
class _Course:
    """A library that is asked, and what it is asked."""

    label: str
    library: Library
    questions: Callable[[int], list[str]]  # so many, which nobody asked before


def measure(*, small: bool) -> list[Row]:
    """Searches and whole answers a second, by how many ask at once."""
    real = load_embedder(threads=1)
    chunks, many = (2_000, (1, 4, 16)) if small else (10_000, (1, 2, 4, 16, 64))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        courses = [_sample(Path(one), real), _large(Path(other), real, chunks)]
        rows = [
            _row(course, kind, askers, real, least=16 if small else 48)
            for course in courses
            for kind in ("search", "sentence", "span")
            for askers in many
        ]
        for course in courses:
            course.library.close()
    return rows


def _sample(folder: Path, real: Embedder) -> _Course:
    suite = Path(str(files("eval") / "suites" / _COURSE))
    library = Library.create(folder)
    add(library, sources_below([suite / "texts"]), real)
    listed = [case.question for case in load_suite(suite / "suite.jsonl").cases]
    numbers = count()

    def questions(number: int) -> list[str]:
        return [f"{listed[n % len(listed)]} {n}" for n in islice(numbers, number)]

    return _Course("sample course", library, questions)


def _large(folder: Path, real: Embedder, chunks: int) -> _Course:
    library = Library.create(folder)
    sources = as_sources(texts(3, files=chunks // _CHUNKS_EACH, sentences=200))
    made = add(library, sources, SyntheticEmbedder(real)).chunks
    seeds = count(100)
    return _Course(
        f"{made:,} passages", library, lambda number: distinct_questions(next(seeds), number)
    )


def _row(course: _Course, kind: str, askers: int, real: Embedder, *, least: int) -> Row:
    work, shared = _Work(), Cores()
    embedder = RememberingEmbedder(GatheringEmbedder(_NotingEmbedder(real, work), shared))
    pipeline = Pipeline(course.library, embedder, _reader(kind, embedder, work, shared), Settings())
    warm_up(pipeline)
    work.calls.clear()
    questions = course.questions(max(least * (4 if kind == "search" else 1), 2 * askers))
    asking = partial(_search, pipeline) if kind == "search" else partial(ask, pipeline=pipeline)
    whole, whole_busy = _timed(partial(_all, asking, questions, askers))
    calls = list(work.calls)
    alone, alone_busy = _timed(partial(shared.map, _call, calls))
    each, models = (1_000 * busy / len(questions) for busy in (whole_busy, alone_busy))
    searching = kind == "search"
    met = 1_000 / each >= _LEAST_SEARCHES if searching else each <= models * _MOST_SLOWER
    return Row(
        "together",
        f"{course.label}, {kind}, {askers} asking",
        len(questions) / whole,
        "/s",
        len(questions) / alone,
        "the models alone" if askers == 1 else "",
        target=f"{_LEAST_SEARCHES:.0f}/s a core" if searching else "20 percent over the models",
        met=met,
        note=f"processor time of one {each:.1f} ms, of its models alone {models:.1f} ms; "
        f"{len(calls) / len(questions):.1f} batches each; {cores.count()} cores",
    )


def _reader(kind: str, embedder: Embedder, work: _Work, shared: Cores) -> Reader:
    if kind != "span":
        return READERS["sentence"](embedder)
    opened = open_model(BUNDLED, precision=embedder.precision)
    noted = OpenedModel(opened.card, _NotingScorer(opened, work))
    return SpanReader(embedder, networks=Networks(shared), weights=noted)


def _search(pipeline: Pipeline, question: str) -> None:
    with pipeline.library.snapshot() as snapshot:
        retrieve(question, snapshot, embedder=pipeline.embedder)


def _all(asking: Asking, questions: Sequence[str], askers: int) -> None:
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


def _call(call: Callable[[], object]) -> None:
    call()


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """The seconds that it took, and those of processor time."""
    began, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - began, time.process_time() - busy
