"""The site of a request: a course's pages, in the language and with the key of whoever asks."""

from dataclasses import replace
from typing import Any

from rag.courses import Course
from ui.addresses import Site
from ui.web.visits import visit_in
from ui.wording import chosen_language, language_of


def site_of(course: Course | None, *, root_path: str) -> Site:
    """The site of a course, whoever asks; with none, what is the same in all of them.

    >>> from pathlib import Path
    >>> site_of(Course("tides", Path("library")), root_path="/texts").chat
    '/texts/c/tides/'
    """
    if course is None:
        return Site(root_path=root_path)
    return Site(course.id, root_path, colour=course.colour)


def site_for(request: Any, site: Site) -> Site:
    """The site as a request, Gradio's or Starlette's, came to it.

    Its language is what `?lang=` in the address names, else the course's own where it has one, else
    what the header Accept-Language wants.
    """
    visit = visit_in(request)
    asked = request.query_params.get("lang", "")
    own = visit.course.language if visit.course else ""
    wanted = own or request.headers.get("accept-language", "")
    return replace(
        site,
        language=chosen_language(wanted, asked=asked),
        names_language=bool(language_of(asked)),
        key=visit.key,
    )
