"""The two pages: of a run, and of a comparison of two runs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from eval.figures import (
    TagFigures,
    columns_of,
    figures_by_tag,
    reliability_of,
    risk_coverage_of,
)
from eval.measures import MEASURES
from eval.outcomes import HITS, LABELS, Outcome, Run
from eval.reports.html import plots
from eval.reports.html.cases import SIGNS, case_view, pair_view
from eval.reports.html.intervals import LENGTH, difference_rows, figure_rows
from eval.reports.html.rendering import rendered
from eval.results import Comparison, Figure
from rag.retrieval import DEPTH

HEADLINE = ("right", "quote_holds", "F1", "NoAns", "verbatim", "p50")
_BY_TAG = ("right", "quote_holds", "F1", "EM", "NoAns", "recall@5", "p50")
KINDS = {
    "answerable": "with an answer",
    "unanswerable": "without an answer",
    "retrieval": "retrieval only",
}
_ALWAYS = {
    "measures": MEASURES,
    "labels": LABELS,
    "signs": SIGNS,
    "hits": HITS,
    "depth": DEPTH,
    "frame": {name: getattr(plots, name) for name in "WIDTH HEIGHT LEFT RIGHT TOP BOTTOM".split()},
    "whisker_length": LENGTH,
}


def run_page(run: Run, figures: Mapping[str, Figure], *, title: str) -> str:
    """The report of a run as one HTML file, complete in itself."""
    outcomes = run.outcomes
    tags = figures_by_tag(outcomes)
    values = {
        "title": title,
        "run": run,
        "figures": figures,
        "groups": figure_rows(figures),
        "headline": [figures[name] for name in HEADLINE if name in figures],
        "counts": Counter(outcome.label for outcome in outcomes),
        "cases": map(case_view, outcomes),
        "number_of_cases": len(outcomes),
        "tags": tags,
        "tag_choices": _tag_choices(outcomes),
        "tag_measures": _tag_measures(tags),
        "kinds_there": _kinds(outcomes),
        "has_confidence": any(outcome.confidence is not None for outcome in outcomes),
        "risk": _curves(outcomes),
        "reliability": _reliability(outcomes),
        "latency": plots.latency_plot(columns_of(outcomes)["seconds"]),
    }
    return rendered("run.html.j2", {**_ALWAYS, **values})


def comparison_page(comparison: Comparison, *, title: str) -> str:
    """The report of two runs side by side as one HTML file, complete in itself."""
    firsts = [pair.first for pair in comparison.pairs]
    seconds = [pair.second for pair in comparison.pairs]
    differences = {each.name: each for each in comparison.differences}
    values = {
        "title": title,
        "comparison": comparison,
        "groups": difference_rows(comparison.differences),
        "differences": differences,
        "headline": [differences[name] for name in HEADLINE if name in differences],
        "counts": Counter(pair.verdict for pair in comparison.pairs),
        "cases": map(pair_view, comparison.pairs),
        "number_of_cases": len(comparison.pairs),
        "tag_choices": _tag_choices(firsts),
        "kinds_there": _kinds(firsts),
        "signature_entries": sorted({*comparison.first.signature, *comparison.second.signature}),
        "risk": _curves(firsts, seconds),
    }
    return rendered("comparison.html.j2", {**_ALWAYS, **values})


def _kinds(outcomes: Iterable[Outcome]) -> dict[str, str]:
    there = {outcome.case.kind for outcome in outcomes}
    return {kind: words for kind, words in KINDS.items() if kind in there}


def _tag_choices(outcomes: Iterable[Outcome]) -> dict[str, str]:
    return {tag: tag for tag in sorted({tag for each in outcomes for tag in each.case.tags})}


def _tag_measures(tags: Mapping[str, TagFigures]) -> list[str]:
    there = {name for found in tags.values() for name in found.values}
    return [name for name in _BY_TAG if name in there]


def _curves(*runs: Sequence[Outcome]) -> plots.CurvePlot | None:
    """The risk-coverage curves; None where a run has none."""
    curves = [risk_coverage_of(outcomes) for outcomes in runs]
    known = [curve for curve in curves if curve is not None]
    return plots.curve_plot(known) if len(known) == len(runs) else None


def _reliability(outcomes: Sequence[Outcome]) -> plots.ReliabilityPlot | None:
    bins = reliability_of(outcomes)
    return plots.reliability_plot(bins) if bins else None
