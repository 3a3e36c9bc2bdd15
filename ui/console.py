"""What the command line prints: results on stdout; progress, warnings and errors on stderr.

Texts come from anyone, so no control character and no direction override of theirs reaches a
terminal: it is shown as a visible sign in its place. JSON is ASCII, where such characters stand as
escapes, so it is exact and safe at once.
"""

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Self

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTROL_PICTURES = 0x2400  # U+2400 shows NUL, U+241F the last of C0
_PICTURE_OF_DELETE = "\u2421"


def visible(text: str) -> str:
    r"""The text on one line, a visible sign in place of each character that could steer a terminal.

    >>> visible("red\x1b[31m and \u202eback")
    'red␛[31m and <U+202E>back'
    """
    return _HIDDEN.sub(_sign, text)


def say(text: str) -> None:
    """Print a line on stdout, at once."""
    typer.echo(visible(text))


def say_json(value: object, *, indent: int | None = 2) -> None:
    """Print a value as JSON in ASCII."""
    typer.echo(json.dumps(value, indent=indent))


def complain(text: str) -> None:
    """Print a message on stderr, each of its lines safe for a terminal."""
    for line in text.split("\n"):
        typer.echo(f"pincite: {visible(line)}", err=True)


def terminal(*, stderr: bool = False) -> "Console":
    """A rich console that colours only where it writes to a terminal and `NO_COLOR` is not set."""
    from rich.console import Console

    return Console(
        stderr=stderr,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        markup=False,
        highlight=False,
        emoji=False,
    )


class Bar:
    """A progress bar on stderr while it is entered; none where stderr is no terminal."""

    def __init__(self, words: str) -> None:
        """A bar that says `words` until it is moved."""
        self._progress = _progress() if sys.stderr.isatty() else None
        self._task = self._progress.add_task(words, total=None) if self._progress else None

    def __enter__(self) -> Self:
        """Show the bar."""
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._progress:
            self._progress.stop()

    def move(self, done: int, total: int, words: str) -> None:
        """Show how far it has come."""
        if self._progress and self._task is not None:
            self._progress.update(self._task, completed=done, total=total, description=words)

    def say(self, text: str) -> None:
        """Print a line on stdout; above the bar where both are on the terminal."""
        if self._progress and sys.stdout.isatty():
            self._progress.console.print(visible(text), soft_wrap=True)
        else:
            say(text)

    def complain(self, text: str) -> None:
        """Print a message on stderr, above the bar."""
        if self._progress:
            self._progress.console.print(f"pincite: {visible(text)}", soft_wrap=True)
        else:
            complain(text)


def _progress() -> "Progress":
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeRemainingColumn(),
        console=terminal(stderr=True),
        transient=True,
        redirect_stdout=False,  # rich would send stdout's lines to stderr
        redirect_stderr=False,
    )


def _sign(hidden: re.Match[str]) -> str:
    code = ord(hidden[0])
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    return _PICTURE_OF_DELETE if code == 0x7F else f"<U+{code:04X}>"
