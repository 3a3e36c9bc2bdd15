"""An embedder that remembers: a question, or a sentence read before, is not embedded again."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.embedding.in_front import InFront
from index.records import Vectors

if TYPE_CHECKING:
    from index.embedding import Embedder

_Memory = OrderedDict[str, NDArray[np.float32]]


class RememberingEmbedder(InFront):
    """Gives what the embedder behind it gives, and keeps the vectors that were used last."""

    def __init__(self, embedder: "Embedder", *, capacity: int = 20_000) -> None:
        """`capacity` is the number of documents, and of queries, whose vectors are kept."""
        super().__init__(embedder)
        self._capacity = capacity
        self._documents: _Memory = OrderedDict()
        self._queries: _Memory = OrderedDict()
        self._guard = threading.Lock()

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One row for each text, (n, d)."""
        return self._remembered(self._documents, texts, self._embedder.encode_documents)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One row for each question, (n, d)."""
        return self._remembered(self._queries, texts, self._embedder.encode_queries)

    def _remembered(
        self, memory: _Memory, texts: Sequence[str], encode: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        with self._guard:
            known = {text: memory[text] for text in texts if text in memory}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= zip(missing, encode(missing), strict=True)
        with self._guard:
            for text, vector in known.items():
                memory[text] = vector
                memory.move_to_end(text)
            while len(memory) > self._capacity:
                memory.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else encode(texts)
