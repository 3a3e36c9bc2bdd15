"""The outermost layer: which course a request may enter, and the headers that every answer has.

Nothing that a client says of itself in forwarding headers gets past it: a proxy that is trusted was
heard by the server before.
"""

import secrets
from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.logs import request_id
from ui.web.policies import headers_for
from ui.web.served import Courses
from ui.web.visits import visit_of

_SAID_OF_ITSELF = (b"x-forwarded-", b"x-gradio-server", b"forwarded")


class Doorway:
    """ASGI middleware; what is let through finds its visit in `request.state.visit`."""

    def __init__(
        self, app: ASGIApp, *, courses: Courses, root_path: str, kept_out: ASGIApp
    ) -> None:
        """Stand in front of `app`, and of `kept_out`, which answers a visit that may not enter."""
        self.app = app
        self.courses = courses
        self.root_path = root_path
        self.kept_out = kept_out

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = visit_of(scope, self.courses, root_path=self.root_path)
        identifier = secrets.token_hex(8)
        request_id.set(identifier)
        placed = {
            **scope,
            "path": visit.root_path + visit.path,
            "root_path": visit.root_path,
            "headers": [each for each in scope["headers"] if not _of_itself(each[0])],
            "state": {**scope.get("state", {}), "visit": visit, "request_id": identifier},
        }
        protected = _with_headers(send, {**headers_for(visit.course), "X-Request-Id": identifier})
        app = self.kept_out if visit.refused else self.app
        await app(placed, receive, protected)


def _of_itself(header: bytes) -> bool:
    return header.lower().startswith(_SAID_OF_ITSELF)


def _with_headers(send: Send, headers: dict[str, str]) -> Callable[[Message], Awaitable[None]]:
    """A `send` that adds each of the headers that a response does not set itself."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = MutableHeaders(scope=message)
            for name, value in headers.items():
                own.setdefault(name, value)
        await send(message)

    return send_with_headers
