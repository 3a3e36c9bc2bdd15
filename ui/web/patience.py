"""How long the server waits for whoever has a connection: it gives nobody one for ever.

uvicorn waits without end for the first header of a new connection, for the rest of any header, and
for somebody to read what was answered. The bodies of requests are the guard's business. Beyond as
many connections as there may be, or as one client may have, a new one is told so, and those that
are open go on; a client that opens many more yet is not even told, for each that is holds a file.
"""

import asyncio
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ui.web.crowding import SECONDS_TO_COME_AGAIN, TOO_MANY, Crowd
from ui.web.policies import headers_for
from ui.web.problems import Problem

SECONDS_FOR_HEADERS = 10.0
SECONDS_TO_READ = 60.0  # in which not a byte was taken of what waits to be sent
SECONDS_TO_BE_TOLD = 1.0  # in which a connection too many is to ask, so that it can be answered


class PatientProtocol(H11Protocol):
    """HTTP, with a connection that is closed where no header comes, or nobody reads, in time."""

    crowd = Crowd(None)  # of the connections; a server that bounds them has a subclass
    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begins to wait."""
        super().connection_made(transport)
        most, self.limit_concurrency = self.limit_concurrency, None  # or uvicorn refuses all
        beyond = self.crowd.enter(self._address)
        if beyond > self.crowd.told:
            self.connections.discard(self)  # at once, or it would still be in the way of others
            transport.abort()
        elif beyond:
            self._refuse(too_many_of_one)
        elif most is not None and len(self.connections) >= most:
            self._refuse(too_many_connections)
        else:
            self._wait(SECONDS_FOR_HEADERS)

    def data_received(self, data: bytes) -> None:
        """Goes on waiting, unless a request is whole."""
        super().data_received(data)
        if self._is_answering():
            self._stop_waiting()
        elif self._timer is None:
            self._wait(SECONDS_FOR_HEADERS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no more."""
        self.crowd.leave(self._address)
        self._stop_waiting()
        self._was_read()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begins to wait for somebody to read."""
        super().pause_writing()
        self._was_read()
        self._unread = self.loop.call_later(SECONDS_TO_READ, self.transport.abort)

    def resume_writing(self) -> None:
        """It was read."""
        self._was_read()
        super().resume_writing()

    @property
    def _address(self) -> str:
        return self.client[0] if self.client else ""

    def _refuse(self, app: ASGIApp) -> None:
        self.app = app
        self._wait(SECONDS_TO_BE_TOLD)

    def _was_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self._is_answering():
            self.transport.close()


async def too_many_connections(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers whoever comes when no more connections may be open."""
    message = f"too many connections are open; come again in {SECONDS_TO_COME_AGAIN} seconds"
    await _refusal(503, message)(scope, receive, send)


async def too_many_of_one(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers a client that has as many connections open as one may have."""
    await _refusal(429, TOO_MANY)(scope, receive, send)


def _refusal(status: int, message: str) -> Response:
    again = {"Retry-After": str(SECONDS_TO_COME_AGAIN), "Connection": "close"}
    return Problem(status, message, {**headers_for(None), **again}).response()
