"""The site of a request: a course's pages, in the language and with the key of whoever asks."""

from dataclasses import replace
from typing import Any

from ui.addresses import Site
from ui.web.visits import visit_in
from ui.wording import chosen_language, language_of


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
