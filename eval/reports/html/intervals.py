"""The rows of the tables of figures and differences, each interval as a line to be drawn."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from eval.measures import MEASURES, Measure
from eval.results import Difference, Figure

LENGTH = 160  # of a drawing
SIGNIFICANT = 0.05
_MARGIN = 5  # at both ends, so that a dot is not cut
_LEAST_REACH = 0.02  # of a scale of differences: on a smaller one noise would look large


@dataclass(frozen=True, slots=True)
class Whisker:
    """An interval with its value, and where nothing would be, in the units of the drawing."""

    low: float
    value: float
    high: float
    zero: float


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with what is said of it."""

    measure: Measure
    figure: Figure
    whisker: Whisker | None  # None for a setting, which is neither good nor bad


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A difference with what is said of it."""

    measure: Measure
    difference: Difference
    whisker: Whisker
    verdict: str  # in words


def figure_rows(figures: Mapping[str, Figure]) -> dict[str, list[FigureRow]]:
    """Group -> its figures, both in the order of `MEASURES`; ratios on a line from 0 to 1."""
    groups: dict[str, list[FigureRow]] = {}
    tops = _tops((figure.name, figure.high) for figure in figures.values())
    for measure in MEASURES.values():
        if figure := figures.get(measure.name):
            place = _placed(0.0, 1.0 if measure.unit == "ratio" else tops[measure.unit])
            whisker = Whisker(*map(place, (figure.low, figure.value, figure.high, 0.0)))
            row = FigureRow(measure, figure, whisker if measure.better else None)
            groups.setdefault(measure.group, []).append(row)
    return groups


def difference_rows(differences: Iterable[Difference]) -> dict[str, list[DifferenceRow]]:
    """Group -> its differences, in their order; all of one unit on one line around 0."""
    groups: dict[str, list[DifferenceRow]] = {}
    found = tuple(differences)
    tops = _tops((each.name, end) for each in found for end in (each.low, each.high))
    for difference in found:
        measure = MEASURES[difference.name]
        place = _placed(-tops[measure.unit], tops[measure.unit])
        ends = (difference.low, difference.difference, difference.high, 0.0)
        row = DifferenceRow(measure, difference, Whisker(*map(place, ends)), verdict(difference))
        groups.setdefault(measure.group, []).append(row)
    return groups


def verdict(difference: Difference) -> str:
    """What the difference means; better or worse only where chance alone would seldom do.

    >>> verdict(Difference("F1", 0.5, 0.6, 0.1, 0.05, 0.15, p=0.01, cases=100))
    'better'
    >>> verdict(Difference("p50", 0.1, 0.2, 0.1, 0.05, 0.15, p=0.01, cases=100))
    'worse'
    >>> verdict(Difference("F1", 0.5, 0.6, 0.1, -0.05, 0.2, p=0.3, cases=100))
    'no clear difference'
    """
    better = MEASURES[difference.name].better
    if better is None:
        return "a setting"
    if difference.p >= SIGNIFICANT or not difference.difference:
        return "no clear difference"
    return "better" if (difference.difference > 0) == (better == "higher") else "worse"


def _tops(ends: Iterable[tuple[str, float]]) -> dict[str, float]:
    """How far from 0 the intervals of each unit reach."""
    tops: dict[str, float] = {}
    for name, end in ends:
        unit = MEASURES[name].unit
        tops[unit] = max(tops.get(unit, _LEAST_REACH if unit == "ratio" else 0.0), abs(end))
    return {unit: top or 1.0 for unit, top in tops.items()}


def _placed(low: float, high: float) -> Callable[[float], float]:
    def place(value: float) -> float:
        inside = min(max(value, low), high)
        return round(_MARGIN + (LENGTH - 2 * _MARGIN) * (inside - low) / (high - low), 1)

    return place
