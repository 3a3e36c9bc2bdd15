"""Start-up: whole processes of commands that need no model, beside Python doing nothing."""

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.benchmarks.libraries import pincite
from tests.benchmarks.rows import Row

_MOST_SECONDS = 1.0


def measure(*, small: bool) -> list[Row]:
    """The median of several starts, and whether torch was imported."""
    times = 5 if small else 15
    with tempfile.TemporaryDirectory() as folder:
        text, library = Path(folder, "text.md"), str(Path(folder, "library"))
        text.write_text("# Bees\n\nBees hum.\n", encoding="utf-8")
        pincite("add", str(text), "--library", library, "--embedder", "hashing")
        return [
            _started(("--help",), times),
            _started(("list", "--library", library), times),
        ]


def _started(arguments: tuple[str, ...], times: int) -> Row:
    runs, nothing = [], []
    for _ in range(times):
        runs.append(pincite(*arguments))
        nothing.append(_python_seconds())
    seconds, torch = median(run.seconds for run in runs), any(run.torch for run in runs)
    return Row(
        "start-up",
        f"pincite {arguments[0]}",
        seconds,
        "s",
        median(nothing),
        "python -c pass",
        target="under 1 s, no torch",
        met=seconds < _MOST_SECONDS and not torch,
        note=f"torch was {'' if torch else 'not '}imported; median of {times} processes",
    )


def _python_seconds() -> float:
    began = perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return perf_counter() - began
