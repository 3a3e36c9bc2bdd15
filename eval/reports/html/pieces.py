"""Neighbouring characters of a text that are shown alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

Kind = Literal["plain", "missing", "extra", "quote", "answer", "gap"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of a text, in their order; all pieces of a text joined are the text."""

    text: str
    kind: Kind


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """The pieces without empty ones, neighbours of one kind made one.

    >>> joined([Piece("a ", "plain"), Piece("", "extra"), Piece("b", "plain")])
    (Piece(text='a b', kind='plain'),)
    """
    filled = (piece for piece in pieces if piece.text)
    return tuple(
        Piece("".join(piece.text for piece in alike), kind)
        for kind, alike in groupby(filled, key=lambda piece: piece.kind)
    )
