"""The vector store of each generation: from the file, from the change log, or from SQLite anew."""

import logging
import sqlite3
import threading
from pathlib import Path

import numpy as np

from index.database import read_meta
from index.storing import changes_since, vector_blocks
from index.vector_file import FILE_NAME, generation_of, read_vector_file, write_vector_file
from index.vectors import VECTOR_STORES, Rows, VectorStore

_log = logging.getLogger(__name__)


class VectorCache:
    """Keeps the newest vector store that was asked for; shared by all threads of a process."""

    def __init__(self, library: Path) -> None:
        """`library` is the folder of the library."""
        self._path = library / FILE_NAME
        self._guard = threading.Lock()
        self._store: VectorStore | None = None

    def store(self, connection: sqlite3.Connection) -> VectorStore | None:
        """The store of the generation that the connection's transaction sees.

        `None` where nothing was ever added. The store is of a newer generation where another thread
        asked for that one in the meantime: the caller then begins a new transaction.
        """
        facts = read_meta(connection)
        if "dimension" not in facts:
            return None
        generation, oldest = int(facts["generation"]), int(facts.get("changes_from", 0))
        with self._guard:
            store = self._store
            if store is None or store.generation < oldest or store.is_loose:
                store = self._newest(connection, store, facts)
            if store.generation < generation:
                changes = changes_since(connection, store.generation, int(facts["dimension"]))
                store = store.sync(changes, generation)
            self._store = store
            return store

    def forget(self) -> None:
        """Drops what it keeps."""
        with self._guard:
            self._store = None

    def fold(self, connection: sqlite3.Connection) -> bool:
        """Writes the file anew where it is missing or much has changed since it was written.

        Returns whether it did; from then on the file is of the connection's generation.
        """
        facts = read_meta(connection)
        if "dimension" not in facts:
            return False
        written = generation_of(self._path, library=_id_in(facts))
        (changed,) = connection.execute(
            "SELECT count(*) FROM changes WHERE generation > ?", (written,)
        ).fetchone()
        (chunks,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
        if written >= 0 and changed * 10 <= chunks:
            return False
        return self._write(connection)

    def drop_newer(self, connection: sqlite3.Connection) -> None:
        """Removes a file that is newer than the library; call it before anything is written.

        It comes of a database that was put back from a backup: what is written next will have the
        same generations, and other vectors.
        """
        facts = read_meta(connection)
        if generation_of(self._path, library=_id_in(facts)) > int(facts.get("generation", 0)):
            self._path.unlink(missing_ok=True)

    def is_there(self) -> bool:
        """Whether there is a file at all."""
        return self._path.is_file()

    def is_sound(self, connection: sqlite3.Connection) -> bool:
        """Whether the file is there, holds what was written and is of this library's past."""
        facts = read_meta(connection)
        try:
            _, generation = read_vector_file(self._path, library=_id_in(facts))
        except (OSError, ValueError):
            return False
        return generation <= int(facts["generation"])

    def rebuild(self, connection: sqlite3.Connection) -> None:
        """Writes the file from SQLite, whatever stands there now."""
        with self._guard:
            self._store = None
            self._write(connection)

    def _newest(
        self, connection: sqlite3.Connection, store: VectorStore | None, facts: dict[str, str]
    ) -> VectorStore:
        """The store to go on from: the file's, or the one at hand where that is newer.

        A file is of use where the change log leads from it to what the connection sees.
        """
        library = _id_in(facts)
        oldest, newest = int(facts.get("changes_from", 0)), int(facts["generation"])
        if store is not None and store.generation >= oldest:
            written = generation_of(self._path, library=library)
            if not store.generation <= written <= newest:
                return store
        try:
            rows, generation = read_vector_file(self._path, library=library)
            if oldest <= generation <= newest:
                return VECTOR_STORES["faiss"](rows, generation)
            _log.info("%s is of another generation and is made anew", self._path.name)
        except FileNotFoundError:
            _log.info("%s is not there and is made from the library", self._path.name)
        except (OSError, ValueError) as error:
            _log.warning("%s is damaged and is made anew: %s", self._path.name, error)
        self._write(connection)
        return self._from_library(connection)

    def _from_library(self, connection: sqlite3.Connection) -> VectorStore:
        facts = read_meta(connection)
        names = _document_ids(connection)
        blocks = list(vector_blocks(connection, names, int(facts["dimension"])))
        if not blocks:
            rows = Rows.none(int(facts["dimension"]))
        else:
            table = np.concatenate(blocks)
            documents = np.array([*names, ""], dtype=object)[table["document"]]
            rows = Rows(table["chunk"], documents, np.ascontiguousarray(table["vector"]))
        return VECTOR_STORES["faiss"](rows, int(facts["generation"]))

    def _write(self, connection: sqlite3.Connection) -> bool:
        """Writes the file; it is only a cache, so a disk that takes no more is no error."""
        facts = read_meta(connection)
        names, dimension = _document_ids(connection), int(facts["dimension"])
        try:
            write_vector_file(
                self._path,
                vector_blocks(connection, names, dimension),
                library=_id_in(facts),
                generation=int(facts["generation"]),
                dimension=dimension,
                document_ids=names,
            )
        except OSError as error:
            _log.warning("%s could not be written: %s", self._path.name, error)
            return False
        return True


def _id_in(facts: dict[str, str]) -> str:
    return facts.get("library", "")


def _document_ids(connection: sqlite3.Connection) -> list[str]:
    return [document_id for (document_id,) in connection.execute("SELECT id FROM documents")]
