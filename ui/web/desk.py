"""What all courses of a server share: how much may be asked, who is there, what is counted."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rag.courses import Course
from rag.remembering import Answers
from rag.settings import Settings
from ui.logs import log_event
from ui.web.admission import Admission
from ui.web.drawings import Drawings
from ui.web.limits import Limits
from ui.web.metrics import Metrics
from ui.web.presence import Presence
from ui.web.refusals import Refusal, RefusedError

SECONDS_TO_ANSWER = 30.0  # a question that has its place
SECONDS_BETWEEN = 10.0  # two lines of the log about refusals of one kind


@dataclass(frozen=True, slots=True)
class Desk:
    """Where every question is taken."""

    admission: Admission = field(default_factory=Admission)
    limits: Limits = field(default_factory=Limits)
    presence: Presence = field(default_factory=Presence)
    metrics: Metrics = field(init=False)
    answers: Answers = field(default_factory=Answers)
    drawings: Drawings = field(default_factory=Drawings)
    seconds_to_answer: float = SECONDS_TO_ANSWER
    _logged: dict[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Counts what waits at this desk."""
        object.__setattr__(self, "metrics", Metrics(self.admission))

    def count_question(self, course: Course, client: str) -> None:
        """Counts a question of that address. Raises `RefusedError` for one too many."""
        with self.refusing(course):
            self.limits.count_question(course, client)

    def count_request(self, course: Course, client: str, *, cost: int = 1) -> None:
        """Counts any other request. Raises `RefusedError` as for a question."""
        with self.refusing(course):
            self.limits.count_request(course, client, cost=cost)

    def refused(self, course: Course, refusal: Refusal) -> None:
        """Counts a refusal, and logs it unless one like it was logged a moment ago."""
        self.metrics.refused(course, refusal)
        kind, now = (course.id, refusal.reason), time.monotonic()
        if now - self._logged.get(kind, -SECONDS_BETWEEN) >= SECONDS_BETWEEN:
            self._logged[kind] = now
            log_event("refused", logging.WARNING, course=course.id, reason=refusal.reason)

    @contextmanager
    def refusing(self, course: Course) -> Iterator[None]:
        """While the block lasts a refusal that is raised is counted; it goes on."""
        try:
            yield
        except RefusedError as error:
            self.refused(course, error.refusal)
            raise


def desk_for(settings: Settings) -> Desk:
    """A desk as the settings want it."""
    return Desk(
        Admission(
            at_once=settings.questions_at_once,
            waiting=settings.questions_waiting,
            seconds=settings.seconds_waiting,
        ),
        seconds_to_answer=settings.seconds_to_answer,
    )
