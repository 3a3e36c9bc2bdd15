"""An outcome as JSON and back; a run's file and its journal hold them."""

import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from eval.cases import Case
from eval.outcomes import Outcome
from index.errors import SuiteError

Json = dict[str, Any]

_CASE_FIELDS = {field.name for field in fields(Case)}
_FIELDS = {field.name for field in fields(Outcome)} - {"case"}


def outcome_json(outcome: Outcome) -> Json:
    """The outcome as one JSON object, the fields of its case first; numbers as they are."""
    row = asdict(outcome)
    return {**row.pop("case"), **row}


def outcome_from(row: Any, *, where: str) -> Outcome:
    """The outcome that was written so. Raises `SuiteError`, with `where`, for anything else."""
    if not isinstance(row, Mapping):
        raise SuiteError(f"{where}: an outcome was expected, a JSON object, not {str(row)[:40]}")
    kept = {name: row[name] for name in _FIELDS & row.keys()}
    case = {name: row[name] for name in _CASE_FIELDS & row.keys()}
    try:
        outcome: Outcome = _adapter().validate_python({**kept, "case": case})
        _check_known(row)
        _check_finite(outcome)
    except ValidationError as error:
        first = error.errors()[0]
        wrong = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except ValueError as error:
        wrong = str(error)
    else:
        return outcome
    raise SuiteError(f"{where}: {wrong}; was the file changed by hand?")


def _check_known(row: Mapping[str, Any]) -> None:
    if unknown := sorted(row.keys() - _FIELDS - _CASE_FIELDS):
        raise ValueError(f"{unknown[0]} is no field of an outcome")


def _check_finite(outcome: Outcome) -> None:
    own = {"score": outcome.score, "confidence": outcome.confidence, "seconds": outcome.seconds}
    for name, number in [*own.items(), *outcome.values.items()]:
        if number is not None and not math.isfinite(number):
            raise ValueError(f"{name} is {number}; a finite number was expected")


@cache
def _adapter() -> TypeAdapter[Outcome]:
    return TypeAdapter(Outcome)
