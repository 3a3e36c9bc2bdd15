"""Bytes -> text. The only changes are to line endings and to a byte-order mark."""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from index.errors import SourceError

DECLARED = "declared "  # in front of an encoding that a file names itself, so it was no guess
_BYTE_ORDER_MARKS = (  # the longer one first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DETECTOR_SAMPLE = 262_144  # bytes; the detector is slow and a quarter of a megabyte tells enough
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.01  # ratio of control characters above which bytes are not text


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding it was read in."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    r"""The text of a file, `\n` at its line ends and no byte-order mark.

    Tried in this order: byte-order mark, strict UTF-8, cp1252, and only then the detector, which
    takes cp1252 for its neighbours too often to be asked first. Raises `SourceError` for bytes that
    are not text.

    >>> decode(b"caf\xe9\r\nbar")
    Decoded(text='café\nbar', encoding='cp1252')
    """
    if not data.strip():
        raise SourceError("is empty; a text was expected")
    decoded = _decoded(data)
    if "\0" in decoded.text:
        raise SourceError(
            "holds NUL bytes, so it is not text; save it as UTF-8 text, or leave it out"
        )
    if len(_CONTROL.findall(decoded.text)) > _MOST_CONTROL * len(decoded.text):
        raise SourceError("is binary, not text; convert it to UTF-8 text, or leave it out")
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise SourceError("is empty; a text was expected")
    return Decoded(text, decoded.encoding)


def _decoded(data: bytes) -> Decoded:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), encoding)
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "cp1252"):
        try:
            return Decoded(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    best = from_bytes(data[:_DETECTOR_SAMPLE]).best()
    if best is None:
        raise SourceError("is in no encoding that could be told; save it as UTF-8 text")
    return Decoded(data.decode(best.encoding, errors="replace"), best.encoding)
