"""Embedders for measuring: one that counts what is asked of it, one whose vectors are random."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from index.embedding import Embedder
from index.records import Vectors


class CountingEmbedder:
    """The embedder behind it, with a count of the calls that need its model."""

    def __init__(self, embedder: Embedder) -> None:
        """Nothing was called yet."""
        self._embedder = embedder
        self.calls: Counter[str] = Counter()

    @property
    def name(self) -> str:
        """Of the embedder behind it; needs no model."""
        return self._embedder.name

    @property
    def fingerprint(self) -> str:
        """Of the embedder behind it; needs no model."""
        return self._embedder.fingerprint

    @property
    def precision(self) -> str:
        """Of the embedder behind it; needs no model."""
        return self._embedder.precision

    @property
    def languages(self) -> tuple[str, ...] | None:
        """Of the embedder behind it; needs no model."""
        return self._embedder.languages

    @property
    def dimension(self) -> int:
        """Of the embedder behind it."""
        self.calls["dimension"] += 1
        return self._embedder.dimension

    @property
    def window(self) -> int:
        """Of the embedder behind it."""
        self.calls["window"] += 1
        return self._embedder.window

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the embedder behind it counts."""
        self.calls["count_tokens"] += 1
        return self._embedder.count_tokens(texts)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """What the embedder behind it gives."""
        self.calls["encode_documents"] += 1
        return self._embedder.encode_documents(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """What the embedder behind it gives."""
        self.calls["encode_queries"] += 1
        return self._embedder.encode_queries(texts)


class SyntheticEmbedder:
    """Random unit vectors under the name and the weights of a real embedder.

    It fills a library quickly that is then asked with the real one: what is found by meaning is
    chance, but finding it takes the same time. A token is taken to have five characters.
    """

    window = 254
    languages = None
    precision = "float32"

    def __init__(self, real: Embedder, *, dimension: int = 384) -> None:
        """`real` will ask the library; its model is not loaded for this."""
        self.name = real.name
        self.fingerprint = real.fingerprint
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
