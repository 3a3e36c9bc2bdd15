"""A server that stops without losing an answer that somebody waits for."""

import asyncio
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn

from ui.logs import log_event
from ui.web.app import Web

SECONDS_FOR_PAGES = 2  # that open connections get to end by themselves once nothing is asked
SECONDS_TO_FETCH = 1.0  # for a page whose question was taken to open the stream of its answer
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
        self.web.desk.admission.stop()
        log_event("stopping", waiting_for=self._awaited())
        await self._answer_what_was_asked()
        log_event("stopped", lost=self._awaited())
        self.web.close()
        await super().shutdown(sockets)

    async def _answer_what_was_asked(self) -> None:
        if not self._awaited() and not self.server_state.connections:
            return
        loop = asyncio.get_running_loop()
        started = loop.time()
        while not self.force_exit and loop.time() - started < self.seconds_to_stop:
            if not self._awaited() and loop.time() - started >= SECONDS_TO_FETCH:
                return
            await asyncio.sleep(SECONDS_BETWEEN)

    def _awaited(self) -> int:
        """Questions without their answer, and answers on their way."""
        desk = self.web.desk
        return desk.admission.in_flight + desk.admission.waiting + desk.presence.streams


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
