"""What was named to be added -> one `Source` for each text, with the key that its id is made of."""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.archives import Archives, bytes_of, is_archive
from index.database import FILE_NAME as LIBRARY_FILE
from index.documents import FORMATS, Format, format_of, text_format_of
from index.errors import SourceError
from index.patterns import Patterns
from index.web.addresses import looks_like_address
from index.web.visits import Visit

_ESCAPED = re.compile(rb"\\x([89a-f][0-9a-f])")  # as `backslashreplace` writes a byte
_MOST_BYTES = 64_000_000  # of an archive that is looked into
_EVERYTHING = Patterns()


@dataclass(frozen=True, slots=True)
class Source(ABC):
    """A text to be added."""

    root: str  # what the key is relative to; tells apart equal keys from different places
    key: str  # the path within the root, with forward slashes
    title: str | None = None  # None: what the text says, else the last part of the key

    @property
    def form(self) -> Format:
        """The format that it is read as."""
        return format_of(self.key) or FORMATS["plain"]

    @property
    def address(self) -> str | None:
        """Of a page of the web, the one that people are given."""
        return None

    @property
    def visit(self) -> Visit | None:
        """Of a page of the web, what the next run asks with."""
        return None

    @property
    def unchanged(self) -> bool:
        """Whether it is known, without reading it, to be what the library has."""
        return False

    @property
    def is_gone(self) -> bool:
        """Whether it is known that it is not there any more, so that it may be removed."""
        return False

    @abstractmethod
    def read(self, *, most_bytes: int, archives: Archives) -> bytes:
        """The bytes. Raises `SourceError` where there are more, or they cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Source):
    """A file."""

    path: Path
    is_found: bool = False  # in a folder; it was not named itself

    def read(self, *, most_bytes: int, archives: Archives) -> bytes:
        """The file's bytes."""
        return bytes_of(self.path, most_bytes=most_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Source):
    """A text in an archive; its key goes on after that of the archive."""

    archive: Path
    name: str

    def read(self, *, most_bytes: int, archives: Archives) -> bytes:
        """What it unpacks to."""
        return archives.read(self.archive, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Source):
    """Something that is known not to be readable; reading it says so."""

    reason: str

    def read(self, *, most_bytes: int, archives: Archives) -> bytes:
        """Raises `SourceError`."""
        raise SourceError(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class InMemory(Source):
    """A text that is no file."""

    data: bytes

    @property
    def form(self) -> Format:
        """Markdown where the key says so, else plain text."""
        return text_format_of(self.key)

    def read(self, *, most_bytes: int, archives: Archives) -> bytes:
        """The bytes, as they are."""
        return self.data


def text_source(root: str, key: str, text: str, *, title: str | None = None) -> Source:
    """A source for a text that is no file."""
    return InMemory(root, key, title, data=text.encode("utf-8"))


def sources_below(
    paths: Sequence[Path], *, patterns: Patterns = _EVERYTHING, most_bytes: int = _MOST_BYTES
) -> list[Source]:
    """The texts at the paths: each file that was named, and those of known format in each folder.

    An archive is taken for a folder, and one of more than `most_bytes` is refused. Hidden files are
    left out, and in folders and archives what the patterns do not admit. Raises `SourceError` for
    a missing path, and for a folder or an archive without texts.
    """
    sources: dict[tuple[str, str], Source] = {}
    with Archives(most_bytes=most_bytes) as archives:
        for path in paths:
            found = list(texts_in(files_at(path, patterns), patterns, archives))
            if not found:
                raise SourceError(_nothing_at(path, patterns))
            sources.update({(source.root, source.key): source for source in found})
    return list(sources.values())


def files_at(path: Path, patterns: Patterns) -> Iterator[File]:
    """The file at the path, or those of known format in the folder, archives among them.

    Raises `SourceError` where there is nothing.
    """
    must_exist(path)
    if path.is_dir():
        yield from _in_folder(path, patterns)
    else:
        yield File(str(path.parent.resolve()), _as_key(path.name), path=path)


def must_exist(path: Path) -> None:
    """Raises `SourceError` where nothing is at the path."""
    if not path.exists():
        raise SourceError(f"{path} does not exist; name a file or a folder")


def texts_in(files: Iterable[File], patterns: Patterns, archives: Archives) -> Iterator[Source]:
    """The files, and in place of each archive what is in it."""
    for file in files:
        if file.is_found and _leads_out(file):
            reason = "is a link that leads out of its folder; add by itself what it leads to"
            yield Refusal(file.root, file.key, reason=reason)
        elif is_archive(file.key) and not file.path.is_dir():
            yield from _in_archive(file, patterns, archives)
        else:
            yield file


def _in_archive(file: File, patterns: Patterns, archives: Archives) -> Iterator[Source]:
    root = file.root
    try:
        members = archives.members(file.path)
    except SourceError as error:
        yield Refusal(root, file.key, reason=str(error))
        return
    for name, refusal in members:
        key = f"{file.key}/{name}"
        if not patterns.admits(key):
            continue
        if refusal:
            yield Refusal(root, key, reason=refusal)
        else:
            yield Member(root, key, archive=file.path, name=name)


def _in_folder(folder: Path, patterns: Patterns) -> Iterator[File]:
    root = str(folder.resolve())
    unreadable: list[Path] = []
    walk = os.walk(folder, onerror=lambda error: unreadable.append(Path(error.filename)))
    for place, folders, names in walk:
        if LIBRARY_FILE in names:
            folders.clear()
            continue
        within = Path(place).relative_to(folder)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not patterns.leaves_out(f"{_key(within / name)}/")
        )
        for name in sorted(names):
            path, key = Path(place, name), _key(within / name)
            if not name.startswith(".") and _is_wanted(key, patterns):
                yield File(root, key, path=path, is_found=True)
    for path in unreadable:  # reading it will say so
        yield File(root, _key(path.relative_to(folder)), path=path, is_found=True)


def _leads_out(file: File) -> bool:
    """Whether a link leads out of the folder in which it was found: its maker is not its reader."""
    if not file.path.is_symlink():
        return False
    return not Path(os.path.realpath(file.path)).is_relative_to(file.root)


def _is_wanted(key: str, patterns: Patterns) -> bool:
    if is_archive(key):  # what to include is asked of its members
        return not patterns.leaves_out(key)
    return format_of(key) is not None and patterns.admits(key)


def _nothing_at(path: Path, patterns: Patterns) -> str:
    looked_for = f"files that end in {_known_suffixes()} were looked for"
    if patterns == _EVERYTHING:
        return f"{path} holds no texts; {looked_for}"
    return (
        f"{path} holds no texts that {patterns} leaves; {looked_for}, and a pattern is matched "
        "against the path within the folder, as in a .gitignore file"
    )


def is_there(root: str, key: str, archives: Archives) -> bool:
    """Whether the file that the key was made of, or the member of an archive, is in the root.

    Of a page of the web only its server can say that it is not.
    """
    return looks_like_address(root) or is_file_at(root, key) or archives.holds(root, key)


def is_file_at(root: str, key: str) -> bool:
    """Whether the file that the key was made of stands in the root."""
    name = _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), key.encode())
    return Path(root, key).is_file() or Path(root, os.fsdecode(name)).is_file()


def _key(path: Path) -> str:
    return _as_key(path.as_posix())


def _as_key(path: str) -> str:
    """The path as text that can be stored; a byte that is no UTF-8 becomes an escape."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def _known_suffixes() -> str:
    suffixes = [suffix for form in FORMATS.values() for suffix in form.suffixes]
    return ", ".join([*suffixes, ".zip"])
