"""A zip archive of a stranger, held in memory: what it unpacks to is counted while it unpacks."""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from index.errors import SourceError

MOST_MEMBERS = 20_000
MOST_UNPACKED = 500_000_000  # bytes, of all members together
MOST_TIMES = 100  # the archive's own size, once more than `UNSUSPECTED` bytes are unpacked
UNSUSPECTED = 20_000_000
_SLICE = 1 << 20


class Archive:
    """The members of an archive by name; nothing is ever written to disk under these names."""

    def __init__(self, data: bytes, *, kind: str) -> None:
        """`kind` is what such a file is called. Raises `SourceError` where it is no archive."""
        self._size, self._unpacked = len(data), 0
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise SourceError(
                f"is no {kind} file, or a damaged one: it cannot be unpacked ({error})"
            ) from error
        self._members = {info.filename: info for info in self._zip.infolist()}
        if len(self._members) > MOST_MEMBERS:
            raise SourceError(
                f"holds {len(self._members):,} files, and {MOST_MEMBERS:,} is the most"
            )

    @property
    def names(self) -> list[str]:
        """The names of the members, in the order of the archive."""
        return list(self._members)

    def read(self, name: str) -> bytes:
        """A member. Raises `KeyError` where there is none, `SourceError` where it is damaged."""
        return b"".join(self._unpack(name))

    def check(self) -> None:
        """Unpacks everything once, for a library that will. Raises `SourceError`."""
        for name in self._members:
            for _ in self._unpack(name):
                pass

    def _unpack(self, name: str) -> Iterator[bytes]:
        info = self._members[name]
        if info.flag_bits & 1:
            raise SourceError("is encrypted, so it cannot be read; save it without a password")
        try:
            with self._zip.open(info) as member:
                while part := member.read(_SLICE):
                    self._count(len(part))
                    yield part
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            said = str(error) or type(error).__name__
            raise SourceError(f"is damaged: {name} in it cannot be unpacked ({said})") from error

    def _count(self, more: int) -> None:
        self._unpacked += more
        if self._unpacked > MOST_UNPACKED:
            raise SourceError(f"unpacks to more than {MOST_UNPACKED / 1e6:,.0f} MB")
        if self._unpacked > max(UNSUSPECTED, MOST_TIMES * self._size):
            raise SourceError(
                f"unpacks to more than {MOST_TIMES} times its size, as no text does; "
                "if it is one, save it again"
            )
