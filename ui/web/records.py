"""What became of a question, for the figures and the log, neither of which is told what was asked.

The one place where questions are kept is a course's own log of them, where it wants one.
"""

import asyncio
import time
from collections.abc import Collection
from types import TracebackType
from typing import Self

from index.errors import PinciteError
from rag.answer import Answer
from ui.logs import log_event, unsaid
from ui.web.refusals import RefusedError
from ui.web.served import Served


class Recorded:
    """While the block lasts a question is answered; at its end that is counted and logged."""

    def __init__(self, question: str, served: Served, *, documents: Collection[str] | None) -> None:
        """Of this question to this course, about these documents."""
        self._question = question
        self._documents = documents
        self._served = served
        self._answer: Answer | None = None
        self._seconds: dict[str, float] = {}
        self._started = time.monotonic()

    def entered(self) -> None:
        """It waited until now."""
        self._seconds["waiting"] = time.monotonic() - self._started

    def answered(self, answer: Answer) -> None:
        """This is its answer, which a course that keeps its questions is told."""
        self._answer = answer
        self._seconds |= answer.seconds
        if self._served.log:
            self._served.log.add(answer, documents=self._documents)

    def __enter__(self) -> Self:
        """Keeps the question out of whatever is logged meanwhile."""
        unsaid.set(self._question)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """Counts and logs; what was raised goes on."""
        course, desk = self._served.course, self._served.desk
        outcome = self._answer.status if self._answer else _outcome(error)
        desk.metrics.asked(course, outcome, self._seconds)
        if isinstance(error, RefusedError):
            desk.refused(course, error.refusal)
            return
        took = {stage: round(seconds, 4) for stage, seconds in self._seconds.items()}
        log_event("question", course=course.id, outcome=outcome, seconds=took)


def _outcome(error: BaseException | None) -> str:
    """What becomes of a question without an answer."""
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return "left"
    if isinstance(error, RefusedError):
        return "refused"
    return "error" if isinstance(error, PinciteError) else "bug"
