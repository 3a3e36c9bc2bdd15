"""Embedders for measuring: one that counts what is asked of it, one whose vectors are random."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embedding import Embedder
from index.records import Vectors

_NEED_THE_MODEL = frozenset(
    {"dimension", "window", "count_tokens", "encode_documents", "encode_queries"}
)


class CountingEmbedder:
    """The embedder behind it, with a count of what was asked of it that needs its model."""

    def __init__(self, embedder: Embedder) -> None:
        """Nothing was asked yet."""
        self._embedder = embedder
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        """What the embedder behind it has under that name."""
        if name in _NEED_THE_MODEL:
            self.calls[name] += 1
        return getattr(self._embedder, name)


class SyntheticEmbedder:
    """Random unit vectors under the name and the weights of a real embedder.

    It fills a library quickly that is then asked with the real one: what is found by meaning is
    chance, but finding it takes the same time. A token is taken to have five characters.
    """

    window = 254
    languages = None

    def __init__(self, real: Embedder, *, dimension: int = 384) -> None:
        """`real` will ask the library; its model is not loaded for this."""
        self.name = real.name
        self.fingerprint = real.fingerprint
        self.precision = real.precision
        self.dimension = dimension
        self._random = np.random.default_rng(0)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A fifth of the characters of each text."""
        return [-(-len(text) // 5) for text in texts]

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One random unit-length row for each text, (n, d) float32."""
        rows = self._random.standard_normal((len(texts), self.dimension), dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """The same as for documents."""
        return self.encode_documents(texts)
