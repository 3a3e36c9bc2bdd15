"""The figures of a run, and what is written of it: a table to read, JSON, SQuAD's predictions."""

from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from eval.measures import percentile
from eval.run import Outcome, Run

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the cases of a run; ratios 0..1, None where no case counts towards one."""

    cases: int
    answered: int
    abstained: int
    failed: int
    exact_match: float | None
    f1: float | None
    has_answer_cases: int  # the texts answer these
    has_answer_exact_match: float | None
    has_answer_f1: float | None
    no_answer_cases: int  # and not these; exact match and F1 are one figure here
    no_answer_f1: float | None
    top_quote_holds: float | None  # over the cases with an answer, those not answered count as 0
    any_quote_holds: float | None
    seconds_p50: float | None
    seconds_p95: float | None


def figures(run: Run) -> Figures:
    """The figures of a run, every case counted."""
    outcomes = run.outcomes
    has_answer = [outcome for outcome in outcomes if outcome.case.answers]
    no_answer = [outcome for outcome in outcomes if not outcome.case.answers]
    seconds = [outcome.seconds for outcome in outcomes]
    failures = sum(outcome.error is not None for outcome in outcomes)
    answered = sum(outcome.status == "answered" for outcome in outcomes)
    return Figures(
        cases=len(outcomes),
        answered=answered,
        abstained=len(outcomes) - answered - failures,
        failed=failures,
        exact_match=_mean([outcome.exact_match for outcome in outcomes]),
        f1=_mean([outcome.f1 for outcome in outcomes]),
        has_answer_cases=len(has_answer),
        has_answer_exact_match=_mean([outcome.exact_match for outcome in has_answer]),
        has_answer_f1=_mean([outcome.f1 for outcome in has_answer]),
        no_answer_cases=len(no_answer),
        no_answer_f1=_mean([outcome.f1 for outcome in no_answer]),
        top_quote_holds=_mean([outcome.top_quote_holds or 0.0 for outcome in has_answer]),
        any_quote_holds=_mean([outcome.any_quote_holds or 0.0 for outcome in has_answer]),
        seconds_p50=percentile(seconds, 0.5) if seconds else None,
        seconds_p95=percentile(seconds, 0.95) if seconds else None,
    )


def report_text(run: Run) -> str:
    """The figures as a table of plain text, with the signature of what made them."""
    found = figures(run)
    rows = [
        ("cases", f"{found.cases:,}"),
        ("  answered", f"{found.answered:,}"),
        ("  abstained", f"{found.abstained:,}"),
        ("  failed", f"{found.failed:,}"),
        ("exact match", _ratio(found.exact_match)),
        ("F1", _ratio(found.f1)),
        ("HasAns cases", f"{found.has_answer_cases:,}"),
        ("  exact match", _ratio(found.has_answer_exact_match)),
        ("  F1", _ratio(found.has_answer_f1)),
        ("  top quote holds the answer", _ratio(found.top_quote_holds)),
        ("  any quote holds the answer", _ratio(found.any_quote_holds)),
        ("NoAns cases", f"{found.no_answer_cases:,}"),
        ("  rightly not answered", _ratio(found.no_answer_f1)),
        ("latency p50", _milliseconds(found.seconds_p50)),
        ("latency p95", _milliseconds(found.seconds_p95)),
    ]
    table = [f"{label:<32}{value:>10}" for label, value in rows]
    signature = [f"{name:<16}{value}" for name, value in run.signature.items()]
    return "\n".join([*table, "", "made by", *(f"  {line}" for line in signature)])


def run_json(run: Run) -> dict[str, Any]:
    """The figures, the signature and every case's outcome."""
    return {
        "schema_version": SCHEMA_VERSION,
        "signature": run.signature,
        "figures": asdict(figures(run)),
        "cases": [_outcome_json(outcome) for outcome in run.outcomes],
    }


def predictions_json(run: Run) -> dict[str, str]:
    """SQuAD's own format: case id -> predicted words, "" for no answer.

    A case that failed is left out: silence would be counted in its favour where it is right.
    """
    return {
        outcome.case.id: outcome.prediction for outcome in run.outcomes if outcome.error is None
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        **asdict(outcome.case),
        "status": outcome.status or "failed",
        "error": outcome.error,
        "prediction": outcome.prediction,
        "confidence": outcome.confidence,
        "exact_match": outcome.exact_match,
        "f1": outcome.f1,
        "top_quote_holds": outcome.top_quote_holds,
        "any_quote_holds": outcome.any_quote_holds,
        "seconds": round(outcome.seconds, 4),
        "quotes": [
            {
                "document": {"id": quote.document_id, "source": quote.source},
                "start": quote.start,
                "end": quote.end,
                "text": quote.text,
                "score": round(float(quote.score), 6),
            }
            for quote in outcome.quotes
        ],
    }


def _mean(values: list[float]) -> float | None:
    return fmean(values) if values else None


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.1f} ms"
