"""A zip archive of a stranger, held in memory: what it unpacks to is counted while it unpacks.

A file that happens to be an archive is read or refused as a whole: `read`. Of an archive of many
files one may be a bomb and the others be read: `read_alone`.
"""

import zipfile
import zlib
from collections.abc import Callable, Iterator
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
        self._unpacked_alone = 0
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise SourceError(
                f"is no {kind} file, or a damaged one: it cannot be unpacked ({error})"
            ) from error
        self.infos = self._zip.infolist()  # as the archive lists them, each name as often as there
        self._members = {info.filename: info for info in self.infos}
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
        return b"".join(self._unpack(name, self._count))

    def read_alone(self, name: str, *, most_bytes: int) -> bytes:
        """A member whose size alone is judged, not that of all; raises as `read` does."""
        before, most = self._unpacked_alone, self._most_of(name)

        def count(more: int) -> None:
            self._unpacked_alone += more
            size = self._unpacked_alone - before
            if size > most_bytes:
                raise SourceError(
                    f"unpacks to more than {most_bytes / 1e6:,g} MB, which is the most; "
                    "split it, or raise the limit with --max-megabytes"
                )
            if size > most:
                raise _too_many_times()
            if self._unpacked_alone > MOST_UNPACKED:
                raise SourceError(
                    f"is left, as more than {MOST_UNPACKED / 1e6:,.0f} MB of its archive were "
                    "unpacked; split the archive"
                )

        return b"".join(self._unpack(name, count))

    def _most_of(self, name: str) -> int:
        packed = min(self._members[name].compress_size, self._size)
        return max(UNSUSPECTED, MOST_TIMES * packed)

    def check(self) -> None:
        """Unpacks everything once, for a library that will. Raises `SourceError`."""
        for name in self._members:
            for _ in self._unpack(name, self._count):
                pass

    def _unpack(self, name: str, count: Callable[[int], None]) -> Iterator[bytes]:
        info = self._members[name]
        if info.flag_bits & 1:
            raise SourceError("is encrypted, so it cannot be read; save it without a password")
        try:
            with self._zip.open(info) as member:
                while part := member.read(_SLICE):
                    count(len(part))
                    yield part
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            said = str(error) or type(error).__name__
            raise SourceError(f"is damaged: {name} in it cannot be unpacked ({said})") from error

    def _count(self, more: int) -> None:
        self._unpacked += more
        if self._unpacked > MOST_UNPACKED:
            raise SourceError(f"unpacks to more than {MOST_UNPACKED / 1e6:,.0f} MB")
        if self._unpacked > max(UNSUSPECTED, MOST_TIMES * self._size):
            raise _too_many_times()


def _too_many_times() -> SourceError:
    return SourceError(
        f"unpacks to more than {MOST_TIMES} times its size, as no text does; "
        "if it is one, save it again"
    )
