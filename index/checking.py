"""Whether what a library stores is what was written, part by part."""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from index.database import read_meta
from index.snapshot import chunk_from_row
from index.vector_cache import VectorCache

_UNIT_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a library that is not as it was written."""

    part: str  # "database", "words", "documents", "chunks", "vectors" or "vector file"
    message: str
    mended: bool = False


def problems_of(connection: sqlite3.Connection, cache: VectorCache) -> Iterator[Problem]:
    """Everything that is wrong; what can be made anew from SQLite is, and says so."""
    for (message,) in connection.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield Problem("database", message)
    for table, row, *_ in connection.execute("PRAGMA foreign_key_check"):
        yield Problem("database", f"row {row} of {table} belongs to nothing")
    yield from _words(connection)
    yield from _documents(connection)
    yield from _vectors(connection)
    if "dimension" in read_meta(connection) and not cache.is_sound():
        cache.rebuild(connection)
        yield Problem(
            "vector file", "was missing or not as it was written; made anew", mended=cache.is_sound()
        )


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
            yield Problem("documents", f"the text of {source} ({id}) was changed; add it again")
        for row in connection.execute(
            """SELECT id, document_id, start, end, text, sentences, headings FROM chunks
               WHERE document_id = ?""",
            (id,),
        ):
            chunk = chunk_from_row(row)
            if text[chunk.start : chunk.end] != chunk.text:
                yield Problem("chunks", f"passage {chunk.id} of {source} is no slice of its text")


def _vectors(connection: sqlite3.Connection) -> Iterator[Problem]:
    facts = read_meta(connection)
    for chunk_id, blob in connection.execute(
        "SELECT chunks.id, vector FROM chunks LEFT JOIN vectors ON chunk_id = chunks.id"
    ):
        vector = np.frombuffer(blob or b"", "<f4")
        if len(vector) != int(facts["dimension"]):
            yield Problem("vectors", f"passage {chunk_id} has no vector; add its document again")
        elif abs(float(vector @ vector) - 1) > _UNIT_TOLERANCE:
            yield Problem("vectors", f"the vector of passage {chunk_id} was changed; add it again")
