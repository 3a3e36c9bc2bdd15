"""Gates: what a run must reach, told one by one, so that a build can stop on them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.comparison import compare
from eval.measures import MEASURES
from eval.outcomes import Run
from eval.reports.words import value_words
from eval.results import Difference, Figure
from index.errors import SuiteError

SIGNIFICANT = 0.05
_NOISE = 1e-9  # sums in another order differ in their last digits, which breaks no gate


@dataclass(frozen=True, slots=True)
class Limit:
    """A measure and a number that it is held against."""

    measure: str  # its key in `MEASURES`
    value: float

    def __str__(self) -> str:
        """As it is written on the command line."""
        return f"{self.measure}={self.value:g}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate said of a run."""

    gate: str  # as it was asked for: "--fail-under F1=0.7"
    broken: bool
    words: str


def parsed_limit(text: str) -> Limit:
    """The limit in "F1=.70"; the measure's name in any case. Raises `ValueError`.

    >>> parsed_limit("f1=.70")
    Limit(measure='F1', value=0.7)
    """
    name, _, number = text.partition("=")
    known = {measure.lower(): measure for measure in MEASURES}
    try:
        value = float(number)
    except ValueError:
        raise ValueError(f"{text!r} is not NAME=NUMBER, such as F1=.70") from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not NAME=NUMBER, such as F1=.70")
    measure = MEASURES.get(known.get(name.strip().lower(), ""))
    if measure is None:
        raise ValueError(f"{name!r} is no measure; they are {', '.join(MEASURES)}")
    if measure.better is None:
        raise ValueError(f"{measure.name} is neither better nor worse when it is higher")
    if measure.unit == "ratio" and not 0 <= value <= 1:
        raise ValueError(f"{measure.name} is a ratio, from 0 to 1; {number.strip()} is not")
    return Limit(measure.name, value)


def floors(limits: Sequence[Limit], figures: Mapping[str, Figure]) -> list[Verdict]:
    """Whether each figure is at least its limit; one without a value is not."""
    return [_bound(limit, figures, "--fail-under", "at least") for limit in limits]


def ceilings(limits: Sequence[Limit], figures: Mapping[str, Figure]) -> list[Verdict]:
    """Whether each figure is at most its limit; one without a value is not."""
    return [_bound(limit, figures, "--fail-over", "at most") for limit in limits]


def drops(
    limits: Sequence[Limit], baseline: Run, run: Run, *, name: str, significant: bool
) -> list[Verdict]:
    """Whether each figure is worse than the baseline's by no more than its limit.

    `name` says what to call the baseline; with `significant` a drop counts only where the paired
    permutation test gives p < .05. Raises `SuiteError` where the two cannot be compared case by
    case, or were asked in different modes.
    """
    if baseline.signature.get("mode") != run.signature.get("mode"):
        raise SuiteError(
            f"{name} was asked in {baseline.signature.get('mode')} mode and this run in "
            f"{run.signature.get('mode')} mode; a baseline must be of the same mode"
        )
    comparison = compare(baseline, run, names=(name, "this run"))
    if comparison.left_out:
        raise SuiteError(
            f"{name} and this run share {len(comparison.pairs)} cases, and {comparison.left_out} "
            "stand in one of them only; a baseline must be of the same cases"
        )
    found = {difference.name: difference for difference in comparison.differences}
    return [_drop(limit, found.get(limit.measure), significant=significant) for limit in limits]


def _bound(limit: Limit, figures: Mapping[str, Figure], option: str, words: str) -> Verdict:
    gate, name = f"{option} {limit}", limit.measure
    wanted = f"{words} {value_words(name, limit.value)}"
    if name not in figures:
        return Verdict(gate, True, f"{name} has no value in this run; {wanted} was expected")
    value = figures[name].value
    short = limit.value - value if option == "--fail-under" else value - limit.value
    broken = short > _NOISE
    return Verdict(gate, broken, f"{name} is {value_words(name, value)}; {wanted} was expected")


def _drop(limit: Limit, found: Difference | None, *, significant: bool) -> Verdict:
    gate, name = f"--max-drop {limit}", limit.measure
    if found is None:
        return Verdict(gate, True, f"{name} has no value in one of the runs, so none can be told")
    worse = found.difference if MEASURES[name].better == "lower" else -found.difference
    broken = worse - limit.value > _NOISE and (not significant or found.p < SIGNIFICANT)
    return Verdict(
        gate,
        broken,
        f"{name} went from {value_words(name, found.first)} to {value_words(name, found.second)} "
        f"(p = {found.p:.3f}); {value_words(name, limit.value)} worse is the most",
    )
