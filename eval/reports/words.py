"""Figures in words: how a value of each unit is written, wherever it is shown."""

import math

from eval.measures import MEASURES


def value_words(name: str, value: float | None) -> str:
    """The value of a measure as people read it.

    >>> value_words("F1", 0.70449), value_words("p50", 0.2319), value_words("AUROC", None)
    ('.704', '232 ms', '-')
    """
    if value is None:
        return "-"
    if MEASURES[name].unit == "seconds":
        return f"{value * 1000:.0f} ms"
    return ratio_words(value)


def ratio_words(value: float, *, signed: bool = False) -> str:
    """Three decimals without the zero in front.

    >>> ratio_words(0.5), ratio_words(1.0), ratio_words(-0.0214, signed=True)
    ('.500', '1.000', '-.021')
    """
    if not math.isfinite(value):
        return "none" if value > 0 else "all"
    value = round(value, 3) + 0.0  # no -.000
    text = f"{value:+.3f}" if signed else f"{value:.3f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text
