"""The rows that travel between the parts of Pincite. All are frozen; offsets count code points."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

_COUNTED_WITHIN = frozenset({"page", "slide", "cell", "time"})  # nobody counts paragraphs across

Span = tuple[int, int]  # start and end of a slice, end not included
Vectors = NDArray[np.float32]  # (n, d): one unit-length row a text


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that stands at a span of a document: a heading, a paragraph, a page.

    The kinds and what each keeps in `data`: "heading" (its `level` is the depth); "paragraph"
    (`lines` 1 where its line ends mean something); "page" (`number`, the label as printed); "slide"
    and "cell" (`number`); "notes", what stands apart from the text; "time" (`seconds` from the
    beginning, the speaker as label); "chapter"; "reference", what people cite the span by, such as
    3.1.56; "anchor", the id that an address can end in.
    """

    start: int
    end: int
    kind: str
    label: str = ""  # what a person calls it: the heading's words, the page's number
    level: int = 0  # depth of a heading, 1 outermost; 0 where depth means nothing
    data: Mapping[str, str | int | float] = field(default_factory=dict)  # what the kind needs


def labels_of(path: Iterable[Mark]) -> tuple[str, ...]:
    """The labels of a path of headings; one without words is left out."""
    return tuple(mark.label for mark in path if mark.label)


def path_after(mark: Mark, path: list[Mark]) -> list[Mark]:
    """The headings that what follows a mark stands under; a slide stands under none before it.

    >>> title, point = Mark(0, 5, "heading", "Tides", 1), Mark(7, 9, "heading", "Moon", 2)
    >>> path_after(point, [title]) == [title, point], path_after(Mark(9, 20, "slide"), [title])
    (True, [])
    """
    if mark.kind == "slide":
        return []
    if mark.kind == "heading":
        return [*(outer for outer in path if outer.level < mark.level), mark]
    return path


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span stands, for a person, as data; words are made of it where it is shown."""

    headings: tuple[str, ...] = ()  # outermost first
    paragraph: int | None = None  # counts from 1 within the document
    line: int | None = None  # counts from 1; None where the file has no lines of its own
    page: str | None = None  # as printed on the page
    page_number: int | None = None  # counts from 1, whatever is printed
    slide: int | None = None  # counts from 1
    notes: bool = False  # in the notes that go with it: a speaker's, or at the foot
    cell: int | None = None  # of a notebook; counts from 1
    time: float | None = None  # seconds from the beginning of a recording
    speaker: str | None = None
    chapter: str | None = None  # as the contents call it
    reference: str | None = None  # as people cite it: act.scene.line, chapter:verse
    anchor: str | None = None  # the id nearest before, for the end of an address


@dataclass(frozen=True, slots=True)
class Document:
    """A text with what is known about it. `text` is what every quote is a slice of."""

    id: str  # made of the source's key, so that it lives through an edit
    version: str  # SHA-256 of the text, in hexadecimal
    title: str
    source: str  # the path relative to what was added; never an absolute path
    text: str
    marks: tuple[Mark, ...] = ()  # in order of start
    author: str | None = None
    date: str | None = None
    language: str | None = None  # ISO 639-1 code; None where it could not be told
    address: str | None = None  # of the original on the web
    publisher: str | None = None
    has_lines: bool = True  # the lines of the text are the file's own

    def heading_path(self, offset: int) -> tuple[str, ...]:
        r"""The labels of the headings that `offset` stands under, outermost first.

        >>> text = "# A\n\n## B\n\nbody"
        >>> marks = (Mark(0, 3, "heading", "A", 1), Mark(5, 9, "heading", "B", 2))
        >>> Document("d", "v", "A", "a.md", text, marks).heading_path(11)
        ('A', 'B')
        """
        path: list[Mark] = []
        for mark in self.marks:
            if mark.start > offset:
                break
            path = path_after(mark, path)
        return labels_of(path)

    def place(self, start: int, end: int) -> Place:
        """Where `text[start:end]` stands. Raises `ValueError` where that is no slice of it."""
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"{start}..{end} is no span of a text of {len(self.text)} characters")
        held = {mark.kind: mark for mark in self.marks if mark.start <= start < mark.end}
        page, time, chapter, reference = map(held.get, ("page", "time", "chapter", "reference"))
        anchors = [m for m in self.marks if m.kind == "anchor" and m.start <= start]
        whole = held.keys().isdisjoint(_COUNTED_WITHIN)
        return Place(
            headings=self.heading_path(start),
            paragraph=self._paragraph(start) if whole else None,
            line=self.text.count("\n", 0, start) + 1 if self.has_lines else None,
            page=page.label or None if page else None,
            page_number=_number(page),
            slide=_number(held.get("slide")),
            notes="notes" in held,
            cell=_number(held.get("cell")),
            time=float(time.data["seconds"]) if time else None,
            speaker=time.label or None if time else None,
            chapter=chapter.label if chapter else None,
            reference=reference.label if reference else None,
            anchor=anchors[-1].label if anchors else None,
        )

    def _paragraph(self, offset: int) -> int | None:
        starts = [mark.start for mark in self.marks if mark.kind == "paragraph"]
        return bisect_right(starts, offset) or None


def _number(mark: Mark | None) -> int | None:
    return int(mark.data["number"]) if mark else None


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text, for lists."""

    id: str
    version: str
    title: str
    source: str
    language: str | None
    characters: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: whole sentences of a document, always `document.text[start:end] == text`."""

    id: int  # never used again once removed
    document_id: str
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]  # document offsets, in order, within start..end
    headings: tuple[str, ...] = ()  # what it stands under; embedded with it, no part of text

    def slice(self, span: Span) -> str:
        """What stands at a span of document offsets that lies within the chunk.

        >>> Chunk(1, "d", 100, 110, "Bees hum. ", ((100, 109),)).slice((105, 108))
        'hum'
        """
        return self.text[span[0] - self.start : span[1] - self.start]


@dataclass(frozen=True, slots=True)
class Found:
    """How one search came upon a chunk."""

    rank: int  # counts from 1
    score: float  # higher is better; comparable within this search only


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was retrieved for a question."""

    chunk: Chunk
    score: float  # higher is better; comparable within one list only
    found_by: Mapping[str, Found]  # search ("vectors", "words") -> how it came upon the chunk


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the library's change log: a chunk that came or went."""

    generation: int  # of the library after this change
    kind: Literal["added", "removed"]
    chunk_id: int
    document_id: str
    vector: NDArray[np.float32] | None = None  # (d,), unit length; None for a removal
