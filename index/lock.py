"""Only one process writes to a library at a time; a second one is told who the first is."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryBusyError

_LOCK = "library.lock"
_WRITER = "library.writer.json"


@contextmanager
def writing(library: Path, work: str) -> Iterator[None]:
    """Holds the library's lock; the system lets go of it when the process ends, however it ends.

    Raises `LibraryBusyError`, which names the process that holds it.
    """
    lock = FileLock(library / _LOCK, timeout=0, thread_local=False)  # any thread may let go of it
    try:
        lock.acquire()
    except Timeout as error:
        raise LibraryBusyError(
            f"{library} is being written to by {_writer(library)}; try again when that has ended"
        ) from error
    try:
        facts = {"process": os.getpid(), "work": work, "since": f"{datetime.now():%H:%M:%S}"}
        (library / _WRITER).write_text(json.dumps(facts), encoding="utf-8")
        yield
    finally:
        (library / _WRITER).unlink(missing_ok=True)
        lock.release()


def _writer(library: Path) -> str:
    try:
        facts = json.loads((library / _WRITER).read_text(encoding="utf-8"))
        return f"process {facts['process']} (pincite {facts['work']}, since {facts['since']})"
    except (OSError, ValueError, KeyError):
        return "another process"
