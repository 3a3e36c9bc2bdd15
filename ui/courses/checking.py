"""What would keep a course from working on a course site, or be lost once it is served.

Nothing is fetched to find out.
"""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from index.errors import PinciteError
from rag.ask import open_pipeline
from rag.courses import Course
from rag.question_log import count_kept
from rag.settings import Settings
from ui.courses.finding import LOOPBACK, public_address
from ui.web.forgetting import those_that_keep_none
from ui.web.keys import secret_in
from ui.wording import LANGUAGES


def problems_of(course: Course, settings: Settings) -> Iterator[str]:
    """Each problem in a sentence that says what to do; none where the course will work as it is."""
    yield from _of_library(course, settings)
    yield from _of_questions(course, settings)
    yield from _of_address(settings)
    yield from _of_origins(course)
    if course.language and course.language not in LANGUAGES:
        yield (
            f"language is {course.language!r}, which the interface does not speak; "
            f"choose one of {', '.join(LANGUAGES)}"
        )


def _of_library(course: Course, settings: Settings) -> Iterator[str]:
    try:
        pipeline = open_pipeline(replace(settings, library=course.library))
        with pipeline.library as library:
            if not library.facts().documents:
                yield f"{course.library} holds no texts; add some with `pincite add`"
        if course.access == "key" and not secret_in(course.library):
            yield f"no link was made yet; `pincite course link {course.id}` makes one"
    except PinciteError as error:
        yield str(error)


def _of_questions(course: Course, settings: Settings) -> Iterator[str]:
    if course not in those_that_keep_none(settings.courses):
        return
    try:
        count = count_kept(course.library)
    except PinciteError as error:
        yield str(error)
        return
    if count:
        yield (
            f"questions that were kept: {count}; they will be deleted when it is next served, "
            "since keep_questions_days is 0; set another number of days to keep them"
        )


def _of_address(settings: Settings) -> Iterator[str]:
    try:
        address = public_address(settings)
    except PinciteError as error:
        yield str(error)
        return
    parts = urlsplit(address)
    if not settings.address:
        yield (
            f"no address is set, so only this machine finds it, at {address}; "
            'set address = "https://..." in pincite.toml to the one that readers see'
        )
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        yield (
            f"{address} is not encrypted: a page that is (https) will not show it, and anybody on "
            "the way can read and change it; put a proxy with https in front of it"
        )


def _of_origins(course: Course) -> Iterator[str]:
    if not course.origins:
        yield (
            "it lists no origins, so no page of another site may frame it; "
            'add the course site\'s, such as origins = ["https://moodle.example.edu"]'
        )
    for origin in course.origins:
        host = origin.removeprefix("http://").partition(":")[0]
        if origin.startswith("http://") and host not in LOOPBACK:
            yield (
                f"{origin} is not encrypted: whoever is on the way can change the page that frames "
                "the course; list it with https"
            )
