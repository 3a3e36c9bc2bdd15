"""Files that a command is to write: looked at before any work is done."""

import os
from collections.abc import Iterable
from pathlib import Path

from index.errors import PinciteError


def check_outputs(outputs: Iterable[Path], *, inputs: Iterable[Path] = ()) -> None:
    """Raises `PinciteError` where a file cannot be written, or would write over another.

    `inputs` are read by the command, which must not lose them.
    """
    taken = {_real(path): "is read by this command" for path in inputs}
    for file in outputs:
        _check_writable(file)
        if reason := taken.get(_real(file)):
            raise PinciteError(f"{file} {reason}; name another file to write to")
        taken[_real(file)] = "was named for another output already"


def check_new(file: Path) -> None:
    """Raises `PinciteError` where a file with content stands; a device is written to as it is."""
    if file.is_file() and file.stat().st_size:
        raise PinciteError(f"{file} exists already; name a new file, or move this one away")


def _check_writable(file: Path) -> None:
    new = not file.exists()
    try:
        with file.open("ab"):
            pass
    except OSError as error:
        raise PinciteError(
            f"{file} cannot be written ({error.strerror}); name a file in a folder that exists"
        ) from error
    if new:
        file.unlink()


def _real(path: Path) -> str:
    return os.path.realpath(path)
