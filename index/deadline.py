"""How long work may take, and whether anybody still waits for it.

Whoever waits or computes for long looks at the deadline that holds in its thread: between the
stages of an answer, between the batches of one, and while it waits for a core. What computes just
then is finished first: a batch takes a tenth of a second.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from index.errors import GivenUpError, TooSlowError

Made = TypeVar("Made")


class Deadline:
    """The moment by which work is to be done. Another thread may cancel what is still undone."""

    def __init__(self, seconds: float | None = None) -> None:
        """It is `seconds` from now; `None` for never. Raises `ValueError` for less than nothing."""
        if seconds is not None and not seconds >= 0:
            raise ValueError(f"a deadline {seconds} seconds from now lies in no future")
        self._seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds
        self._cancelled = False
        self._waiting: set[threading.Event] = set()
        self._guard = threading.Lock()

    def cancel(self) -> None:
        """Nobody waits any more: who works under this deadline stops at once."""
        with self._guard:
            self._cancelled = True
            for woken in self._waiting:
                woken.set()

    def check(self) -> None:
        """Nothing. Raises `TooSlowError` once it has passed, `GivenUpError` once cancelled."""
        if self._cancelled:
            raise GivenUpError("the question was given up before it was answered; ask it again")
        if self._end is not None and time.monotonic() >= self._end:
            raise TooSlowError(
                f"there was no answer within {self._seconds:g} seconds, which is the most it may "
                "take; ask again when less is being asked, or allow more time"
            )

    def result_of(self, future: Future[Made]) -> Made:
        """What the future holds, waited for no longer than the deadline. Raises as `check` does."""
        with self._woken_by(future) as woken:
            while not future.done():
                self.check()
                woken.wait(None if self._end is None else max(0.0, self._end - time.monotonic()))
        return future.result()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """While the block lasts the deadline holds for what its thread does.

        Raises as `check` does where it has passed before that.
        """
        self.check()
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    @contextmanager
    def _woken_by(self, future: Future[Made]) -> Iterator[threading.Event]:
        """An event that is set when the future is done, or the deadline cancelled."""
        woken = threading.Event()
        with self._guard:
            self._waiting.add(woken)
        future.add_done_callback(lambda _: woken.set())
        try:
            yield woken
        finally:
            with self._guard:
                self._waiting.discard(woken)


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current() -> Deadline:
    """The deadline that holds in this thread; one that never comes where none does."""
    return _current.get() or Deadline()
