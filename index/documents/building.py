"""A reading text made block by block, with the marks of its headings, paragraphs and places."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from index.documents.parsed import Parsed
from index.errors import SourceError
from index.records import Mark

_BLANKS = re.compile(r"[ \t\r\f\v]+")  # a no-break space is no blank: it says that nothing breaks
_UNSEEN = dict.fromkeys(
    [*range(0x09), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xAD, 0xFEFF]
)  # control characters, the hyphen that only shows at a line's end, the byte-order mark
_HALF = re.compile("[\ud800-\udfff]")  # of a character that UTF-16 writes in two
_WITH_LINES = {"lines": 1}


class TextBuilder:
    """Blocks that are put below one another; an empty line parts two, but for rows and items."""

    def __init__(self) -> None:
        """Nothing stands there yet."""
        self._parts: list[str] = []
        self._length = 0
        self._marks: list[Mark] = []
        self._waiting: list[str] = []  # anchors of the next block
        self._chapters: list[tuple[int, int, str]] = []  # end of what is before, start, label
        self._next_chapter: str | None = None
        self._was_tight = False

    def heading(self, text: str, level: int) -> int:
        """Adds a heading on one line, unless it has no words; where it begins."""
        text = one_line(text)
        if not text:
            return self._length
        start = self._add(text)
        self._marks.append(Mark(start, self._length, "heading", text, level))
        return start

    def paragraph(self, text: str, *, tight: bool = False) -> int:
        """Adds a paragraph, blanks in it as one, unless it has no words; where it begins.

        Line ends in the text are kept. Two `tight` ones after each other stand on lines without an
        empty one between: items of a list, rows of a table.
        """
        lines = [_BLANKS.sub(" ", line).strip(" ") for line in clean(text).split("\n")]
        return self._paragraph("\n".join(lines).strip(), tight=tight)

    def preformatted(self, text: str) -> None:
        """Adds a paragraph whose blanks are kept too: code, a poem."""
        lines = [line.rstrip() for line in clean(text).expandtabs(4).split("\n")]
        while lines and not lines[0]:
            del lines[0]
        self._paragraph("\n".join(lines).rstrip())

    def loosen(self) -> None:
        """Puts an empty line before the next block, however tight it is."""
        self._was_tight = False

    def anchor(self, label: str) -> None:
        """Marks where the next block begins as what an address can end in."""
        self._waiting.append(clean(label))

    def chapter(self, label: str) -> None:
        """Begins a chapter at the next block, which lasts until another begins."""
        self._next_chapter = one_line(label)

    def mark(self, start: int, end: int, kind: str, label: str = "", **data: Any) -> None:
        """Marks a part of what was added."""
        self._marks.append(Mark(start, end, kind, label, data=data))

    @contextmanager
    def within(self, kind: str, label: str = "", **data: Any) -> Iterator[None]:
        """Marks all that is added within the block."""
        before, blocks = len(self._marks), len(self._parts)
        yield
        if len(self._parts) > blocks:
            start = min(mark.start for mark in self._marks[before:])
            mark = Mark(start, self._length, kind, one_line(label), data=data)
            self._marks.insert(before, mark)  # what is within follows, also where it is as long

    def parsed(self, *, title: str | None = None, **facts: Any) -> Parsed:
        """The text with its marks. Raises `SourceError` where there is none.

        A text without a title is called as its heading of level 1, where it has just one.
        """
        text = "".join(self._parts)
        if not text.strip():
            raise SourceError("holds no text that could be read")
        chapters = [
            Mark(start, end, "chapter", label)
            for (_, start, label), (end, *_) in pairwise([*self._chapters, (self._length, 0, "")])
        ]
        marks = sorted([*chapters, *self._marks], key=lambda mark: (mark.start, -mark.end))
        headings = [mark.label for mark in marks if (mark.kind, mark.level) == ("heading", 1)]
        only = headings[0] if len(headings) == 1 else None
        return Parsed(text, tuple(marks), title=title or only, **facts)

    def _paragraph(self, text: str, *, tight: bool = False) -> int:
        if not text.strip():
            return self._length
        start = self._add(text, tight=tight)
        data = _WITH_LINES if "\n" in text else {}
        self._marks.append(Mark(start, self._length, "paragraph", data=data))
        return start

    def _add(self, text: str, *, tight: bool = False) -> int:
        """Where the text begins that was added."""
        before = self._length
        if self._parts:
            gap = "\n" if tight and self._was_tight else "\n\n"
            self._parts.append(gap)
            self._length += len(gap)
        start = self._length
        self._marks += [Mark(start, start, "anchor", label) for label in self._waiting]
        self._waiting.clear()
        if self._next_chapter is not None:
            self._chapters.append((before, start, self._next_chapter))
            self._next_chapter = None
        self._parts.append(text)
        self._length += len(text)
        self._was_tight = tight
        return start


def clean(text: str) -> str:
    r"""The text without what nobody can see, `\n` at its line ends.

    >>> clean("hy\u00adphen\r\nand \x07bell")
    'hyphen\nand bell'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return _HALF.sub("\ufffd", text.translate(_UNSEEN))


def one_line(text: str) -> str:
    r"""The text on one line, with single blanks.

    >>> one_line(" Of\n\tbees ")
    'Of bees'
    """
    return _BLANKS.sub(" ", clean(text).replace("\n", " ")).strip(" ")
