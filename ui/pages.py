"""A long document in pages that hold whole sections, and its headings as an outline."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.records import Document, Span

MOST_CHARACTERS = 60_000  # of a page, where a section is not longer than that
MOST_ENTRIES = 300  # of an outline, where the headings of one page and the outermost are no more


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading of the outline."""

    label: str
    level: int  # depth, 1 outermost
    start: int  # offset in the document
    page: int  # counts from 1


def pages_of(document: Document, *, most: int = MOST_CHARACTERS) -> list[Span]:
    r"""The document cut into pages of at most `most` characters, which leave nothing out.

    A page ends before a heading, where a section is longer before a paragraph, and where a
    paragraph is longer at `most` characters.

    >>> from index.records import Mark
    >>> marks = (Mark(0, 3, "heading", "A", 1), Mark(5, 9, "paragraph"),
    ...          Mark(11, 14, "heading", "B", 1), Mark(16, 20, "paragraph"))
    >>> document = Document("d", "v", "A", "a.md", "# A\n\nbody\n\n# B\n\nmore", marks)
    >>> pages_of(document, most=12), pages_of(document, most=20)
    ([(0, 11), (11, 20)], [(0, 20)])
    """
    starts = [0]
    sections = _starts(document, {"heading"})
    for start, end in _between(sections, len(document.text)):
        if end - starts[-1] > most and start > starts[-1]:
            starts.append(start)
        if end - starts[-1] > most:
            starts += _cuts_within(document, starts[-1], end, most)
    return list(_between(starts, len(document.text)))


def page_of(offset: int, pages: Sequence[Span]) -> int:
    """The number, from 1, of the page that has the character at `offset`.

    >>> page_of(11, [(0, 11), (11, 20)])
    2
    """
    return max(1, bisect_right([start for start, _ in pages], offset))


def outline(document: Document, pages: Sequence[Span], *, page: int) -> list[OutlineEntry]:
    """The headings that have words, each with the page it stands on.

    Where they are too many, the deeper ones of other pages than `page` are left out.
    """
    entries = [
        OutlineEntry(mark.label, mark.level, mark.start, page_of(mark.start, pages))
        for mark in document.marks
        if mark.kind == "heading" and mark.label
    ]
    levels = sorted({entry.level for entry in entries}, reverse=True)
    shown = entries
    for level in levels:
        shown = [entry for entry in entries if entry.level <= level or entry.page == page]
        if len(shown) <= MOST_ENTRIES:
            break
    return shown


def _starts(document: Document, kinds: set[str]) -> list[int]:
    """Where the document and each of its marks of these kinds begin."""
    return sorted({0, *(mark.start for mark in document.marks if mark.kind in kinds)})


def _between(starts: Sequence[int], length: int) -> Iterator[Span]:
    return zip(starts, [*starts[1:], length], strict=True)


def _cuts_within(document: Document, low: int, high: int, most: int) -> list[int]:
    """Where further pages begin in a stretch that is longer than a page."""
    paragraphs = _starts(document, {"heading", "paragraph"})
    cuts: list[int] = []
    while high - low > most:
        last = paragraphs[bisect_right(paragraphs, low + most) - 1]
        low = last if last > low else low + most
        cuts.append(low)
    return cuts
