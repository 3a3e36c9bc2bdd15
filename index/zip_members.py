"""Reads an archive of many files, in a confined process: what is in it, and one after another.

The archive stays with the process, so that a member costs no more than itself. A request is a
letter and what it means: `O` and the bytes of an archive, which is open from then on and whose list
is the reply; `R` and a name, whose bytes are. No name is ever one of a file on disk.
"""

import json
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from index.confined.process import Work
from index.documents import format_of
from index.documents.archive import Archive
from index.errors import SourceError

SUFFIX = ".zip"
_ENCRYPTED = 1  # of the flags
_HIDDEN = "."


class Listed(NamedTuple):
    """A member that has the name of a text, or of an archive."""

    name: str
    refusal: str | None  # why it cannot be read


def work(argument: Mapping[str, Any]) -> Work:
    """What the process does; `argument` names `most_bytes` of a member."""
    opened: list[Archive] = []

    def reply(request: bytes) -> bytes:
        asked, data = request[:1], request[1:]
        if asked == b"O":
            opened[:] = [Archive(data, kind="ZIP")]
            return json.dumps(list(listed(opened[0].infos))).encode()
        return opened[0].read_alone(data.decode(), most_bytes=argument["most_bytes"])

    return reply


def listed(infos: list[zipfile.ZipInfo]) -> Iterator[Listed]:
    """The members that would be read from a folder, each name once; hidden ones are left out."""
    times = Counter(info.filename for info in infos)
    for name, info in {info.filename: info for info in infos if info.filename}.items():
        parts = name.replace("\\", "/").split("/")
        is_hidden = any(part.startswith(_HIDDEN) and part.strip(_HIDDEN) for part in parts)
        if info.is_dir() or is_hidden or not (format_of(name) or name.lower().endswith(SUFFIX)):
            continue
        again = "stands in it more than once, so which is meant cannot be told"
        yield Listed(name, again if times[name] > 1 else _refusal(info))


def _refusal(info: zipfile.ZipInfo) -> str | None:
    """Why the member is not read, by what the archive says of it."""
    name, mode = info.filename, info.external_attr >> 16
    if name.startswith("/") or name[1:2] == ":" or "\\" in info.orig_filename:
        return "has a name that is no path within an archive; pack it again"
    if any(part in {"", ".", ".."} for part in name.split("/")):
        return "has a name that leads elsewhere; pack it again"
    if "\0" in info.orig_filename:
        return "has a name with a NUL in it; pack it again"
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return "is a link or no plain file; pack what it stands for"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted, so it cannot be read; pack it without a password"
    if name.lower().endswith(SUFFIX):
        return "is an archive within an archive; add it by itself"
    return None


def listed_from(reply: bytes) -> list[Listed]:
    """What the reply to `O` says. Raises `SourceError` where it is no such thing."""
    try:
        rows = [Listed(*row) for row in json.loads(reply)]
    except (TypeError, ValueError) as error:
        raise SourceError(f"made its reader say what cannot be ({error})") from error
    if not all(isinstance(name, str) and isinstance(why, str | None) for name, why in rows):
        raise SourceError("made its reader say what cannot be")
    return rows
