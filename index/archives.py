"""Archives of many files: what is in them and each member, read by a confined process.

One archive at a time is open, and one member at a time is in memory; nothing is written to disk.
"""

from pathlib import Path, PurePosixPath

from index.closing import Closing
from index.confined.confinement import Limits
from index.confined.process import Confined, Task
from index.errors import SourceError
from index.zip_members import SUFFIX, Listed, listed_from

_MORE_THAN_TEXT = 1_000  # bytes of a reply beside a member's own


def is_archive(name: str) -> bool:
    """Whether the name is that of an archive of many files.

    >>> is_archive("week-1/Course.ZIP"), is_archive("book.epub")
    (True, False)
    """
    return name.lower().endswith(SUFFIX)


def archive_within(root: Path, key: str) -> tuple[Path, str] | None:
    """The archive below `root` that the path `key` leads into, and the member's name in it."""
    path = PurePosixPath(key)
    for folder in path.parents:
        if is_archive(folder.name) and Path(root, folder).is_file():
            return Path(root, folder), path.relative_to(folder).as_posix()
    return None


class Archives(Closing):
    """Opens archives, each when it is first asked for, in one process that is started then."""

    def __init__(self, *, most_bytes: int) -> None:
        """`most_bytes` bounds an archive, and what a member of it unpacks to."""
        self._most_bytes = most_bytes
        limits = Limits(reply_bytes=max(most_bytes, Limits().reply_bytes) + _MORE_THAN_TEXT)
        task = Task("ZIP", "index.zip_members", {"most_bytes": most_bytes})
        self._confined = Confined(task, limits)
        self._open: Path | None = None
        self._members: list[Listed] = []

    def members(self, path: Path) -> list[Listed]:
        """The texts in it, and what is refused. Raises `SourceError` where it cannot be opened."""
        if self._open != path:
            self._reopen(path)
        return self._members

    def read(self, path: Path, name: str) -> bytes:
        """A member's bytes. Raises `SourceError`."""
        if self._open != path or not self._confined.is_running:
            self._reopen(path)
        return self._confined.reply(b"R" + name.encode("utf-8", "surrogatepass"))

    def holds(self, root: str, key: str) -> bool:
        """Whether the path leads to a member of an archive; to any, where one cannot be opened."""
        found = archive_within(Path(root), key)
        if found is None:
            return False
        path, name = found
        try:
            return any(name == member.name for member in self.members(path))
        except SourceError:
            return True

    def close(self) -> None:
        """End the process, at once."""
        self._open = None
        self._confined.close()

    def _reopen(self, path: Path) -> None:
        self._open = None
        data = bytes_of(path, most_bytes=self._most_bytes)
        self._members = listed_from(self._confined.reply(b"O" + data))
        self._open = path


def bytes_of(path: Path, *, most_bytes: int) -> bytes:
    """The bytes of a file. Raises `SourceError` for one that is too large or cannot be read."""
    try:
        if not path.is_file():
            raise SourceError("is no file that can be read; a text was expected")
        size = path.stat().st_size
        if size > most_bytes:
            raise SourceError(
                f"has {size / 1e6:,.1f} MB, and {most_bytes / 1e6:,.0f} MB is the most; "
                "split it, or raise the limit with --max-megabytes"
            )
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read ({error.strerror})") from error
