"""The journal of a run under way: what an interrupted run goes on from.

Outcomes go into `FILE.partial` as they come, one a line behind a line with the signature. A line
cut short by a kill is left out when the journal is read; its case is asked again.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from filelock import FileLock, Timeout

from eval.outcome_json import Json, outcome_from, outcome_json
from eval.outcomes import Outcome
from eval.run_file import (
    KIND,
    SCHEMA_VERSION,
    check_signature,
    check_version,
    read_run,
    texts_in,
)
from index.errors import SuiteError
from index.writing import write_whole


class _Kept(NamedTuple):
    """What is there of a run."""

    signature: Mapping[str, str]
    conditions: Mapping[str, str]
    outcomes: Mapping[str, Outcome]  # by case id


class Journal:
    """The outcomes of a run under way, on disk as they come."""

    def __init__(
        self, file: IO[str], *, done: Mapping[str, Outcome], conditions: Mapping[str, str]
    ) -> None:
        """Use `open_journal`."""
        self._file = file
        self.done = done  # by case id: those of the run that it goes on from
        self.conditions = conditions  # under which all of the run was asked

    def add(self, outcome: Outcome) -> None:
        """Keep the outcome; it is in the file when this returns."""
        self._file.write(_line(outcome_json(outcome)))
        self._file.flush()


@contextmanager
def open_journal(
    run_path: Path, *, signature: Mapping[str, str], conditions: Mapping[str, str], resume: bool
) -> Iterator[Journal]:
    """A journal for the run that is to be written to `run_path`; with `resume`, going on with one.

    A run that was finished has all its outcomes done. Raises `SuiteError` where another process is
    at the same run, where an interrupted run would be lost, and where what is there was made by
    anything else than `signature` says.
    """
    path = journal_path(run_path)
    with _only_one(path, run_path):
        kept = _kept(path, run_path) if resume else None
        if kept:
            check_signature(kept.signature, signature, run_path)
            conditions = _joined(kept.conditions, conditions)
        elif not resume:
            _refuse_to_lose(path)
        done = kept.outcomes if kept else {}
        head = {"schema_version": SCHEMA_VERSION, "kind": KIND}
        head |= {"signature": dict(signature), "conditions": dict(conditions)}
        write_whole(path, "".join(map(_line, [head, *map(outcome_json, done.values())])))
        with path.open("a", encoding="utf-8", newline="\n") as file:
            yield Journal(file, done=done, conditions=conditions)


def drop_journal(run_path: Path) -> None:
    """Remove the journal of a run that was written."""
    journal_path(run_path).unlink(missing_ok=True)


def journal_path(run_path: Path) -> Path:
    """Where the journal of the run at `run_path` stands."""
    return run_path.with_name(f"{run_path.name}.partial")


@contextmanager
def _only_one(path: Path, run_path: Path) -> Iterator[None]:
    lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise SuiteError(
            f"{run_path} is being made by another process; wait for it, or name another file"
        ) from error
    try:
        yield
    finally:
        lock.release()
        Path(lock.lock_file).unlink(missing_ok=True)


def _kept(path: Path, run_path: Path) -> _Kept | None:
    """What the journal has; without one, what the finished run has; `None` without either."""
    if path.is_file():
        return _read(path)
    if run_path.is_file():
        run = read_run(run_path)
        outcomes = {outcome.case.id: outcome for outcome in run.outcomes}
        return _Kept(run.signature, run.conditions, outcomes)
    return None


def _read(path: Path) -> _Kept | None:
    """What a journal has; `None` where it was cut short in its first line."""
    try:
        first, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True) or [""]
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is no journal of a run: {error}; remove it") from error
    if not first.endswith("\n"):
        return None
    head = _row(first, f"{path}:1")
    check_version(head, path)
    outcomes = [
        outcome_from(_row(line, f"{path}:{number}"), where=f"{path}:{number}")
        for number, line in enumerate(lines, start=2)
        if line.endswith("\n")
    ]
    signature, conditions = (
        texts_in(head, name, where=f"{path}:1") for name in ("signature", "conditions")
    )
    return _Kept(signature, conditions, {outcome.case.id: outcome for outcome in outcomes})


def _row(line: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise SuiteError(f"{where}: a JSON object was expected; was the file changed by hand?")
    return row


def _refuse_to_lose(path: Path) -> None:
    """Raises `SuiteError` where the journal of an interrupted run has outcomes in it."""
    if path.is_file():
        count = path.read_bytes().count(b"\n") - 1
        if count > 0:
            raise SuiteError(
                f"{path} holds {count} outcomes of a run that was interrupted; go on with "
                "--resume, or remove that file"
            )


def _joined(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """The conditions of both parts of a run.

    >>> _joined({"jobs": "1"}, {"jobs": "4"})
    {'jobs': '1, then 4'}
    """
    names = dict.fromkeys([*before, *now])
    values = {name: dict.fromkeys([before.get(name, "?"), now.get(name, "?")]) for name in names}
    return {name: ", then ".join(each) for name, each in values.items()}


def _line(row: Json) -> str:
    return json.dumps(row) + "\n"
