"""Questions to begin with: of the settings, or made of headings; each is asked before it is shown.

They are tried in a thread of their own, so that a server need not wait for them.
"""

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, takewhile, zip_longest
from typing import Protocol

from index.errors import PinciteError
from index.records import Document
from rag.ask import Pipeline, ask
from ui.explaining import LIKELY

MOST_SHOWN = 4
MOST_TRIED = 24
LONGEST = 60  # characters of a heading that a question is made of

logger = logging.getLogger(__name__)


class Stopping(Protocol):
    """What says that a server is about to stop; an event of asyncio or of threading."""

    def is_set(self) -> bool:
        """Whether it is."""


class Suggestions:
    """The questions that were found to be answered so far."""

    def __init__(self) -> None:
        """None, until they were looked for."""
        self._found: list[str] = []

    def now(self) -> list[str]:
        """Those that were found, in the order they are to be shown."""
        return list(self._found)

    def look(self, pipeline: Pipeline, *, stopped: Stopping) -> threading.Thread:
        """Looks for them in a thread of its own, until `stopped`; gives the thread."""

        def look() -> None:
            wanted = takewhile(lambda _: not stopped.is_set(), candidates(pipeline))
            for question in answered(wanted, pipeline):
                self._found.append(question)

        thread = threading.Thread(target=look, name="suggestions")
        thread.start()
        return thread


def answered(questions: Iterable[str], pipeline: Pipeline) -> Iterator[str]:
    """The first questions that the texts answer and of which the reader is sure enough."""
    found = 0
    for tried, question in enumerate(questions):
        if tried == MOST_TRIED or found == MOST_SHOWN:
            return
        if _is_answered(question, pipeline):
            found += 1
            yield question


def candidates(pipeline: Pipeline) -> Sequence[str]:
    """The questions of the settings, or those made of headings, one of each document in turn."""
    if pipeline.settings.questions:
        return pipeline.settings.questions
    with pipeline.library.snapshot() as snapshot:
        rows = snapshot.documents()[:MOST_TRIED]
        documents = [snapshot.document(row.id) for row in rows]
    made = zip_longest(*(questions_of(document) for document in documents))
    return [question for question in chain.from_iterable(made) if question]


def questions_of(document: Document) -> list[str]:
    """Questions made of the headings below the title.

    >>> from index.records import Mark
    >>> marks = (Mark(0, 9, "heading", "Tides", 1), Mark(9, 20, "heading", "Why so high?", 2),
    ...          Mark(20, 30, "heading", "Spring tides", 2))
    >>> questions_of(Document("t", "v", "Tides", "t.md", " " * 30, marks))
    ['Why so high?', 'What is said about “Spring tides”?']
    """
    labels = [
        mark.label
        for mark in document.marks
        if mark.kind == "heading" and mark.label not in {"", document.title}
    ]
    return [_question(label) for label in labels if len(label) <= LONGEST]


def _question(label: str) -> str:
    """The heading where it asks something itself, or a question about it, in its own words."""
    return label if label.endswith("?") else f"What is said about “{label}”?"


def _is_answered(question: str, pipeline: Pipeline) -> bool:
    try:
        answer = ask(question, pipeline)
    except PinciteError as error:
        logger.warning("%r cannot be suggested: %s", question, error)
        return False
    return answer.status == "answered" and (
        answer.confidence is None or answer.confidence >= LIKELY
    )
