"""What becomes of an error below the API: a problem in plain words, never a traceback."""

import json
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from index.errors import PinciteError, QuestionError, QuotationError
from ui.web.presence import GoneError
from ui.web.problems import Problem, problem_of_refusal
from ui.web.refusals import RefusedError

_MOST_TOLD = 3  # faults of one request
_LONGEST_FOUND = 80  # characters of a value that is told back
_UNREADABLE = (
    "the texts of this course cannot be read now; whoever runs this server finds the cause in its "
    "log"
)
_BUG = (
    "something went wrong inside Pincite, so this was not answered; ask again, and if that fails "
    "too, whoever runs this server finds the cause in its log"
)
_NO_JSON = (
    "the body is no JSON object that can be read; send one in UTF-8, with the header Content-Type: "
    "application/json"
)
_CANNOT_PARSE = "There was an error parsing the body"  # FastAPI's
_FRAMEWORK: dict[int, str] = {  # what it says in a few words
    HTTPStatus.BAD_REQUEST: _NO_JSON,
    HTTPStatus.NOT_FOUND: "the API has no such address; api/docs describes those that it has",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take that method; the header Allow names "
    "those that it takes",
}
_OUTSIDE: dict[int, Problem] = {
    HTTPStatus.NOT_FOUND: Problem(
        HTTPStatus.NOT_FOUND,
        "there is no such address, or no such course; see that its id in the address is right",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Problem(HTTPStatus.INTERNAL_SERVER_ERROR, _BUG),
    HTTPStatus.UNAUTHORIZED: Problem(
        HTTPStatus.UNAUTHORIZED,
        "this course needs a key, and none that opens it now was sent; send one that `pincite "
        "course link` made, in a header `Authorization: Bearer KEY`",
        {"WWW-Authenticate": "Bearer"},
    ),
}

logger = logging.getLogger(__name__)


def add_problems(api: FastAPI) -> None:
    """Lets every error of the application be answered with a problem."""

    async def fail(request: Request, error: Exception) -> Response:
        return problem_of(error).response()

    for kind in (HTTPException, RequestValidationError, PinciteError, GoneError, Exception):
        api.add_exception_handler(kind, fail)


def problem_outside(status: int) -> Problem:
    """The problem of a request for programs that came to none of their routes."""
    return _OUTSIDE[status]


def problem_of(error: Exception) -> Problem:
    """The problem that an error is to whoever asked; the log gets what only the server may know."""
    if isinstance(error, HTTPException):
        return Problem(error.status_code, _detail(error), error.headers or {})
    if isinstance(error, RequestValidationError):
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, in_words(error.errors()))
    if isinstance(error, RefusedError):
        return problem_of_refusal(error)
    if isinstance(error, GoneError):  # nobody reads it
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "whoever asked has left")
    if isinstance(error, QuestionError | QuotationError):
        return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    if isinstance(error, PinciteError):
        logger.error("a request to the API could not be answered: %s", error)
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, _UNREADABLE)
    logger.error("a request to the API failed", exc_info=error)
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, _BUG)


def in_words(faults: Sequence[Mapping[str, Any]]) -> str:
    """The faults of a request in one line: where each is, what was expected, what was found.

    >>> in_words([{"loc": ("body", "limit"), "msg": "Input should be at most 20", "input": 99}])
    'limit: Input should be at most 20; found 99'
    """
    told = [_fault(fault) for fault in faults[:_MOST_TOLD]]
    more = len(faults) - len(told)
    return ". ".join([*told, *([f"{more} more such faults"] if more else [])])


def _fault(fault: Mapping[str, Any]) -> str:
    where = ".".join(map(str, fault["loc"][1:]))
    if not where or fault.get("type") == "json_invalid":
        return _NO_JSON
    if fault.get("type") == "missing":
        return f"{where}: it is needed, and missing"
    found = json.dumps(fault.get("input"), ensure_ascii=False, default=str)
    if len(found) > _LONGEST_FOUND:
        found = f"{found[:_LONGEST_FOUND]}…"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}; found {found}"


def _detail(error: HTTPException) -> str:
    """The detail that an error was given, or ours where the framework gives the title again."""
    if error.detail in {HTTPStatus(error.status_code).phrase, _CANNOT_PARSE}:
        return _FRAMEWORK.get(error.status_code, error.detail)
    return error.detail
