"""Which words of a given answer differ from the expected one.

Words are compared as SQuAD's normalisation leaves them: case, punctuation and articles differ in
nothing, and a word of which nothing is left is never marked.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from eval.measures import normalized, token_f1
from eval.reports.html.pieces import Kind, Piece, joined

_WORD = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Wording:
    """Two texts, each whole, with the words marked that the other lacks."""

    expected: tuple[Piece, ...]  # "missing" from the given text, or "plain"
    given: tuple[Piece, ...]  # "extra" to the expected text, or "plain"


def nearest(given: str, answers: Sequence[str]) -> int | None:
    """The position of the answer that shares most words with the given one, by F1; the first such.

    None where nothing is expected.

    >>> nearest("the year 1066", ["year", "in 1066, the year", "1066"])
    1
    """
    values = [token_f1(given, [answer]) for answer in answers]
    return values.index(max(values)) if values else None


def compared(given: str, expected: str) -> Wording:
    """Both texts with the words that differ.

    >>> wording = compared("The war ended in 1918.", "ended 1919")
    >>> [piece.text for piece in wording.given if piece.kind == "extra"]
    ['war', 'in 1918.']
    >>> [piece.text for piece in wording.expected if piece.kind == "missing"]
    ['1919']
    """
    ours, theirs = _words(given), _words(expected)
    blocks = SequenceMatcher(
        None, [key for _, key in ours if key], [key for _, key in theirs if key], autojunk=False
    ).get_matching_blocks()
    shared_ours = {block.a + step for block in blocks for step in range(block.size)}
    shared_theirs = {block.b + step for block in blocks for step in range(block.size)}
    return Wording(_marked(theirs, shared_theirs, "missing"), _marked(ours, shared_ours, "extra"))


def _words(text: str) -> list[tuple[str, str]]:
    """Each word with the space after it, and what is left of it to compare."""
    return [(word, normalized(word)) for word in _WORD.findall(text)]


def _marked(
    words: Sequence[tuple[str, str]], shared: Collection[int], kind: Kind
) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    number = 0  # of the words that are compared
    for word, key in words:
        differs = bool(key) and number not in shared
        pieces.append(Piece(word, kind if differs else "plain"))
        number += bool(key)
    return joined(part for piece in joined(pieces) for part in _without_space(piece))


def _without_space(piece: Piece) -> tuple[Piece, Piece]:
    """The piece up to its last word, and the space after it, which no mark covers."""
    words = piece.text.rstrip()
    return Piece(words, piece.kind), Piece(piece.text[len(words) :], "plain")
