"""Puts the passages that a suite brings along into a library of their own, once.

The library's folder is named after what it was made of, so that another suite, embedder or
precision never meets it.
"""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from platformdirs import user_cache_path

from eval.cases import Suite
from index.embedding import load_embedder
from index.errors import SuiteError
from index.events import AddEvent, Refused
from index.library import Library
from index.sources import text_source
from rag.settings import Settings


def passages_path(suite: Suite, settings: Settings, cache: Path | None = None) -> Path:
    """The folder of the library with the suite's passages, whether or not it was made yet."""
    made_of = f"{suite.hash} {settings.embedder} {settings.precision}"
    folder = cache or user_cache_path("pincite") / "suites"
    return folder / f"{Path(suite.name).stem}-{sha256(made_of.encode()).hexdigest()[:16]}"


def index_passages(suite: Suite, path: Path, settings: Settings) -> Iterator[AddEvent]:
    """Bring the library at `path` up to date with the suite's passages, one document each.

    Raises `SuiteError` at the end where a passage was refused.
    """
    sources = [
        text_source("suite", passage.key, passage.text, title=passage.title)
        for passage in suite.passages
    ]
    embedder = load_embedder(
        settings.embedder, precision=settings.precision, threads=settings.threads
    )
    refused: list[str] = []
    with Library.create(path) as library:
        most_bytes = settings.max_bytes
        for event in library.add(sources, embedder=embedder, max_bytes=most_bytes):
            if isinstance(event, Refused):
                refused.append(f"{suite.name}: passage {event.source} {event.reason}")
            yield event
    if refused:
        raise SuiteError("\n".join(refused))
