"""What several benchmarks do with a library: fill it, and start `pincite` as a process."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter

from index.embedding import Embedder
from index.events import Finished
from index.library import Library
from index.sources import Source, text_source

MOST_BYTES = 64_000_000

_COMMAND = """
import sys
from ui.main import main
code = main()
print("torch" in sys.modules, file=sys.stderr)
sys.exit(code)
"""


def as_sources(texts: Iterable[tuple[str, str]]) -> list[Source]:
    """Sources for texts that are held in memory, by name."""
    return [text_source("benchmark", name, text) for name, text in texts]


def add(library: Library, sources: list[Source], embedder: Embedder) -> Finished:
    """Adds all of them. Raises `RuntimeError` where one was refused."""
    *_, finished = library.add(sources, embedder=embedder, max_bytes=MOST_BYTES)
    if not isinstance(finished, Finished) or finished.refused:
        raise RuntimeError(f"the texts of the benchmark were not added: {finished}")
    return finished


@dataclass(frozen=True, slots=True)
class Run:
    """One whole process of the `pincite` command."""

    seconds: float
    torch: bool  # whether it imported torch
    output: str


def pincite(*arguments: str) -> Run:
    """Runs `pincite` with the arguments. Raises `RuntimeError` where it fails."""
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, *arguments], capture_output=True, text=True, check=False
    )
    seconds = perf_counter() - began
    if done.returncode:
        raise RuntimeError(f"pincite {' '.join(arguments)} failed: {done.stderr}")
    return Run(seconds, done.stderr.splitlines()[-1] == "True", done.stdout)
