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
_OTHER_LETTERS = [  # encodings of letters that are not Latin, where cp1252 can be taken for them
    *("cp1251", "koi8_r", "koi8_u", "cp866", "iso8859_5", "cp1253", "iso8859_7"),
    *("cp1255", "cp1256", "cp874", "gb18030", "big5", "euc_jp", "cp949"),
]
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_LEAST_FOREIGN = 2  # words without an ASCII letter; fewer are an alphabet's own letters, listed
_MANY_FOREIGN = 8  # different ones, which are a language though most words are of another
_LONG_FOREIGN = 5  # letters of one of them; no Western language has such a word
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
    takes cp1252 for its neighbours too often to be asked first; it is asked before where the words
    that cp1252 makes are none of the West. Raises `SourceError` for bytes that are not text.

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
            decoded = Decoded(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or _is_western(_telling(data).decode(encoding)):
            return decoded
        return _detected(data, among=_OTHER_LETTERS) or decoded
    detected = _detected(data)
    if detected is None:
        raise SourceError("is in no encoding that could be told; save it as UTF-8 text")
    return detected


def _detected(data: bytes, *, among: list[str] | None = None) -> Decoded | None:
    """The text in the encoding that fits best, of all or `among` these; `None` where none fits."""
    best = from_bytes(_telling(data), cp_isolation=among).best()
    if best is None:
        return None
    return Decoded(data.decode(best.encoding, errors="replace"), best.encoding)


def _telling(data: bytes) -> bytes:
    """The part of the bytes that tells their encoding, from the first that is not ASCII.

    It ends with a line where it can, so that no character is cut.
    """
    first = _NOT_ASCII.search(data)
    start = first.start() if first else 0
    sample = data[start : start + _DETECTOR_SAMPLE]
    is_cut = start + len(sample) < len(data)
    return sample[: sample.rfind(b"\n") + 1] or sample if is_cut else sample


def _is_western(text: str) -> bool:
    """Whether the letters that are not ASCII stand among ones that are, as in French or Polish.

    >>> _is_western("Où est l'été ?"), _is_western("Ïðèëèâû è îòëèâû")
    (True, False)
    """
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    foreign = [word for word in words if not _ASCII_LETTER.search(word)]
    is_mostly = len(foreign) > len(words) / 2
    is_much = len({word.casefold() for word in foreign}) >= _MANY_FOREIGN
    accented = sum(not word.isascii() for word in words)
    return (
        len(foreign) < _LEAST_FOREIGN
        or len(foreign) <= accented / 2
        or max(map(len, foreign)) < _LONG_FOREIGN
        or not (is_mostly or is_much)
    )
