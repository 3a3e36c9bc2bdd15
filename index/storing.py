"""The rows of a library as they are written: every INSERT and DELETE on its documents is here.

Each function is called inside a transaction, which `index/library.py` opens.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryDamagedError
from index.former_texts import packed
from index.originals import drop_layout, drop_unused, put_layout, put_original
from index.records import Change, Document, Vectors
from index.snapshot import marks_to_json
from index.vector_file import row_type

if TYPE_CHECKING:  # it brings every parser along
    from index.preparing import Prepared

MOST_FORMER_TEXTS = 20  # that are kept of one document, the newest
_BLOCK = 4096  # rows that are read at once


class Stored(NamedTuple):
    """What is known of a document that the library holds."""

    id: str
    source: str
    key: str
    bytes_hash: str
    made_by: str


def root_id(connection: sqlite3.Connection, root: str) -> int:
    """The number of the root, given to it when it is first seen."""
    connection.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", (root,))
    (number,) = connection.execute("SELECT id FROM roots WHERE path = ?", (root,)).fetchone()
    return int(number)


def stored_below(connection: sqlite3.Connection, root: str) -> dict[str, Stored]:
    """The documents that came from the root, by key."""
    rows = connection.execute(
        """SELECT documents.id, source, key, bytes_hash, made_by FROM documents
           JOIN roots ON roots.id = root_id WHERE roots.path = ?""",
        (root,),
    )
    return {stored.key: stored for stored in map(Stored._make, rows)}


def roots_gone(connection: sqlite3.Connection) -> list[str]:
    """The folders that documents came from and that are no longer there."""
    paths = [path for (path,) in connection.execute("SELECT path FROM roots ORDER BY id")]
    return [path for path in paths if Path(path).is_absolute() and not Path(path).exists()]


def move_root(connection: sqlite3.Connection, before: str, root: str) -> None:
    """Gives the documents that came from `before` to `root`, which has none."""
    connection.execute("DELETE FROM roots WHERE path = ?", (root,))
    connection.execute("UPDATE roots SET path = ? WHERE path = ?", (root, before))


def free_source(connection: sqlite3.Connection, key: str, taken: Iterable[str]) -> str:
    """The key, with a suffix where a document of another root has it already.

    A second `notes/a.txt` is kept as `notes/a~2.txt`.
    """
    path, number, source = PurePosixPath(key), 1, key
    held = frozenset(taken)
    while source in held or _exists(connection, "source", source):
        number += 1
        source = str(path.with_name(f"{path.stem}~{number}{path.suffix}"))
    return source


def is_free_id(connection: sqlite3.Connection, document_id: str) -> bool:
    """Whether no document has that id."""
    return not _exists(connection, "id", document_id)


def _exists(connection: sqlite3.Connection, column: str, value: str) -> bool:
    row = connection.execute(f"SELECT 1 FROM documents WHERE {column} = ?", (value,)).fetchone()
    return row is not None


def insert(
    connection: sqlite3.Connection, prepared: "Prepared", vectors: Vectors, generation: int
) -> None:
    """Writes the document with its chunks and their vectors."""
    document = prepared.document
    if prepared.original is not None:
        put_original(connection, prepared.bytes_hash, prepared.original)
    connection.execute(
        """INSERT INTO documents (id, root_id, key, source, version, bytes_hash, made_by, encoding,
               title, author, date, language, address, publisher, has_lines, characters, marks,
               text, original)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            document.id,
            root_id(connection, prepared.source.root),
            prepared.source.key,
            document.source,
            document.version,
            prepared.bytes_hash,
            prepared.made_by,
            prepared.encoding,
            document.title,
            document.author,
            document.date,
            document.language,
            document.address,
            document.publisher,
            document.has_lines,
            len(document.text),
            marks_to_json(document.marks),
            document.text,
            None if prepared.original is None else prepared.bytes_hash,
        ),
    )
    if prepared.layout is not None:
        put_layout(connection, document.id, prepared.layout)
    for passage, vector in zip(prepared.passages, vectors, strict=True):
        spans = np.array(passage.sentences, "<i4") - passage.start
        cursor = connection.execute(
            """INSERT INTO chunks (document_id, start, end, sentences, headings, text)
               VALUES (?, ?, ?, ?, ?, ?)""",
            (
                document.id,
                passage.start,
                passage.end,
                spans.astype("<i4").tobytes(),
                json.dumps(passage.headings, ensure_ascii=False),
                document.text[passage.start : passage.end],
            ),
        )
        chunk_id = cursor.lastrowid
        connection.execute("INSERT INTO vectors VALUES (?, ?)", (chunk_id, vector.tobytes()))
        connection.execute(
            "INSERT INTO changes VALUES (?, 'added', ?, ?)", (generation, chunk_id, document.id)
        )


def replace(
    connection: sqlite3.Connection, prepared: "Prepared", vectors: Vectors, generation: int
) -> None:
    """Writes the document in place of the one with its id, whose text becomes a former one."""
    _keep_text(connection, prepared.document)
    _delete_present(connection, prepared.document.id, generation)
    insert(connection, prepared, vectors, generation)
    drop_unused(connection)


def _keep_text(connection: sqlite3.Connection, following: Document) -> None:
    """Keeps the text that `following` takes the place of, unless it is the same."""
    version, text = connection.execute(
        "SELECT version, text FROM documents WHERE id = ?", (following.id,)
    ).fetchone()
    if version == following.version:
        return
    connection.execute(
        "DELETE FROM former_texts WHERE document_id = ? AND version = ?",
        (following.id, following.version),
    )
    connection.execute(
        "INSERT OR REPLACE INTO former_texts (document_id, version, text) VALUES (?, ?, ?)",
        (following.id, version, packed(text)),
    )
    connection.execute(
        """DELETE FROM former_texts WHERE id IN (
               SELECT id FROM former_texts WHERE document_id = ?
               ORDER BY id DESC LIMIT -1 OFFSET ?)""",
        (following.id, MOST_FORMER_TEXTS),
    )


def delete(connection: sqlite3.Connection, document_id: str, generation: int) -> None:
    """Removes the document with everything that is of it, its former texts too."""
    connection.execute("DELETE FROM former_texts WHERE document_id = ?", (document_id,))
    _delete_present(connection, document_id, generation)
    drop_unused(connection)


def _delete_present(connection: sqlite3.Connection, document_id: str, generation: int) -> None:
    connection.execute(
        """INSERT INTO changes
           SELECT ?, 'removed', id, document_id FROM chunks WHERE document_id = ?""",
        (generation, document_id),
    )
    connection.execute(
        "DELETE FROM vectors WHERE chunk_id IN (SELECT id FROM chunks WHERE document_id = ?)",
        (document_id,),
    )
    connection.execute("DELETE FROM chunks WHERE document_id = ?", (document_id,))
    drop_layout(connection, document_id)
    connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))


def rename(
    connection: sqlite3.Connection,
    document_id: str,
    *,
    key: str,
    source: str,
    titles: tuple[str, str],
) -> None:
    """Gives a document another key; its id and its text stay.

    `titles` are what its old and its new source make of themselves: a document titled by its source
    is given the second.
    """
    connection.execute(
        """UPDATE documents SET key = ?, source = ?,
               title = CASE title WHEN ? THEN ? ELSE title END WHERE id = ?""",
        (key, source, *titles, document_id),
    )


def changes_since(connection: sqlite3.Connection, generation: int, dimension: int) -> list[Change]:
    """What happened after `generation`, in order."""
    rows = connection.execute(
        """SELECT generation, kind, changes.chunk_id, document_id, vector FROM changes
           LEFT JOIN vectors ON kind = 'added' AND vectors.chunk_id = changes.chunk_id
           WHERE generation > ? ORDER BY changes.rowid""",
        (generation,),
    )
    return [
        Change(number, kind, id, document_id, _vectors([blob], dimension)[0] if blob else None)
        for number, kind, id, document_id, blob in rows
    ]


def vector_blocks(
    connection: sqlite3.Connection, document_ids: list[str], dimension: int
) -> Iterator[NDArray[np.void]]:
    """Every vector of the library as rows of a vector file, in blocks."""
    position = {document_id: number for number, document_id in enumerate(document_ids)}
    cursor = connection.execute(
        """SELECT chunk_id, document_id, vector FROM vectors
           JOIN chunks ON chunks.id = chunk_id ORDER BY chunk_id"""
    )
    while rows := cursor.fetchmany(_BLOCK):
        block = np.empty(len(rows), row_type(dimension))
        block["chunk"] = [chunk_id for chunk_id, _, _ in rows]
        block["document"] = [position[document_id] for _, document_id, _ in rows]
        block["vector"] = _vectors([blob for _, _, blob in rows], dimension)
        yield block


def _vectors(blobs: list[bytes], dimension: int) -> Vectors:
    if any(len(blob) != 4 * dimension for blob in blobs):
        raise LibraryDamagedError("vectors in the library are damaged; `pincite check` says which")
    return np.frombuffer(b"".join(blobs), "<f4").reshape(-1, dimension).astype(np.float32)
