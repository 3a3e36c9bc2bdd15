"""The JSON file of a run, and the journal that an interrupted run goes on from.

While a run is under way its outcomes go into `FILE.partial`, one a line behind a line with the
signature. A line cut short by a kill is left out when the journal is read; its case is asked again.
"""

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from eval.figures import figures_by_tag
from eval.outcome_json import Json, outcome_from, outcome_json
from eval.outcomes import Outcome, Run
from eval.results import Figure
from index.errors import SuiteError

SCHEMA_VERSION = 2
KIND = "pincite run"


def run_json(run: Run, figures: Mapping[str, Figure]) -> Json:
    """The figures, the signature and every case's outcome."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "signature": dict(run.signature),
        "conditions": dict(run.conditions),
        "figures": {name: _figure_json(figure) for name, figure in figures.items()},
        "tags": {
            tag: {"cases": row.cases, **{name: finite(row.values[name]) for name in row.values}}
            for tag, row in figures_by_tag(run.outcomes).items()
        },
        "cases": [outcome_json(outcome) for outcome in run.outcomes],
    }


def write_run(path: Path, run: Run, figures: Mapping[str, Figure]) -> None:
    """Write the run's file: all of it or nothing."""
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(run_json(run, figures), indent=1), encoding="utf-8")
    os.replace(new, path)


def read_run(path: Path) -> Run:
    """The run in a file. Raises `SuiteError` where it is none, or one of another version."""
    row = _loaded(path)
    if not isinstance(row, dict) or row.get("kind", KIND) != KIND or "cases" not in row:
        raise SuiteError(f"{path} is no run; a file that `pincite eval --json` wrote was expected")
    _check_version(row, path)
    try:
        outcomes = tuple(map(outcome_from, row["cases"]))
        return Run(row["signature"], outcomes, row["conditions"])
    except (KeyError, TypeError, AttributeError) as error:
        raise SuiteError(f"{path} was changed since it was written ({error!r})") from error


class Journal:
    """The outcomes of a run under way, on disk as they come."""

    def __init__(self, path: Path, *, signature: Mapping[str, str]) -> None:
        """Use `Journal.begin` or `Journal.resume`."""
        self._path = path
        self._signature = dict(signature)
        self.done: dict[str, Outcome] = {}  # by case id; those of the run that it goes on from

    @classmethod
    def begin(cls, run_path: Path, *, signature: Mapping[str, str]) -> Self:
        """A journal for the run that will be written to `run_path`; an older one is dropped."""
        journal = cls(_journal_path(run_path), signature=signature)
        journal._write_all()
        return journal

    @classmethod
    def resume(cls, run_path: Path, *, signature: Mapping[str, str]) -> Self:
        """The journal of the run that was to be written to `run_path`, or a new one.

        A run that was finished has all its outcomes done. Raises `SuiteError` where what is there
        was made by anything else than `signature` says.
        """
        journal = cls(_journal_path(run_path), signature=signature)
        if journal._path.is_file():
            journal._read()
        elif run_path.is_file():
            run = read_run(run_path)
            _check_signature(run.signature, signature, run_path)
            journal.done = {outcome.case.id: outcome for outcome in run.outcomes}
        journal._write_all()
        return journal

    def add(self, outcome: Outcome) -> None:
        """Keep the outcome; it is in the file when this returns."""
        self._file.write(_line(outcome_json(outcome)))
        self._file.flush()

    @staticmethod
    def drop(run_path: Path) -> None:
        """Remove the journal of a run that was written."""
        _journal_path(run_path).unlink()

    def __enter__(self) -> Self:
        """Open the file to add to it."""
        self._file = self._path.open("a", encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()

    def _write_all(self) -> None:
        head = {
            "schema_version": SCHEMA_VERSION,
            "kind": KIND,
            "signature": self._signature,
        }
        rows = [head, *map(outcome_json, self.done.values())]
        new = self._path.with_name(self._path.name + ".new")
        new.write_text("".join(map(_line, rows)), encoding="utf-8")
        os.replace(new, self._path)

    def _read(self) -> None:
        first, *lines = self._path.read_text(encoding="utf-8").splitlines(keepends=True) or [""]
        try:
            head = json.loads(first)
        except json.JSONDecodeError:
            return  # killed before its first line was whole: nothing was done
        _check_version(head, self._path)
        _check_signature(head["signature"], self._signature, self._path)
        whole = (line for line in lines if line.endswith("\n"))
        outcomes = (outcome_from(json.loads(line)) for line in whole)
        self.done = {outcome.case.id: outcome for outcome in outcomes}


def _journal_path(run_path: Path) -> Path:
    return run_path.with_name(run_path.name + ".partial")


def _line(row: Json) -> str:
    return json.dumps(row) + "\n"


def _loaded(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SuiteError(f"{path} cannot be read as a run: {error.strerror}") from error
    except ValueError as error:  # no JSON, or no UTF-8
        raise SuiteError(f"{path} is no run: {error}") from error


def _check_version(row: Mapping[str, Any], path: Path) -> None:
    found = row.get("schema_version")
    if found != SCHEMA_VERSION:
        raise SuiteError(
            f"{path} is a run in version {found} of the format, and version {SCHEMA_VERSION} is "
            "read here; run the suite again with `pincite eval --json`"
        )


def _check_signature(found: Mapping[str, str], wanted: Mapping[str, str], path: Path) -> None:
    differing = differing_entries(found, wanted)
    if differing:
        told = "; ".join(f"{name} was {old!r} and is {new!r}" for name, (old, new) in differing)
        raise SuiteError(
            f"{path} was made otherwise ({told}), so this run cannot go on from it; leave --resume "
            "out to begin anew"
        )


def differing_entries(
    first: Mapping[str, str], second: Mapping[str, str]
) -> list[tuple[str, tuple[str, str]]]:
    """The entries of two signatures that are not the same, with both values.

    >>> differing_entries({"reader": "a", "mode": "open"}, {"reader": "b", "mode": "open"})
    [('reader', ('a', 'b'))]
    """
    names = dict.fromkeys([*first, *second])
    pairs = [(name, (first.get(name, ""), second.get(name, ""))) for name in names]
    return [(name, values) for name, values in pairs if values[0] != values[1]]


def _figure_json(figure: Figure) -> Json:
    return {
        "value": finite(figure.value),
        "low": finite(figure.low),
        "high": finite(figure.high),
        "cases": figure.cases,
    }


def finite(value: float) -> float | None:
    """Six decimals of a number; `None` for infinity, which JSON does not know."""
    return round(value, 6) if math.isfinite(value) else None
