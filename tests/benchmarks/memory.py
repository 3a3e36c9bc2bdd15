"""Memory: the peak of a whole `pincite add` process, with the embedder that needs no model."""

import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.benchmarks.rows import Row
from tests.benchmarks.texts import write_files

_MEGABYTE = 1_000_000
_MOST_GROWTH = 300  # MB from the smaller to the larger amount of text
_COMMAND = "import sys; from ui.main import main; sys.exit(main())"


def measure(*, small: bool) -> list[Row]:
    """Peaks at 10 and 100 MB in files of 1 MB, and at one file of 50 MB."""
    less, more, single = (2, 10, 5) if small else (10, 100, 50)
    with tempfile.TemporaryDirectory() as folder:
        low, low_seconds = _peak(Path(folder, "low"), files=less, megabytes=1)
        high, high_seconds = _peak(Path(folder, "high"), files=more, megabytes=1)
        one, one_seconds = _peak(Path(folder, "one"), files=1, megabytes=single)
    return [
        Row(
            "memory",
            f"peak, adding {more} files of 1 MB",
            high,
            "MB",
            low,
            f"the same with {less} files",
            target=f"at most {_MOST_GROWTH} MB more",
            met=high - low <= _MOST_GROWTH,
            note=f"{high - low:+,.0f} MB; {low_seconds:.0f} s and {high_seconds:.0f} s "
            "with the hashing embedder",
        ),
        Row(
            "memory",
            f"peak, adding one file of {single} MB",
            one,
            "MB",
            note=f"for information: a document is held as a whole; {one_seconds:.0f} s",
        ),
    ]


def _peak(folder: Path, *, files: int, megabytes: int) -> tuple[float, float]:
    """The most memory that adding the texts held, in MB, and the seconds it took."""
    write_files(folder / "texts", 1, files=files, bytes_each=megabytes * _MEGABYTE)
    library = str(folder / "library")
    arguments = ["add", str(folder / "texts"), "--library", library, "--embedder", "hashing"]
    began = perf_counter()
    code, peak = _run([sys.executable, "-c", _COMMAND, *arguments])
    if code:
        raise RuntimeError(f"pincite add ended with exit code {code}")
    return peak, perf_counter() - began


def _run(command: list[str]) -> tuple[int, float]:
    """The exit code of the process and its peak resident memory in MB.

    A process inherits the peak of the one that started it, so this one must stay small: it imports
    neither torch nor the library.
    """
    nothing = os.open(os.devnull, os.O_WRONLY)
    pid = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, nothing, 1)]
    )
    os.close(nothing)
    _, status, usage = os.wait4(pid, 0)
    unit = 1 if sys.platform == "darwin" else 1024  # bytes of what getrusage(2) counts in
    return os.waitstatus_to_exitcode(status), usage.ru_maxrss * unit / _MEGABYTE
