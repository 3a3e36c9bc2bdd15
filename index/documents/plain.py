"""Plain text: paragraphs are what blank lines part; headings are told by their shape.

A file that is text and has no format of its own is read so too. Does not read
structure that only a person sees: centred lines, what is set apart by size.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.documents.decoding import decode
from index.documents.parsed import Parsed, opening_title
from index.documents.references import with_references
from index.records import Mark

_MOST_CHARACTERS = 100  # of a heading that stands alone
_MOST_WORDS = 14
_MOST_LINES = 2
_MOST_IN_A_ROW = 3  # headings with no text between them: title, author, chapter; more is a list
_LEAST_WIDTH = 50  # characters of a line before it can be said to have been wrapped
_ENDS_LIKE_TEXT = re.compile(r"[.!?,;:…][\"'”’»)\]]*$|[-–—]$")
_STARTS_LIKE_HEADING = re.compile(r"[\"'“‘«(\[]*[^\W_a-z]")
_BULLET = re.compile(r"\s*(?:[-*+•‣▪–—]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+")
_SMALL_WORDS = frozenset(
    "a an and as at but by for from in into nor of off on or over per the to up via vs with".split()
)
_LEAST_CAPITALISED = 0.75  # ratio of a heading's longer words, where no blank line follows it


class Line(NamedTuple):
    """One line of a text without its line end."""

    start: int
    text: str

    @property
    def span(self) -> tuple[int, int]:
        """Where the line's characters stand, blanks around them left out."""
        lead = len(self.text) - len(self.text.lstrip())
        return self.start + lead, self.start + len(self.text.rstrip())


def parse(data: bytes) -> Parsed:
    """The text with its headings and paragraphs marked. Raises `SourceError`."""
    decoded = decode(data)
    marks = plain_marks(decoded.text)
    title = opening_title(marks)
    every = with_references(decoded.text, marks)
    return Parsed(decoded.text, every, decoded.encoding, title, has_lines=True)


def plain_marks(text: str) -> tuple[Mark, ...]:
    r"""Headings and paragraphs of a plain text; together they hold every character not blank.

    >>> [(mark.kind, mark.start, mark.end) for mark in plain_marks("Of Bees\n\nThey hum.")]
    [('heading', 0, 7), ('paragraph', 9, 18)]
    """
    blocks = [part for block in _blocks(text) for part in _split_leading_heading(block)]
    heading = _without_lists([_stands_as_heading(block) for block in blocks])
    marks: list[Mark] = []
    for block, is_heading in zip(blocks, heading, strict=True):
        start, end = block[0].span[0], block[-1].span[1]
        if is_heading:
            label = " ".join(" ".join(line.text.split()) for line in block)
            marks.append(Mark(start, end, "heading", label, level=2 if marks else 1))
        else:
            marks.extend(_paragraphs(block))
    return tuple(marks)


def lines_of(text: str) -> Iterator[Line]:
    """Every line of a text; only the line feed ends one."""
    start = 0
    for line in text.split("\n"):
        yield Line(start, line)
        start += len(line) + 1


def _blocks(text: str) -> Iterator[list[Line]]:
    """Runs of lines that are not blank."""
    block: list[Line] = []
    for line in lines_of(text):
        if line.text and not line.text.isspace():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _split_leading_heading(block: list[Line]) -> list[list[Line]]:
    """The block, or its heading and the rest where a heading stands on it without a blank line.

    In hard-wrapped text a line that was broken although the next word would have fitted was broken
    on purpose. One or two such lines in title case on top of a wrapped paragraph are its heading.
    """
    for count in range(1, min(_MOST_LINES, len(block) - 1) + 1):
        top, rest = block[:count], block[count:]
        if _broken_on_purpose(top, rest) and _is_title(top) and _is_wrapped(rest):
            return [top, rest]
    return [block]


def _broken_on_purpose(top: list[Line], rest: list[Line]) -> bool:
    width = max(len(line.text.rstrip()) for line in rest)
    following = [*top[1:], rest[0]]
    return width >= _LEAST_WIDTH and all(
        len(line.text.rstrip()) + 1 + len(after.text.split()[0]) <= width
        for line, after in zip(top, following, strict=True)
    )


def _is_wrapped(rest: list[Line]) -> bool:
    """Whether lines read as running text: they begin like a sentence and some line is full."""
    first = rest[0].text.strip()
    return bool(_STARTS_LIKE_HEADING.match(first)) and len(first) >= _LEAST_WIDTH


def _is_title(lines: Sequence[Line]) -> bool:
    if not _has_shape(lines):
        return False
    words = [word for line in lines for word in re.findall(r"[^\W\d_]+", line.text)]
    telling = [word for word in words if len(word) > 3 and word.lower() not in _SMALL_WORDS]
    capitalised = sum(word[0].isupper() for word in telling)
    return bool(telling) and capitalised >= _LEAST_CAPITALISED * len(telling)


def _stands_as_heading(block: list[Line]) -> bool:
    """Whether a block that blank lines part from the rest has a heading's shape."""
    return len(block) <= _MOST_LINES and _has_shape(block)


def _has_shape(lines: Sequence[Line]) -> bool:
    words = " ".join(line.text.strip() for line in lines)
    return (
        len(words) <= _MOST_CHARACTERS
        and len(words.split()) <= _MOST_WORDS
        and any(character.isalpha() for character in words)
        and _STARTS_LIKE_HEADING.match(words) is not None
        and not any(_BULLET.match(line.text) for line in lines)
        and not _ENDS_LIKE_TEXT.search(lines[-1].text.rstrip())
    )


def _without_lists(heading: list[bool]) -> list[bool]:
    """Headings that head something: not the last block, not more than three in a row."""
    kept = list(heading)
    first = 0
    while first < len(kept):
        last = first
        while last < len(kept) and kept[last]:
            last += 1
        if last == len(kept) or last - first > _MOST_IN_A_ROW:
            kept[first:last] = [False] * (last - first)
        first = last + 1
    return kept


def _paragraphs(block: list[Line]) -> Iterator[Mark]:
    """One paragraph, or one for each item where the block is a list."""
    items = [number for number, line in enumerate(block) if _BULLET.match(line.text)]
    starts = sorted({0, *items}) if len(items) > 1 else [0]
    for first, after in zip(starts, [*starts[1:], len(block)], strict=True):
        yield Mark(block[first].span[0], block[after - 1].span[1], "paragraph")
