"""Runs the parsers of untrusted files: a process for each format, which reads one after another."""

from collections.abc import Mapping
from dataclasses import asdict
from importlib import import_module
from typing import Any

from index.closing import Closing
from index.confined.confinement import Limits
from index.confined.process import Confined, Task, Work
from index.documents import Format, Parsed
from index.documents.parsed_json import parsed_from_json, parsed_to_json
from index.errors import SourceError


def work(argument: Mapping[str, Any]) -> Work:
    """What a parser's process does: the bytes of a file -> its text as JSON."""
    form = Format(**argument)
    import_module(form.module)
    return lambda data: parsed_to_json(form.parse(data))


class Parsers(Closing):
    """The parsers of every format; those of confined formats run in processes of their own."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Nothing is started before the first file."""
        self._limits = limits
        self._running: dict[str, Confined] = {}

    def parse(self, form: Format, data: bytes) -> Parsed:
        """The text of a file with its marks. Raises `SourceError`, which says why not."""
        if not form.confined:
            return form.parse(data)
        if form.name not in self._running:
            task = Task(form.name, __name__, asdict(form))
            self._running[form.name] = Confined(task, self._limits)
        confined = self._running[form.name]
        reply = confined.reply(data)
        try:
            return parsed_from_json(reply)
        except ValueError as error:
            confined.close()
            raise SourceError(f"made its parser say what cannot be ({error})") from error

    def close(self) -> None:
        """End the processes, at once."""
        while self._running:
            self._running.popitem()[1].close()
