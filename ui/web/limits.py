"""How often a course may be asked, by one address and by all together.

Everything else that takes work is counted too, much more lightly.
"""

import time
from collections.abc import Callable

from rag.courses import Course
from ui.web.buckets import Buckets, network_of
from ui.web.refusals import Reason, RefusedError

REQUESTS_PER_MINUTE = 6_000  # of one address to one course, beside its questions
MOST = 20_000  # addresses that are remembered


class Limits:
    """Counts the questions of each course and of each address."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._courses = Buckets(most=MOST, clock=clock)
        self._clients = Buckets(most=MOST, clock=clock)
        self._requests = Buckets(most=MOST, clock=clock)

    def count_question(self, course: Course, client: str) -> None:
        """Counts a question. Raises `RefusedError` for one too many, which is not counted."""
        both = (course.id, network_of(client))
        wait = self._clients.missing(both, per_minute=course.client_questions_per_minute)
        _refuse("client", wait)
        wait = self._courses.missing(course.id, per_minute=course.questions_per_minute)
        _refuse("course", wait)
        self._clients.take(both)
        self._courses.take(course.id)

    def count_request(self, course: Course, client: str, *, cost: int = 1) -> None:
        """Counts any other request. Raises `RefusedError` as for a question."""
        both = (course.id, network_of(client))
        wait = self._requests.missing(both, per_minute=REQUESTS_PER_MINUTE, tokens=cost)
        _refuse("client", wait)
        self._requests.take(both, tokens=cost)


def _refuse(reason: Reason, seconds: float) -> None:
    if seconds > 0:
        raise RefusedError(reason, seconds)
