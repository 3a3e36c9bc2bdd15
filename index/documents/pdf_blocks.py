"""Lines of a PDF -> headings, paragraphs and notes; a paragraph runs on over columns and pages."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Literal

from index.documents.pdf_headings import Headings, Outline
from index.documents.pdf_lines import Line, usual_size
from index.documents.pdf_words import Words, plain

Kind = Literal["heading", "paragraph", "note"]

_SMALLER = 0.93  # times the text's letters: a note's
_LIKE = 0.08  # ratio that letters of one size differ
_FAR = 1.4  # times the usual distance of lines: a paragraph has ended
_INDENT = 0.6  # letter heights from the left edge: a paragraph begins
_SHORT = 0.5  # ratio of the width: a line that is shorter is a paragraph's last
_ITEM = re.compile(r"(?:[•‣▪◦–*-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_NOTE = re.compile(r"(?:\d{1,3}|[*†‡§¹²³⁰⁴-⁹]+|\[\d{1,3}\])[\s.)]*\S")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’)\]]*[\d¹²³⁰⁴-⁹]*$")


@dataclass(frozen=True, slots=True)
class Column:
    """What is usual where a line stands."""

    left: float
    right: float
    spacing: float  # from the top of a line to the top of the next


@dataclass(slots=True)
class Block:
    """A heading, a paragraph, a row of a table, or a note."""

    kind: Kind
    level: int = 0  # of a heading
    parts: list[tuple[str, Line]] = field(default_factory=list)  # joined, they are its text
    column: Column | None = None  # that its last line stands in

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(text for text, _ in self.parts)

    @property
    def last(self) -> Line:
        """The line that was added last."""
        return self.parts[-1][1]

    def add(self, line: Line, words: Words) -> None:
        """Adds a line; a word that was broken before it is put together."""
        text = plain(line.text)
        if self.parts:
            before, text = words.joined(self.parts[-1][0], text)
            self.parts[-1] = (before, self.last)
        self.parts.append((text, line))


def blocks_of(
    pages: Sequence[Sequence[Line]], outline: Outline, *, breaks_words: bool = True
) -> Iterator[Block]:
    """The blocks of a document in reading order; notes follow the paragraph that runs past them.

    `breaks_words` says whether the program that made the file does that at the end of a line.
    """
    yield from _Reader(pages, outline, breaks_words=breaks_words).blocks(pages)


class _Reader:
    """What is known of a whole document while its lines are read."""

    def __init__(
        self, pages: Sequence[Sequence[Line]], outline: Outline, *, breaks_words: bool
    ) -> None:
        every = [line for page in pages for line in page]
        self._words = Words((plain(line.text) for line in every), breaks=breaks_words)
        self._usual = usual_size(every)
        self._headings = Headings(every, outline, usual=self._usual)

    def blocks(self, pages: Sequence[Sequence[Line]]) -> Iterator[Block]:
        """Every block; the notes of a page wait until its last paragraph has ended."""
        block: Block | None = None
        notes: list[Block] = []
        for page in pages:
            body, below = _without_notes(page, self._usual)
            for line, column in [(line, _column(line, body)) for line in body]:
                if block is None or not self._goes_on(block, line, column):
                    if block:
                        yield block
                        yield from notes
                        notes = []
                    level = self._headings.level(line)
                    block = Block("heading" if level else "paragraph", level)
                block.add(line, self._words)
                block.column = column
            notes += self._notes(below)
        if block:
            yield block
        yield from notes

    def _notes(self, lines: Sequence[Line]) -> Iterator[Block]:
        note: Block | None = None
        for line in lines:
            if note is None or _NOTE.match(line.text):
                if note:
                    yield note
                note = Block("note")
            note.add(line, self._words)
        if note:
            yield note

    def _goes_on(self, block: Block, line: Line, column: Column) -> bool:
        """Whether a line belongs to the block that was begun."""
        before = block.last
        if line.is_row or before.is_row or abs(line.size - before.size) > _LIKE * before.size:
            return False
        moved = before.page != line.page or line.top < before.top
        near = not moved and line.top - before.top <= _FAR * max(column.spacing, line.size)
        if block.kind == "heading":
            return near and self._headings.goes_on(block.text, block.level, line)
        if self._headings.level(line):
            return False
        if _ITEM.match(line.text):
            return False
        if moved:
            indented = line.left - column.left > _INDENT * line.size
            ended = _SENTENCE_END.search(before.text) and _fits(before, line, block.column)
            return not indented and not ended
        return near and not _begins(block, line, column)


def _begins(block: Block, line: Line, column: Column) -> bool:
    """Whether a paragraph begins with the line: it is indented, or the one before ended early."""
    before, first = block.last, block.parts[0][1]
    if _ended(before, line, column):
        return True
    if _ITEM.match(first.text):
        return line.left < first.left - 1
    indented = line.left - column.left > _INDENT * line.size
    return indented and before.left - column.left <= _INDENT * line.size


def _ended(before: Line, line: Line, column: Column) -> bool:
    """Whether a paragraph ended with a line: it was left early, after a sentence or far too early.

    An image that text flows around makes lines short, but not after each sentence.
    """
    short = before.right - column.left < _SHORT * (column.right - column.left)
    sentence = _SENTENCE_END.search(before.text) is not None
    return (short or sentence) and _fits(before, line, column)


def _fits(before: Line, line: Line, column: Column | None) -> bool:
    """Whether the first word of a line would have had room on the one before, in its column."""
    first, _, _ = line.text.partition(" ")
    letter = (line.right - line.left) / max(1, len(line.text))
    return column is not None and column.right - before.right > letter * (len(first) + 2)


def _without_notes(page: Sequence[Line], usual: float) -> tuple[list[Line], list[Line]]:
    """The lines of the text, and those of the notes below it in smaller type."""
    small = [line for line in page if line.size < _SMALLER * usual]
    below = [
        line
        for line in small
        if not any(_overlap(line, other) and other.top > line.top for other in page
                   if other not in small)
    ]  # fmt: skip
    begun = next((number for number, line in enumerate(below) if _NOTE.match(line.text)), None)
    notes = below[begun:] if begun is not None else []
    return [line for line in page if line not in notes], notes


def _column(line: Line, page: Sequence[Line]) -> Column:
    """What is usual among the lines above and below one."""
    column = [other for other in page if not other.is_row and _overlap(line, other)] or [line]
    lefts = Counter(round(other.left) for other in column)
    left = max(lefts, key=lambda place: (lefts[place], -place))
    gaps = [
        below.top - above.top
        for above, below in pairwise(sorted(column, key=lambda other: other.top))
        if below.top - above.top > 0.5 * line.size
    ]
    spacing = median(gaps) if gaps else 1.2 * line.size
    return Column(left, max(other.right for other in column), min(spacing, 2 * line.size))


def _overlap(line: Line, other: Line) -> bool:
    return min(line.right, other.right) > max(line.left, other.left)
