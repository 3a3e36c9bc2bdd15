"""Sees the streams of answers to the pages open, close and break."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.web.presence import Presence
from ui.web.visits import visit_in

ANSWERS = "gradio_api/queue/data"  # Gradio's stream of answers to a page


class Watching:
    """ASGI middleware: tells who has left before the answer came."""

    def __init__(self, app: ASGIApp, *, presence: Presence) -> None:
        """Stand in front of `app`."""
        self.app = app
        self.presence = presence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let every request through."""
        if scope["type"] != "http" or visit_in(Request(scope)).below != ANSWERS:
            await self.app(scope, receive, send)
            return
        session = Request(scope).query_params.get("session_hash", "")
        has_left, was_closed = False, False

        async def heard() -> Message:
            nonlocal has_left
            message = await receive()
            has_left = has_left or (message["type"] == "http.disconnect" and not was_closed)
            return message

        async def said(message: Message) -> None:
            nonlocal was_closed
            await send(message)
            was_closed = message["type"] == "http.response.body" and not message.get("more_body")

        try:
            with self.presence.fetching(session):
                await self.app(scope, heard, said)
        finally:
            if has_left or not was_closed:
                self.presence.leave(session)
