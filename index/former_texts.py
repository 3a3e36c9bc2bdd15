"""Former texts as the library stores them: packed, and given only as what was packed."""

import hashlib
import zlib

_LEVEL = 6  # of compression, 9 the strongest and slowest


def packed(text: str) -> bytes:
    """The text as it is stored.

    >>> len(packed("Bees hum in the lime tree. " * 1_000)) < 200
    True
    """
    return zlib.compress(text.encode("utf-8"), _LEVEL)


def unpacked(blob: bytes, version: str) -> str | None:
    """The text whose SHA-256 is `version`, or `None` where the blob does not hold it.

    >>> version = hashlib.sha256(b"Bees hum.").hexdigest()
    >>> unpacked(packed("Bees hum."), version)
    'Bees hum.'
    >>> unpacked(packed("Bees hem."), version)
    """
    try:
        data = zlib.decompress(blob)
        text = data.decode("utf-8")
    except (TypeError, ValueError, zlib.error):  # TypeError: its column holds no bytes any more
        return None
    return text if hashlib.sha256(data).hexdigest() == version else None
