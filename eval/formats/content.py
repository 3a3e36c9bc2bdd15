"""A file -> its bytes and its text, refused where it is not UTF-8."""

from pathlib import Path
from typing import NamedTuple

from index.errors import SuiteError


class Text(NamedTuple):
    """A file's text and what to call the file in a message."""

    origin: str
    content: str


def bytes_at(path: Path, *, wanted: str) -> bytes:
    """The bytes of a file that was `wanted` ("a suite"). Raises `SuiteError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SuiteError(f"{path} cannot be read as {wanted}: {error.strerror}") from error


def decoded(content: bytes, path: Path) -> Text:
    r"""The text of a file's bytes without a byte-order mark. Raises `SuiteError`.

    >>> decoded(b"\xef\xbb\xbfcaf\xc3\xa9", Path("suite"))
    Text(origin='suite', content='café')
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is not UTF-8 ({error}); save it as UTF-8") from error
    if "\0" in text:
        raise SuiteError(f"{path} holds NUL bytes, so it is not UTF-8 text; save it as UTF-8")
    return Text(str(path), text)
