"""A quotation laid beside the stretch of a passage that is most like it, word by word.

Words and signs are aligned at the least cost (Needleman and Wunsch 1970, with free ends in the
passage): a word that is removed, inserted or replaced costs 1, a sign half of that. What a mark of
omission leaves out costs next to nothing, and what stands in brackets nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.verifying.finding import Passage
from rag.verifying.quoted import Quoted
from rag.verifying.tokens import Token

_WORD, _SIGN = 1_000, 500
_OMITTED = 1  # of each word or sign that a mark of omission leaves out
_NEVER = 10**9
_LEAST_BETWEEN = 2  # words between two marks of omission, on average
_TOGETHER, _INSERTED, _REMOVED = range(3)  # the ways to a cell


class Step(NamedTuple):
    """A word or sign of the quotation beside one of the passage, or one of them alone."""

    quoted: int | None  # its number in the quotation; None where the quotation left it out
    source: int | None  # its number in the passage; None where the quotation put it in
    same: bool
    marked: bool  # a mark of omission or brackets tell that it is not the same


@dataclass(frozen=True, slots=True)
class Alignment:
    """A quotation beside a passage, from the first word that both have a part in to the last."""

    steps: tuple[Step, ...]
    quoted: Quoted
    passage: Passage

    @property
    def kept(self) -> int:
        """How many words the quotation kept."""
        return sum(step.same and self.is_word(step) for step in self.steps)

    @property
    def ratio(self) -> float:
        """How alike the two are: twice what they share, by all that they have but marked changes.

        1 where they are the same; the measure of Ratcliff and Metzener (1988).
        """
        counted = [step for step in self.steps if step.same or not step.marked]
        shared = sum(step.same for step in counted)
        sides = sum((step.quoted is not None) + (step.source is not None) for step in counted)
        return 2 * shared / sides if sides else 0.0

    @property
    def inserted(self) -> int:
        """How many words the quotation put in, or in place of others, without a mark."""
        changed = [step for step in self.steps if not step.same and not step.marked]
        return sum(step.quoted is not None and self.is_word(step) for step in changed)

    @property
    def longest_gap(self) -> int:
        """The most words in a row that it left out."""
        runs = groupby(self.steps, lambda step: step.quoted is None)
        return max((sum(map(self.is_word, run)) for is_gap, run in runs if is_gap), default=0)

    @property
    def is_abridged(self) -> bool:
        """Whether marks of omission and brackets tell of every change, and do not tear it up.

        Of words picked one by one anything can be made, so there are two at least, on average,
        before, between and behind the marks of omission.
        """
        honest = all(step.same or step.marked for step in self.steps)
        between = sum(token.kind == "omission" for token in self.quoted.tokens[1:-1])
        return honest and self.kept >= _LEAST_BETWEEN * (1 + between)

    def is_word(self, step: Step) -> bool:
        """Whether it is a word, and no sign."""
        token = (
            self.quoted.tokens[step.quoted]
            if step.quoted is not None
            else self.passage.tokens[step.source or 0]
        )
        return token.kind == "word"


def aligned(quoted: Quoted, passage: Passage) -> Alignment:
    """The quotation beside what in the passage is most like it.

    A full stop or comma at its end that does not stand there is left out: it may be of the text
    around the quotation.
    """
    ways, end = _ways(quoted, passage)
    steps = list(_steps(quoted, passage, ways, end))[::-1]
    if len(quoted.without_last_stop) < len(quoted.tokens) and not steps[-1].same:
        del steps[-1]
    return Alignment(tuple(steps), quoted, passage)


def _ways(quoted: Quoted, passage: Passage) -> tuple[NDArray[np.uint8], int]:
    """How each cell (quoted token, passage tokens before) is best reached, and where to end."""
    known: dict[str, int] = {}
    source = np.array([known.setdefault(token.key, len(known)) for token in passage.tokens])
    is_word = np.array([token.kind == "word" for token in passage.tokens], np.bool_)
    removal = np.concatenate([[0], np.cumsum(np.where(is_word, _WORD, _SIGN))])
    omission = _OMITTED * np.arange(len(removal))
    row = np.zeros(len(removal), np.int64)
    ways = np.empty((len(quoted.tokens), len(removal)), np.uint8)
    for number, token in enumerate(quoted.tokens):
        honest = number in quoted.honest
        cost = _WORD if token.kind == "word" else _SIGN
        same = np.isin(source, [known.get(key, -1) for key in _keys(token, number, quoted)])
        may_replace = (is_word == (token.kind == "word")) & (not honest)
        together = row[:-1] + np.where(same, 0, np.where(may_replace, cost, _NEVER))
        best = row + (0 if honest else cost)
        ways[number] = _INSERTED
        ways[number, 1:][together <= best[1:]] = _TOGETHER
        best[1:] = np.minimum(together, best[1:])
        lengths = omission if honest else removal
        row = np.minimum.accumulate(best - lengths) + lengths
        ways[number, row < best] = _REMOVED
    return ways, _end(row, ways[-1])


def _end(costs: NDArray[np.int64], ways: NDArray[np.uint8]) -> int:
    """Where it costs least to end: of neighbours where most words and signs stand together."""
    end = first = int(costs.argmin())
    for column in range(first, len(costs)):
        if costs[column] > costs[first]:
            break
        if ways[column] == _TOGETHER:
            end = column
    return end


def _keys(token: Token, number: int, quoted: Quoted) -> set[str]:
    """What the word or sign may be in the passage."""
    if number not in quoted.initial:
        return {token.key}
    first, rest = token.key[0], token.key[1:]
    return {token.key, first.lower() + rest, first.upper() + rest}


def _steps(quoted: Quoted, passage: Passage, ways: NDArray[np.uint8], end: int) -> Iterator[Step]:
    """The steps of the best alignment, the last one first."""
    row, column = len(ways) - 1, end
    while row >= 0:
        way, honest = ways[row, column], row in quoted.honest
        if way == _INSERTED:
            yield Step(row, None, same=False, marked=honest)
        else:
            column -= 1
            if way == _REMOVED:
                yield Step(None, column, same=False, marked=honest)
                continue
            same = passage.tokens[column].key in _keys(quoted.tokens[row], row, quoted)
            yield Step(row, column, same=same, marked=honest and not same)
        row -= 1
