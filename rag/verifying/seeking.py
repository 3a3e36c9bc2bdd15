"""Where in a library a quotation may stand: stretches of documents that share words with it.

The word index names the chunks that have a word. Common words say little, so that a row of them is
looked up at once; where even that stands in very many chunks, the first of these have to serve.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from index.records import Span
from index.snapshot import Snapshot
from rag.verifying.quoted import Quoted
from rag.verifying.tokens import is_unspaced

_MOST_STRETCHES = 200  # that are looked at for one quotation,
_MOST_CHARACTERS = 400_000  # and how long they are together
_MANY = 200  # chunks; a word or row of words that stands in more is common
_FEW = 2  # words of a part; where fewer are rare, rows are looked up
_PART = 6  # words of a quotation, whose likeliest chunks are looked for together
_MOST_PARTS = 10  # by which the whole is looked for
_BEST_OF_PART = 6  # chunks
_ROW = (3, 6)  # words, at least and at most
_LEAST_SHARE = 1 / 2  # of what the likeliest chunk shares with it
_MARGIN = 400  # characters
_OMITTED = 2_000  # characters that a mark of omission may stand for
_MOST_OMISSIONS = 3  # that make a stretch longer
_RUN = 5  # characters of writing without blanks that are looked for together
_MOST_RUNS = 4
_MOST_READ = 20  # documents

Scope = tuple[str, ...] | None  # ids of documents


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a document in which a quotation may stand."""

    document_id: str
    span: Span  # may reach beyond the text's end


class Seeker:
    """Looks words up in one snapshot, each once."""

    def __init__(self, snapshot: Snapshot) -> None:
        """`snapshot` is read as long as the seeker is used."""
        self._snapshot = snapshot
        self._known: dict[tuple[str, Scope], list[int]] = {}

    def stretches(
        self, quoted: Quoted, *, documents: Collection[str] | None = None
    ) -> list[Stretch]:
        """Where the whole of it may stand, the likeliest first; `documents` narrows it to some."""
        scope = None if documents is None else tuple(documents)
        words = _words(quoted)
        parts = _spread(range(0, len(words), _PART), _MOST_PARTS)
        seeds = [seed for start in parts for seed in self._seeds(words, start, scope)]
        known = self._around(_likeliest(seeds, _MOST_STRETCHES), quoted)
        if any(map(is_unspaced, words)) or not words:  # the index knows no such
            return [*self._read_through(quoted, scope), *known]
        return known

    def stretches_of_parts(self, quoted: Quoted) -> list[Stretch]:
        """Where each part of it may stand, in order of the parts."""
        words = _words(quoted)
        each = [
            _likeliest(list(self._seeds(words, start, None)), _BEST_OF_PART)
            for start in range(0, len(words), _PART)
        ]
        return self._around(list(dict.fromkeys(id for best in each for id in best)), quoted)

    def _around(self, ids: Sequence[int], quoted: Quoted) -> list[Stretch]:
        """The stretches around chunks, as far as a place of the quotation may reach."""
        omissions = sum(token.kind == "omission" for token in quoted.tokens)
        omitted = _OMITTED * min(omissions, _MOST_OMISSIONS)
        reach = len(quoted.quotation.text) + _MARGIN + omitted
        most = min(_MOST_STRETCHES, max(_BEST_OF_PART, _MOST_CHARACTERS // (2 * reach)))
        chunks = self._snapshot.chunks(ids[:most])
        return [
            Stretch(chunk.document_id, (max(0, chunk.start - reach), chunk.end + reach))
            for chunk in (chunks[id] for id in ids[:most])
        ]

    def _seeds(self, words: Sequence[str], start: int, scope: Scope) -> Iterator[list[int]]:
        """The chunks that each rare word of a part has; of rows of words where these are few."""
        looked_up = [self._having(word, scope) for word in words[start : start + _PART]]
        rare = [ids for ids in looked_up if len(ids) <= _MANY]
        yield from rare
        if sum(map(bool, rare)) < _FEW:
            last = max(0, len(words) - _ROW[0])
            for first in {min(start, last), min(start + _PART // 2, last)}:
                yield self._row(words[first : first + _ROW[1]], scope)

    def _row(self, words: Sequence[str], scope: Scope) -> list[int]:
        """The chunks of the shortest row from the first word on that few chunks have."""
        ids: list[int] = []
        for length in range(min(_ROW[0], len(words)), len(words) + 1):
            longer = self._having(" ".join(words[:length]), scope)
            if not longer:
                break
            ids = longer
            if len(ids) <= _MANY:
                break
        return ids

    def _having(self, words: str, scope: Scope) -> list[int]:
        if (words, scope) not in self._known:
            self._known[words, scope] = self._snapshot.chunks_having(
                words, _MANY + 1, documents=scope
            )
        return self._known[words, scope]

    def _read_through(self, quoted: Quoted, scope: Scope) -> Iterator[Stretch]:
        """Where the very characters of it, or of a part of it, stand in any text."""
        words = quoted.quotation.text
        reach = len(words) + _MARGIN
        runs = [words[first : first + _RUN] for first in range(0, len(words), _RUN)]
        for characters in [words, *runs[:_MOST_RUNS]]:
            found = self._snapshot.documents_having(characters)
            for id in [id for id in found if scope is None or id in scope][:_MOST_READ]:
                place = self._snapshot.text(id).find(characters)
                yield Stretch(id, (max(0, place - reach), place + len(characters) + reach))
            if found:
                return


def _words(quoted: Quoted) -> list[str]:
    return [token.key for token in quoted.tokens if token.kind == "word"]


def _spread(numbers: Sequence[int], most: int) -> list[int]:
    """At most so many of the numbers, evenly spread.

    >>> _spread(range(0, 60, 6), 4)
    [0, 18, 36, 54]
    """
    if len(numbers) <= most:
        return list(numbers)
    return [numbers[each * (len(numbers) - 1) // (most - 1)] for each in range(most)]


def _likeliest(seeds: Sequence[list[int]], most: int) -> list[int]:
    """The chunks with the most seeds, rare ones counting more; those with half as much at least.

    >>> _likeliest([[1, 2, 3, 4], [2, 3], [2]], 9)
    [2, 3]
    """
    scores: dict[int, float] = defaultdict(float)
    for ids in seeds:
        for id in ids:
            scores[id] += 1 / math.sqrt(len(ids))
    least = max(scores.values(), default=0) * _LEAST_SHARE
    best = heapq.nsmallest(most, scores, key=lambda id: (-scores[id], id))
    return [id for id in best if scores[id] >= least]
