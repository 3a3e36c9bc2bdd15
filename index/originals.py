"""Originals and layouts as a library keeps them: rows written, read, and looked over.

What writes is called inside a transaction, as all of `index/storing.py` is.
"""

import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import astuple

from index.layout import Layout, LinePart, Region, Sheet, regions_in, what_is_wrong

_BLOCK = 1 << 20  # bytes that are read at once


def put_original(connection: sqlite3.Connection, hash: str, data: bytes) -> None:
    """Keeps the file under its hash, once."""
    connection.execute(
        "INSERT OR IGNORE INTO originals (hash, data) VALUES (?, ?)", (hash, memoryview(data))
    )


def put_layout(connection: sqlite3.Connection, document_id: str, layout: Layout) -> None:
    """Keeps where the text of a document stands."""
    connection.executemany(
        "INSERT INTO sheets VALUES (?, ?, ?, ?)",
        (
            (document_id, number, sheet.width, sheet.height)
            for number, sheet in enumerate(layout.sheets)
        ),
    )
    connection.executemany(
        "INSERT INTO line_parts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((document_id, *astuple(part)) for part in layout.parts),
    )


def drop_layout(connection: sqlite3.Connection, document_id: str) -> None:
    """Forgets where the text of a document stood."""
    connection.execute("DELETE FROM line_parts WHERE document_id = ?", (document_id,))
    connection.execute("DELETE FROM sheets WHERE document_id = ?", (document_id,))


def drop_unused(connection: sqlite3.Connection) -> None:
    """Forgets the originals that no document is read from any more."""
    connection.execute(
        """DELETE FROM originals WHERE NOT EXISTS (
               SELECT 1 FROM documents WHERE original = originals.hash)"""
    )


def sheets_of(connection: sqlite3.Connection, document_id: str) -> tuple[Sheet, ...]:
    """The pages of a document's original; none where it has none."""
    rows = connection.execute(
        "SELECT width, height FROM sheets WHERE document_id = ? ORDER BY number", (document_id,)
    )
    return tuple(Sheet(*row) for row in rows)


def regions_of(
    connection: sqlite3.Connection, document_id: str, start: int, end: int
) -> list[Region]:
    """Where the characters from `start` to `end` stand, in the order of the text."""
    return list(regions_in(_parts(connection, document_id, start, end), start, end))


def original_of(connection: sqlite3.Connection, hash: str) -> bytes | None:
    """The file with that hash; `None` where it is not kept."""
    row = connection.execute("SELECT data FROM originals WHERE hash = ?", (hash,)).fetchone()
    return bytes(row[0]) if row else None


def changed_originals(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Id and source of the documents whose original is not what was kept."""
    for id, hash in connection.execute("SELECT id, hash FROM originals").fetchall():
        if _hash_of(connection, id) != hash:
            yield from connection.execute(
                "SELECT id, source FROM documents WHERE original = ?", (hash,)
            )


def changed_layouts(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """Id and source of the documents whose layout cannot be theirs, and what is wrong with it."""
    rows = connection.execute("SELECT id, source, characters, original FROM documents").fetchall()
    for id, source, characters, original in rows:
        parts = tuple(_parts(connection, id, 0, sys.maxsize))
        layout = Layout(sheets_of(connection, id), parts)
        try:
            wrong = what_is_wrong(layout, characters)
        except (TypeError, ValueError):  # its columns are no longer what was written
            wrong = "a line that cannot be read"
        if bool(layout.sheets) != bool(original):
            wrong = f"{len(layout.sheets)} pages"
        if wrong:
            yield id, source, wrong


def _parts(
    connection: sqlite3.Connection, document_id: str, start: int, end: int
) -> Iterator[LinePart]:
    rows = connection.execute(
        """SELECT start, end, sheet, turn, top, bottom, edges FROM line_parts
           WHERE document_id = ?1 AND start < ?3 AND start >= coalesce((
               SELECT max(start) FROM line_parts WHERE document_id = ?1 AND start <= ?2), 0)
           ORDER BY start""",
        (document_id, start, end),
    )
    return (LinePart(*row) for row in rows)


def _hash_of(connection: sqlite3.Connection, id: int) -> str:
    hashed = hashlib.sha256()
    with connection.blobopen("originals", "data", id, readonly=True) as blob:
        while block := blob.read(_BLOCK):
            hashed.update(block)
    return hashed.hexdigest()
