"""What finds the answer in the passages. A new reader is one file here and one line in `READERS`.

Beside those in the table, any extractive reader can be named by its folder.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from index.embedding import Embedder
from index.errors import SettingError
from index.records import Hit
from rag.answer import Draft
from rag.readers.cosine import CosineReader
from rag.readers.sentence import SentenceReader
from rag.readers.span.opening import Networks
from rag.readers.span.reader import SpanReader


class Reader(Protocol):
    """Reads passages with a question in mind. What it claims is checked afterwards."""

    @property
    def signature(self) -> str:
        """Names the reader and everything that decides what it claims."""

    def read(self, question: str, hits: Sequence[Hit]) -> Draft:
        """What in the passages answers the question, best first; no claims where nothing does."""


class ReaderKind(Protocol):
    """What makes a reader."""

    def __call__(
        self,
        embedder: Embedder,
        threshold: float | None = None,
        *,
        networks: Networks | None = None,
    ) -> Reader:
        """One that abstains under `threshold`; its network, if any, is one of the `networks`."""


READERS: dict[str, ReaderKind] = {
    "span": SpanReader,
    "sentence": SentenceReader,
    "cosine": CosineReader,
}


def reader_kind(name: str) -> ReaderKind:
    """What makes the reader of that name in `READERS`, else the one in the folder it names.

    Raises `SettingError` where the name is neither.
    """
    if name in READERS:
        return READERS[name]
    if Path(name).is_dir():
        return partial(SpanReader, weights=Path(name))
    raise SettingError(
        f"reader is {name!r}; it must be one of {', '.join(READERS)}, "
        "or the folder of an extractive reader"
    )


def load_reader(name: str, embedder: Embedder, threshold: float | None = None) -> Reader:
    """The reader of that name in `READERS`, else the extractive one in the folder it names.

    Args:
        name: a name in the table; a folder that `train-reader` wrote; or one with a Hugging Face
            model for extractive question answering and its tokenizer.
        embedder: the one of the library.
        threshold: the score under which the reader abstains; `None` for its own.

    Raises `SettingError` where there is no such reader, or its folder is not as it should be.
    """
    return reader_kind(name)(embedder, threshold)


__all__ = ["READERS", "Reader", "load_reader", "reader_kind"]
