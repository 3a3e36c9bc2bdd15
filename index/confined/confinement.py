"""What a parser's process gives up before it sees a file: files, network, memory, time.

The limits are the system's; where it offers one not, that one is left out. On Linux the process may
then open no file and no socket and touch no path (Landlock); elsewhere at least memory and time are
bounded, on Windows only by whoever started it.
"""

import ctypes
import os
import struct
import sys
from dataclasses import dataclass

if sys.platform != "win32":
    import resource  # now: later there are no files to import from

_PR_SET_NO_NEW_PRIVS = 38
_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # system calls, of the same number everywhere
_ASK_FOR_VERSION = 1
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}  # Landlock's version -> how many it knows from then on
_SIZE_OF_AS_MUCH_AGAIN = 3_000_000  # bytes: a file that is longer by this has twice the time
_MOST_ERRORS = 65_536  # bytes that may be written to a file: what is said of a crash


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take; the seconds are those of a small one, see `times`."""

    memory: int = 1_500_000_000  # bytes of address space, all that Python takes included
    processor_seconds: int = 30
    seconds: float = 90.0  # however little of them the processor was at work
    reply_bytes: int = 100_000_000  # of the text with its marks, as JSON
    whole_file: bool = True  # is looked at, so that a long one takes longer

    def times(self, size: int) -> float:
        """How often the seconds a file of so many bytes is given.

        >>> Limits().times(0), Limits().times(6_000_000)
        (1.0, 3.0)
        """
        return 1.0 + (size / _SIZE_OF_AS_MUCH_AGAIN if self.whole_file else 0.0)


def confine(limits: Limits) -> None:
    """Gives up for good what a parser does not need; whatever it imports must be imported."""
    if sys.platform == "linux":
        _leave_files_and_network()
    if sys.platform != "win32":
        for name, most in (
            ("RLIMIT_AS", limits.memory),
            ("RLIMIT_FSIZE", _MOST_ERRORS),
            ("RLIMIT_CORE", 0),
            ("RLIMIT_NOFILE", 0),  # those that are open stay so: the pipes
        ):
            kind = getattr(resource, name, None)
            if kind is not None:
                resource.setrlimit(kind, (most, most))


def begin_file(limits: Limits, size: int) -> None:
    """Gives the process the seconds for a file of that many bytes; then the system ends it."""
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used = int(usage.ru_utime + usage.ru_stime)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        seconds = int(limits.processor_seconds * limits.times(size))
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, hard))


def _leave_files_and_network() -> None:
    """Landlock with no rule: every right over paths, TCP and other processes is refused.

    See landlock(7) of Linux. A kernel that has it not, or not switched on, answers no version.
    """
    system_call = ctypes.CDLL(None).syscall
    system_call.restype = ctypes.c_long
    number = ctypes.c_long
    version = system_call(number(_CREATE_RULESET), None, number(0), number(_ASK_FOR_VERSION))
    if version < 1:
        return
    rights = max(count for since, count in _FILE_RIGHTS.items() if since <= version)
    fields = [(1 << rights) - 1, 0b11, 0b11]  # paths; TCP; other processes
    attributes = struct.pack("=3Q", *fields)[: 8 * (1 + (version >= 4) + (version >= 6))]
    size = number(len(attributes))
    ruleset = system_call(number(_CREATE_RULESET), attributes, size, number(0))
    if ruleset >= 0:
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        system_call(number(_RESTRICT_SELF), number(ruleset), number(0))
        os.close(ruleset)
