"""What became of the files at some paths since they were last looked at.

The system says that something happened, and each look then finds out what: a message that was lost
or told twice costs nothing, and the next look finds what this one missed.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from watchfiles import watch

from index.patterns import Patterns
from index.sources import File, files_at, must_exist

_QUIET = 200  # milliseconds without a change before it is looked: a save is several changes
_LONGEST = 1_000  # milliseconds that changes may go on before it is looked all the same
_AT_ONCE = -1e9  # seconds: what happened while the watching began was not told either
_UNTOLD_FOLDERS = 30.0  # seconds after which it is looked although nothing was told
_UNTOLD_FILES = 1.0  # the same where a file was named, of which no message comes
_Signature = tuple[int, int, int]


class Look(NamedTuple):
    """What changed between two looks."""

    files: list[File]  # new or changed
    gone: list[tuple[str, str]]  # root and key of each file that is no longer there
    missing: list[Path]  # folders that were there before; nothing in them counts as gone

    @property
    def changed(self) -> list[tuple[str, str]]:
        """Root and key of everything that may not be what it was."""
        return [*((file.root, file.key) for file in self.files), *self.gone]


class Watched:
    """The files at the paths, of known format and admitted by the patterns."""

    def __init__(self, paths: Sequence[Path], patterns: Patterns) -> None:
        """Nothing is looked at yet, so the first look finds everything changed.

        Raises `SourceError` for a path where nothing is.
        """
        for path in paths:
            must_exist(path)
        self._paths, self._patterns = paths, patterns
        self._folders = [path for path in paths if path.is_dir()]
        self._seen: dict[Path, dict[tuple[str, str], _Signature]] = {path: {} for path in paths}

    def look(self) -> Look:
        """What changed since the last look."""
        look = Look([], [], [])
        for path, seen in self._seen.items():
            if path in self._folders and not path.is_dir():
                look.missing.append(path)
                continue
            found = {}
            for file in files_at(path, self._patterns) if path.exists() else ():
                signature = _signature(file.path)
                if signature is not None:
                    found[file.root, file.key] = signature
                    if seen.get((file.root, file.key)) != signature:
                        look.files.append(file)
            look.gone.extend(seen.keys() - found.keys())
            self._seen[path] = found
        return look

    def happenings(self) -> Iterator[None]:
        """Comes once for each time that something may have changed; raises `KeyboardInterrupt`."""
        named_files = len(self._folders) < len(self._paths)
        seconds = _UNTOLD_FILES if named_files else _UNTOLD_FOLDERS
        folders = [path for path in self._folders if path.is_dir()]
        if not folders:
            while True:
                time.sleep(seconds)
                yield
        last = _AT_ONCE
        for changes in watch(
            *folders,
            watch_filter=None,
            debounce=_LONGEST,
            step=_QUIET,
            rust_timeout=_LONGEST,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            if changes or time.monotonic() - last >= seconds:
                yield
                last = time.monotonic()


def _signature(path: Path) -> _Signature | None:
    """What is another one once the file was written to or replaced; `None` where it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
