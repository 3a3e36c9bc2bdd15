"""What servers pack by gzip, unpacked a little at a time so that it can be counted."""

import zlib
from collections.abc import Iterator

from index.errors import SourceError

_SLICE = 1 << 18  # bytes unpacked at once
_GZIP = 31  # window bits of zlib for gzip alone


def unzipped(stream: Iterator[bytes]) -> Iterator[bytes]:
    """What is packed by gzip, a little at a time. Raises `SourceError` where it is damaged."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        for packed in stream:
            rest = packed
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, _SLICE)
                rest = unpacker.unconsumed_tail
    except zlib.error as error:
        raise SourceError(f"came damaged and cannot be unpacked ({error})") from error
    if not unpacker.eof:
        raise SourceError("came damaged and cannot be unpacked (it ends too early)")
