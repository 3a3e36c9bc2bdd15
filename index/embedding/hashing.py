"""An embedder without a model: words are hashed into columns. For tests and for trying things out.

It knows words, not meanings, and is no match for a trained model.
"""

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from index.records import Vectors

_TOKEN = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Each word adds 1 to column `crc32(word) % dimension`; the row is then made unit length."""

    name = "hashing"
    fingerprint = "hashing-1"
    precision = "float32"
    dimension = 256
    window = 254
    languages = None

    def __init__(self, name: str = name, *, precision: str = "auto", threads: int = 1) -> None:
        """Takes what every embedder takes; there is nothing to choose."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words and other signs of each text.

        >>> HashingEmbedder().count_tokens(["Bees hum.", ""])
        [3, 0]
        """
        return [len(_TOKEN.findall(text)) for text in texts]

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row for each text; a text without words is all in column 0."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in _WORD.findall(text.lower()) or [""]:
                row[crc32(word.encode("utf-8", "replace")) % self.dimension] += 1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """The same as for documents."""
        return self.encode_documents(texts)
