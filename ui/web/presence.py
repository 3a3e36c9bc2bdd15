"""Who is still there to read an answer. One who has left frees the place of the question.

Gradio sends the answers of a page through a stream of its own, so a question asked there is left
when that stream ends before it is closed. A program waits for its own response.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.types import Message

T = TypeVar("T")


class GoneError(Exception):
    """Whoever asked has left; nobody reads this."""


class Presence:
    """The pages that wait for answers, each by the name that Gradio gives its session."""

    def __init__(self) -> None:
        """Nobody is there yet."""
        self.streams = 0  # that are open
        self._asked: defaultdict[str, set[asyncio.Task[Any]]] = defaultdict(set)

    @property
    def pages(self) -> int:
        """How many pages wait for the answer to a question."""
        return len(self._asked)

    async def while_there(self, session: str, work: Coroutine[Any, Any, T]) -> T:
        """The result of the work. Raises `GoneError` once the page has left."""
        task = asyncio.ensure_future(work)
        self._asked[session].add(task)
        try:
            return await task
        except asyncio.CancelledError:
            this = asyncio.current_task()
            if this and this.cancelling():  # it is not the page that left: we are stopped
                raise
            raise GoneError from None
        finally:
            self._asked[session].discard(task)
            if not self._asked[session]:
                del self._asked[session]

    def leave(self, session: str) -> None:
        """The page has left: what it waits for is given up."""
        for task in self._asked.get(session, ()):
            task.cancel()


async def while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of the work. Raises `GoneError` once whoever sent the request has left."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request.receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise GoneError
        return task.result()
    finally:
        gone.cancel()
        task.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await gone


async def _disconnected(receive: Callable[[], Awaitable[Message]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
