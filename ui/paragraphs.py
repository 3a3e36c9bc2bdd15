"""A stretch of a document as paragraphs for a page, every character kept, a quote marked in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Literal

from index.records import Document, Mark, Span

REACH = 300  # characters shown on either side of a quote, before the cut moves to a better place
SENTENCE_START = re.compile(r"(?<=[.!?…])[\"'\u201d\u2019)\]]*\s+|\n\s*\n\s*")
SPACE = re.compile(r"\s+")
LINE_SHAPED = re.compile(r"^([ \t]*([-*+|>]|\d+[.)])[ \t]|[ \t]*```| {4}|\t)", re.MULTILINE)

Kind = Literal["plain", "quote", "answer", "markup", "gap"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring characters that are shown alike."""

    text: str
    kind: Kind  # "markup": the signs around a heading's words; "gap": the space after a paragraph


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A heading or paragraph; its pieces joined are a slice of the document."""

    pieces: tuple[Piece, ...]
    start: int  # offset in the document
    level: int  # depth of a heading, 1 outermost; 0 for a paragraph
    number: int | None  # of a paragraph, from 1 within the document
    keeps_lines: bool  # a list, a table, code: its line ends mean something


def paragraphs(
    document: Document,
    *,
    quote: Span | None = None,
    answer: Span | None = None,
    window: Span | None = None,
) -> list[Paragraph]:
    r"""The document from `window[0]` to `window[1]` (all of it by default) as paragraphs.

    All the pieces joined are exactly that stretch, those of kind "quote" and "answer" exactly
    `quote`.

    >>> marks = (Mark(0, 3, "heading", "A", 1), Mark(5, 9, "paragraph"))
    >>> document = Document("d", "v", "A", "a.md", "# A\n\nbody", marks)
    >>> [[piece.text for piece in part.pieces] for part in paragraphs(document, quote=(5, 7))]
    [['# ', 'A', '\n\n'], ['bo', 'dy']]
    """
    low, high = window or (0, len(document.text))
    return [
        _paragraph(document.text, max(start, low), min(end, high), mark, number, quote, answer)
        for start, end, mark, number in _stretches(document)
        if start < high and end > low
    ]


def surroundings(text: str, start: int, end: int, *, reach: int = REACH) -> Span:
    """The span around `text[start:end]` that shows it in its place.

    About `reach` characters either side, cut where a sentence begins or, failing that, a word.

    >>> surroundings("One two. Three four. Five six seven.", 21, 25, reach=15)
    (9, 36)
    """
    low = max(0, start - reach)
    high = min(len(text), end + reach)
    return (
        _first_cut(text, low, start) if low else 0,
        _last_cut(text, end, high) if high < len(text) else high,
    )


def _first_cut(text: str, low: int, start: int) -> int:
    """Where to begin between `low` and `start`: a sentence in the first half, or a word."""
    middle = low + (start - low) // 2
    sentence = SENTENCE_START.search(text, low, start)
    if sentence and sentence.end() <= middle:
        return sentence.end()
    word = SPACE.search(text, low - 1, start)
    return word.end() if word else low


def _last_cut(text: str, end: int, high: int) -> int:
    """Where to stop between `end` and `high`: a sentence in the second half, or a word."""
    middle = end + (high - end) // 2
    sentences = [match.start() for match in SENTENCE_START.finditer(text, end, high)]
    if sentences and sentences[-1] >= middle:
        return sentences[-1]
    words = [match.start() for match in SPACE.finditer(text, end, high + 1)]
    return words[-1] if words else high


def _stretches(document: Document) -> Iterator[tuple[int, int, Mark | None, int | None]]:
    """Start, end, mark and paragraph number of a document's parts, which leave nothing out."""
    marks = [mark for mark in document.marks if mark.kind in {"heading", "paragraph"}]
    if not marks or marks[0].start > 0:
        yield 0, marks[0].start if marks else len(document.text), None, None
    number = 0
    for position, mark in enumerate(marks):
        following = position + 1
        end = marks[following].start if following < len(marks) else len(document.text)
        number += mark.kind == "paragraph"
        yield mark.start, end, mark, number if mark.kind == "paragraph" else None


def _paragraph(
    text: str,
    start: int,
    end: int,
    mark: Mark | None,
    number: int | None,
    quote: Span | None,
    answer: Span | None,
) -> Paragraph:
    heading = mark if mark is not None and mark.kind == "heading" else None
    label = _label_span(text, heading) if heading else None
    gap = (start + len(text[start:end].rstrip()), end)
    cuts = {start, end}
    for span in (quote, answer, label, gap):
        cuts |= {cut for cut in span or () if start < cut < end}

    def kind(offset: int) -> Kind:
        if _inside(offset, quote):
            return "answer" if _inside(offset, answer) else "quote"
        if _inside(offset, gap):
            return "gap"
        return "markup" if label and not _inside(offset, label) else "plain"

    alike = groupby(pairwise(sorted(cuts)), key=lambda part: kind(part[0]))
    return Paragraph(
        pieces=tuple(
            Piece("".join(text[low:high] for low, high in parts), kind) for kind, parts in alike
        ),
        start=start,
        level=heading.level if heading else 0,
        number=number,
        keeps_lines=heading is None and _keeps_lines(text, start, end, mark),
    )


def _keeps_lines(text: str, start: int, end: int, mark: Mark | None) -> bool:
    """Whether line ends mean something: the mark says so, or the lines look like it."""
    told = mark is not None and bool(mark.data.get("lines"))
    return told or bool(LINE_SHAPED.search(text, start, end))


def _label_span(text: str, heading: Mark) -> Span | None:
    """Where a heading's words stand within its mark; None where they were not kept as they are."""
    found = text.find(heading.label, heading.start, heading.end) if heading.label else -1
    return (found, found + len(heading.label)) if found >= 0 else None


def _inside(offset: int, span: Span | None) -> bool:
    return span is not None and span[0] <= offset < span[1]
