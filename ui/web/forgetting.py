"""When what was asked is forgotten: in time, and what nobody wants to be kept at once."""

import logging
from collections.abc import Sequence
from pathlib import Path

from index.errors import PinciteError
from rag.courses import Course
from rag.question_log import forget_all
from ui.logs import log_event
from ui.web.served import Served

SECONDS_BETWEEN = 60 * 60  # two looks for questions that were kept long enough


async def forget_old(courses: Sequence[Served]) -> None:
    """Forgets what was kept long enough, also where nobody asks any more."""
    for served in courses:
        served.conversations.forget()
        if served.log:
            served.log.forget()


def forget_unwanted(courses: Sequence[Course]) -> None:
    """Deletes what was kept of a course that keeps no questions any more; the log says how many.

    What cannot be deleted keeps no course from being served, and is told to the log.
    """
    for course in those_that_keep_none(courses):
        _forget_all(course)


def those_that_keep_none(courses: Sequence[Course]) -> list[Course]:
    """The courses of which nothing asked is kept.

    Courses that share a library share what is kept: it stays while one of them wants it.
    """
    wanted = {_folder(course) for course in courses if course.keep_questions_days}
    return [course for course in courses if _folder(course) not in wanted]


def _forget_all(course: Course) -> None:
    try:
        count = forget_all(course.library)
    except PinciteError as error:
        log_event("questions not deleted", logging.ERROR, course=course.id, why=str(error))
        return
    if count:
        log_event("questions deleted", course=course.id, count=count)


def _folder(course: Course) -> Path:
    return course.library.resolve()
