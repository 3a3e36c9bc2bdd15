"""Adding again with nothing changed: nothing is embedded, and no model is loaded."""

import hashlib
import tempfile
from pathlib import Path
from time import perf_counter

from index.embedding import load_embedder
from index.library import Library
from index.sources import sources_below
from rag.settings import load_settings
from tests.benchmarks.embedders import CountingEmbedder, SyntheticEmbedder
from tests.benchmarks.libraries import add, pincite
from tests.benchmarks.rows import Row
from tests.benchmarks.texts import texts


def measure(*, small: bool) -> list[Row]:
    """Seconds for texts that the library has, in a running process and as a whole one."""
    files, sentences = (20, 50) if small else (200, 100)
    with tempfile.TemporaryDirectory() as name:
        folder, library = Path(name, "texts"), Path(name, "library")
        folder.mkdir()
        for file, text in texts(2, files=files, sentences=sentences):
            (folder / file).write_text(text, encoding="utf-8")
        first = _add(folder, library, CountingEmbedder(SyntheticEmbedder(load_embedder())))
        embedder = CountingEmbedder(load_embedder(threads=load_settings().threads))
        seconds = _add(folder, library, embedder)
        hashing = _hash(folder)
        whole = pincite("add", str(folder), "--library", str(library))
    what = f"{files} files, {files * sentences:,} sentences"
    return [
        Row(
            "adding again",
            f"{what}, in a running process",
            seconds,
            "s",
            hashing,
            "reading the files and taking the SHA-256 of each",
            target="no embedding",
            met=not embedder.calls,
            note=f"calls that need the model: {dict(embedder.calls) or 'none'}; "
            f"writing the same for the first time, embedding aside: {first:.1f} s",
        ),
        Row(
            "adding again",
            "the same as a whole `pincite add`",
            whole.seconds,
            "s",
            target="no import of torch",
            met=not whole.torch,
            note=f"torch was {'' if whole.torch else 'not '}imported",
        ),
    ]


def _add(folder: Path, path: Path, embedder: CountingEmbedder) -> float:
    began = perf_counter()
    with Library.create(path) as library:
        add(library, sources_below([folder]), embedder)
    return perf_counter() - began


def _hash(folder: Path) -> float:
    began = perf_counter()
    for path in folder.iterdir():
        hashlib.sha256(path.read_bytes()).hexdigest()
    return perf_counter() - began
