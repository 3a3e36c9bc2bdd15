"""An outcome as JSON and back; a run's file and its journal hold them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from eval.cases import Case
from eval.outcomes import GivenQuote, Outcome, Ranks

Json = dict[str, Any]

_DECIMALS = 6  # more would be noise of the processor


def outcome_json(outcome: Outcome) -> Json:
    """The outcome as one JSON object, the fields of its case first."""
    row = asdict(outcome)
    case = row.pop("case")
    if outcome.case.answers is None:
        case.pop("answers")
    return {
        **case,
        **row,
        "status": outcome.status or "failed",
        "score": _rounded(outcome.score),
        "confidence": _rounded(outcome.confidence),
        "values": {name: _rounded(value) for name, value in outcome.values.items()},
        "seconds": round(outcome.seconds, 4),
    }


def outcome_from(row: Mapping[str, Any]) -> Outcome:
    """The outcome that was written so. Raises `KeyError` or `TypeError` for anything else."""
    answers = row.get("answers")
    case = Case(
        id=row["id"],
        question=row["question"],
        answers=None if answers is None else tuple(answers),
        evidence=tuple(row["evidence"]),
        document=row["document"],
        place=row["place"],
        tags=tuple(row["tags"]),
        relevant=row["relevant"],
    )
    return Outcome(
        case=case,
        status=None if row["status"] == "failed" else row["status"],
        label=row["label"],
        prediction=row["prediction"],
        guess=row["guess"],
        score=row["score"],
        confidence=row["confidence"],
        quotes=tuple(_quote(quote) for quote in row["quotes"]),
        ranks=None if row["ranks"] is None else Ranks(**row["ranks"]),
        values=row["values"],
        seconds=row["seconds"],
        error=row["error"],
    )


def _quote(row: Mapping[str, Any]) -> GivenQuote:
    answer = row["answer"]
    return GivenQuote(**{**row, "answer": None if answer is None else (answer[0], answer[1])})


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), _DECIMALS)
