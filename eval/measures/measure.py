"""What a measure is: a row of the table of figures, and how it is made of the cases' columns.

Columns hold a value a case, NaN where it does not apply to that case. A measure whose value is a
ratio of two sums is a `Ratio`, so that a thousand resamples of it are one matrix product; any other
is a `Whole`, which calls a function.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]  # (n,): one value a case
Columns = Mapping[str, Values]
Group = Literal["answers", "quotes", "retrieval", "abstention", "calibration", "latency", "errors"]
Unit = Literal["ratio", "seconds", "score"]
Condition = tuple[str, float]  # a column, and what it holds for the cases that count


@dataclass(frozen=True, slots=True)
class Ratio:
    """The sum of one column over that of another, or over the number of cases it applies to."""

    above: str
    below: str | None = None  # None: each case weighs 1, which makes it the mean
    where: Condition | None = None  # None: every case that the columns apply to

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return _uses((self.above,) if self.below is None else (self.above, self.below), self.where)

    def counted(self, columns: Columns) -> NDArray[np.bool_]:
        """Which cases count (n,)."""
        above, below = self.parts(columns)
        return np.logical_or(above, below)

    def parts(self, columns: Columns) -> tuple[Values, Values]:
        """What each case adds above and below the line, both (n,); 0 where it does not count.

        >>> Ratio("f1").parts({"f1": np.array([0.5, np.nan])})
        (array([0.5, 0. ]), array([1., 0.]))
        """
        above = columns[self.above]
        below = np.ones_like(above) if self.below is None else columns[self.below]
        counts = _applies(columns, self.uses, self.where)
        return np.where(counts, above, 0.0), np.where(counts, below, 0.0)

    def __call__(self, columns: Columns) -> float | None:
        """The ratio; None where no case counts.

        >>> Ratio("f1", where=("answerable", 1))(
        ...     {"f1": np.array([0.5, 1.0, 0.0]), "answerable": np.array([1.0, 0.0, 1.0])}
        ... )
        0.25
        """
        above, below = (part.sum() for part in self.parts(columns))
        return float(above / below) if below else None


@dataclass(frozen=True, slots=True)
class Whole:
    """A function of whole columns, over the cases where those that must be `known` are."""

    function: Callable[..., float | None]  # takes the columns `takes`, each (cases that count,)
    takes: tuple[str, ...]
    known: tuple[str, ...]  # the others of `takes` may be NaN
    where: Condition | None = None

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return _uses((*self.takes, *self.known), self.where)

    def counted(self, columns: Columns) -> NDArray[np.bool_]:
        """Which cases count (n,)."""
        return _applies(columns, self.known, self.where)

    def arguments(self, columns: Columns) -> tuple[Values, ...] | None:
        """The columns that the function takes, cut to the cases that count.

        None where no case counts, or where a column has no value in any of them.

        >>> Whole(max, takes=("score",), known=("score",)).arguments(
        ...     {"score": np.array([0.5, np.nan])}
        ... )
        (array([0.5]),)
        """
        counted = self.counted(columns)
        taken = tuple(columns[name][counted] for name in self.takes)
        return None if any(np.isnan(column).all() for column in taken) else taken

    def __call__(self, columns: Columns) -> float | None:
        """The function's value; None where there is nothing to make it of."""
        arguments = self.arguments(columns)
        return None if arguments is None else self.function(*arguments)


Reduce = Ratio | Whole


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of the table of figures."""

    name: str
    words: str  # what the row says
    group: Group
    better: Literal["higher", "lower"] | None  # None: neither, it is a setting
    unit: Unit
    explained: str  # one sentence for a person, with the cases it is over
    reduce: Reduce  # columns -> value, None where no case counts

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return self.reduce.uses

    def counted(self, columns: Columns) -> NDArray[np.bool_]:
        """Which cases count towards it (n,)."""
        return self.reduce.counted(columns)

    def cases(self, columns: Columns) -> int:
        """How many cases count towards it."""
        return int(self.counted(columns).sum())


def _uses(names: tuple[str, ...], where: Condition | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names if where is None else (*names, where[0])))


def _applies(
    columns: Columns, known: tuple[str, ...], where: Condition | None
) -> NDArray[np.bool_]:
    applies = columns[where[0]] == where[1] if where else np.ones_like(columns[known[0]], bool)
    for name in known:
        applies &= ~np.isnan(columns[name])
    return applies
