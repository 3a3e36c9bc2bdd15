"""Where the lines, dots and bars of the plots go; the templates draw them.

A drawing is `WIDTH` by `HEIGHT`, y downwards, as in SVG.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, log10, sqrt

import numpy as np

from eval.measures import Bin, RiskCoverage, Values, percentile
from eval.reports.html.numbers import milliseconds

WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 48, 404, 14, 252  # of the field that the axes span
_MOST_POINTS = 300  # of a curve; more cannot be seen
_BARS = 24
_LARGEST_DOT = 24.0  # radius of a bin with all cases
_TOPS = {0.1: 5, 0.2: 4, 0.4: 4, 0.6: 3, 0.8: 4, 1.0: 5}  # of an axis -> into how many steps
_READ_AT = (0.2, 0.4, 0.6, 0.8, 1.0)  # coverages that the table beneath the curve names


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Axes:
    """The ticks of both axes."""

    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A risk-coverage curve, drawn and as a table."""

    points: str  # of the line, as SVG writes them
    area: str  # the same closed along the lower axis
    read: tuple[tuple[float, float], ...]  # coverage and the risk there


@dataclass(frozen=True, slots=True)
class CurvePlot:
    """The curves of one or more runs over the same axes."""

    axes: Axes
    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin of the reliability table that has cases."""

    x: float
    y: float
    radius: float  # its surface is as large as the bin's part of the cases


@dataclass(frozen=True, slots=True)
class ReliabilityPlot:
    """The reliability diagram."""

    axes: Axes
    dots: tuple[Dot, ...]
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """The cases that took about as long."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class LatencyPlot:
    """The histogram of seconds."""

    axes: Axes
    bars: tuple[Bar, ...]
    marks: tuple[Tick, Tick]  # p50 and p95
    p50: float  # seconds
    p95: float
    fastest: float
    slowest: float
    beyond: int  # cases slower than the drawing reaches


def curve_plot(curves: Sequence[RiskCoverage]) -> CurvePlot:
    """The curves over one pair of axes, the risk's as long as the highest risk asks for.

    >>> found = curve_plot([RiskCoverage(np.array([0.5, 1.0]), np.array([0.0, 0.2]))])
    >>> found.curves[0].points, found.curves[0].read[-1]
    ('226.0,252.0 404.0,14.0', (1.0, 0.2))
    """
    highest = max(float(curve.risk.max()) for curve in curves)
    top = next(top for top in _TOPS if highest <= top + 1e-9)
    axes = Axes(_ticks(_across), _ticks(_up, top))
    return CurvePlot(axes, tuple(_curve(curve, top) for curve in curves))


def reliability_plot(bins: Sequence[Bin]) -> ReliabilityPlot:
    """A dot for each bin that has cases, at its mean confidence and ratio of right cases.

    >>> plot = reliability_plot([Bin(0.9, 1.0, 4, 1.0, 0.5), Bin(0.0, 0.1, 0, None, None)])
    >>> plot.dots
    (Dot(x=404.0, y=133.0, radius=24.0),)
    """
    cases = sum(found.cases for found in bins)
    dots = tuple(
        Dot(_across(found.confidence), _up(found.right), _radius(found.cases / cases))
        for found in bins
        if found.confidence is not None and found.right is not None
    )
    return ReliabilityPlot(Axes(_ticks(_across), _ticks(_up)), dots, tuple(bins))


def latency_plot(seconds: Values) -> LatencyPlot | None:
    """The histogram up to twice the 95th percentile; None where no time was taken."""
    known = seconds[~np.isnan(seconds)]
    if not len(known) or known.max() <= 0:
        return None
    p50, p95 = percentile(known, 0.5), percentile(known, 0.95)
    slowest = float(known.max())
    reach = slowest if slowest <= 2 * p95 or p95 <= 0 else 2 * p95
    counts = [int(count) for count in np.histogram(known, bins=_BARS, range=(0, reach))[0]]
    most = max(counts)
    axes = Axes(_steps(reach, _across, milliseconds), _steps(most, _up, _whole))
    marks = (Tick(_across(p50 / reach), "p50"), Tick(_across(p95 / reach), "p95"))
    return LatencyPlot(
        axes=axes,
        bars=_bars(counts, most),
        marks=marks,
        p50=p50,
        p95=p95,
        fastest=float(known.min()),
        slowest=slowest,
        beyond=int((known > reach).sum()),
    )


def _curve(curve: RiskCoverage, top: float) -> Curve:
    last = len(curve.coverage) - 1
    shown = np.unique(np.linspace(0, last, min(_MOST_POINTS, last + 1)).round().astype(int))
    xs = [_across(float(curve.coverage[position])) for position in shown]
    ys = [_up(float(curve.risk[position]) / top) for position in shown]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    area = f"{xs[0]:.1f},{BOTTOM:.1f} {points} {xs[-1]:.1f},{BOTTOM:.1f}"
    at = np.searchsorted(curve.coverage, np.array(_READ_AT) - 1e-9)
    return Curve(points, area, tuple(zip(_READ_AT, map(float, curve.risk[at]), strict=True)))


def _bars(counts: Sequence[int], most: int) -> tuple[Bar, ...]:
    width = (RIGHT - LEFT) / len(counts)
    heights = [(BOTTOM - TOP) * count / most for count in counts]
    return tuple(
        Bar(LEFT + number * width, BOTTOM - height, width - 1, height)
        for number, height in enumerate(heights)
    )


def _ticks(place: Callable[[float], float], top: float = 1.0) -> tuple[Tick, ...]:
    """Ticks of a ratio from 0 to `top`."""
    steps = _TOPS[top]
    values = [(part / steps, f"{top * part / steps:.2g}") for part in range(steps + 1)]
    return tuple(Tick(place(part), words.removeprefix("0") or "0") for part, words in values)


def _steps(
    top: float, place: Callable[[float], float], words: Callable[[float], str]
) -> tuple[Tick, ...]:
    """Ticks at 1, 2 or 5 times a power of ten, two to five steps of it below `top`."""
    power = 10.0 ** floor(log10(top / 2))
    step = next(times * power for times in (5, 2, 1) if times * power <= top / 2)
    values = [number * step for number in range(floor(top / step + 1e-9) + 1)]
    return tuple(Tick(place(value / top), words(value)) for value in values)


def _across(ratio: float) -> float:
    return LEFT + (RIGHT - LEFT) * ratio


def _up(ratio: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * ratio


def _radius(part: float) -> float:
    return _LARGEST_DOT * sqrt(part)


def _whole(count: float) -> str:
    return f"{count:,.0f}" if count == round(count) else ""
