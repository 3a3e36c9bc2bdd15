"""Numbers as the pages write them, on top of `eval.reports.words`."""

from math import isnan

from eval.measures import MEASURES
from eval.reports.words import ratio_words

NOTHING = "–"  # where there is no number


def ratio(value: float | None) -> str:
    """The number with three decimals, without the zero before the point.

    >>> ratio(0.8451), ratio(1.0), ratio(None)
    ('.845', '1.000', '–')
    """
    return NOTHING if value is None or isnan(value) else ratio_words(value)


def milliseconds(seconds: float) -> str:
    """The time in milliseconds, with a decimal where there are fewer than ten.

    >>> milliseconds(0.2324), milliseconds(0.00312), milliseconds(12.5)
    ('232 ms', '3.1 ms', '12,500 ms')
    """
    value = seconds * 1000
    return f"{value:,.1f} ms" if 0 < abs(value) < 10 else f"{value:,.0f} ms"


def measured(value: float | None, name: str) -> str:
    """The value of the measure of that name, in its unit.

    >>> measured(0.5, "F1"), measured(0.232, "p50"), measured(None, "F1")
    ('.500', '232 ms', '–')
    """
    seconds = value is not None and MEASURES[name].unit == "seconds"
    return milliseconds(value) if seconds and value is not None else ratio(value)


def signed(value: float, name: str) -> str:
    """The difference of the measure of that name, with its sign.

    >>> signed(0.0312, "F1"), signed(-0.02, "p50"), signed(0.0, "F1")
    ('+.031', '−20 ms', '.000')
    """
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + measured(abs(value), name)


def p_value(p: float) -> str:
    """The p-value as reports write it.

    >>> p_value(0.0002), p_value(0.034)
    ('< .001', '.034')
    """
    return "< .001" if p < 0.001 else ratio(p)
