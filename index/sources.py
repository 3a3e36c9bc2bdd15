"""What was named to be added -> one `Source` for each text, with the key that its id is made of."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.database import FILE_NAME as LIBRARY_FILE
from index.documents import FORMATS, format_of
from index.errors import SourceError

_ESCAPED = re.compile(rb"\\x([89a-f][0-9a-f])")  # as `backslashreplace` writes a byte


@dataclass(frozen=True, slots=True)
class Source:
    """A text to be added: a file, or one that is held in memory."""

    root: str  # what the key is relative to; tells apart equal keys from different places
    key: str  # the path within the root, with forward slashes
    path: Path | None = None
    data: bytes | None = None
    title: str | None = None  # None: what the text says, else the file's name

    def read(self, *, most_bytes: int) -> bytes:
        """The bytes. Raises `SourceError` for a file that is too large or cannot be read."""
        if self.path is None:
            return self.data or b""
        try:
            if not self.path.is_file():
                raise SourceError("is no file that can be read; a text was expected")
            size = self.path.stat().st_size
            if size > most_bytes:
                raise SourceError(
                    f"has {size / 1e6:,.1f} MB, and {most_bytes / 1e6:,.0f} MB is the most; "
                    "split it, or raise the limit with --max-megabytes"
                )
            return self.path.read_bytes()
        except OSError as error:
            raise SourceError(f"cannot be read ({error.strerror})") from error

    def still_holds(self, key: str) -> bool:
        """Whether a file with that key stands in the root this source was found in."""
        return self.path is not None and is_file_at(self.root, key)


def text_source(root: str, key: str, text: str, *, title: str | None = None) -> Source:
    """A source for a text that is no file."""
    return Source(root, key, data=text.encode("utf-8"), title=title)


def sources_below(paths: Sequence[Path]) -> list[Source]:
    """The texts at the paths: each file that was named, and those of known format in each folder.

    Hidden files are left out. Raises `SourceError` for a missing path or a folder without texts.
    """
    sources: dict[tuple[str, str], Source] = {}
    for path in paths:
        if path.is_dir():
            found = list(_in_folder(path))
            if not found:
                raise SourceError(
                    f"{path} holds no texts; files that end in {_known_suffixes()} were looked for"
                )
        elif path.exists():
            found = [Source(str(path.parent.resolve()), _as_key(path.name), path)]
        else:
            raise SourceError(f"{path} does not exist; name a file or a folder")
        sources.update({(source.root, source.key): source for source in found})
    return list(sources.values())


def _in_folder(folder: Path) -> Iterator[Source]:
    root = str(folder.resolve())
    unreadable: list[Path] = []
    walk = os.walk(folder, onerror=lambda error: unreadable.append(Path(error.filename)))
    for place, folders, names in walk:
        if LIBRARY_FILE in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and format_of(name) and path.is_file():
                yield Source(root, _as_key(path.relative_to(folder).as_posix()), path)
    for path in unreadable:  # reading it will say so
        yield Source(root, _as_key(path.relative_to(folder).as_posix()), path)


def is_file_at(root: str, key: str) -> bool:
    """Whether the file that the key was made of stands in the root."""
    name = _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), key.encode())
    return Path(root, key).is_file() or Path(root, os.fsdecode(name)).is_file()


def _as_key(path: str) -> str:
    """The path as text that can be stored; a byte that is no UTF-8 becomes an escape."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def _known_suffixes() -> str:
    return ", ".join(suffix for form in FORMATS.values() for suffix in form.suffixes)
