"""Who is still there to read an answer. One who has left frees the place of the question.

Gradio sends the answers of a page through a stream of its own, so a question asked there is left
when that stream ends before it is closed. A program waits for its own response.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.types import Message

from ui.logs import unsaid

SECONDS_TO_FETCH = 5.0  # that a page has, once it has asked

T = TypeVar("T")


class GoneError(Exception):
    """Whoever asked has left; nobody reads this."""


class Presence:
    """The pages that wait for answers, each by the name that Gradio gives its session."""

    def __init__(self) -> None:
        """Nobody is there yet."""
        self.is_closing = False  # once nothing more may be asked
        self._asked: defaultdict[str, set[asyncio.Task[Any]]] = defaultdict(set)
        self._streams: Counter[str] = Counter()  # that are open
        self._expected: dict[str, float] = {}  # to open one, and since when

    @property
    def pages(self) -> int:
        """How many pages wait for the answer to a question."""
        return len(self._asked)

    @property
    def awaited(self) -> int:
        """How many streams of answers are open, or are about to be."""
        self._forget()
        return self._streams.total() + len(self._expected)

    def asks(self, session: str) -> None:
        """The page has caused an event, and will fetch what comes of it."""
        self._forget()
        if not self._streams[session]:
            self._expected.pop(session, None)  # to stand last
            self._expected[session] = time.monotonic()

    @contextmanager
    def fetching(self, session: str) -> Iterator[None]:
        """While the block lasts the page fetches its answers."""
        self._expected.pop(session, None)
        self._streams[session] += 1
        try:
            yield
        finally:
            self._streams -= Counter([session])  # and forgets it at 0

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

    def _forget(self) -> None:
        """Those who never came are expected no more."""
        last = time.monotonic() - SECONDS_TO_FETCH
        for session, since in list(self._expected.items()):
            if since > last:
                break  # they stand in their order
            del self._expected[session]


async def while_connected(request: Request, work: Coroutine[Any, Any, T], *, of: str = "") -> T:
    """The result of the work. Raises `GoneError` once whoever sent the request has left.

    `of` is what was asked, which is kept out of the log here too: the work has a context of its
    own.
    """
    unsaid.set(of)
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
