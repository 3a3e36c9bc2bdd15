"""What finds the answer in the passages. A new reader is one file here and one line in `READERS`.

The reader that is trained to find the short answer gets its line here: `"span": SpanReader`.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from index.embedding import Embedder
from index.records import Hit
from rag.answer import Draft
from rag.readers.cosine import CosineReader
from rag.readers.sentence import SentenceReader


class Reader(Protocol):
    """Reads passages with a question in mind. What it claims is checked afterwards."""

    @property
    def signature(self) -> str:
        """Names the reader and everything that decides what it claims."""

    def read(self, question: str, hits: Sequence[Hit]) -> Draft:
        """What in the passages answers the question, best first; no claims where nothing does."""


READERS: dict[str, Callable[[Embedder, float | None], Reader]] = {
    "sentence": SentenceReader,
    "cosine": CosineReader,
}

__all__ = ["READERS", "Reader"]
