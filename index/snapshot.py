"""What a question reads: one state of a library, also while a writer works."""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from index.database import read_meta
from index.errors import LibraryDamagedError, LibraryError
from index.former_texts import unpacked
from index.layout import Region, Sheet
from index.originals import original_of, regions_of, sheets_of
from index.records import Chunk, Document, DocumentSummary, Mark, Vectors
from index.vectors import Scored, VectorStore
from index.words import WORD_STORES

_SUMMARY = """
    SELECT id, version, title, source, language, characters,
           (SELECT count(*) FROM chunks WHERE document_id = documents.id) FROM documents"""
_MOST_MARKED = 64  # texts whose marks are kept; a book has thousands


class State(NamedTuple):
    """Which library, and in which of its states: with equal ones everything in it is the same."""

    file: tuple[int, int]  # device and inode
    library: str  # its own id; "" before anything was added
    generation: int  # counts its transactions

    @classmethod
    def of(cls, file: tuple[int, int], facts: dict[str, str]) -> "State":
        """The state of the library in that file that says this of itself."""
        return cls(file, facts.get("library", ""), int(facts.get("generation", 0)))


class Snapshot:
    """A library as it was when the snapshot was opened; belongs to one thread at a time."""

    def __init__(
        self, connection: sqlite3.Connection, vectors: VectorStore | None, state: State
    ) -> None:
        """`connection` is inside a read transaction, and `vectors` of the generation it sees."""
        self.state = state
        self._connection = connection
        self._vectors = vectors
        self._words = WORD_STORES["fts5"](connection)

    @property
    def generation(self) -> int:
        """Of the library: counts its transactions."""
        return self.state.generation

    def documents(self) -> list[DocumentSummary]:
        """What the library holds, by source."""
        return documents_in(self._connection)

    def document(self, document_id: str) -> Document:
        """The document with its whole text. Raises `LibraryError` where there is none."""
        row = self._connection.execute(
            """SELECT id, version, title, source, text, marks, author, date, language, address,
                   publisher, has_lines
               FROM documents WHERE id = ?""",
            (document_id,),
        ).fetchone()
        if row is None:
            raise _no_document(document_id)
        id, version, title, source, text, marks, *others, has_lines = row
        known = marks_from_json(marks), *others, bool(has_lines)
        return Document(id, version, title, source, text, *known)

    def text(self, document_id: str) -> str:
        """The document's whole text alone. Raises `LibraryError` where there is none."""
        row = self._connection.execute(
            "SELECT text FROM documents WHERE id = ?", (document_id,)
        ).fetchone()
        if row is None:
            raise _no_document(document_id)
        return str(row[0])

    def former_text(self, document_id: str, version: str) -> str | None:
        """What the document said in a version before its present one; `None` where none is kept.

        Raises `LibraryDamagedError` where what is kept is not that version's text any more.
        """
        row = self._connection.execute(
            "SELECT text FROM former_texts WHERE document_id = ? AND version = ?",
            (document_id, version),
        ).fetchone()
        if row is None:
            return None
        text = unpacked(row[0], version)
        if text is None:
            raise LibraryDamagedError(
                f"version {version} of document {document_id!r} is damaged; "
                "`pincite check` removes it"
            )
        return text

    def sheets(self, document_id: str) -> tuple[Sheet, ...]:
        """The pages of the file that a document was read from; none where it has none to show."""
        return sheets_of(self._connection, document_id)

    def regions(self, document_id: str, start: int, end: int) -> list[Region]:
        """Where the characters from `start` to `end` stand on those pages, line by line.

        Raises `LibraryDamagedError` where that cannot be read any more.
        """
        try:
            return regions_of(self._connection, document_id, start, end)
        except (TypeError, ValueError) as error:
            raise LibraryDamagedError(
                f"where the text of document {document_id!r} stands is damaged; "
                "`pincite check` says what mends it"
            ) from error

    def original(self, document_id: str, version: str) -> str | None:
        """The SHA-256 of the file that a document was read from; `None` where it is not kept.

        It is not kept of a former version, nor of a format without pages.
        """
        row = self._connection.execute(
            "SELECT original FROM documents WHERE id = ? AND version = ?", (document_id, version)
        ).fetchone()
        return row[0] if row else None

    def original_data(self, hash: str) -> bytes | None:
        """The bytes of an original; `None` where the library does not keep it.

        Raises `LibraryDamagedError` where what is kept has not that hash any more.
        """
        data = original_of(self._connection, hash)
        if data is not None and hashlib.sha256(data).hexdigest() != hash:
            raise LibraryDamagedError(
                f"the original with the hash {hash} is damaged; `pincite check` says what mends it"
            )
        return data

    def chunks(self, chunk_ids: Iterable[int]) -> dict[int, Chunk]:
        """The chunks with these ids."""
        rows = self._connection.execute(
            """SELECT id, document_id, start, end, text, sentences, headings FROM chunks
               WHERE id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(chunk_ids)),),
        )
        return {row[0]: chunk_from_row(row) for row in rows}

    def search_vectors(
        self, vectors: Vectors, k: int, *, documents: Collection[str] | None = None
    ) -> list[list[Scored]]:
        """The k chunks nearest in meaning for each row of `vectors` (n, d)."""
        if self._vectors is None:  # nothing was ever added
            return [[] for _ in vectors]
        return self._vectors.search(vectors, k, documents=documents)

    def search_words(
        self, question: str, k: int, *, documents: Collection[str] | None = None
    ) -> list[Scored]:
        """The k chunks that the words of the question single out best."""
        return self._words.search(question, k, documents=documents)

    def chunks_having(
        self, words: str, k: int, *, documents: Collection[str] | None = None
    ) -> list[int]:
        """The first k chunks, by id, that have these words in a row, whatever their endings."""
        return self._words.having(words, k, documents=documents)

    def documents_having(self, characters: str) -> list[str]:
        """The documents whose text holds these very characters; every text is read for it.

        It finds what the word index does not know: writing without blanks, signs alone.
        """
        rows = self._connection.execute(
            "SELECT id FROM documents WHERE instr(text, ?) ORDER BY source", (characters,)
        )
        return [id for (id,) in rows]

    def documents_cited_by(self, reference: str) -> list[str]:
        """The documents that have a place with this label, as people cite it; by source."""
        mark = f'"reference",{json.dumps(reference, ensure_ascii=False)},'
        rows = self._connection.execute(
            "SELECT id FROM documents WHERE instr(marks, ?) ORDER BY source", (mark,)
        )
        return [id for (id,) in rows]

    def unknown_words(self, question: str) -> list[str]:
        """The question's content words that stand nowhere in the texts."""
        return self._words.unknown(question)

    def meta(self) -> dict[str, str]:
        """What the library says of itself."""
        return read_meta(self._connection)


def _no_document(document_id: str) -> LibraryError:
    return LibraryError(
        f"the library has no document {document_id!r}; `pincite list` names those it has"
    )


def documents_in(connection: sqlite3.Connection) -> list[DocumentSummary]:
    """What a library holds, by source."""
    rows = connection.execute(f"{_SUMMARY} ORDER BY source")
    return [DocumentSummary(*row) for row in rows]


def marks_to_json(marks: Iterable[Mark]) -> str:
    """Marks as the library stores them."""
    rows = [
        [mark.start, mark.end, mark.kind, mark.label, mark.level, dict(mark.data)] for mark in marks
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=_MOST_MARKED)
def marks_from_json(text: str) -> tuple[Mark, ...]:
    """Marks as they were before they were stored."""
    return tuple(Mark(*row) for row in json.loads(text))


def chunk_from_row(row: tuple[Any, ...]) -> Chunk:
    """A chunk from its columns: id, document_id, start, end, text, sentences, headings."""
    id, document_id, start, end, text, sentences, headings = row
    pairs = (np.frombuffer(sentences, "<i4") + start).reshape(-1, 2).tolist()
    spans = tuple((first, last) for first, last in pairs)
    return Chunk(id, document_id, start, end, text, spans, tuple(json.loads(headings)))
