"""The server under load, by HTTP: how much it answers, how fast, and what becomes of too much.

`pincite serve` runs as it is, over passages with synthetic vectors, and another process asks it by
its API: distinct questions, of each of which nothing is remembered. Both share the cores of this
machine. Since all of them come from one address, the course's own limits of how often it may be
asked are raised; the limits of what may wait are those that every server has.

Searches stand beside the app that tutorials build (`tutorial.py`), which is asked the same in the
same way; the loads of each are shares of what it can do itself. Answers stand beside their models
alone: the batches that as many asking cause, computed once more with nothing around them. The two
take turns, since what a machine can do changes while it is measured.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, count
from pathlib import Path

import httpx

from index.embedding import Embedder, load_embedder
from index.library import Library
from rag.ask import ask
from tests.benchmarks import tutorial
from tests.benchmarks.embedders import SyntheticEmbedder
from tests.benchmarks.libraries import add, as_sources
from tests.benchmarks.loader import Asking
from tests.benchmarks.loads import (
    OVERLOAD,
    SOON,
    Extent,
    Loaded,
    Outcome,
    Target,
    in_turn,
    loaded,
)
from tests.benchmarks.noting import Spent, ask_all, noted
from tests.benchmarks.rows import Row
from tests.benchmarks.servers import SERVE, started
from tests.benchmarks.texts import distinct_questions, texts
from tests.benchmarks.together import CHUNKS_EACH, LEAST_SEARCHES, MOST_SLOWER

_READERS = ("sentence", "span")
_SETTINGS = """
reader = "{reader}"
[courses.load]
library = "library"
questions = ["Is everything in its place?"]  # or it would look for some while it is measured
client_questions_per_minute = 1000000
questions_per_minute = 1000000
"""
_API = "/c/load/api/v1"
_TUTORIAL = "LangChain, FAISS and gr.ChatInterface with the same embedder"
_MISSING = "the tutorial's app is not installed: pip install -c constraints.txt -e '.[bench]'"


def measure(*, small: bool) -> list[Row]:
    """Searches beside the tutorial's app, and answers of each reader beside its models."""
    if small:
        chunks, count, turns = 2_000, 8, 2
        extent = Extent(askers=(1, 4), in_turn=3, at_random=4, too_much=3, after=6, turn=2)
    else:
        chunks, count, turns = 10_000, 24, 6
        extent = Extent(askers=(1, 4, 16), in_turn=10, at_random=15, too_much=8, after=16, turn=4)
    real = load_embedder(threads=1)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        with Library.create(folder / "library") as library:
            sources = as_sources(texts(3, files=chunks // CHUNKS_EACH, sentences=200))
            label = f"{add(library, sources, SyntheticEmbedder(real)).chunks:,} passages"
            with _served(folder, "sentence", _search) as target:
                searches = loaded(target, extent)
            rows = _search_rows(label, searches, _tutorial(folder, library, real, extent))
            for kind in _READERS:
                made, askers = noted(library, kind, real), max(extent.askers)
                ask_all(partial(ask, pipeline=made.pipeline), distinct_questions(7, count), askers)
                with _served(folder, kind, _ask) as target:
                    answers = loaded(target, extent)
                    beside = [
                        _Turn(in_turn(target, askers=askers, seconds=extent.turn), made.again())
                        for _ in range(turns)
                    ]
                rows += _answer_rows(f"{label}, {kind}", answers)
                rows.append(_models_row(f"{label}, {kind}, {askers} asking", beside, count))
    return rows


@contextmanager
def _served(folder: Path, reader: str, asking: Asking) -> Iterator[Target]:
    """`pincite serve`, and how it is asked."""
    (folder / "pincite.toml").write_text(_SETTINGS.format(reader=reader), encoding="utf-8")
    with started(["-c", SERVE], folder=folder) as serving:
        yield Target(serving, asking, _questions())


async def _search(client: httpx.AsyncClient, question: str) -> httpx.Response:
    return await client.get(f"{_API}/search", params={"q": question})


async def _ask(client: httpx.AsyncClient, question: str) -> httpx.Response:
    return await client.post(f"{_API}/ask", json={"question": question})


def _questions() -> Iterator[str]:
    return chain.from_iterable(distinct_questions(seed, 1_000) for seed in count(100))


def _tutorial(folder: Path, library: Library, real: Embedder, extent: Extent) -> Loaded | None:
    """What becomes of the same loads on the tutorials' app; None where it is not installed."""
    if not tutorial.is_installed():
        return None
    with library.snapshot() as snapshot:
        chunks = snapshot.chunks(range(1, library.facts().chunks + 1))
    passages = [chunk.text for chunk in chunks.values()]
    vectors = SyntheticEmbedder(real).encode_documents(passages)
    tutorial.write_passages(folder, passages, vectors, precision=real.precision)
    with started(["-m", "tests.benchmarks.tutorial", str(folder)], folder=folder) as serving:
        return loaded(Target(serving, tutorial.ask, _questions()), extent)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What the server did for a while, and then its models alone."""

    outcome: Outcome
    alone: Spent


def _models_row(label: str, turns: Sequence[_Turn], count: int) -> Row:
    """All turns together; in each the models computed for `count` questions."""
    answered = sum(len(turn.outcome.answered) for turn in turns)
    computed = count * len(turns)
    each = 1_000 * sum(turn.outcome.server for turn in turns) / answered
    models = 1_000 * sum(turn.alone.busy for turn in turns) / computed
    return Row(
        "load",
        f"{label}, processor time beside the models'",
        each,
        "ms",
        models,
        "the models alone, in turns",
        target=f"{MOST_SLOWER:.1f} times the models'",
        met=each <= MOST_SLOWER * models,
        note=f"of {answered} answers",
    )


def _search_rows(label: str, ours: Loaded, plain: Loaded | None) -> list[Row]:
    rows = [
        Row(
            "load",
            f"{label}, search, {askers} asking in turn",
            outcome.a_second,
            "/s",
            plain.in_turn[askers].a_second if plain else None,
            _TUTORIAL if plain else _MISSING,
            target=f"{LEAST_SEARCHES:.0f}/s a core",
            met=1_000 / outcome.each >= LEAST_SEARCHES,
            note=_beside(outcome.told(), plain and plain.in_turn[askers].told()),
        )
        for askers, outcome in ours.in_turn.items()
    ]
    return rows + _other_rows(f"{label}, search", ours, plain)


def _answer_rows(label: str, answers: Loaded) -> list[Row]:
    rows = [
        Row(
            "load",
            f"{label}, {askers} asking in turn",
            outcome.a_second,
            "/s",
            note=outcome.told(),
        )
        for askers, outcome in answers.in_turn.items()
    ]
    return rows + _other_rows(label, answers, None)


def _other_rows(label: str, ours: Loaded, plain: Loaded | None) -> list[Row]:
    """Those of the open loops."""
    rows = [
        Row(
            "load",
            f"{label}, {share:.0%} of the most at random, p95",
            outcome.percentile(95),
            "ms",
            plain.at_random[share].percentile(95) if plain else None,
            note=_beside(outcome.told(), plain and plain.at_random[share].told()),
        )
        for share, outcome in ours.at_random.items()
    ]
    much = Row(
        "load",
        f"{label}, {OVERLOAD:.0f} times the most, ratio told within {SOON:.0f} s",
        ours.too_much.soon(),
        "",
        plain.too_much.soon() if plain else None,
        note=_beside(ours.too_much.told(), plain and plain.too_much.told()),
    )
    return [*rows, much]


def _beside(ours: str, plain: str | None) -> str:
    return f"{ours}; plain: {plain}" if plain else ours
