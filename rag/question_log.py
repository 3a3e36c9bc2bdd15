"""The questions that are asked of a library, kept for a time where a course wants them.

Nothing in them says who asked, and the time is known by the minute only. What a question itself
tells of the one who asks is kept as it is: that is why it is kept only where it is asked for, and
only for so long.
"""

import json
import logging
import re
import sqlite3
import threading
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from index.closing import Closing
from index.database import transaction
from index.errors import SettingError
from rag.activity import FILE_NAME, activity_of
from rag.answer import Answer

_log = logging.getLogger(__name__)

_MOST_WAITING = 1_000  # questions that wait to be written; more are let go
_ADD = "INSERT INTO questions (asked, question, status, confidence, documents) VALUES (?,?,?,?,?)"
_FORGET = "DELETE FROM questions WHERE asked < ?"
_FORGET_ALL = "DELETE FROM questions"
_COUNT = "SELECT count(*) FROM questions"
_GROUPED = """
    SELECT question, count(*) AS times, sum(status <> 'answered') AS unanswered, max(asked) AS last
    FROM questions WHERE status <> :left_out
    GROUP BY normal_form(question) ORDER BY times DESC, last DESC, id LIMIT :most"""
_END = re.compile(r"[\s?!.…¿¡]+\Z")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, however it was written."""

    question: str  # as it was asked last
    times: int
    unanswered: int  # times that the texts did not answer it
    last: str  # ISO 8601, whole minutes, in UTC


class QuestionLog(Closing):
    """The questions kept in one library's folder. Threads and processes may share it."""

    def __init__(self, library: Path, *, keep_days: int) -> None:
        """`library` is the folder; what is older than `keep_days` is deleted whenever it is used.

        Raises `SettingError` where it is less than a day.
        """
        if keep_days < 1:
            raise SettingError(f"keep_days is {keep_days}; it must be 1 or more")
        self._library = library
        self._keep = timedelta(days=keep_days)
        self._writer = ThreadPoolExecutor(1, "question-log")
        self._room = threading.Semaphore(_MOST_WAITING)

    def add(
        self,
        answer: Answer,
        *,
        documents: Collection[str] | None = None,
        when: datetime | None = None,
    ) -> None:
        """Keeps the question of an answer, soon: no answer waits for it, or fails with it.

        `documents` are the ids it was narrowed to, and `when` is now where it is `None`. What
        cannot be written is told to the log, without the question.
        """
        if not self._room.acquire(blocking=False):
            _log.warning("%d questions wait to be kept; one is let go", _MOST_WAITING)
            return
        narrowed = None if documents is None else json.dumps(sorted(documents))
        row = (_minute(when), answer.question, answer.status, answer.confidence, narrowed)
        try:
            self._writer.submit(self._write, row)
        except RuntimeError:  # the log is closed, or the process ends
            self._room.release()
            _log.warning("a question came after the log was closed, and is let go")

    def forget(self) -> None:
        """Deletes what is too old, soon, though nothing is added."""
        with suppress(RuntimeError):  # the log is closed
            self._writer.submit(self._forget)

    def most_asked(self, limit: int) -> list[AskedQuestion]:
        """The questions asked most often, at most `limit`; of equals the one asked last first.

        Questions are the same whatever their case, blanks and final punctuation. Raises
        `LibraryError` where the file cannot be used.
        """
        return self._grouped(limit, left_out="")

    def unanswered(self, limit: int) -> list[AskedQuestion]:
        """As `most_asked`, of the times only that the texts did not answer."""
        return self._grouped(limit, left_out="answered")

    def close(self) -> None:
        """Waits until everything is written; nothing is to be added afterwards."""
        self._writer.shutdown()

    def _write(self, row: tuple[Any, ...]) -> None:
        try:
            with self._forgetting(create=True) as connection:
                connection.execute(_ADD, row)
        except Exception:  # on a thread of its own: nobody else would hear of it
            _log.exception("a question was not kept in %s", self._library / FILE_NAME)
        finally:
            self._room.release()

    def _forget(self) -> None:
        try:
            if (self._library / FILE_NAME).exists():
                with self._forgetting():
                    pass
        except Exception:  # as in `_write`
            _log.exception("old questions were not deleted from %s", self._library / FILE_NAME)

    def _grouped(self, limit: int, *, left_out: str) -> list[AskedQuestion]:
        if not (self._library / FILE_NAME).exists():
            return []
        with self._forgetting() as connection:
            connection.create_function("normal_form", 1, normal_form, deterministic=True)
            rows = connection.execute(_GROUPED, {"left_out": left_out, "most": limit})
            return [AskedQuestion(*row) for row in rows]

    @contextmanager
    def _forgetting(self, *, create: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction that begins by deleting what is too old."""
        with _deleting(self._library, create=create) as connection:
            connection.execute(_FORGET, (_minute(datetime.now(UTC) - self._keep),))
            yield connection


def count_kept(library: Path) -> int:
    """How many questions are kept in a library's folder.

    Raises `LibraryError` where the file cannot be used.
    """
    if not (library / FILE_NAME).exists():
        return 0
    with activity_of(library) as connection:
        return int(connection.execute(_COUNT).fetchone()[0])


def forget_all(library: Path) -> int:
    """Deletes every question kept in a library's folder, and gives how many there were.

    Raises `LibraryError` where the file cannot be used.
    """
    if not (library / FILE_NAME).exists():
        return 0
    with _deleting(library) as connection:
        return connection.execute(_FORGET_ALL).rowcount


@contextmanager
def _deleting(library: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """A transaction in which what is deleted is overwritten."""
    with activity_of(library, create=create) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        with transaction(connection):
            yield connection


def normal_form(question: str) -> str:
    r"""What all ways of writing a question have in common.

    >>> normal_form("  WHO built\tthe clock ?!") == normal_form("Who built the clock")
    True
    """
    return " ".join(_END.sub("", question).casefold().split()).lstrip("¿¡")


def _minute(when: datetime | None) -> str:
    return (when or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="minutes")
