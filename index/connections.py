"""Connections to the file of a library, which may be replaced by another one at any time.

What was opened and made of a file goes with it: once another one stands in its place, nobody gets
it any more, and whoever still reads the old file reads it to the end.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from index import database
from index.compatibility import check_embedder
from index.embedding import Embedder
from index.errors import LibraryError, LibraryNotFoundError
from index.vector_cache import VectorCache

_LOG, _SHARED_MEMORY = (f"{database.FILE_NAME}-{end}" for end in ("wal", "shm"))  # of SQLite
_MOST_IDLE = 8  # connections: many may ask at once, and seldom do


class FileId(NamedTuple):
    """Which file it is, under whatever name. No other file has it as long as this one is open."""

    device: int
    inode: int


class OpenFile:
    """One file, with its connections and its vectors."""

    def __init__(self, id: FileId, folder: Path, connection: sqlite3.Connection) -> None:
        """`connection` is lent to nobody: it keeps the file, and so its id, as long as need be."""
        self.id = id
        self.cache = VectorCache(folder)
        self.idle: list[sqlite3.Connection] = []
        self.lent = 0
        self.shared_memory = _id_of(folder / _SHARED_MEMORY)
        self._keeping: sqlite3.Connection | None = connection

    @property
    def is_open(self) -> bool:
        """Whether its connections may be kept."""
        return self._keeping is not None

    def close(self) -> None:
        """Closes the connections that are not lent."""
        for connection in (*self.idle, self._keeping):
            if connection is not None:
                connection.close()
        self.idle, self._keeping = [], None


class Connections:
    """Lends connections to the file that stands in a library's folder now. Threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Opens the file. Raises `LibraryError` and its children."""
        self.accepted: Embedder | None = None  # which every file that comes has to fit
        self._folder = folder
        self._path = folder / database.FILE_NAME
        self._guard = threading.Lock()
        self._is_closed = False
        self._file = self._opened(self._standing())

    @property
    def file(self) -> OpenFile:
        """The file that stood there when a connection was last lent."""
        return self._file

    @contextmanager
    def lent(self) -> Iterator[tuple[OpenFile, sqlite3.Connection]]:
        """The file, and a connection to it that no other thread uses meanwhile.

        One that saw an error is not kept. Raises `LibraryNotFoundError` while no file stands there,
        and `LibraryMismatchError` where another stands there, made by another embedder than the
        one that was accepted.
        """
        file, connection = self._lend()
        is_sound = False
        try:
            with self._unless_replaced(file.id), database.explained(self._path):
                yield file, connection
            is_sound = True
        finally:
            with self._guard:
                if is_sound and file.is_open and len(file.idle) < _MOST_IDLE:
                    file.idle.append(connection)
                else:
                    connection.close()
                file.lent -= 1

    def close(self) -> None:
        """Lets go of the file; what is lent is closed once it is given back."""
        with self._guard:
            self._is_closed = True
            self._file.close()

    def _lend(self) -> tuple[OpenFile, sqlite3.Connection]:
        with self._guard:
            standing = self._standing()
            if not self._is_closed and (standing != self._file.id or not self._file.is_open):
                self._go_over_to(standing)
            file = self._file
            connection = file.idle.pop() if file.idle else self._connected(file.id)
            file.lent += 1
            return file, connection

    def _go_over_to(self, standing: FileId) -> None:
        """Leaves the file for the one that stands there now; where it fails, the next one tries."""
        self._file.close()
        if standing != self._file.id:
            self._refuse_remains()
        self._file = self._opened(standing)

    def _refuse_remains(self) -> None:
        """Raises `LibraryError` where the new file came alone, and the old one's logs are in use.

        SQLite would take them for the new one's.
        """
        shared_memory = _id_of(self._folder / _SHARED_MEMORY)
        if shared_memory is None or shared_memory != self._file.shared_memory:
            return
        if self._file.lent:
            raise LibraryError(
                f"{self._path} was replaced while somebody reads the one before; "
                "ask again in a moment"
            )
        log = self._folder / _LOG
        if log.exists() and log.stat().st_size:
            raise LibraryError(
                f"{self._path} was replaced, and {log.name} beside it is of the one before; "
                f"move {log.name} and {_SHARED_MEMORY} away too, or replace the whole folder"
            )

    def _opened(self, standing: FileId) -> OpenFile:
        connection = self._connected(standing)
        try:
            if self.accepted:
                check_embedder(database.read_meta(connection), self.accepted)
        except BaseException:
            connection.close()
            raise
        return OpenFile(standing, self._folder, connection)

    def _connected(self, expected: FileId) -> sqlite3.Connection:
        """A new connection to the file with that id."""
        with self._unless_replaced(expected):
            connection = database.connect(self._path)
        if _id_of(self._path) != expected:
            connection.close()
            raise self._is_replaced()
        return connection

    @contextmanager
    def _unless_replaced(self, expected: FileId) -> Iterator[None]:
        """Says why SQLite fails where another folder has come under the file it has just opened."""
        try:
            yield
        except LibraryError as error:
            if isinstance(error.__cause__, sqlite3.Error) and _id_of(self._path) != expected:
                raise self._is_replaced() from error
            raise

    def _is_replaced(self) -> LibraryError:
        return LibraryError(f"{self._path} is just being replaced; ask again in a moment")

    def _standing(self) -> FileId:
        found = _id_of(self._path)
        if found is None:
            raise LibraryNotFoundError(
                f"there is no library at {self._folder}; put it back, or make one with "
                f"`pincite add PATH --library {self._folder}`"
            )
        return found


def _id_of(path: Path) -> FileId | None:
    """Which file stands at the path; `None` where none does."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LibraryError(f"{path} cannot be looked at ({error.strerror}); mend that") from error
    return FileId(found.st_dev, found.st_ino)
