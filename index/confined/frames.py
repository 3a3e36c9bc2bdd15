"""What travels between a parser's process and ours: bytes, with their number in front of them."""

import struct
from typing import IO

_LENGTH = struct.Struct(">Q")


class BrokenFrameError(Exception):
    """The other side ended in the middle, or what it sends is longer than it may be."""


def send(stream: IO[bytes], data: bytes) -> None:
    """Writes the bytes. Raises `OSError` where nobody reads them any more."""
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes], *, most_bytes: int) -> bytes | None:
    """The next bytes, or `None` where the other side has ended. Raises `BrokenFrameError`.

    >>> from io import BytesIO
    >>> stream = BytesIO()
    >>> send(stream, b"bees")
    >>> receive(BytesIO(stream.getvalue()), most_bytes=4)
    b'bees'
    """
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise BrokenFrameError("ended in the middle of a number")
    (length,) = _LENGTH.unpack(head)
    if length > most_bytes:
        raise BrokenFrameError(f"sends {length:,} bytes, and {most_bytes:,} is the most")
    data = stream.read(length)
    if len(data) < length:
        raise BrokenFrameError(f"ended after {len(data):,} of {length:,} bytes")
    return data
