"""How many threads compute: every core for one who computes alone, one for each of several.

Two busy threads on two busy cores are slower than one.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Cores:
    """The cores of this process, shared by those who compute at the same time."""

    def __init__(self, threads: int = 0) -> None:
        """`threads` that compute each time; 0 chooses."""
        self._threads = threads
        self._computing = 0
        self._counting = threading.Lock()

    @contextmanager
    def share(self) -> Iterator[int]:
        """While the block lasts torch computes with so many threads, which it gives."""
        import torch

        with self._counting:
            self._computing += 1
            alone = self._computing == 1
        before = torch.get_num_threads()
        threads = self._threads or (count() if alone else 1)
        torch.set_num_threads(threads)
        try:
            yield threads
        finally:
            torch.set_num_threads(before)
            with self._counting:
                self._computing -= 1


def count() -> int:
    """The cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not there on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1
