"""What runs in a confined process: requests come in through a pipe, and their replies go out.

The first frame is JSON and says what work is done, within what limits; an empty one answers it.
Then each frame is a request, and its answer a letter and what it means: `P` and the reply, or `R`
and the reason why there is none. The end of the pipe ends the process.
"""

import codecs
import encodings.aliases
import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import BinaryIO

from index.confined.confinement import Limits, begin_file, confine
from index.confined.frames import receive, send
from index.confined.process import Task, Work
from index.errors import SourceError

_DEEPEST = 10_000  # calls within calls, for trees that are deep and not hostile
_MOST_REQUEST = 1 << 40  # bytes; whoever sends a file has looked at its size


def main() -> None:
    """Answer until there is nothing more to read."""
    requests, replies = sys.stdin.buffer, _own_stdout()
    wanted = json.loads(receive(requests, most_bytes=_MOST_REQUEST) or b"{}")
    task, limits = Task(**wanted["task"]), Limits(**wanted["limits"])
    work: Work = import_module(task.module).work(task.argument)
    _load_the_rest()
    sys.setrecursionlimit(_DEEPEST)
    confine(limits)
    send(replies, b"")
    while (data := receive(requests, most_bytes=_MOST_REQUEST)) is not None:
        begin_file(limits, len(data))
        send(replies, _reply(task, work, data, limits))


def _reply(task: Task, work: Work, data: bytes, limits: Limits) -> bytes:
    """What the work makes of it, or the one line that says why it makes nothing."""
    try:
        reply = b"P" + work(data)
    except SourceError as error:
        return b"R" + str(error).encode("utf-8", "replace")
    except MemoryError:
        return f"Rtakes more than {limits.memory / 1e6:,.0f} MB of memory to read".encode()
    except RecursionError:
        return b"Ris nested too deeply to be read"
    except Exception as error:  # a library's way of saying that the file is damaged, or a bug
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return f"Rcannot be read as {task.name}; it may be damaged ({said})".encode(
            "utf-8", "replace"
        )
    if len(reply) > limits.reply_bytes:
        return f"Rholds more than {limits.reply_bytes / 1e6:,.0f} MB of text".encode()
    return reply


def _load_the_rest() -> None:
    """What Python reads from files only when it is first used, and there will be no files."""
    import_module("heapq")  # collections.Counter
    for name in {*encodings.aliases.aliases.values(), "utf_8_sig"}:
        with suppress(LookupError):  # one of another system
            codecs.lookup(name)


def _own_stdout() -> BinaryIO:
    """What was stdout; whatever a library prints from now on goes to stderr."""
    kept = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return kept
