"""The SQLite file of a library, which is the truth: opening, numbered migrations, `meta`.

Knows nothing of documents: `index/library.py` writes them and `index/snapshot.py` reads them. A
file of another kind beside it is opened in the same way.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from index.errors import LibraryDamagedError, LibraryError, LibraryMismatchError

FILE_NAME = "library.db"
_BUSY_SECONDS = 30.0
_AGAIN_SECONDS = 0.01
_MACHINE_SAYS_NO = {  # SQLite's codes for what the user can mend
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


def migrations(package: str = "index") -> dict[int, str]:
    """The SQL of each migration by its number; applied in order, each in one transaction."""
    folder = files(package).joinpath("migrations")
    return {
        int(entry.name.partition("_")[0]): entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".sql")
    }


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of SQLite file of ours, and what its errors advise."""

    application_id: int  # tells these files from other SQLite files
    migrations: Mapping[int, str]  # SQL by number
    name: str  # "a Pincite library"
    instead: str  # what to do where another file stands in its place
    mending: str  # what to do where it is damaged

    @property
    def format(self) -> int:
        """The newest format that this program writes."""
        return max(self.migrations)


LIBRARY = FileKind(
    application_id=0x50494E43,  # "PINC"
    migrations=migrations(),
    name="a Pincite library",
    instead="name another folder with --library",
    mending=(
        "`pincite check` says where, and a backup or adding the texts to a new library mends it"
    ),
)
FORMAT = LIBRARY.format


def connect(path: Path, *, create: bool = False, kind: FileKind = LIBRARY) -> sqlite3.Connection:
    """A connection to the file at `path`, in the newest format; one for each thread.

    Raises `LibraryDamagedError` for a file of another kind, `LibraryMismatchError` for one in a
    newer format, `LibraryError` where the machine does not let it be opened.
    """
    with explained(path, kind):
        return _connected(path, kind, create=create)


def _connected(path: Path, kind: FileKind, *, create: bool) -> sqlite3.Connection:
    mode = "rwc" if create else "rw"
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # a snapshot may be closed by another thread than opened it
    )
    try:
        _prepare(connection, path, kind)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def explained(path: Path, kind: FileKind = LIBRARY) -> Iterator[None]:
    """Turns SQLite's errors about the file itself into ours; others are bugs and stay."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # the primary code
        if code == sqlite3.SQLITE_NOTADB:
            raise LibraryDamagedError(
                f"{path} is not {kind.name} ({error}); {kind.instead}"
            ) from error
        if code == sqlite3.SQLITE_CORRUPT:
            raise LibraryDamagedError(f"{path} is damaged ({error}); {kind.mending}") from error
        if code in _MACHINE_SAYS_NO:
            raise LibraryError(
                f"{path} cannot be used ({error}); mend that and try again"
            ) from error
        raise


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switches to a write-ahead log; SQLite itself does not wait for others here."""
    last = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(_AGAIN_SECONDS)
        else:
            return


def _prepare(connection: sqlite3.Connection, path: Path, kind: FileKind) -> None:
    connection.execute("BEGIN")  # all three as they are at one moment: another may be making it
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    found = _format_of(connection)
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.execute("COMMIT")
    if application != kind.application_id and (application or found or tables):
        raise LibraryDamagedError(f"{path} belongs to another program; {kind.instead}")
    if found > kind.format:
        raise LibraryMismatchError(
            f"{path} is in format {found}, and this Pincite reads formats up to {kind.format}; "
            "install a newer Pincite"
        )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # what was committed is on disk
    if found < kind.format:
        _write_ahead(connection)
        connection.execute(f"PRAGMA application_id = {kind.application_id}")
        _migrate(connection, kind, found)


def _migrate(connection: sqlite3.Connection, kind: FileKind, found: int) -> None:
    for number, sql in kind.migrations.items():
        if number > found:
            try:
                connection.executescript(
                    f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;"
                )
            except sqlite3.OperationalError:
                connection.rollback()
                if _format_of(connection) < number:  # else another process was faster
                    raise


def _format_of(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    return int(found)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A write transaction: all that happens inside is kept, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()  # does nothing where SQLite has rolled back by itself
        raise


def empty_log(connection: sqlite3.Connection) -> None:
    """Moves what the log holds into the file itself; leaves it where others read it just then.

    The file alone is then the whole library.
    """
    (before,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout = 0")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {before}")


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Every fact the library keeps about itself."""
    return {key: str(value) for key, value in connection.execute("SELECT key, value FROM meta")}


def write_meta(connection: sqlite3.Connection, **facts: str | int) -> None:
    """Keeps the facts; call it inside a transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
        [(key, str(value)) for key, value in facts.items()],
    )
