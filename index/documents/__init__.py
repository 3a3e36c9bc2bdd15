"""A file -> `Document`. A new format is one file here and one line in `FORMATS`.

The parser of every format but plain text and Markdown is untrusted: it reads files of strangers
with libraries of others, so it is run by `index/documents/parsers.py`, in a process of its own.
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath

from index.documents.parsed import Parsed
from index.errors import SourceError


@dataclass(frozen=True, slots=True)
class Format:
    """How the bytes of one kind of file become a text with marks."""

    name: str
    version: int  # raised when the same bytes come out differently; documents are then read again
    suffixes: tuple[str, ...]  # lower case, with the dot
    module: str  # has the function `parse`; imported, with the library it needs, when first used
    confined: bool = True  # it may only be run in a process of its own

    def parse(self, data: bytes) -> Parsed:
        """The reading text of `data` with its marks. Raises `SourceError`, which says why not.

        It runs in this process: of a confined format, call `Parsers.parse`.
        """
        parsed: Parsed = import_module(self.module).parse(data)
        return parsed


_KNOWN = (
    Format("plain", 3, (".txt", ".text"), "index.documents.plain", confined=False),
    Format("markdown", 3, (".md", ".markdown", ".mdown"), "index.documents.markdown", False),
    Format("html", 3, (".html", ".htm", ".xhtml"), "index.documents.html"),
    Format("epub", 3, (".epub",), "index.documents.epub"),
    Format("docx", 2, (".docx", ".docm"), "index.documents.docx"),
    Format("pptx", 2, (".pptx", ".pptm", ".ppsx"), "index.documents.pptx"),
    Format("notebook", 2, (".ipynb",), "index.documents.notebook"),
    Format("transcript", 3, (".srt", ".vtt"), "index.documents.transcript"),
    Format("pdf", 3, (".pdf",), "index.documents.pdf"),
)
FORMATS: dict[str, Format] = {form.name: form for form in _KNOWN}


def format_of(key: str) -> Format | None:
    """The format that the name of a file stands for, or `None` where it stands for none we read.

    >>> format_of("notes/week-1.MD").name
    'markdown'
    """
    suffix = PurePosixPath(key).suffix.lower()
    return next((form for form in FORMATS.values() if suffix in form.suffixes), None)


def text_format_of(key: str) -> Format:
    """The format of a text that is no file: Markdown where its name says so, else plain text.

    >>> text_format_of("page.html").name, text_format_of("page.md").name
    ('plain', 'markdown')
    """
    form = format_of(key)
    return FORMATS["plain"] if form is None or form.confined else form


__all__ = ["FORMATS", "Format", "Parsed", "SourceError", "format_of", "text_format_of"]
