"""Lets through only events that the chat has, with as many values as each takes.

Gradio answers any other with an error whose traceback holds what was sent, and it remembers a
session by whatever name it is given, however long.
"""

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.web.guard import EVENTS, replayed, whole_body
from ui.web.presence import SECONDS_TO_FETCH, Presence
from ui.web.problems import Problem
from ui.web.refusals import RefusedError
from ui.web.visits import visit_in

LONGEST_SESSION = 64  # characters; Gradio's page makes eleven


class KnownEvents:
    """ASGI middleware around Gradio's app."""

    def __init__(self, app: ASGIApp, *, inputs: Mapping[int, int], presence: Presence) -> None:
        """Stand in front of `app`; `inputs` has the number of values that each event takes.

        `presence` is told who asks.
        """
        self.app = app
        self.inputs = inputs
        self.presence = presence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] != "http" or visit_in(Request(scope)).below != EVENTS:
            await self.app(scope, receive, send)
            return
        body = await whole_body(receive)
        if body is None or not is_known(body, self.inputs):
            await Problem(400, "the chat has no such event").response()(scope, receive, send)
        elif self.presence.is_closing:
            error = RefusedError("stopping", SECONDS_TO_FETCH)
            refused = Problem(error.refusal.status, str(error), error.refusal.headers)
            await refused.response()(scope, receive, send)
        else:
            self.presence.asks(json.loads(body)["session_hash"])
            await self.app(scope, replayed(body, receive), send)


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
