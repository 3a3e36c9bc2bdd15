"""An embedder for many at once: what waits for a core is embedded together.

Nobody waits for others to come. One who is alone is embedded at once; whoever comes while every
core computes goes into the batch that the next free one takes. Questions have half of the cores:
the others look for passages meanwhile, and two questions together take little longer than one.
"""

import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.cores import Cores
from index.deadline import current
from index.embedding.in_front import InFront
from index.records import Vectors

if TYPE_CHECKING:
    from index.embedding import Embedder

_MOST = 16  # texts of a batch; with more the cores would wait for one another

_Vector = NDArray[np.float32]
_Waiting = tuple[str, Future[_Vector]]


class GatheringEmbedder(InFront):
    """Gives what the embedder behind it gives, computed on the cores that all share."""

    def __init__(self, embedder: "Embedder", cores: Cores) -> None:
        """A question goes before everything else that waits for `cores`: it is short."""
        super().__init__(embedder)
        every, half = cores.number, max(1, cores.number // 2)
        self._documents = _Gathering(embedder.encode_documents, cores, most=every, urgent=False)
        self._queries = _Gathering(embedder.encode_queries, cores, most=half, urgent=True)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, (n, d)."""
        return self._documents.encoded(texts) if texts else self._embedder.encode_documents(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question, (n, d)."""
        return self._queries.encoded(texts) if texts else self._embedder.encode_queries(texts)


class _Gathering:
    """Texts that wait to be encoded, each with what its vector will be."""

    def __init__(
        self, encode: Callable[[Sequence[str]], Vectors], cores: Cores, *, most: int, urgent: bool
    ) -> None:
        """At most so many batches at a time."""
        self._encode = encode
        self._cores = cores
        self._most = most
        self._urgent = urgent
        self._waiting: deque[_Waiting] = deque()
        self._due = 0  # batches that wait for a core
        self._computed = 0  # batches that have one
        self._guard = threading.Lock()

    def encoded(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, (n, d)."""
        deadline = current()
        futures: list[Future[_Vector]] = [Future() for _ in texts]
        self._waiting.extend(zip(texts, futures, strict=True))
        self._begin()
        try:
            return np.stack([deadline.result_of(future) for future in futures])
        finally:
            for future in futures:
                future.cancel()  # does nothing to what is done

    def _begin(self) -> None:
        """Has as many batches wait for a core as there are texts for, and as may be."""
        with self._guard:
            wanted = -(-len(self._waiting) // _MOST) - self._due
            begun = max(0, min(wanted, self._most - self._due - self._computed))
            self._due += begun
        for _ in range(begun):
            self._cores.submit(self._encode_batch, urgent=self._urgent)

    def _encode_batch(self) -> None:
        """One batch; then the next, where texts have come that no core was free for."""
        with self._guard:
            self._due -= 1
            self._computed += 1
        try:
            self._encode_some()
        finally:
            with self._guard:
                self._computed -= 1
            self._begin()

    def _encode_some(self) -> None:
        """Encodes what waits; nothing where other cores took it all."""
        taken = list(itertools.islice(self._still_wanted(), _MOST))
        if not taken:
            return
        try:
            made = self._vectors([text for text, _ in taken])
        except Exception:
            self._encode_each(taken)
            return
        for text, future in taken:
            future.set_result(made[text])

    def _encode_each(self, taken: list[_Waiting]) -> None:
        """One by one, so that a text that cannot be encoded is only its own asker's error."""
        for text, future in taken:
            try:
                future.set_result(self._vectors([text])[text])
            except BaseException as error:  # it is raised where the vector is waited for
                future.set_exception(error)

    def _vectors(self, texts: Sequence[str]) -> dict[str, _Vector]:
        distinct = list(dict.fromkeys(texts))
        return dict(zip(distinct, self._encode(distinct), strict=True))

    def _still_wanted(self) -> Iterator[_Waiting]:
        """Takes one after another of those that somebody waits for."""
        with suppress(IndexError):
            while True:
                text, future = self._waiting.popleft()
                if future.set_running_or_notify_cancel():
                    yield text, future
