"""A server that stops without losing an answer that somebody waits for."""

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn

from ui.logs import log_event
from ui.web.app import Web
from ui.web.presence import SECONDS_TO_FETCH

SECONDS_FOR_PAGES = 2  # that open connections get to end by themselves once nothing is asked
SECONDS_BETWEEN = 0.05  # two looks at whether anybody still waits


class Server(uvicorn.Server):
    """Says where it answers once it does, and finishes what was asked before it stops.

    Whoever asks meanwhile is told that it stops. New connections are still taken, because the page
    in a browser asks by one and fetches the answer by another.
    """

    def __init__(
        self, config: uvicorn.Config, web: Web, addresses: Sequence[str], *, seconds_to_stop: int
    ) -> None:
        """Questions get `seconds_to_stop` to be answered."""
        super().__init__(config)
        self.web = web
        self.addresses = addresses
        self.seconds_to_stop = seconds_to_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, and says where."""
        await super().startup(sockets)
        if self.started:
            for address in self.addresses:
                sys.stdout.write(f"Pincite answers at {address}\n")
            sys.stdout.flush()
            log_event("started")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answers what was asked, then ends the streams to open pages, then stops."""
        desk = self.web.desk
        desk.admission.stop()
        log_event("stopping", unanswered=self._unanswered())
        await self._wait_until(lambda: not self._unanswered(), seconds=self.seconds_to_stop)
        desk.presence.is_closing = True
        await self._wait_until(lambda: not desk.presence.awaited, seconds=SECONDS_TO_FETCH)
        log_event("stopped", unanswered=self._unanswered() + desk.presence.awaited)
        self.web.close()
        await super().shutdown(sockets)

    def _unanswered(self) -> int:
        admission = self.web.desk.admission
        return admission.in_flight + admission.waiting

    async def _wait_until(self, is_so: Callable[[], bool], *, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time() + seconds
        while not is_so() and not self.force_exit and loop.time() < last:
            await asyncio.sleep(SECONDS_BETWEEN)


@contextmanager
def sigterm_is_no_error() -> Iterator[None]:
    """While the block lasts uvicorn, which raises each signal once more at its end, may.

    So SIGTERM ends the command as if it had done its work, which it has; Ctrl-C still interrupts.
    """

    def ignore(*_: Any) -> None:
        return None

    before = signal.signal(signal.SIGTERM, ignore)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
