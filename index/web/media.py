"""Which format an answer of a server has: as its type says, or where that says little, its name."""

import codecs
import mimetypes
import re

from index.documents import FORMATS, Format, format_of

_OFFICE = "application/vnd.openxmlformats-officedocument"
_FORMATS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "application/pdf": "pdf",
    "application/epub+zip": "epub",
    f"{_OFFICE}.wordprocessingml.document": "docx",
    f"{_OFFICE}.presentationml.presentation": "pptx",
    "application/x-ipynb+json": "notebook",
    "text/vtt": "transcript",
    "application/x-subrip": "transcript",
}
_BY_NAME = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream"})
_TYPES = mimetypes.MimeTypes()  # those that Python knows, whatever this machine adds
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_DECODED = ("plain", "markdown", "html")  # formats in which the answer's charset counts


def format_of_answer(content_type: str, path: str) -> Format | None:
    """The format, or `None` where it is none we read.

    >>> format_of_answer("text/html; charset=utf-8", "/a.php").name
    'html'
    >>> format_of_answer("text/plain", "/a.md").name, format_of_answer("image/png", "/a.md")
    ('markdown', None)
    """
    said = content_type.partition(";")[0].strip().lower()
    if said in _BY_NAME:
        plain = FORMATS["plain"] if said == "text/plain" else None
        return format_of(path) or plain
    name = _FORMATS.get(said)
    return FORMATS[name] if name else None


def may_be_text(path: str) -> bool:
    """Whether something by that name is worth asking for.

    >>> [may_be_text(path) for path in ("/a.png", "/a.css", "/a.pdf", "/a", "/a.php")]
    [False, False, True, True, True]
    """
    if format_of(path):
        return True
    guessed, packed = _TYPES.guess_type(path)
    return packed is None and guessed is None


def as_declared(data: bytes, content_type: str, form: Format) -> bytes:
    r"""The bytes in UTF-8 where the server says that they are in another encoding, and they are.

    >>> as_declared(b"caf\xe9", "text/html; charset=latin-1", FORMATS["html"]).decode()
    '\ufeffcafé'
    """
    charset = _CHARSET.search(content_type)
    if not charset or form.name not in _DECODED:
        return data
    try:
        if codecs.lookup(charset[1]).name in {"utf-8", "ascii"}:
            return data
        return data.decode(charset[1]).encode("utf-8-sig")
    except (LookupError, UnicodeError):
        return data  # it is not: what the page itself says is asked instead
