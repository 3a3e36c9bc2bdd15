"""Many asking at once: questions a second, beside the models alone.

Every question is new, and nothing is remembered of it. The plain way is the models' own work: the
batches that ours computed, computed once more on the same cores with nothing around them. Targets
are held against processor time, which others on the machine change least.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from itertools import count, islice
from pathlib import Path

from eval.formats import load_suite
from index import cores
from index.embedding import Embedder, load_embedder
from index.library import Library
from index.sources import sources_below
from rag.ask import Pipeline, ask
from rag.retrieval import retrieve
from tests.benchmarks.embedders import SyntheticEmbedder
from tests.benchmarks.libraries import add, as_sources
from tests.benchmarks.noting import ask_all, noted, spent
from tests.benchmarks.rows import Row
from tests.benchmarks.texts import distinct_questions, texts

_COURSE = "keeping_time"
MOST_SLOWER = 1.2
LEAST_SEARCHES = 50.0  # a second on each core
CHUNKS_EACH = 29  # about as many passages are cut from each text


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
    sources = as_sources(texts(3, files=chunks // CHUNKS_EACH, sentences=200))
    made = add(library, sources, SyntheticEmbedder(real)).chunks
    seeds = count(100)
    return _Course(
        f"{made:,} passages", library, lambda number: distinct_questions(next(seeds), number)
    )


def _row(course: _Course, kind: str, askers: int, real: Embedder, *, least: int) -> Row:
    made = noted(course.library, kind, real)
    pipeline = made.pipeline
    questions = course.questions(max(least * (4 if kind == "search" else 1), 2 * askers))
    asking = partial(_search, pipeline) if kind == "search" else partial(ask, pipeline=pipeline)
    whole = spent(partial(ask_all, asking, questions, askers))
    batches, alone = len(made.work.calls), made.again()
    each, models = (1_000 * taken.busy / len(questions) for taken in (whole, alone))
    searching = kind == "search"
    met = 1_000 / each >= LEAST_SEARCHES if searching else each <= models * MOST_SLOWER
    return Row(
        "together",
        f"{course.label}, {kind}, {askers} asking",
        len(questions) / whole.wall,
        "/s",
        len(questions) / alone.wall,
        "the models alone" if askers == 1 else "",
        target=f"{LEAST_SEARCHES:.0f}/s a core" if searching else "20 percent over the models",
        met=met,
        note=f"processor time of one {each:.1f} ms, of its models alone {models:.1f} ms; "
        f"{batches / len(questions):.1f} batches each; {cores.count()} cores",
    )


def _search(pipeline: Pipeline, question: str) -> None:
    with pipeline.library.snapshot() as snapshot:
        retrieve(question, snapshot, embedder=pipeline.embedder)
