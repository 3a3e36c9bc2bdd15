"""What runs in a parser's process: files come in through a pipe, and their texts go out.

The first frame is JSON and says which `format` is read, within what `limits`; an empty one answers
it. Then each frame is a file, and its answer a letter and what it means: `P` and the text with its
marks as JSON, or `R` and the reason why there is none. The end of the pipe ends the process.
"""

import codecs
import encodings.aliases
import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import BinaryIO

from index.documents import Format
from index.documents.confinement import Limits, begin_file, confine
from index.documents.frames import receive, send
from index.documents.parsed_json import parsed_to_json
from index.errors import SourceError

_DEEPEST = 10_000  # calls within calls, for trees that are deep and not hostile
_MOST_FILE = 1 << 40  # bytes; whoever sends a file has looked at its size


def main() -> None:
    """Answer until there is nothing more to read."""
    files, replies = sys.stdin.buffer, _own_stdout()
    wanted = json.loads(receive(files, most_bytes=_MOST_FILE) or b"{}")
    form, limits = Format(**wanted["format"]), Limits(**wanted["limits"])
    import_module(form.module)
    _load_the_rest()
    sys.setrecursionlimit(_DEEPEST)
    confine(limits)
    send(replies, b"")
    while (data := receive(files, most_bytes=_MOST_FILE)) is not None:
        begin_file(limits, len(data))
        send(replies, _reply(form, data, limits))


def _reply(form: Format, data: bytes, limits: Limits) -> bytes:
    """The text, or the one line that says why there is none."""
    try:
        reply = b"P" + parsed_to_json(form.parse(data))
    except SourceError as error:
        return b"R" + str(error).encode("utf-8", "replace")
    except MemoryError:
        return f"Rtakes more than {limits.memory / 1e6:,.0f} MB of memory to read".encode()
    except RecursionError:
        return b"Ris nested too deeply to be read"
    except Exception as error:  # a library's way of saying that the file is damaged, or a bug
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        return f"Rcannot be read as {form.name}; it may be damaged ({said})".encode(
            "utf-8", "replace"
        )
    if len(reply) > limits.reply_bytes:
        return f"Rholds more than {limits.reply_bytes / 1e6:,.0f} MB of text".encode()
    return reply


def _load_the_rest() -> None:
    """What Python reads from files only when it is first used, and there will be no files."""
    import_module("heapq")  # collections.Counter
    for name in set(encodings.aliases.aliases.values()):
        with suppress(LookupError):  # one of another system
            codecs.lookup(name)


def _own_stdout() -> BinaryIO:
    """What was stdout; whatever a library prints from now on goes to stderr."""
    kept = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return kept
