"""Whether what a library stores is what was written, part by part."""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.database import read_meta
from index.errors import LibraryDamagedError
from index.former_texts import unpacked
from index.originals import changed_layouts, changed_originals
from index.snapshot import chunk_from_row
from index.vector_cache import VectorCache

_UNIT_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a library that is not as it was written."""

    # "database", "words", "documents", "former texts", "originals", "layouts", "chunks", "vectors"
    # or "vector file"
    part: str
    message: str
    mended: bool = False


def problems_of(connection: sqlite3.Connection, cache: VectorCache) -> Iterator[Problem]:
    """Everything that is wrong; what can be made anew from SQLite is, and says so."""
    try:
        yield from _database(connection)
        yield from _words(connection)
        yield from _documents(connection)
        yield from _former_texts(connection)
        yield from _originals(connection)
        yield from _vectors(connection)
        yield from _vector_file(connection, cache)
    except sqlite3.DatabaseError as error:
        yield Problem("database", f"cannot be read further ({error})")


def _database(connection: sqlite3.Connection) -> Iterator[Problem]:
    for (message,) in connection.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield Problem("database", message)
    for table, row, *_ in connection.execute("PRAGMA foreign_key_check"):
        yield Problem("database", f"row {row} of {table} belongs to nothing")


def _words(connection: sqlite3.Connection) -> Iterator[Problem]:
    """With rank 1 FTS5 compares its index with the passages; without, only with itself."""
    try:
        connection.execute(
            "INSERT INTO chunk_words (chunk_words, rank) VALUES ('integrity-check', 1)"
        )
    except sqlite3.DatabaseError:
        connection.execute("INSERT INTO chunk_words (chunk_words) VALUES ('rebuild')")
        yield Problem("words", "did not agree with the passages; made anew", mended=True)


def _documents(connection: sqlite3.Connection) -> Iterator[Problem]:
    for id, source, version, text in connection.execute(
        "SELECT id, source, version, text FROM documents"
    ):
        if hashlib.sha256(text.encode("utf-8")).hexdigest() != version:
            yield Problem("documents", f"the text of {source} was changed; {_again(id)}")
        for row in connection.execute(
            """SELECT id, document_id, start, end, text, sentences, headings FROM chunks
               WHERE document_id = ?""",
            (id,),
        ):
            if not _is_slice(text, row):
                message = f"passage {row[0]} of {source} is no slice of its text; {_again(id)}"
                yield Problem("chunks", message)


def _former_texts(connection: sqlite3.Connection) -> Iterator[Problem]:
    """One that was changed is removed: no file has its words any more, and no guess may serve."""
    rows = connection.execute(
        """SELECT former_texts.id, former_texts.version, source, former_texts.text
           FROM former_texts JOIN documents ON documents.id = document_id"""
    )
    changed = [row[:3] for row in rows if unpacked(row[3], row[1]) is None]
    for id, version, source in changed:
        connection.execute("DELETE FROM former_texts WHERE id = ?", (id,))
        message = f"version {version} of {source} was changed; removed"
        yield Problem("former texts", message, mended=True)


def _originals(connection: sqlite3.Connection) -> Iterator[Problem]:
    for id, source in changed_originals(connection):
        yield Problem("originals", f"the file that {source} came in was changed; {_again(id)}")
    for id, source, wrong in changed_layouts(connection):
        yield Problem("layouts", f"where {source} stands was changed ({wrong}); {_again(id)}")


def _is_slice(text: str, row: tuple[Any, ...]) -> bool:
    """Whether the passage, and each of its sentences, is what stands at its place in the text."""
    try:
        chunk = chunk_from_row(row)
    except ValueError:  # its columns are no longer what was written
        return False
    bounds = [chunk.start, *(offset for span in chunk.sentences for offset in span), chunk.end]
    return text[chunk.start : chunk.end] == chunk.text and bounds == sorted(bounds)


def _vectors(connection: sqlite3.Connection) -> Iterator[Problem]:
    size = 4 * int(read_meta(connection).get("dimension", 0))
    for id, chunk_id, blob in connection.execute(
        """SELECT document_id, chunks.id, vector FROM chunks
           LEFT JOIN vectors ON chunk_id = chunks.id"""
    ):
        if blob is None:
            yield Problem("vectors", f"passage {chunk_id} has no vector; {_again(id)}")
        elif len(blob) != size or not _is_unit(np.frombuffer(blob, "<f4")):
            yield Problem("vectors", f"the vector of passage {chunk_id} was changed; {_again(id)}")


def _is_unit(vector: NDArray[np.float32]) -> bool:
    return abs(float(vector @ vector) - 1) <= _UNIT_TOLERANCE


def _again(document_id: str) -> str:
    return f"`pincite remove {document_id}`, then add it again"


def _vector_file(connection: sqlite3.Connection, cache: VectorCache) -> Iterator[Problem]:
    """A file that is not there yet is no damage: an `add` was stopped before it made one."""
    if "dimension" not in read_meta(connection) or cache.is_sound(connection):
        return
    was_there = cache.is_there()
    try:
        cache.rebuild(connection)
        mended = cache.is_sound(connection)
    except LibraryDamagedError:  # the vectors in the database themselves, told of above
        mended = False
    if was_there:
        message = "was not as it was written"
        yield Problem("vector file", f"{message}{'; made anew' if mended else ''}", mended=mended)
