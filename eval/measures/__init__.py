"""Measures of answers: pure functions, each with source and example, and the table of them.

Ratios are 0..1. One file a subject; `table.py` says which of them are the figures of a run.
"""

from eval.measures.abstention import (
    RiskCoverage,
    abstention_precision,
    abstention_recall,
    area_under_risk_coverage,
    auroc,
    risk_coverage,
)
from eval.measures.answers import (
    BestThreshold,
    best_threshold,
    exact_match,
    normalized,
    token_f1,
)
from eval.measures.calibration import Bin, expected_calibration_error, reliability
from eval.measures.latency import percentile
from eval.measures.measure import Columns, Measure, Ratio, Reduce, Values, Whole
from eval.measures.overlap import Overlap, overlap
from eval.measures.quotes import answer_in_quote, quote_overlap, words_of
from eval.measures.retrieval import RETRIEVAL, retrieval_values
from eval.measures.table import MEASURES

__all__ = [
    "MEASURES",
    "RETRIEVAL",
    "BestThreshold",
    "Bin",
    "Columns",
    "Measure",
    "Overlap",
    "Ratio",
    "Reduce",
    "RiskCoverage",
    "Values",
    "Whole",
    "abstention_precision",
    "abstention_recall",
    "answer_in_quote",
    "area_under_risk_coverage",
    "auroc",
    "best_threshold",
    "exact_match",
    "expected_calibration_error",
    "normalized",
    "overlap",
    "percentile",
    "quote_overlap",
    "reliability",
    "retrieval_values",
    "risk_coverage",
    "token_f1",
    "words_of",
]
