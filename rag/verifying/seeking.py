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

MOST_STRETCHES = 200  # that are looked at for one quotation
_MANY = 500  # chunks; a word or row of words that stands in more is common
_LONGEST_ROW = 6  # words
_LEAST_SHARE = 1 / 2  # of what the likeliest chunk shares with it
_PART_WORDS = 6
_BEST_OF_PART = 6  # chunks
_MARGIN = 400  # characters
_OMITTED = 2_000  # characters that a mark of omission may stand for
_MOST_OMISSIONS = 3  # that make a stretch longer
_RUN = 8  # characters of writing without blanks that are looked for together
_MOST_RUNS = 8
_MOST_READ = 20  # documents

Seed = tuple[int, list[int]]  # which word of a quotation, and the chunks that it singles out


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
        self._known: dict[tuple[str, tuple[str, ...] | None], list[int]] = {}

    def stretches(
        self, quoted: Quoted, *, documents: Collection[str] | None = None
    ) -> list[Stretch]:
        """Where the whole of it may stand, the likeliest first; `documents` narrows it to some."""
        scope = None if documents is None else tuple(documents)
        ids = _likeliest(list(self._seeds(_words(quoted), scope)), MOST_STRETCHES)
        known = [*self._around(ids, quoted)]
        if any(map(is_unspaced, _words(quoted))) or not _words(quoted):  # the index knows no such
            return [*self._read_through(quoted, scope), *known]
        return known

    def stretches_of_parts(self, quoted: Quoted) -> list[Stretch]:
        """Where parts of it may stand, in order of the parts."""
        parts: defaultdict[int, list[Seed]] = defaultdict(list)
        for seed in self._seeds(_words(quoted), None):
            parts[seed[0] // _PART_WORDS].append(seed)
        each = [_likeliest(seeds, _BEST_OF_PART) for seeds in parts.values()]
        ids = dict.fromkeys(id for best in each for id in best)
        return [*self._around(list(ids)[:MOST_STRETCHES], quoted)]

    def _around(self, ids: Sequence[int], quoted: Quoted) -> Iterator[Stretch]:
        reach, chunks = _reach(quoted), self._snapshot.chunks(ids)
        for chunk in (chunks[id] for id in ids):
            yield Stretch(chunk.document_id, (max(0, chunk.start - reach), chunk.end + reach))

    def _seeds(self, words: Sequence[str], scope: tuple[str, ...] | None) -> Iterator[Seed]:
        """Positions in the words, and the chunks that what begins there singles out."""
        rare: set[int] = set()
        for place, word in enumerate(words):
            ids = self._having(word, scope)
            if len(ids) <= _MANY:
                rare.add(place)
                yield place, ids
        for place in range(len(words)):
            if not rare & set(range(place - 1, place + 2)):
                yield place, self._row(words[place : place + _LONGEST_ROW], scope)

    def _row(self, words: Sequence[str], scope: tuple[str, ...] | None) -> list[int]:
        """The chunks of the shortest row from the first word on that few chunks have."""
        ids: list[int] = []
        for length in range(min(3, len(words)), len(words) + 1):
            longer = self._having(" ".join(words[:length]), scope)
            if not longer:
                break
            ids = longer
            if len(ids) <= _MANY:
                break
        return ids

    def _having(self, words: str, scope: tuple[str, ...] | None) -> list[int]:
        if (words, scope) not in self._known:
            self._known[words, scope] = self._snapshot.chunks_having(
                words, _MANY + 1, documents=scope
            )
        return self._known[words, scope]

    def _read_through(self, quoted: Quoted, scope: tuple[str, ...] | None) -> Iterator[Stretch]:
        """Where the very characters of it, or of a part of it, stand in any text."""
        words, reach = quoted.quotation.text, _reach(quoted)
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


def _likeliest(seeds: Sequence[Seed], most: int) -> list[int]:
    """The chunks with the most seeds, rare ones counting more; those with half as much at least.

    >>> _likeliest([(0, [1, 2, 3, 4]), (1, [2, 3]), (2, [2])], 9)
    [2, 3]
    """
    scores: dict[int, float] = defaultdict(float)
    for _, ids in seeds:
        for id in ids:
            scores[id] += 1 / math.sqrt(len(ids))
    least = max(scores.values(), default=0) * _LEAST_SHARE
    best = heapq.nsmallest(most, scores, key=lambda id: (-scores[id], id))
    return [id for id in best if scores[id] >= least]


def _reach(quoted: Quoted) -> int:
    """How far a place of it may reach beyond a chunk that has some of its words."""
    omissions = sum(token.kind == "omission" for token in quoted.tokens)
    return len(quoted.quotation.text) + _MARGIN + _OMITTED * min(omissions, _MOST_OMISSIONS)
