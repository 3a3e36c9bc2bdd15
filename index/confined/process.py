"""A process that does one kind of work on files of strangers, one after another.

A file that makes it crash, hang, or take too much costs that file: the next gets a new process.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index.closing import Closing
from index.confined.confinement import Limits
from index.confined.frames import BrokenFrameError, receive, send
from index.errors import SourceError

_CHILD = Path(__file__).absolute().parent.parent / "child.py"
_MODULE = "index.confined.child_main"
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # no secrets go along
_MOST_SAID = 4_000  # bytes of what a process said before it ended
_SECONDS_TO_START = 120.0

Work = Callable[[bytes], bytes]  # a request -> its reply; raises `SourceError` where there is none


@dataclass(frozen=True, slots=True)
class Task:
    """What a confined process does all its life."""

    name: str  # what a file is to be, in messages: "cannot be read as NAME"
    module: str  # has `work(argument)`, which gives the `Work`; imports all that it needs
    argument: Mapping[str, Any] = field(default_factory=dict)  # what JSON can hold


class Confined(Closing):
    """Does one task in a process of its own, which is started when it is first needed."""

    def __init__(self, task: Task, limits: Limits | None = None) -> None:
        """Nothing is started yet."""
        self._task, self._limits = task, limits or Limits()
        self._running: _Process | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process is there, with all that it was told so far."""
        return self._running is not None

    def reply(self, request: bytes) -> bytes:
        """What the work makes of the request. Raises `SourceError`, which says why nothing."""
        if self._running is None:
            self._running = _Process(self._task, self._limits)
        try:
            return self._running.reply(request)
        except _ProcessEndedError as error:
            self.close()
            raise SourceError(str(error)) from error

    def close(self) -> None:
        """End the process, at once."""
        if self._running:
            self._running.close()
            self._running = None


class _ProcessEndedError(Exception):
    """The process ended, or had to be ended, while it worked on a file; says why."""


class _Process:
    """A running one."""

    def __init__(self, task: Task, limits: Limits) -> None:
        """Start it, out of the reach of Ctrl-C, which is ours to answer."""
        self._limits = limits
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
        wanted = json.dumps({"task": asdict(task), "limits": asdict(limits)}).encode()
        try:
            if self._answer(wanted, _SECONDS_TO_START) is None:
                raise RuntimeError(f"the parser of {task.name} did not start: {self._last_words()}")
        except BaseException:
            self.close()
            raise

    def reply(self, request: bytes) -> bytes:
        """The reply. Raises `SourceError`; `_ProcessEndedError` where there is no process after."""
        times = self._limits.times(len(request))
        answer = self._answer(request, self._limits.seconds * times)
        if answer is None:
            raise _ProcessEndedError(self._how_it_ended(times))
        if answer[:1] != b"P":
            raise SourceError(" ".join(answer[1:].decode("utf-8", "replace").split()))
        return answer[1:]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream:
                with suppress(OSError):  # what was not written yet never will be
                    stream.close()

    def _answer(self, data: bytes, seconds: float) -> bytes | None:
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
    """The little of our environment that a confined process needs to start."""
    kept = {name: ours[name] for name in _KEPT if name in ours}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}
