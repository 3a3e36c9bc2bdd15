"""The JSON file of a run: its signature, its figures, and every case's outcome."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.figures import figures_by_tag
from eval.outcome_json import Json, outcome_from, outcome_json
from eval.outcomes import Run
from eval.results import Figure
from index.errors import SuiteError
from index.writing import write_whole

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
    write_whole(path, json.dumps(run_json(run, figures), indent=1))


def read_run(path: Path) -> Run:
    """The run in a file. Raises `SuiteError` where it is none, or one of another version."""
    row = _loaded(path)
    if not isinstance(row, dict) or row.get("kind", KIND) != KIND or "cases" not in row:
        raise SuiteError(f"{path} is no run; a file that `pincite eval --json` wrote was expected")
    check_version(row, path)
    if not isinstance(row["cases"], list):
        raise SuiteError(f"{path}: cases: a list was expected; was the file changed by hand?")
    outcomes = tuple(
        outcome_from(case, where=f"{path}: cases[{number}]")
        for number, case in enumerate(row["cases"])
    )
    if len({outcome.case.id for outcome in outcomes}) < len(outcomes):
        raise SuiteError(f"{path} has two cases of one id; was the file changed by hand?")
    conditions = texts_in(row, "conditions", where=str(path))
    return Run(texts_in(row, "signature", where=str(path)), outcomes, conditions)


def texts_in(row: Mapping[str, Any], name: str, *, where: str) -> dict[str, str]:
    """The texts by name that stand under `name`. Raises `SuiteError` for anything else."""
    found = row.get(name)
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise SuiteError(f"{where}: {name}: texts by name were expected")
    return found


def check_version(row: Mapping[str, Any], path: Path) -> None:
    """Raises `SuiteError` for a file in another version of the format."""
    found = row.get("schema_version")
    if found != SCHEMA_VERSION:
        raise SuiteError(
            f"{path} is a run in version {found} of the format, and version {SCHEMA_VERSION} is "
            "read here; run the suite again with `pincite eval --json`"
        )


def check_signature(found: Mapping[str, str], wanted: Mapping[str, str], path: Path) -> None:
    """Raises `SuiteError`, naming what differs, unless the two are the same."""
    differing = differing_entries(found, wanted)
    if differing:
        told = "; ".join(f"{name} was {old!r} and is {new!r}" for name, (old, new) in differing)
        raise SuiteError(
            f"{path} was made otherwise ({told}), so this run cannot go on from it; leave --resume "
            "out and name another file to begin anew"
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


def finite(value: float) -> float | None:
    """A number that JSON knows; `None` for infinity."""
    return value if math.isfinite(value) else None


def _figure_json(figure: Figure) -> Json:
    return {
        "value": finite(figure.value),
        "low": finite(figure.low),
        "high": finite(figure.high),
        "cases": figure.cases,
    }


def _loaded(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SuiteError(f"{path} cannot be read as a run: {error.strerror}") from error
    except (ValueError, RecursionError) as error:  # no JSON, or no UTF-8
        raise SuiteError(f"{path} is no run: {error}") from error
