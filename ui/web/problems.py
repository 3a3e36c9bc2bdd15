"""An error as programs read it: problem details (RFC 9457), wherever it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from fastapi.responses import JSONResponse, PlainTextResponse, Response

from ui.contract import Json
from ui.web.refusals import RefusedError

MEDIA_TYPE = "application/problem+json"
BELOW = "api/"  # the API's place below a course
FOR_PROGRAMS = (BELOW, "mcp/")  # where no page is shown to a person


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong. Its type is "about:blank": the status tells what kind it is."""

    status: int
    detail: str  # in plain words: what was expected, what was found, what to do
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Json:
        r"""The problem as an object; half a surrogate pair in the detail becomes a question mark.

        >>> Problem(404, "there is no text '\ud800'").json()["detail"]
        "there is no text '?'"
        """
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": int(self.status),
            "detail": self.detail.encode("utf-8", "replace").decode(),
        }

    def response(self) -> Response:
        """The answer that says it."""
        return JSONResponse(self.json(), self.status, dict(self.headers), media_type=MEDIA_TYPE)


def problem_of_refusal(error: RefusedError) -> Problem:
    """What a question that is not answered now is to a program."""
    return Problem(error.refusal.status, str(error), error.refusal.headers)


def refusal(problem: Problem, *, below: str | None) -> Response:
    """What a layer in front of the pages says: the problem to programs, plain text to others.

    `below` is the path below a course, as a visit has it.
    """
    if is_for_programs(below):
        return problem.response()
    return PlainTextResponse(problem.detail, problem.status, dict(problem.headers))


def is_api(below: str | None) -> bool:
    """Whether a path below a course is the API's.

    >>> is_api("api/v1/ask"), is_api("api"), is_api("read/api/x"), is_api(None)
    (True, True, False, False)
    """
    return _is_below(below, (BELOW,))


def is_for_programs(below: str | None) -> bool:
    """Whether a path below a course is asked for by programs, which read no pages.

    >>> is_for_programs("api/v1/ask"), is_for_programs("mcp"), is_for_programs("read/x")
    (True, True, False)
    """
    return _is_below(below, FOR_PROGRAMS)


def _is_below(below: str | None, places: tuple[str, ...]) -> bool:
    return below is not None and f"{below}/".startswith(places)
