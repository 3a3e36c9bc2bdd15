"""Answers a request that is one too many, before anything else is done with it.

A question in the chat is counted where it is asked (`ui/turns.py`), so that the reader sees why it
was not answered. Here are counted the questions of programs, and lightly all else.
"""

from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.web.desk import Desk
from ui.web.guard import EVENTS
from ui.web.problems import problem_of_refusal, refusal
from ui.web.refusals import RefusedError
from ui.web.visits import Visit, visit_in

QUESTIONS = ("api/v1/ask", "api/v1/ask/stream", "api/v1/search", "api/v1/verify", "mcp", "mcp/")
FREE = ("assets/", "static/")  # files as they lie on disk
COST_OF_EVENT = 5  # requests; Gradio does much for one
PAGES = "page/"
COST_OF_PAGE = 20  # requests; it is drawn


class Limiting:
    """ASGI middleware behind the guard."""

    def __init__(self, app: ASGIApp, *, desk: Desk) -> None:
        """Stand in front of `app`; the desk counts."""
        self.app = app
        self.desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] == "http":
            visit = visit_in(Request(scope))
            try:
                self._count(visit, client_of(Request(scope)))
            except RefusedError as error:
                await _told(error, visit)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _count(self, visit: Visit, client: str) -> None:
        if visit.course is None or visit.below is None or visit.below.startswith(FREE):
            return
        if visit.below in QUESTIONS:
            self.desk.count_question(visit.course, client)
        else:
            self.desk.count_request(visit.course, client, cost=_cost_of(visit.below))


def _cost_of(below: str) -> int:
    """How many requests one for that path below a course counts as."""
    if below == EVENTS:
        return COST_OF_EVENT
    return COST_OF_PAGE if below.startswith(PAGES) else 1


def client_of(request: HTTPConnection | Any) -> str:
    """The address that a request comes from, as the server heard it from whoever it trusts."""
    return request.client.host if request.client else ""


def _told(error: RefusedError, visit: Visit) -> Response:
    problem = problem_of_refusal(error)
    if visit.below == EVENTS:  # a script of the chat reads it
        return problem.response()
    return refusal(problem, below=visit.below)
