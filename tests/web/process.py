"""`pincite serve` as it runs: a process of its own, with a public course and one by key."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.embedding import load_embedder
from index.library import Library
from index.sources import text_source
from tests.web.conftest import MOON, TIDES

_SETTINGS = """
reader = "sentence"
threshold = 0.0
{more}
[courses.tides]
library = "tides"
{tides}
[courses.moon]
library = "moon"
access = "key"
keep_questions_days = 7
"""
_SERVE = """
import signal, sys
from ui.main import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background work ignores it
sys.exit(main(["serve", "--port", "0"]))
"""


@dataclass(frozen=True)
class Serving:
    process: subprocess.Popen[str]
    origin: str
    folder: Path

    def stop(self, signal: int) -> int:
        """Sends the signal and gives the exit code."""
        self.process.send_signal(signal)
        return self.process.wait(120)

    def log(self) -> list[dict[str, Any]]:
        """The lines of the log; each must be JSON."""
        return [json.loads(line) for line in self.log_text().splitlines()]

    def log_text(self) -> str:
        return (self.folder / "pincite.log").read_text(encoding="utf-8")


@contextmanager
def serving(folder: Path, *, more: str = "", tides: str = "") -> Iterator[Serving]:
    """Serves both courses; `more` are lines of the settings file, `tides` of that course's."""
    for course, text in (("tides", TIDES), ("moon", MOON)):
        with Library.create(folder / course) as library:
            source = text_source(course, f"{course}.md", text)
            list(library.add([source], embedder=load_embedder("hashing"), max_bytes=10_000))
    settings = _SETTINGS.format(more=more, tides=tides)
    (folder / "pincite.toml").write_text(settings, encoding="utf-8")
    root = Path(__file__).parent.parent.parent
    environment = os.environ | {
        "PINCITE_LOG": str(folder / "pincite.log"),
        "PYTHONPATH": str(root),
    }
    with (
        (folder / "stderr").open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-c", _SERVE],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=environment,
        ) as process,
    ):
        assert process.stdout
        said = re.match(r"Pincite answers at (http://[^/]+)/", process.stdout.readline())
        assert said, (folder / "stderr").read_text()
        try:
            yield Serving(process, said[1], folder)
        finally:
            process.kill()
