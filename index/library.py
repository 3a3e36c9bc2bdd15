"""A library of texts in one folder: the one write path, and snapshots for reading."""

import sqlite3
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from index import database, storing
from index.checking import Problem, problems_of
from index.chunking import ChunkSettings
from index.closing import Closing
from index.compatibility import check_embedder, chunk_settings_of, facts_of
from index.connections import Connections, OpenFile
from index.embedding import Embedder
from index.errors import LibraryError, LibraryNotFoundError
from index.events import AddEvent
from index.lock import writing
from index.records import DocumentSummary
from index.snapshot import Snapshot, State, documents_in
from index.vector_cache import VectorCache
from index.web.visits import Known, known_pages

if TYPE_CHECKING:  # it brings every parser along, and only adding needs those
    from index.sources import Source

_LARGEST_WINDOW = 254  # tokens of a passage, also where an embedder would take more


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """What a library says of itself."""

    format: int
    generation: int  # counts its transactions
    embedder: str | None  # None before anything was added
    precision: str | None
    dimension: int | None
    chunker: str | None
    documents: int
    chunks: int


class Library(Closing):
    """The texts in one folder. Several threads may share it; each question reads a snapshot.

    Where the folder, or the file in it, is replaced by another one, that is what is read next.
    """

    def __init__(self, path: Path) -> None:
        """Use `Library.open` or `Library.create`."""
        self.path = path
        self._connections = Connections(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The library that stands at `path`.

        Raises `LibraryNotFoundError` where there is none, `LibraryMismatchError` where it is in a
        newer format, `LibraryDamagedError` where the file is no library.
        """
        _refuse_file(path)
        if not (path / database.FILE_NAME).is_file():
            raise LibraryNotFoundError(
                f"there is no library at {path}; make one with `pincite add PATH --library {path}`"
            )
        return cls(path)

    @classmethod
    def create(cls, path: Path) -> Self:
        """The library at `path`, made where it does not stand yet."""
        _refuse_file(path)
        if not (path / database.FILE_NAME).is_file():
            try:
                path.mkdir(parents=True, exist_ok=True)
                with writing(path, "add"):
                    database.connect(path / database.FILE_NAME, create=True).close()
            except OSError as error:
                raise LibraryError(
                    f"no library can be made at {path} ({error.strerror}); name another folder"
                ) from error
        return cls.open(path)

    def add(
        self,
        sources: Iterable["Source"],
        *,
        embedder: Embedder,
        max_bytes: int,
        prune: bool = False,
        prune_below: Collection[tuple[str, str]] = (),
        roots: Sequence[str] | None = None,
    ) -> Iterator[AddEvent]:
        """Adds texts and tells what happens; a document counts as added when it is told of.

        Unchanged files are skipped and changed ones replaced; `prune` removes documents whose file
        is gone, `prune_below` only those of the files and archives that it names by root and key.
        Where `roots` are named, the sources are of these and each is taken when its turn comes.
        Raises `LibraryBusyError` where another process writes and `LibraryMismatchError`
        for another embedder's library.
        """
        from index.adding import Adding

        with self._writing("add") as connection:
            settings = self._claimed_for(connection, embedder)
            adding = Adding(connection, embedder=embedder, settings=settings, max_bytes=max_bytes)
            yield from adding.run(sources, prune=prune, prune_below=prune_below, roots=roots)
            self._fold(connection)

    def remove(self, document_id: str) -> DocumentSummary:
        """Removes a document and says what it was. Raises `LibraryError` where there is none."""
        with self._writing("remove") as connection:
            rows = documents_in(connection)
            found = [row for row in rows if row.id == document_id]
            if not found:
                raise LibraryError(
                    f"the library has no document {document_id!r}; "
                    "`pincite list` names those it has"
                )
            with database.transaction(connection):
                generation = int(database.read_meta(connection)["generation"]) + 1
                database.write_meta(connection, generation=generation)
                storing.delete(connection, document_id, generation)
            self._fold(connection)
            return found[0]

    def check(self) -> list[Problem]:
        """What is not as it was written; caches are made anew."""
        with writing(self.path, "check"), self._connection() as connection:
            return list(problems_of(connection, self._cache))

    def documents(self) -> list[DocumentSummary]:
        """What the library holds, by source."""
        with self._connection() as connection:
            return documents_in(connection)

    def facts(self) -> LibraryFacts:
        """What the library says of itself."""
        with self._connection() as connection:
            facts = database.read_meta(connection)
            counted = [
                connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("documents", "chunks")
            ]
        made = "embedder" in facts
        return LibraryFacts(
            format=database.FORMAT,
            generation=int(facts.get("generation", 0)),
            embedder=facts.get("embedder"),
            precision=facts.get("precision"),
            dimension=int(facts["dimension"]) if made else None,
            chunker=chunk_settings_of(facts).signature if made else None,
            documents=counted[0],
            chunks=counted[1],
        )

    def known_pages(self, root: str) -> dict[str, Known]:
        """The pages of the web that came from the root, by address, to ask whether they changed."""
        from index.documents import FORMATS
        from index.preparing import made_by

        with self._connection() as connection:
            facts = database.read_meta(connection)
            if "embedder" not in facts:
                return {}
            settings = chunk_settings_of(facts)
            makers = {name: made_by(form, settings) for name, form in FORMATS.items()}
            return known_pages(connection, root, makers=makers)

    def accept(self, embedder: Embedder) -> None:
        """Raises `LibraryMismatchError` unless the embedder may be used with this library.

        From then on every file that takes the library's place has to fit it too.
        """
        with self._connection() as connection:
            check_embedder(database.read_meta(connection), embedder)
        self._connections.accepted = embedder

    def state(self) -> State:
        """Which library it is now, and in which of its states."""
        with self._connections.lent() as (file, connection):
            return State.of(file.id, database.read_meta(connection))

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One state of the library, for as long as the block lasts."""
        with self._connections.lent() as (file, connection):
            try:
                yield _opened(file, connection)
            finally:
                connection.rollback()

    def close(self) -> None:
        """Lets go of the files; the library is not to be used afterwards."""
        self._connections.close()

    def _claimed_for(self, connection: sqlite3.Connection, embedder: Embedder) -> ChunkSettings:
        """How texts are cut here; a new library becomes the embedder's."""
        facts = database.read_meta(connection)
        if "embedder" in facts:
            check_embedder(facts, embedder)
            return chunk_settings_of(facts)
        settings = ChunkSettings(window=min(embedder.window, _LARGEST_WINDOW))
        with database.transaction(connection):
            database.write_meta(
                connection, library=uuid.uuid4().hex, generation=0, **facts_of(embedder, settings)
            )
        return settings

    def _fold(self, connection: sqlite3.Connection) -> None:
        """Brings the vector file up to date where that pays; drops what it made superfluous."""
        if self._cache.fold(connection):
            with database.transaction(connection):
                generation = int(database.read_meta(connection)["generation"])
                database.write_meta(connection, changes_from=generation)
                connection.execute("DELETE FROM changes WHERE generation <= ?", (generation,))

    @contextmanager
    def _writing(self, work: str) -> Iterator[sqlite3.Connection]:
        """A connection to write through, and the lock that keeps every other writer out."""
        with writing(self.path, work), self._connection() as connection:
            self._cache.drop_newer(connection)
            yield connection
            database.empty_log(connection)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._connections.lent() as (_, connection):
            yield connection

    @property
    def _cache(self) -> VectorCache:
        return self._connections.file.cache


def _opened(file: OpenFile, connection: sqlite3.Connection) -> Snapshot:
    """A snapshot whose rows and vectors are of one generation."""
    again = False
    while True:
        connection.execute("BEGIN")
        state = State.of(file.id, database.read_meta(connection))
        vectors = file.cache.store(connection)
        if vectors is None or vectors.generation == state.generation:
            return Snapshot(connection, vectors, state)
        connection.rollback()  # another thread has seen a newer one: begin again
        if again:
            file.cache.forget()  # what it has is newer still: the file was put back as it was
        again = True


def _refuse_file(path: Path) -> None:
    if path.is_file():
        raise LibraryError(f"{path} is a file; a library is a folder, name one with --library")
