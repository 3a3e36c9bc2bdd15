"""Asking in a running process: how long an answer takes, by stage, in a small and a large library.

Every question is new and meets an empty memory. The large library's vectors are synthetic: random
ones, so what is found by meaning there is chance; the questions are embedded with the real model.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from index.embedding import Embedder, load_embedder
from index.embedding.remembering import RememberingEmbedder
from index.library import Library
from index.records import Vectors
from rag.ask import Pipeline, ask
from rag.readers import READERS, Reader
from rag.settings import Settings
from tests.benchmarks.embedders import SyntheticEmbedder
from tests.benchmarks.libraries import add, as_sources
from tests.benchmarks.rows import Row
from tests.benchmarks.texts import distinct_questions, texts

_SENTENCES = 200  # in each text
_CHUNKS_EACH = 29  # about as many passages are cut from each text
_WARM_UP = 5  # questions that are not counted


@dataclass(frozen=True, slots=True)
class _Library:
    """A library that is made to be asked."""

    chunks: int
    label: str
    embedder: Embedder  # that fills it


def measure(*, small: bool) -> list[Row]:
    """The median and the 95th percentile of an answer, by stage."""
    real = load_embedder(precision="float32", threads=1)
    few, many = (100, 2_000) if small else (1_000, 100_000)
    adding = load_embedder(precision="float32", threads=0)
    count = 20 if small else 200
    rows: list[Row] = []
    for made in (
        _Library(few, "real vectors", adding),
        _Library(many, "synthetic vectors", SyntheticEmbedder(real)),
    ):
        with tempfile.TemporaryDirectory() as folder, Library.create(Path(folder)) as library:
            rows += _asked(made, library, real, count)
    return rows


def _asked(made: _Library, library: Library, real: Embedder, count: int) -> list[Row]:
    sources = as_sources(texts(3, files=max(1, made.chunks // _CHUNKS_EACH), sentences=_SENTENCES))
    began = perf_counter()
    chunks = add(library, sources, made.embedder).chunks
    filling = perf_counter() - began
    began = perf_counter()
    with library.snapshot():
        pass
    opening = perf_counter() - began
    questions = distinct_questions(4, count + _WARM_UP)
    reader = READERS[Settings().reader](real)
    seconds = [_seconds(question, library, real, reader) for question in questions][_WARM_UP:]
    plain = _plain_seconds(questions[_WARM_UP:], library, real)
    whole = [sum(stages.values()) for stages in seconds]
    label = f"{chunks:,} passages ({made.label})"
    told = ", ".join(
        f"{stage} {_split([stages[stage] for stages in seconds])}" for stage in seconds[0]
    )
    return [
        Row(
            "asking",
            f"{label}, p50",
            _percentile(whole, 50),
            "ms",
            _percentile(plain, 50),
            "embedding the question and one product with all vectors, in numpy",
            note=f"p50 / p95 in ms: {told}",
        ),
        Row(
            "asking",
            f"{label}, p95",
            _percentile(whole, 95),
            "ms",
            _percentile(plain, 95),
            note=f"{count} questions; filled in {filling:.0f} s, vectors opened in {opening:.2f} s",
        ),
    ]


def _seconds(
    question: str, library: Library, real: Embedder, reader: Reader
) -> Mapping[str, float]:
    """The seconds of each stage, with nothing remembered of earlier questions."""
    return ask(question, Pipeline(library, RememberingEmbedder(real), reader, Settings())).seconds


def _plain_seconds(questions: Sequence[str], library: Library, real: Embedder) -> list[float]:
    table = _vectors(library)
    seconds = []
    for question in questions:
        began = perf_counter()
        scores = table @ real.encode_queries([question])[0]
        np.argpartition(-scores, min(8, len(scores) - 1))
        seconds.append(perf_counter() - began)
    return seconds


def _vectors(library: Library) -> Vectors:
    """A table as large as the library's, (n, d)."""
    facts = library.facts()
    shape = (facts.chunks, facts.dimension or 0)
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def _percentile(seconds: Sequence[float], percent: float) -> float:
    return float(np.percentile(seconds, percent)) * 1000


def _split(seconds: Sequence[float]) -> str:
    return f"{_percentile(seconds, 50):.1f} / {_percentile(seconds, 95):.1f}"
