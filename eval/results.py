"""What is said of runs: a figure with its interval, and the difference of two."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from eval.outcomes import Outcome, Run


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure's value over a run, with the bootstrap interval of 95 percent."""

    name: str  # its key in `MEASURES`
    value: float
    low: float
    high: float
    cases: int  # that count towards it


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure in two runs of the same cases: the second less the first."""

    name: str  # its key in `MEASURES`
    first: float
    second: float
    difference: float
    low: float  # of the paired bootstrap interval of 95 percent
    high: float
    p: float  # of the paired permutation test, two-sided
    cases: int


@dataclass(frozen=True, slots=True)
class Pair:
    """One case in two runs."""

    first: Outcome
    second: Outcome

    @property
    def verdict(self) -> Literal["won", "lost", "tied"]:
        """Whether the second run is better on this case."""
        if self.first.is_hit == self.second.is_hit:
            return "tied"
        return "won" if self.second.is_hit else "lost"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, paired by case."""

    first: Run
    second: Run
    first_name: str  # the file it came from
    second_name: str
    differing: Mapping[str, tuple[str, str]]  # entries of the signature that are not the same
    differences: tuple[Difference, ...]
    pairs: tuple[Pair, ...]  # of the cases that both runs have
    left_out: int  # cases that only one of them has
