"""The figures of outcomes: their columns, each measure with its interval, how two runs differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from eval.measures import (
    MEASURES,
    RETRIEVAL,
    Bin,
    Columns,
    Measure,
    RiskCoverage,
    Values,
    Whole,
    reliability,
    risk_coverage,
)
from eval.outcomes import Outcome
from eval.results import Difference, Figure
from eval.statistics import bootstrap_interval, paired_interval, permutation_p

KNOWN = ("exact_match", "f1", "right", "guess_exact_match", "guess_f1", "guess_right", "guess_said")
COLUMNS = (
    "answerable",
    "answered",
    "abstained",
    "failed",
    "score",
    "confidence",
    "seconds",
    *KNOWN,
    "quote_holds",
    "any_quote_holds",
    "quote_precision",
    "quote_recall",
    "quote_F1",
    "right_place",
    "quotes",
    "verbatim_quotes",
    *RETRIEVAL,
    *(f"paragraph_{name}" for name in RETRIEVAL),
)


@dataclass(frozen=True, slots=True)
class TagFigures:
    """What the cases of one tag come to."""

    cases: int  # that bear the tag, whatever they count towards
    values: Mapping[str, float]  # measure -> value; those without one are left out


def columns_of(outcomes: Sequence[Outcome]) -> Columns:
    """What the measures are made of: a column a name, each (n,), NaN where it does not apply.

    `COLUMNS` names them. A case that failed scores 0 in all that applies to it, whatever its values
    say, also where silence would have been right.
    """
    rows = [_row(outcome) for outcome in outcomes]
    return {name: np.array([row.get(name) for row in rows], float) for name in COLUMNS}


def plain_figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Each measure's value, without interval; measures that no case counts towards are left out."""
    columns = columns_of(outcomes)
    values = {name: measure.reduce(columns) for name, measure in MEASURES.items()}
    return {name: value for name, value in values.items() if value is not None}


def figures(
    outcomes: Sequence[Outcome], *, seed: int = 0, resamples: int = 1000
) -> dict[str, Figure]:
    """Each measure's value with its bootstrap interval; measures without a value are left out."""
    columns = columns_of(outcomes)
    found = (
        _figure(measure, columns, seed=seed, resamples=resamples) for measure in MEASURES.values()
    )
    return {figure.name: figure for figure in found if figure is not None}


def figures_by_tag(outcomes: Sequence[Outcome]) -> dict[str, TagFigures]:
    """The plain figures of the cases of each tag, sorted; a case counts for all its tags."""
    tagged: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        for tag in dict.fromkeys(outcome.case.tags):
            tagged.setdefault(tag, []).append(outcome)
    return {tag: TagFigures(len(some), plain_figures(some)) for tag, some in sorted(tagged.items())}


def differences(
    first: Sequence[Outcome], second: Sequence[Outcome], *, seed: int = 0, resamples: int = 1000
) -> tuple[Difference, ...]:
    """How the second run differs from the first in each measure that both have a value for.

    Outcome i of both is of the same case. Swapping the two negates each difference and mirrors its
    interval, and leaves p as it is. A setting, which is neither better nor worse, has no
    difference. Raises `ValueError` where the cases differ.
    """
    _check_paired(first, second)
    columns = columns_of(first), columns_of(second)
    found = (
        _difference(measure, *columns, seed=seed, resamples=resamples)
        for measure in MEASURES.values()
        if measure.better is not None
    )
    return tuple(difference for difference in found if difference is not None)


def reliability_of(outcomes: Sequence[Outcome]) -> tuple[Bin, ...]:
    """The reliability table of the cases that the calibration error is of; () without any."""
    arguments = _arguments("ECE", outcomes)
    return reliability(*arguments) if arguments else ()


def risk_coverage_of(outcomes: Sequence[Outcome]) -> RiskCoverage | None:
    """The risk-coverage curve of the cases that its area is of; None without any."""
    arguments = _arguments("AURC", outcomes)
    return risk_coverage(*arguments) if arguments else None


def _row(outcome: Outcome) -> dict[str, float | None]:
    """The outcome's entry in each column; missing or None where it does not apply."""
    failed, kind = outcome.status is None, outcome.case.kind
    return {
        "answerable": None if kind == "retrieval" else float(kind == "answerable"),
        "answered": float(outcome.status == "answered"),
        "abstained": float(outcome.status not in ("answered", None)),
        "failed": float(failed),
        "score": None if failed else outcome.score,
        "confidence": None if failed else outcome.confidence,
        "seconds": outcome.seconds or None,  # 0: it was never asked, its answer came from a file
        **(_failed_values(outcome) if failed else outcome.values),
    }


def _failed_values(outcome: Outcome) -> dict[str, float]:
    """0 for each value that applies to the case."""
    kind = outcome.case.kind
    known = () if kind == "retrieval" else KNOWN
    quoted = ("quote_holds", "any_quote_holds") if kind == "answerable" else ()
    return dict.fromkeys((*outcome.values, *known, *quoted), 0.0)


def _figure(measure: Measure, columns: Columns, *, seed: int, resamples: int) -> Figure | None:
    value = measure.reduce(columns)
    if value is None:
        return None
    interval = bootstrap_interval(columns, measure.reduce, seed=seed, resamples=resamples)
    if interval is None:
        return None
    return Figure(measure.name, value, interval.low, interval.high, measure.cases(columns))


def _difference(
    measure: Measure, first: Columns, second: Columns, *, seed: int, resamples: int
) -> Difference | None:
    values = measure.reduce(first), measure.reduce(second)
    if values[0] is None or values[1] is None:
        return None
    drawn = {"seed": seed, "resamples": resamples}
    interval = paired_interval(first, second, measure.reduce, **drawn)
    scaled = _with_ranks(first), _with_ranks(second)
    p = permutation_p(*scaled, measure.reduce, seed=seed, permutations=resamples)
    if interval is None or p is None:
        return None
    return Difference(
        name=measure.name,
        first=values[0],
        second=values[1],
        difference=values[1] - values[0],
        low=interval.low,
        high=interval.high,
        p=p,
        cases=int((measure.counted(first) | measure.counted(second)).sum()),
    )


def _with_ranks(columns: Columns) -> Columns:
    """The columns with each score as its rank in the run.

    A permutation swaps scores between two runs, whose readers may score on scales of their own;
    every measure of one run looks at the order of its scores alone.
    """
    return {**columns, "score": rankdata(columns["score"], nan_policy="omit")}


def _check_paired(first: Sequence[Outcome], second: Sequence[Outcome]) -> None:
    if len(first) != len(second):
        raise ValueError(
            f"paired runs have as many cases, but these {len(first)} and {len(second)}"
        )
    for one, two in zip(first, second, strict=True):
        if one.case.id != two.case.id:
            raise ValueError(
                f"paired runs have the same cases in the same order, but {one.case.id!r} stands "
                f"beside {two.case.id!r}; pair them by id"
            )


def _arguments(name: str, outcomes: Sequence[Outcome]) -> tuple[Values, ...] | None:
    reduce = MEASURES[name].reduce
    return reduce.arguments(columns_of(outcomes)) if isinstance(reduce, Whole) else None
