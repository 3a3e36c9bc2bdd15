"""Where the words of a former text stand in the present one.

Does not look for wording that is merely like theirs: a sentence that was changed is another one.
"""

import re
import sys
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.records import Span

_MOST_PLACES = 250  # looked at on each side of the likeliest one, where words stand very often,
_MOST_CHARACTERS = 1_000_000  # and all of them together: a span may be half a text
_FAR = 4_096  # characters on each side that are compared
_MUCH = 64  # characters, both sides together, that are hardly the same by chance
_NEAR = (8, 16, 32, 64)  # characters on each side in which altered surroundings are compared
_RUN = 4  # characters that are shared in one piece

_KINDS = {" ": "", "'": "‘’‚‛‹›′", '"': "“”„‟«»″", "-": "‐‑‒–—―−"}  # one for others like it
_MID_WORD = re.compile(  # where a word or a number goes on
    r"(?<=[^\W_])(?=['’]?[^\W_])|(?<=[^\W_]['’])(?=[^\W_])"
    r"|(?<=\d)(?=[.,:/–-]\d)|(?<=\d[.,:/–-])(?=\d)"
)


def _plain_codes() -> NDArray[np.uint32]:
    """The code point that each code point is compared as."""
    codes = np.arange(sys.maxunicode + 1, dtype="<u4")
    codes[[code for code in range(0x3001) if chr(code).isspace()]] = ord(" ")  # U+3000 is the last
    for kind, others in _KINDS.items():
        codes[[ord(other) for other in others]] = ord(kind)
    return codes


_PLAIN_CODES = _plain_codes()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where words of a former text stand in the present one."""

    span: Span  # of the present text
    exact: bool  # False where white space, quotation marks or dashes are others than they were


def where_now(former: str, span: Span, text: str) -> Standing | None:
    r"""Where the words at a span of the former text stand in `text`; `None` where they do not.

    Of several places it is the one whose surroundings are most like the former ones, and of equals
    the one nearest to where the words would stand had the text grown or shrunk evenly. Words stand
    nowhere that they only begin or end another: "room 1" does not stand in "room 12". Raises
    `ValueError` where the span is none of the former text.

    >>> where_now("Bees hum. Ants walk.", (0, 9), "Wasps sting. Bees hum.")
    Standing(span=(13, 22), exact=True)
    >>> where_now("“Bees hum.”", (0, 11), '"Bees\nhum."')
    Standing(span=(0, 11), exact=False)
    >>> where_now("Bees hum.", (0, 9), "Bees do not hum.")
    """
    start, end = span
    if not 0 <= start < end <= len(former):
        raise ValueError(f"{start}..{end} is no span of a former text of {len(former)} characters")
    ratio = start / len(former)
    exact = _place(former, span, text, ratio)
    if exact is not None:
        return Standing(exact, exact=True)
    altered = _altered_place(former, span, text, ratio)
    return None if altered is None else Standing(altered, exact=False)


def _altered_place(former: str, span: Span, text: str, ratio: float) -> Span | None:
    """As `_place`, where white space, quotation marks and dashes of one kind are equal.

    White space at either end of the words is no part of what is found.
    """
    first, last = _stripped(former, span)
    if first == last:
        return None
    lead = max(0, first - _FAR)
    was, now = _Plain.of(former[lead : last + _FAR]), _Plain.of(text)
    place = _place(was.text, (was.after(first - lead), was.after(last - lead)), now.text, ratio)
    return None if place is None else now.original(place)


def _stripped(text: str, span: Span) -> Span:
    """The span without the white space at its ends.

    >>> _stripped("Bees hum.  Ants.", (4, 10))
    (5, 9)
    """
    words = text[slice(*span)]
    start = span[0] + len(words) - len(words.lstrip())
    return start, start + len(words.strip())


@dataclass(frozen=True, slots=True)
class _Plain:
    """A text with one kind of blank, quotation mark and dash, and no two blanks in a row."""

    text: str
    kept: NDArray[np.bool_]  # of each character of the original whether it has one in `text`

    @classmethod
    def of(cls, text: str) -> "_Plain":
        r"""The plain form of a text.

        >>> _Plain.of("“Bees”  –\thum").text
        '"Bees" - hum'
        """
        codes = _PLAIN_CODES[np.frombuffer(text.encode("utf-32-le"), "<u4")]
        blank = codes == ord(" ")
        kept = np.ones(len(codes), np.bool_)
        kept[1:] = ~(blank[1:] & blank[:-1])
        return cls(str(codes[kept].data, "utf-32-le"), kept)

    def after(self, offset: int) -> int:
        """The offset in `text` of what stands at an offset of the original."""
        return int(np.count_nonzero(self.kept[:offset]))

    def original(self, span: Span) -> Span:
        """The span of the original whose plain form stands at a span of `text`."""
        start, last = (
            bisect_left(range(len(self.kept)), place, key=lambda offset: self.after(offset + 1))
            for place in (span[0] + 1, span[1])
        )
        return start, last + 1


def _place(former: str, span: Span, text: str, ratio: float) -> Span | None:
    """Where exactly the words at a span of the former text stand in `text`.

    `ratio` is the part of the former text that stood before them.
    """
    words, expected = former[slice(*span)], int(ratio * len(text))
    length = len(words)
    bounds = [offset for offset in (0, length) if not _MID_WORD.match(former, span[0] + offset)]
    places = [
        (place, place + length)
        for place in _nearest(words, text, expected)
        if not any(_MID_WORD.match(text, place + bound) for bound in bounds)
    ]
    likest = _likest(places, _outward(former, span), text)
    return min(likest, key=lambda place: abs(place[0] - expected), default=None)


def _nearest(words: str, text: str, offset: int) -> Iterator[int]:
    """Where the words begin in `text`: the places next to `offset`, a bounded number on each side.

    >>> list(_nearest("aa", "aaaa aa", 2))
    [2, 5, 1, 0]
    """
    most = max(1, min(_MOST_PLACES, _MOST_CHARACTERS // len(words)))
    yield from islice(_places(words, text, offset), most)
    last = len(text) - len(words)
    # backwards in a mirror: `str.rfind` takes quadratic time where a text repeats itself
    mirrored = _places(words[::-1], text[::-1], max(0, last - offset + 1))
    yield from (last - place for place in islice(mirrored, most))


def _places(words: str, text: str, offset: int) -> Iterator[int]:
    """Where the words begin in `text`, from `offset` on.

    >>> list(_places("aa", "aaaa", 1))
    [1, 2]
    """
    place = text.find(words, offset)
    while place >= 0:
        yield place
        place = text.find(words, place + 1)


def _likest(places: list[Span], around: tuple[str, str], text: str) -> list[Span]:
    """The places in `text` with the surroundings most like those `around` the former one.

    They are compared until they differ. Where they all do so at once, having been altered beside
    the words, what they share counts.
    """
    surroundings = [_outward(text, place) for place in places]
    scores: list[float] = [sum(map(_unbroken, around, now)) for now in surroundings]
    if max(scores, default=0) < _MUCH:
        scores = [sum(map(_shared, around, now)) for now in surroundings]
    best = max(scores, default=0)
    return [place for place, score in zip(places, scores, strict=True) if score == best]


def _outward(text: str, span: Span) -> tuple[str, str]:
    """What stands before and after a span, each read away from it.

    >>> _outward("Bees hum here.", (5, 8))
    (' seeB', ' here.')
    """
    start, end = span
    return text[max(0, start - _FAR) : start][::-1], text[end : end + _FAR]


def _unbroken(first: str, second: str) -> int:
    """How many characters are the same in both until one differs.

    >>> _unbroken("the lime", "the lilac")
    6
    """
    lengths = range(1, min(len(first), len(second)) + 1)
    return bisect_left(lengths, True, key=lambda length: first[:length] != second[:length])


def _shared(first: str, second: str) -> float:
    """How much is in the beginnings of both: at most 1 for each of the lengths that are compared.

    >>> round(_shared("a lime tree with bees", "a lime tree without bees"), 2)
    2.76
    """
    return sum(
        len(_runs(first[:near]) & _runs(second[:near])) / (near - _RUN + 1) for near in _NEAR
    )


def _runs(text: str) -> set[str]:
    """Every run of four characters.

    >>> sorted(_runs("a lime"))
    [' lim', 'a li', 'lime']
    """
    return {text[first : first + _RUN] for first in range(len(text) - _RUN + 1)}
