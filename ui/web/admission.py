"""Which question is answered next, and which is told at once that it would wait too long.

So many are answered at a time as the cores can do. The others wait in the order of their courses,
one of each in turn, so that a course that is asked much holds up no other. A question is refused at
once where the wait is expected to be too long, and given up where the expectation was wrong.

It belongs to the event loop of the server, and no thread but that one's may use it.
"""

import asyncio
import time
from collections import OrderedDict, deque
from contextlib import suppress

from index import cores
from ui.web.refusals import RefusedError

AT_ONCE_PER_CORE = 4  # so that what several want of a model is computed together
WAITING = 64
SECONDS = 5.0
FIRST_GUESS = 0.2  # seconds that an answer takes, before there was any
WEIGHT = 0.1  # of the latest answer in the mean of what they take

_Turn = asyncio.Future[None]


class Admission:
    """Gives out the places of a server where questions are answered."""

    def __init__(
        self, *, at_once: int = 0, waiting: int = WAITING, seconds: float = SECONDS
    ) -> None:
        """So many places (0: as the cores can do), so many who wait, so long at most."""
        self.at_once = at_once or AT_ONCE_PER_CORE * cores.count()
        self.most_waiting = waiting
        self.seconds = seconds
        self.in_flight = 0
        self.is_stopping = False
        self._mean = FIRST_GUESS
        self._queues: OrderedDict[str, deque[_Turn]] = OrderedDict()  # the next course first

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return sum(len(queue) for queue in self._queues.values())

    async def enter(self, course: str) -> float:
        """Takes a place once there is one; gives when that was, for `leave`.

        Raises `RefusedError` where there is none in time.
        """
        if self.is_stopping:
            raise RefusedError("stopping", self.seconds)
        if self.in_flight < self.at_once:
            self.in_flight += 1
        else:
            await self._wait(course)
        return time.monotonic()

    def leave(self, entered: float) -> None:
        """Gives back a place that was taken then, to whoever is next."""
        self._mean += WEIGHT * (time.monotonic() - entered - self._mean)
        self._hand_on()

    def stop(self) -> None:
        """Refuses whoever comes from now on; those who wait are still answered."""
        self.is_stopping = True

    def expected(self, course: str) -> float:
        """Seconds that a question to the course would wait if it came now."""
        own = len(self._queues.get(course, ())) + 1
        before = sum(min(len(queue), own) for queue in self._queues.values())
        return (before + 1) * self._mean / self.at_once

    async def _wait(self, course: str) -> None:
        self._drop_who_left()
        expected = self.expected(course)
        if expected > self.seconds:
            raise RefusedError("full", expected - self.seconds)
        self._make_room(course)
        turn: _Turn = asyncio.get_running_loop().create_future()
        self._queues.setdefault(course, deque()).append(turn)
        try:
            async with asyncio.timeout(2 * self.seconds):
                await turn
        except BaseException as error:
            self._give_up(course, turn)
            if isinstance(error, TimeoutError):
                raise RefusedError("late", self.expected(course)) from error
            raise

    def _drop_who_left(self) -> None:
        """Takes out the turns of those who leave in this moment, and have yet to hear of it."""
        queues = {
            course: deque(turn for turn in queue if not turn.done())
            for course, queue in self._queues.items()
        }
        self._queues = OrderedDict((course, queue) for course, queue in queues.items() if queue)

    def _make_room(self, course: str) -> None:
        """Where all who may wait do, the last of the course with most gives way to fewer."""
        if self.waiting < self.most_waiting:
            return
        nobody: tuple[str, deque[_Turn]] = (course, deque())
        crowded, queue = max(self._queues.items(), key=lambda each: len(each[1]), default=nobody)
        refusal = RefusedError("full", self.expected(crowded))
        if len(queue) <= len(self._queues.get(course, ())) + 1:
            raise refusal
        queue.pop().set_exception(refusal)

    def _give_up(self, course: str, turn: _Turn) -> None:
        """Leaves the queue; a place that was given in that moment goes to the next."""
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self._hand_on()
            return
        queue = self._queues.get(course, deque())
        with suppress(ValueError):
            queue.remove(turn)
        if not queue:
            self._queues.pop(course, None)

    def _hand_on(self) -> None:
        """A place becomes free: the course whose turn it is has it, and is then the last."""
        while self._queues:
            course, queue = self._queues.popitem(last=False)
            turn = queue.popleft()
            if queue:
                self._queues[course] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self.in_flight -= 1
