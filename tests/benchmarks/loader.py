"""Asks a server by HTTP and keeps when each question was due, and when it was done with.

In a closed loop each asker asks again once it was answered, so a slow server is asked less. In an
open loop questions come when they come: their times are drawn beforehand (a Poisson process), and
what a question takes is counted from when it was due, however late it could be sent. Otherwise the
worst of what askers wait would be left out ("coordinated omission").

Each question has a client of its own, with one connection: a pool of httpx looks through all that
it has open for each question, so a server that is behind would make the loader late as well.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import takewhile
from random import Random

import httpx

PATIENCE = 60.0  # seconds after which a question is given up
KEPT_FOR = 2.0  # seconds that an idle connection is, less than any server keeps it
REFUSALS = (429, 503)


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a question."""

    due: float  # seconds after the first
    took: float  # from then until its answer was there whole
    late: float  # of these: until it could be sent
    status: int  # 0 where there was no response at all
    says_when: bool = False  # whether it was told after how long to come again

    @property
    def is_answered(self) -> bool:
        """Whether there was an answer."""
        return self.status == 200

    @property
    def is_refused(self) -> bool:
        """Whether it was told to come again, and when."""
        return self.status in REFUSALS and self.says_when


Asking = Callable[[httpx.AsyncClient, str], Awaitable[httpx.Response]]


class _Clients(AsyncExitStack):
    """Clients of one server, as many as ask it at once; who was done last asks next."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin
        self._trusted = ssl.create_default_context()  # once: it takes longer than a question
        self._idle: list[httpx.AsyncClient] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client that nobody else uses meanwhile."""
        client = self._idle.pop() if self._idle else await self.enter_async_context(self._new())
        try:
            yield client
        finally:
            self._idle.append(client)

    def _new(self) -> httpx.AsyncClient:
        limits = httpx.Limits(keepalive_expiry=KEPT_FOR)
        return httpx.AsyncClient(
            base_url=self._origin, timeout=PATIENCE, limits=limits, verify=self._trusted
        )


def closed_loop(
    origin: str, asking: Asking, questions: Iterator[str], *, askers: int, seconds: float
) -> list[Reply]:
    """So many askers, each with one question after another for so long."""

    async def run() -> list[Reply]:
        began, replies = time.perf_counter(), list[Reply]()

        async def one_after_another() -> None:
            while (due := time.perf_counter() - began) < seconds:
                replies.append(await _replied(clients, asking, next(questions), began, due))

        async with _Clients(origin) as clients:
            await asyncio.gather(*(one_after_another() for _ in range(askers)))
        return replies

    return asyncio.run(run())


def open_loop(
    origin: str, asking: Asking, questions: Iterator[str], *, due: Sequence[float]
) -> list[Reply]:
    """A question at each of these times, whatever became of those before."""

    async def run() -> list[Reply]:
        began, asked = time.perf_counter(), list[asyncio.Task[Reply]]()
        async with _Clients(origin) as clients:
            for moment in due:
                await asyncio.sleep(max(0.0, began + moment - time.perf_counter()))
                replied = _replied(clients, asking, next(questions), began, moment)
                asked.append(asyncio.create_task(replied))
            return list(await asyncio.gather(*asked))

    return asyncio.run(run())


def arrivals(rate: float, seconds: float, *, seed: int, first: float = 0.0) -> list[float]:
    """The times of a Poisson process of so many a second, from `first` on.

    >>> [round(moment, 2) for moment in arrivals(2.0, 2.0, seed=1)]
    [0.07, 1.01, 1.73, 1.88]
    """
    chosen, last = Random(seed), first + seconds

    def one_after_another() -> Iterator[float]:
        moment = first
        while True:
            moment += chosen.expovariate(rate)
            yield moment

    return list(takewhile(lambda moment: moment < last, one_after_another()))


async def _replied(
    clients: _Clients, asking: Asking, question: str, began: float, due: float
) -> Reply:
    late = time.perf_counter() - began - due
    try:
        async with clients.one() as client:
            response = await asking(client, question)
        status, says_when = response.status_code, "Retry-After" in response.headers
    except httpx.TransportError:
        status, says_when = 0, False
    return Reply(due, time.perf_counter() - began - due, late, status, says_when)
