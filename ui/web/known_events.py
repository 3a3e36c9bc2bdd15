"""Lets through only events that the chat has, with as many values as each takes.

Gradio answers any other with an error whose traceback holds what was sent, and it remembers a
session by whatever name it is given, however long, and all that comes for it.
"""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.web.guard import EVENTS, replayed, whole_body
from ui.web.presence import SECONDS_TO_FETCH
from ui.web.problems import Problem
from ui.web.refusals import RefusedError
from ui.web.served import Served
from ui.web.unread import Unread
from ui.web.visits import visit_in
from ui.web.watching import ANSWERS

LONGEST_SESSION = 64  # characters; Gradio's page makes eleven


class KnownEvents:
    """ASGI middleware around Gradio's app."""

    def __init__(
        self, app: ASGIApp, *, inputs: Mapping[int, int], served: Served, unread: Unread
    ) -> None:
        """Stand in front of `app`; `inputs` has the number of values that each event takes.

        The desk is told who asks and who is refused, and `unread` also who fetches what comes.
        """
        self.app = app
        self.inputs = inputs
        self.served = served
        self.unread = unread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        below = visit_in(Request(scope)).below if scope["type"] == "http" else None
        if below == EVENTS:
            await self._event(scope, receive, send)
        elif below == ANSWERS:
            with self.unread.fetching(Request(scope).query_params.get("session_hash", "")):
                await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _event(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await whole_body(receive)
        if body is None or not is_known(body, self.inputs):
            await Problem(400, "the chat has no such event").response()(scope, receive, send)
            return
        session = json.loads(body)["session_hash"]
        try:
            self._expect(session)
        except RefusedError as error:
            self.served.desk.refused(self.served.course, error.refusal)
            refused = Problem(error.refusal.status, str(error), error.refusal.headers)
            await refused.response()(scope, receive, send)
            return
        await self.app(scope, replayed(body, receive), send)

    def _expect(self, session: str) -> None:
        """The session will fetch what comes of an event; raises `RefusedError` where it may not."""
        presence = self.served.desk.presence
        if presence.is_closing:
            raise RefusedError("stopping", SECONDS_TO_FETCH)
        if self.unread.is_too_much(session):
            raise RefusedError("client", SECONDS_TO_FETCH)
        presence.asks(session)
        self.unread.expect(session)


def is_known(body: bytes, inputs: Mapping[int, int]) -> bool:
    """Whether the body is an event of that many inputs, of a session with a short name.

    >>> inputs = {0: 2}
    >>> is_known(b'{"fn_index": 0, "data": ["a", null], "session_hash": "x"}', inputs)
    True
    >>> is_known(b'{"fn_index": 1, "data": ["a", null], "session_hash": "x"}', inputs)
    False
    """
    try:
        event: Any = json.loads(body)
        number, values, session = event["fn_index"], event["data"], event["session_hash"]
        is_named = isinstance(session, str) and 0 < len(session) <= LONGEST_SESSION
        return len(values) == inputs[number] and is_named
    except (ValueError, TypeError, KeyError, RecursionError):  # it is not even shaped like an event
        return False
