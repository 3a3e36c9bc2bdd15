"""Who computes when: at most one thread for each core, and whoever came first is served first.

Two busy threads on one core are slower than one after the other, so that nothing is gained by
letting everybody compute at once.
"""

import functools
import heapq
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from index.deadline import current
from index.processor import compute_rows_alike

Given = TypeVar("Given")
Made = TypeVar("Made")


class _Job(NamedTuple):
    """Work that waits for a core; what compares less is done first."""

    is_patient: bool
    number: int  # in the order in which they came; no two have one
    work: Callable[[], Any]
    future: Future[Any]


class Cores:
    """The threads of a process that compute. Nothing is started before there is work."""

    def __init__(self, threads: int = 0) -> None:
        """`threads` that compute at the same time; 0 for one on each core."""
        self.number = threads or count()
        self._threads = ThreadPoolExecutor(self.number, "computing")
        self._waiting: list[_Job] = []  # a heap
        self._numbers = itertools.count()
        self._guard = threading.Lock()

    def submit(self, work: Callable[[], Made], *, urgent: bool = False) -> Future[Made]:
        """What the work will make, once a core is free for it.

        Urgent work goes before all other; it must be short. What is cancelled before it has begun
        is not done.
        """
        future: Future[Made] = Future()
        with self._guard:
            heapq.heappush(self._waiting, _Job(not urgent, next(self._numbers), work, future))
        self._threads.submit(self._do_first)
        return future

    def map(self, work: Callable[[Given], Made], given: Iterable[Given]) -> list[Made]:
        """What the work makes of each, in order, the parts on whichever cores are free.

        Not to be called by work that has a core itself: it would wait for another. Raises
        `TooSlowError` and `GivenUpError` as the deadline does that holds.
        """
        deadline = current()
        futures = [self.submit(functools.partial(work, part)) for part in given]
        try:
            return [deadline.result_of(future) for future in futures]
        finally:
            for future in futures:
                future.cancel()  # does nothing to what is done

    def _do_first(self) -> None:
        with self._guard:
            job = heapq.heappop(self._waiting)
        if not job.future.set_running_or_notify_cancel():
            return
        try:
            made = job.work()
        except BaseException as error:  # it is raised where the result is asked for
            job.future.set_exception(error)
        else:
            job.future.set_result(made)


@contextmanager
def torch_threads(threads: int) -> Iterator[None]:
    """While the block lasts torch computes with so many threads in this one; 0 for every core."""
    compute_rows_alike()
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads or count())
    try:
        yield
    finally:
        torch.set_num_threads(before)


def count() -> int:
    """The cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not there on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1
