"""The passages that a suite brings along become a library of their own, once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from eval.cases import Passage, Suite
from eval.passages import index_passages, passages_path
from index.errors import SuiteError
from index.library import Library
from rag.settings import Settings

PASSAGES = (
    Passage("Tides/001.txt", "Tides", "Spring tides are the highest."),
    Passage("Tides/002.txt", "Tides", "Neap tides are low."),
)


@contextmanager
def indexed(suite: Suite, path: Path) -> Iterator[Library]:
    list(index_passages(suite, path, Settings(embedder="hashing")))
    with Library.open(path) as library:
        yield library


def test_a_suite_s_passages_become_documents_once(tmp_path: Path) -> None:
    suite = Suite("s", (), PASSAGES, "f" * 64)
    path = passages_path(suite, Settings(embedder="hashing"), tmp_path)
    with indexed(suite, path) as library:
        assert [(row.source, row.title) for row in library.documents()] == [
            ("Tides/001.txt", "Tides"),
            ("Tides/002.txt", "Tides"),
        ]
        generation = library.facts().generation
    with indexed(suite, path) as library:
        assert library.facts().generation == generation


def test_another_suite_embedder_or_precision_never_meets_the_same_library(tmp_path: Path) -> None:
    suite = Suite("s.json", (), PASSAGES, "f" * 64)
    paths = {
        passages_path(suite, Settings(embedder="hashing"), tmp_path),
        passages_path(suite, Settings(embedder="other"), tmp_path),
        passages_path(suite, Settings(embedder="other", precision="float32"), tmp_path),
        passages_path(Suite("s.json", (), PASSAGES, "e" * 64), Settings(), tmp_path),
    }
    assert len(paths) == 4
    assert {path.parent for path in paths} == {tmp_path}


def test_a_passage_that_is_refused_stops_the_run(tmp_path: Path) -> None:
    suite = Suite("s", (), (Passage("T/001.txt", "T", "NUL \0 byte"),), "f" * 64)
    with (
        pytest.raises(SuiteError, match=r"s: passage T/001.txt .*NUL"),
        indexed(suite, tmp_path / "library"),
    ):
        pass
