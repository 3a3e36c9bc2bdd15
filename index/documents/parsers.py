"""Runs the parsers of untrusted files: a process for each format, which reads one after another.

A file that makes its parser crash, hang, or take too much costs that file: `SourceError` says so in
a line, and the next file gets a new process.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from index.documents import Format, Parsed
from index.documents.confinement import Limits
from index.documents.frames import BrokenFrameError, receive, send
from index.documents.parsed_json import parsed_from_json
from index.errors import SourceError

_CHILD = Path(__file__).absolute().parent.parent / "child.py"
_MODULE = "index.documents.parser_process"
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # no secrets go along
_MOST_SAID = 4_000  # bytes of what a process said before it ended
_SECONDS_TO_START = 120.0


class Parsers:
    """The parsers of every format; those of confined formats run in processes of their own."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Nothing is started before the first file."""
        self._limits = limits or Limits()
        self._running: dict[str, _Process] = {}

    def parse(self, form: Format, data: bytes) -> Parsed:
        """The text of a file with its marks. Raises `SourceError`, which says why not."""
        if not form.confined:
            return form.parse(data)
        if form.name not in self._running:
            self._running[form.name] = _Process(form, self._limits)
        try:
            return self._running[form.name].parse(data)
        except _ProcessEndedError as error:
            self._running.pop(form.name).close()
            raise SourceError(str(error)) from error

    def close(self) -> None:
        """End the processes, at once."""
        while self._running:
            self._running.popitem()[1].close()

    def __enter__(self) -> Self:
        """Returns the parsers themselves."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends the processes."""
        self.close()


class _ProcessEndedError(Exception):
    """The parser's process ended, or had to be ended, while it read a file; says why."""


class _Process:
    """A running parser of one format."""

    def __init__(self, form: Format, limits: Limits) -> None:
        """Start it, out of the reach of Ctrl-C, which is ours to answer."""
        self._form, self._limits = form, limits
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        installed = [path for path in sys.path if any(Path(path).glob("*.dist-info"))]
        script = [str(_CHILD), _MODULE, *map(os.path.abspath, installed)]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", *script],
            env=_environment(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
        )
        wanted = json.dumps({"format": asdict(form), "limits": asdict(limits)}).encode()
        try:
            if self._reply(wanted, _SECONDS_TO_START) is None:
                raise RuntimeError(f"the parser of {form.name} did not start: {self._last_words()}")
        except BaseException:
            self.close()
            raise

    def parse(self, data: bytes) -> Parsed:
        """The text. Raises `SourceError`; `_ProcessEndedError` where there is no process after."""
        times = self._limits.times(len(data))
        reply = self._reply(data, self._limits.seconds * times)
        if reply is None:
            raise _ProcessEndedError(self._how_it_ended(times))
        if reply[:1] != b"P":
            raise SourceError(" ".join(reply[1:].decode("utf-8", "replace").split()))
        try:
            return parsed_from_json(reply[1:])
        except ValueError as error:
            raise _ProcessEndedError(f"made its parser say what cannot be ({error})") from error

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream:
                with suppress(OSError):  # what was not written yet never will be
                    stream.close()

    def _reply(self, data: bytes, seconds: float) -> bytes | None:
        """The answer to a frame, or `None` where the process ended or was ended."""
        assert self._process.stdin is not None  # pipes were asked for
        assert self._process.stdout is not None
        self._too_slow = False
        alarm = threading.Timer(seconds, self._end_slow)
        alarm.daemon = True
        alarm.start()
        try:
            send(self._process.stdin, data)
            return receive(self._process.stdout, most_bytes=self._limits.reply_bytes)
        except (OSError, BrokenFrameError):
            return None
        finally:
            alarm.cancel()

    def _end_slow(self) -> None:
        self._too_slow = True
        self._process.kill()

    def _how_it_ended(self, times: float) -> str:
        """Why there was no answer, for a person."""
        self._process.kill()  # where it is still there, it sent something that is no answer
        code = self._process.wait()
        most = self._limits
        if self._too_slow:
            return f"took longer than {most.seconds * times:,.0f} s to read, so that was stopped"
        if sys.platform != "win32" and code == -signal.SIGXCPU:
            return f"took more than {most.processor_seconds * times:,.0f} s of computing to read"
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return f"crashed its parser ({name}); it may be damaged, or need too much memory"

    def _last_words(self) -> str:
        self._process.kill()
        self._process.wait()
        self._errors.seek(0)
        return self._errors.read()[-_MOST_SAID:].decode("utf-8", "replace").rstrip()


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The little of our environment that a parser needs to start."""
    kept = {name: ours[name] for name in _KEPT if name in ours}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}
