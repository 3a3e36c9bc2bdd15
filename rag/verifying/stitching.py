"""A quotation taken apart into pieces that each stand somewhere, though not one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.records import Span
from index.words import STOP_WORDS
from rag.verifying.finding import Passage
from rag.verifying.quoted import Quoted
from rag.verifying.tokens import Token, same_initially

SHORTEST_PIECE = 4  # words; one of them at least is no stop word
_FAR = 100  # characters between two pieces in order, from which on they stand apart
_MOST_PIECES = 10
_MOST_TOKENS = 40  # words and signs of the shortest piece
_GIVEN_BACK = 8  # words and signs at a piece's end that the next piece may begin with
_MOST_SIGNS = 2  # between two pieces, that stand in neither


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a quotation, and a place where it stands but for its typography."""

    tokens: tuple[Token, ...]  # of the quotation
    passage: Passage
    first: int  # the number of the passage's token that it begins at

    @property
    def span(self) -> Span:
        """Where it stands in the document."""
        last = self.passage.tokens[self.first + len(self.tokens) - 1]
        return self.passage.tokens[self.first].start, last.end


def pieces_of(quoted: Quoted, passages: Sequence[Passage]) -> tuple[Piece, ...]:
    """As few pieces as together are the whole quotation; none where no such pieces stand apart.

    Signs between two pieces, marks of omission among them, may stand in neither.
    """
    pieces = _fewest_pieces(quoted, passages)
    return pieces if any(_are_apart(*pair) for pair in pairwise(pieces)) else ()


def _are_apart(piece: Piece, following: Piece) -> bool:
    between = following.span[0] - piece.span[1]
    same = piece.passage.document_id == following.passage.document_id
    return not (same and 0 <= between <= _FAR)


def _fewest_pieces(quoted: Quoted, passages: Sequence[Passage]) -> tuple[Piece, ...]:
    """The pieces, from beginnings that are reached with one piece more in each round."""
    tokens = quoted.tokens
    paths: dict[int, tuple[Piece, ...]] = dict.fromkeys(_beginnings(tokens, 0), ())
    done: set[int] = set()
    for _ in range(_MOST_PIECES):
        reached: dict[int, tuple[Piece, ...]] = {}
        for start in [start for start in paths if start not in done]:  # the likeliest first
            for piece in _longest_pieces(tokens, start, passages):
                for after in _beginnings(tokens, start + len(piece.tokens)):
                    reached.setdefault(after, (*paths[start], piece))
        if len(tokens) in reached:
            return reached[len(tokens)]
        done |= paths.keys()
        paths = reached
    return ()


def _beginnings(tokens: Sequence[Token], number: int) -> Iterator[int]:
    """Where a piece may begin that follows what ends before the token of that number."""
    yield number
    for following in range(number, min(number + _MOST_SIGNS, len(tokens))):
        if tokens[following].kind == "word":
            return
        yield following + 1


def _longest_pieces(
    tokens: Sequence[Token], start: int, passages: Sequence[Passage]
) -> Iterator[Piece]:
    """The longest piece from a token on that stands somewhere, and the next shorter ones."""
    nearest = range(start + SHORTEST_PIECE, min(start + _MOST_TOKENS, len(tokens)) + 1)
    shortest = next((end for end in nearest if _is_long(tokens[start:end])), None)
    if shortest is None:
        return
    found = [
        (_shared(tokens, start, passage, first), passage, first)
        for passage in passages
        for first in passage.numbers_of(tokens[start:shortest])
    ]
    if not found:
        return
    length, passage, first = max(found, key=lambda each: each[0])
    for end in range(start + length, max(shortest, start + length - _GIVEN_BACK) - 1, -1):
        yield Piece(tuple(tokens[start:end]), passage, first)


def _is_long(tokens: Sequence[Token]) -> bool:
    words = [token.key.lower() for token in tokens if token.kind == "word"]
    return len(words) >= SHORTEST_PIECE and not STOP_WORDS.issuperset(words)


def _shared(tokens: Sequence[Token], start: int, passage: Passage, first: int) -> int:
    """How many tokens are the same from there on, the first word in either case."""
    length = 0
    for token, other in zip(tokens[start:], passage.tokens[first:], strict=False):
        if token.key != other.key and (length or not same_initially(token.key, other.key)):
            break
        length += 1
    return length
