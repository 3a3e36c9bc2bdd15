"""What stands in front of an embedder, and is one itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.embedding import Embedder


class InFront:
    """Says of itself what the embedder behind it says; how texts are encoded is its own."""

    def __init__(self, embedder: "Embedder") -> None:
        """`embedder` stands behind it."""
        self._embedder = embedder

    @property
    def name(self) -> str:
        """Of the embedder behind it."""
        return self._embedder.name

    @property
    def fingerprint(self) -> str:
        """Of the embedder behind it."""
        return self._embedder.fingerprint

    @property
    def precision(self) -> str:
        """Of the embedder behind it."""
        return self._embedder.precision

    @property
    def dimension(self) -> int:
        """Of the embedder behind it."""
        return self._embedder.dimension

    @property
    def window(self) -> int:
        """Of the embedder behind it."""
        return self._embedder.window

    @property
    def languages(self) -> tuple[str, ...] | None:
        """Of the embedder behind it."""
        return self._embedder.languages

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the embedder behind it counts."""
        return self._embedder.count_tokens(texts)
