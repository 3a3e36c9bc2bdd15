"""Suites examined for a test runner that must not import Pincite: a line of JSON for each request.

The first request says what to examine: `suites` (paths), `library` (`null`: the setting's, or the
passages that a suite brings along), `mode` and `reader`. The reply lists the cases of each suite
(`id`, `question`, `tags`) and every fault; nothing heavy was loaded by then. Each further request
names a case by `suite` (its number) and `case`; the reply has its `outcome`, and in `failure` why a
test of it fails, `null` where it does not. The end of stdin ends the process.
"""

import functools
import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from eval.asking import LibraryExamination
from eval.cases import Mode, Suite
from eval.formats import load_suite
from eval.outcome_json import Json, outcome_json
from eval.passages import index_passages, passages_path
from eval.reports.misses import failure_words
from index.errors import PinciteError
from rag.ask import open_pipeline
from rag.settings import Settings, load_settings

_pipeline = functools.cache(open_pipeline)  # suites on one library share it


class _Examined:
    """A suite, its library opened when a case is first asked or `examination` is looked at."""

    def __init__(self, suite: Suite, settings: Settings, *, mode: Mode, own: bool) -> None:
        """`own` says that the passages which the suite brings along are asked."""
        self.cases = {case.id: case for case in suite.cases}
        self._suite, self._settings, self._mode, self._own = suite, settings, mode, own

    @functools.cached_property
    def examination(self) -> LibraryExamination:
        """Raises `PinciteError` where the library or the suite is at fault."""
        settings = self._settings
        if self._own:
            settings = replace(settings, library=passages_path(self._suite, settings))
            for _ in index_passages(self._suite, settings.library, settings):
                pass
        return LibraryExamination(self._suite, _pipeline(settings), mode=self._mode)


class _LastError(logging.Handler):
    """Keeps the error that was logged last: that of a case which failed."""

    error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record's error."""
        self.error = record.exc_info[1] if record.exc_info else None


class Worker:
    """Suites that were loaded once, and answers about their cases."""

    def __init__(self, *, library: str | None, mode: Mode, reader: str | None) -> None:
        """As the first request says. Raises `SettingError`."""
        named = {"library": Path(library) if library else None, "reader": reader}
        self._settings = load_settings(named)
        self._brings_texts = library is None  # where it can, a suite does
        self._mode: Mode = mode
        self._examined: list[_Examined] = []
        self._last = _LastError()
        logging.getLogger("eval.asking").addHandler(self._last)

    def add(self, path: Path) -> None:
        """Load the suite at `path`. Raises `PinciteError` naming all that is wrong."""
        suite = load_suite(path)
        own = self._brings_texts and bool(suite.passages)
        examined = _Examined(suite, self._settings, mode=self._mode, own=own)
        if not own:
            _ = examined.examination  # what is wrong with the library is told now
        self._examined.append(examined)

    @property
    def listed(self) -> list[list[Json]]:
        """The cases of each suite, in the order they were added in."""
        return [
            [
                {"id": case.id, "question": case.question, "tags": case.tags}
                for case in examined.cases.values()
            ]
            for examined in self._examined
        ]

    def reply(self, *, suite: int, case: str) -> Json:
        """What comes of asking the case, and why a test of it fails, if it does."""
        examined = self._examined[suite]
        self._last.error = None
        try:
            outcome = examined.examination.outcome(examined.cases[case])
        except PinciteError as error:
            return {"outcome": None, "failure": str(error)}
        except Exception:  # a bug: the test says which, and the others go on
            return {"outcome": None, "failure": traceback.format_exc().rstrip()}
        failure = failure_words(outcome, self._last.error)
        return {"outcome": outcome_json(outcome), "failure": failure}


def main() -> None:
    """Answer the requests on stdin, a line each, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this process ends it
    replies = _own_stdout()
    requests = map(json.loads, sys.stdin)
    try:
        worker, faults = _opened(**next(requests))
    except PinciteError as error:  # a setting
        _write({"suites": [], "faults": [str(error)]}, replies)
        return
    _write({"suites": worker.listed, "faults": faults}, replies)
    for request in requests:
        _write(worker.reply(**request), replies)


def _opened(suites: Iterable[str], **wanted: Any) -> tuple[Worker, list[str]]:
    """A worker with every suite that has no faults, and the faults of the others, each once."""
    worker, faults = Worker(**wanted), []
    for path in suites:
        try:
            worker.add(Path(path))
        except PinciteError as error:
            faults += str(error).split("\n")
    return worker, list(dict.fromkeys(faults))


def _own_stdout() -> TextIO:
    """What was stdout; whatever else is printed from now on goes to stderr."""
    kept = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    kept.write("\n")  # ends a line that was begun before
    return kept


def _write(row: Json, replies: TextIO) -> None:
    replies.write(json.dumps(row) + "\n")
    replies.flush()
