"""Texts -> unit-length vectors. A new embedder is one file here and one line in `EMBEDDERS`."""

from collections.abc import Callable, Sequence
from typing import Protocol

from index.embedding.hashing import HashingEmbedder
from index.embedding.transformer import BUNDLED, TransformerEmbedder
from index.records import Vectors


class Embedder(Protocol):
    """What turns texts into vectors whose inner product says how near they are in meaning."""

    @property
    def name(self) -> str:
        """As the user names it with `--embedder`; known before anything is loaded."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights: two embedders with one fingerprint give the same vectors."""

    @property
    def precision(self) -> str:
        """The numbers it computes in: "float32" or "bfloat16"; vectors are float32 in either."""

    @property
    def dimension(self) -> int:
        """Columns of a vector."""

    @property
    def window(self) -> int:
        """Most tokens of one text; what it adds itself is already taken off."""

    @property
    def languages(self) -> tuple[str, ...] | None:
        """ISO 639-1 codes of the languages it was trained on; `None` where it does not say."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without those it adds itself."""

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row for each passage, (n, d) float32."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row for each question, (n, d) float32."""


EMBEDDERS: dict[str, Callable[..., Embedder]] = {
    BUNDLED: TransformerEmbedder,
    HashingEmbedder.name: HashingEmbedder,
}


def load_embedder(
    name: str | None = None, *, precision: str = "auto", threads: int = 1
) -> Embedder:
    """The embedder of that name in `EMBEDDERS`, else the sentence-transformers model it names.

    Args:
        name: a name in the table, the folder of a model, or its name on the hub.
        precision: "float32", "bfloat16", or "auto" for the faster one on this processor.
        threads: that compute, 0 for every core; on busy cores one is faster than two.

    Nothing heavy happens before the first text is counted or encoded.
    """
    kind = EMBEDDERS.get(name or BUNDLED, TransformerEmbedder)
    return kind(name or BUNDLED, precision=precision, threads=threads)


__all__ = ["BUNDLED", "EMBEDDERS", "Embedder", "load_embedder"]
