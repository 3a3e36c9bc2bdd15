"""A file -> `Document`. A new format is one file here and one line in `FORMATS`."""

from pathlib import PurePosixPath
from typing import Protocol

from index.documents import markdown, plain
from index.documents.parsed import Parsed
from index.errors import SourceError


class Format(Protocol):
    """How the bytes of one kind of file become a text with marks."""

    name: str
    version: int  # raised when the same bytes come out differently; documents are then read again
    suffixes: tuple[str, ...]  # lower case, with the dot

    def parse(self, data: bytes) -> Parsed:
        """The reading text of `data` with its marks. Raises `SourceError`, which says why not."""


_KNOWN: tuple[Format, ...] = (plain.PlainText(), markdown.Markdown())
FORMATS: dict[str, Format] = {form.name: form for form in _KNOWN}


def format_of(key: str) -> Format | None:
    """The format that the name of a file stands for, or `None` where it stands for none we read.

    >>> format_of("notes/week-1.MD").name
    'markdown'
    """
    suffix = PurePosixPath(key).suffix.lower()
    return next((form for form in FORMATS.values() if suffix in form.suffixes), None)


__all__ = ["FORMATS", "Format", "Parsed", "SourceError", "format_of"]
