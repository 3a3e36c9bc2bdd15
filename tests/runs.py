"""Small runs whose figures a person can compute."""

from collections.abc import Mapping
from typing import Any

from eval.cases import Case
from eval.outcomes import Label, Outcome, Run

SIGNATURE = {"suite": "s.jsonl", "suite_hash": "0", "mode": "open", "reader": "first"}


def outcome(id: str, label: Label = "right", f1: float = 1.0, **fields: Any) -> Outcome:
    """The outcome of a case with one answer, "1682", or none where the label says so."""
    silent = label in ("rightly_silent", "wrongly_answered")
    answered = label in ("right", "reader_missed", "wrongly_answered")
    hit = float(label in ("right", "rightly_silent"))
    values = {"f1": f1, "exact_match": float(f1 == 1), "right": hit}
    return Outcome(
        case=Case(id, f"When, {id}?", () if silent else ("1682",)),
        status="answered" if answered else "not_found",
        label=label,
        prediction="1682" if answered else "",
        values=values | fields.pop("values", {}),
        **fields,
    )


def run(*outcomes: Outcome, **signature: str) -> Run:
    """A run of these outcomes."""
    return Run({**SIGNATURE, **signature}, outcomes)


def values_of(rows: Mapping[str, Any]) -> dict[str, float]:
    """Only the values of figures."""
    return {name: row.value for name, row in rows.items()}
