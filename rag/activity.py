"""What use leaves behind: what readers say of answers, in an SQLite file beside the library's.

It is a file of its own so that serving never takes the library's write lock. Nothing in it says
who gave the feedback. The questions that a course keeps (`rag/question_log.py`) are in it too.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from index.database import FileKind, connect, explained, migrations, transaction
from rag.answer import Answer, Status

Verdict = Literal["right", "wrong place", "incomplete", "wrong answer", "should not have answered"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

FILE_NAME = "activity.db"
ACTIVITY = FileKind(
    application_id=0x50494E41,  # "PINA"
    migrations=migrations("rag"),
    name="Pincite's file of feedback and questions",
    instead="move it away, and what is next kept begins a new one",
    mending="put it back from a backup, or move it away, and what is next kept begins a new one",
)

_ONE_MOMENT = timedelta(seconds=2)

_OF_ANSWER = ("given", "question", "status", "verdict", "signature")
_OF_QUOTE = ("source", "version", "start", "end", "text", "answer")
_COLUMNS = (*_OF_ANSWER, *_OF_QUOTE)
_ADD = f"INSERT INTO feedback ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_NEWEST = f"SELECT {', '.join(_COLUMNS)} FROM feedback ORDER BY id DESC LIMIT 1"
_ALL = f"SELECT {', '.join(_COLUMNS)} FROM feedback ORDER BY id"


@dataclass(frozen=True, slots=True)
class FirstQuote:
    """The quote that an answer gave first; its fields stand in the order of their columns."""

    source: str  # of its document
    version: str  # which text of the document the offsets are of
    start: int
    end: int
    text: str
    answer: str | None = None  # the short answer in it


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said of one answer."""

    when: str  # ISO 8601, whole seconds, in UTC
    question: str
    status: Status
    verdict: Verdict
    quote: FirstQuote | None = None  # None where the answer had no quotes
    signature: Mapping[str, str] = field(default_factory=dict)  # what made the answer


def feedback_on(answer: Answer, verdict: Verdict, *, when: datetime | None = None) -> Feedback:
    """The verdict with what it is about; `when` is now where it is `None`.

    >>> silence = Answer("Who?", "not_found", None, None, (), (), {"reader": "span/1"}, {})
    >>> feedback_on(silence, "right", when=datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)).when
    '2030-05-06T07:08:09+00:00'
    """
    return Feedback(
        when=(when or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        question=answer.question,
        status=answer.status,
        verdict=verdict,
        quote=_first_quote(answer),
        signature=dict(answer.signature),
    )


class Activity:
    """The feedback kept in one library's folder. Threads and processes may share it."""

    def __init__(self, library: Path) -> None:
        """`library` is the folder; its file is made when something is first added."""
        self._library = library

    def add(self, feedback: Feedback) -> None:
        """Keeps it; it is on disk when this returns.

        What says the same as the newest, and was given at the same moment, is kept once: a click
        can come twice. Raises `LibraryError` where it cannot be written, `LibraryDamagedError`
        where the file is damaged or no file of ours.
        """
        with activity_of(self._library, create=True) as connection, transaction(connection):
            newest = connection.execute(_NEWEST).fetchone()
            if newest is None or not _is_again(feedback, _feedback(newest)):
                connection.execute(_ADD, _row(feedback))

    def all(self) -> list[Feedback]:
        """Everything that was kept, in the order it was added; raises as `add` does."""
        if not (self._library / FILE_NAME).exists():
            return []
        with activity_of(self._library) as connection:
            return [_feedback(row) for row in connection.execute(_ALL)]


@contextmanager
def activity_of(library: Path, *, create: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection to the file in a library's folder, of its own for each use.

    `create` makes the file where it is not there yet. Raises `LibraryError` and its children.
    """
    file = library / FILE_NAME
    with (
        explained(file, ACTIVITY),
        closing(connect(file, create=create, kind=ACTIVITY)) as connection,
    ):
        yield connection


def _first_quote(answer: Answer) -> FirstQuote | None:
    if not answer.quotes:
        return None
    quote = answer.quotes[0]
    return FirstQuote(
        source=quote.source,
        version=quote.version,
        start=quote.start,
        end=quote.end,
        text=quote.text,
        answer=answer.text,
    )


def _is_again(feedback: Feedback, newest: Feedback) -> bool:
    between = datetime.fromisoformat(feedback.when) - datetime.fromisoformat(newest.when)
    return replace(feedback, when=newest.when) == newest and abs(between) <= _ONE_MOMENT


def _row(feedback: Feedback) -> tuple[Any, ...]:
    quote = astuple(feedback.quote) if feedback.quote else (None,) * len(_OF_QUOTE)
    return (
        feedback.when,
        feedback.question,
        feedback.status,
        feedback.verdict,
        json.dumps(dict(feedback.signature), ensure_ascii=False),
        *quote,
    )


def _feedback(row: tuple[Any, ...]) -> Feedback:
    when, question, status, verdict, signature, *quote = row
    first = None if quote[0] is None else FirstQuote(*quote)
    return Feedback(when, question, status, verdict, first, json.loads(signature))
