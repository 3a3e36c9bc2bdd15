"""Lets through only events that the chat has, with values as each takes them.

Gradio answers any other with an error whose traceback holds what was sent, and it remembers a
session by whatever name it is given, however long, and all that comes for it. A session that it
does not know is told so here too: Gradio would, and leave a traceback.
"""

import json
from collections.abc import Mapping
from types import NoneType
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.web.guard import EVENTS, replayed, whole_body
from ui.web.presence import SECONDS_TO_FETCH
from ui.web.problems import Problem, problem_of_refusal
from ui.web.refusals import RefusedError
from ui.web.served import Served
from ui.web.unread import Unread
from ui.web.visits import visit_in
from ui.web.watching import ANSWERS

LONGEST_SESSION = 64  # characters; Gradio's page makes eleven
TEXT, TEXTS = (str,), (list, NoneType)  # null where none is chosen

_NOT_FOUND = {  # as Gradio says it, which leaves a traceback besides
    "msg": "unexpected_error",
    "message": "404: Not Found",
    "session_not_found": True,
    "success": False,
}


class Takes(NamedTuple):
    """What an event takes."""

    values: tuple[tuple[type, ...], ...]  # which types each may have
    is_of_part: bool = False  # whether it says which part of what is shown it is about


class KnownEvents:
    """ASGI middleware around Gradio's app."""

    def __init__(
        self, app: ASGIApp, *, events: Mapping[int, Takes], served: Served, unread: Unread
    ) -> None:
        """Stand in front of `app`; `events` are those of the chat, by number.

        The desk is told who asks and who is refused, and `unread` also who fetches what comes.
        """
        self.app = app
        self.events = events
        self.served = served
        self.unread = unread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        below = visit_in(Request(scope)).below if scope["type"] == "http" else None
        if below == EVENTS:
            await self._event(scope, receive, send)
        elif below == ANSWERS:
            await self._answers(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answers(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = Request(scope).query_params.get("session_hash")
        if session is None:  # Gradio says that it is missing
            await self.app(scope, receive, send)
        elif self.unread.is_known(session):
            with self.unread.fetching(session):
                await self.app(scope, receive, send)
        else:
            said = f"data: {json.dumps(_NOT_FOUND)}\n\n"
            await Response(said, media_type="text/event-stream")(scope, receive, send)

    async def _event(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await whole_body(receive)
        if body is None or not is_known(body, self.events):
            await Problem(400, "the chat has no such event").response()(scope, receive, send)
            return
        session = json.loads(body)["session_hash"]
        try:
            with self.served.desk.refusing(self.served.course):
                self._expect(session)
        except RefusedError as error:
            await problem_of_refusal(error).response()(scope, receive, send)
            return
        await self.app(scope, replayed(body, receive), send)

    def _expect(self, session: str) -> None:
        """The session will fetch what comes of an event; raises `RefusedError` where it may not."""
        presence = self.served.desk.presence
        if presence.is_closing:
            raise RefusedError("stopping", SECONDS_TO_FETCH)
        if self.unread.is_too_much(session):
            raise RefusedError("unread", SECONDS_TO_FETCH)
        presence.asks(session)
        self.unread.expect(session)


def is_known(body: bytes, events: Mapping[int, Takes]) -> bool:
    """Whether the body is one of these events with its values, of a session with a short name.

    >>> events = {0: Takes((TEXT, TEXTS))}
    >>> is_known(b'{"fn_index": 0, "data": ["a", []], "session_hash": "x"}', events)
    True
    >>> is_known(b'{"fn_index": 0, "data": ["a", "b"], "session_hash": "x"}', events)
    False
    """
    try:
        event: Any = json.loads(body)
        takes, values, session = events[event["fn_index"]], event["data"], event["session_hash"]
        pairs = zip(values, takes.values, strict=True)
        is_told_the_part = not takes.is_of_part or {"index", "value"} <= event["event_data"].keys()
        is_named = isinstance(session, str) and 0 < len(session) <= LONGEST_SESSION
        return is_named and is_told_the_part and all(isinstance(*pair) for pair in pairs)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False  # it is not even shaped like an event
