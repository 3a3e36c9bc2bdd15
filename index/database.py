"""The SQLite file of a library: opening, numbered migrations, `meta`. It is the truth; all else is a cache.

Knows nothing of documents: `index/library.py` writes them and `index/snapshot.py` reads them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from index.errors import LibraryDamagedError, LibraryMismatchError

FILE_NAME = "library.db"
APPLICATION_ID = 0x50494E43  # "PINC": tells our files from other SQLite files
_BUSY_SECONDS = 30.0


def migrations() -> dict[int, str]:
    """The SQL of each migration by its number; applied in order, each in one transaction."""
    folder = files("index").joinpath("migrations")
    return {
        int(entry.name.partition("_")[0]): entry.read_text(encoding="utf-8")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".sql")
    }


FORMAT = max(migrations())  # the newest format that this program writes


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """A connection to the file at `path`, in the newest format; one for each thread.

    Raises `LibraryDamagedError` for a file that is no library and `LibraryMismatchError` for one in
    a newer format.
    """
    mode = "rwc" if create else "rw"
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # a snapshot may be closed by another thread than opened it
    )
    try:
        _prepare(connection, path)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise LibraryDamagedError(
            f"{path} is not a Pincite library ({error}); name another folder with --library"
        ) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    if found and application != APPLICATION_ID:
        raise LibraryDamagedError(
            f"{path} belongs to another program; name another folder with --library"
        )
    if found > FORMAT:
        raise LibraryMismatchError(
            f"{path} is in format {found}, and this Pincite reads formats up to {FORMAT}; "
            "install a newer Pincite"
        )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # what was committed is on disk
    if found < FORMAT:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _migrate(connection, found)


def _migrate(connection: sqlite3.Connection, found: int) -> None:
    for number, sql in migrations().items():
        if number > found:
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;"
            )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A write transaction: all that happens inside is kept, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def read_meta(connection: sqlite3.Connection) -> dict[str, str]:
    """Every fact the library keeps about itself."""
    return {key: str(value) for key, value in connection.execute("SELECT key, value FROM meta")}


def write_meta(connection: sqlite3.Connection, **facts: str | int) -> None:
    """Keeps the facts; call it inside a transaction."""
    connection.executemany(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
        [(key, str(value)) for key, value in facts.items()],
    )
