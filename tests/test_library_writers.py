"""Other embedders, other writers, errors half way, and questions asked meanwhile."""

import gc
import sqlite3
import subprocess
import sys
import threading

import numpy as np
import pytest

from index.embedding import load_embedder
from index.embedding.hashing import HashingEmbedder
from index.errors import (
    LibraryBusyError,
    LibraryMismatchError,
)
from index.events import Finished
from index.library import Library
from index.sources import sources_below
from tests.libraries import QUERY, add, answers, change, ids_of, named, texts_of, write


def begun(library, tmp_path):
    """An `add` that has stored nothing yet and holds the lock."""
    texts = write(tmp_path / "more", d="Stars shine.")
    events = library.add(
        sources_below([texts]), embedder=load_embedder("hashing"), max_bytes=10_000
    )
    next(events)
    return events


class Other(HashingEmbedder):
    name, fingerprint = "other", "other-1"


class Narrow(HashingEmbedder):
    """The same weights in another precision, `error` away from the first."""

    precision, error = "bfloat16", 0.005

    def encode_documents(self, texts):
        rows = super().encode_documents(texts) + np.float32(self.error)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Coarse(Narrow):
    precision, error = "int8", 0.1


def test_another_embedder_is_refused_by_both_names(library, tmp_path):
    with pytest.raises(LibraryMismatchError, match=r"'hashing'.*'other'.*--embedder hashing"):
        add(library, tmp_path / "texts", embedder=Other())
    with pytest.raises(LibraryMismatchError, match=r"'hashing'.*'other'"):
        library.accept(Other())
    assert library.check() == []


def test_precisions_may_meet_where_the_probes_agree(library, tmp_path):
    library.accept(Narrow())
    add(library, write(tmp_path / "more", d="Stars shine."), embedder=Narrow())
    with pytest.raises(LibraryMismatchError, match=r"float32.*int8.*cosine 0\.\d+.*--precision"):
        library.accept(Coarse())


@pytest.mark.slow
def test_the_bundled_embedder_meets_itself_in_the_other_precision(tmp_path):
    with Library.create(tmp_path / "library") as library:
        texts = write(tmp_path / "texts", a="Bees hum.")
        add(library, texts, embedder=load_embedder(precision="float32"))
        other = load_embedder(precision="bfloat16")
        assert named(add(library, texts, embedder=other)) == [("Unchanged", "a.txt")]
        with pytest.raises(LibraryMismatchError, match=r"'all-MiniLM-L6-v2'.*'hashing'"):
            library.accept(load_embedder("hashing"))


def test_a_second_writer_is_told_who_the_first_is(library, tmp_path):
    events = begun(library, tmp_path)
    code = (
        "import sys; from pathlib import Path; from index.library import Library\n"
        "Library.open(Path(sys.argv[1])).check()"
    )
    second = subprocess.run(
        [sys.executable, "-c", code, str(library.path)], capture_output=True, text=True, check=False
    )
    assert "LibraryBusyError" in second.stderr
    with Library.open(library.path) as other:
        for write_to in (other.check, lambda: other.remove("x"), lambda: add(other, tmp_path)):
            with pytest.raises(LibraryBusyError, match=r"process \d+ \(pincite add, since"):
                write_to()
        assert len(texts_of(other)) == 3  # reading goes on
    list(events)
    assert len(texts_of(library)) == 4


def test_an_abandoned_add_lets_go_of_the_lock_also_in_another_thread(library, tmp_path):
    events = begun(library, tmp_path)
    thread = threading.Thread(target=events.close)
    thread.start()
    thread.join()
    assert library.check() == []
    events = begun(library, tmp_path)
    del events
    gc.collect()
    assert library.check() == []


class Failing(HashingEmbedder):
    def encode_documents(self, texts):
        raise RuntimeError("out of order")


def test_an_error_half_way_leaves_the_library_as_it_was(library, tmp_path, monkeypatch):
    before = texts_of(library)
    more = write(tmp_path / "more", d="Stars shine.", e="Moons orbit.")
    with pytest.raises(RuntimeError, match="out of order"):
        add(library, more, embedder=Failing())

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.storing.marks_to_json", interrupted)  # in mid-transaction
        with pytest.raises(KeyboardInterrupt):
            add(library, more)
    assert texts_of(library) == before
    assert library.check() == []
    add(library, more)
    assert len(texts_of(library)) == 5


def test_no_connection_is_kept_inside_a_transaction(library):
    def fail():
        with library._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with pytest.raises(ValueError, match="mine"), library.snapshot():
        raise ValueError("mine")
    with library._connection() as connection:
        assert not connection.in_transaction
    assert library.check() == []


def test_a_commit_that_fails_is_rolled_back(library, tmp_path):
    change(library, "CREATE TABLE late (id REFERENCES roots (id) DEFERRABLE INITIALLY DEFERRED)")
    change(
        library,
        """CREATE TRIGGER late_failure AFTER INSERT ON documents
           BEGIN INSERT INTO late VALUES (99); END""",
    )
    with pytest.raises(sqlite3.IntegrityError):
        add(library, write(tmp_path / "more", d="Stars shine."))
    assert len(texts_of(library)) == 3
    assert library.check() == []


def test_a_new_base_reaches_a_library_that_is_open_elsewhere(library, tmp_path):
    with Library.open(library.path) as other:
        answers(other)
        events = begun(library, tmp_path)
        for event in events:
            if isinstance(event, Finished):  # stored, and the new base not yet written
                with other.snapshot() as snapshot:
                    assert snapshot._vectors.is_loose
        with other.snapshot() as snapshot:
            assert not snapshot._vectors.is_loose


def test_a_snapshot_stays_as_it_was_while_a_writer_works(library, tmp_path):
    stop, failures = threading.Event(), []

    def ask():
        while not stop.is_set():
            with library.snapshot() as snapshot:
                rows = snapshot.documents()
                (found,) = snapshot.search_vectors(QUERY, 100)
                chunks = snapshot.chunks(scored.chunk_id for scored in found)
                documents = {chunk.document_id for chunk in chunks.values()}
                if len(chunks) != len(found) or documents != {row.id for row in rows}:
                    failures.append((snapshot.generation, rows, found))

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    with library.snapshot() as first:
        for number in range(30):
            texts = write(tmp_path / "texts", a=f"Bees hum {number}.", **{f"n{number}": "New."})
            add(library, texts)
        assert [row.source for row in first.documents()] == ["a.txt", "b.txt", "c.txt"]
        assert first.document(ids_of(library)["a.txt"]).text == "Bees hum."
        assert len(first.search_vectors(QUERY, 100)[0]) == 3
        assert first.generation == 1
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(texts_of(library)) == 33
