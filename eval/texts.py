"""The documents that answers are held against: where a quote stands, and what is around it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

from eval.cases import Passage
from index.documents import text_format_of
from index.library import Library
from index.records import Document

REACH = 160  # characters kept on either side of a quote, to show it in its place


class Located(NamedTuple):
    """A span of a document."""

    source: str
    start: int
    end: int

    def overlaps(self, other: "Located") -> bool:
        """Whether the two share a character.

        >>> Located("a.md", 3, 9).overlaps(Located("a.md", 8, 12))
        True
        >>> Located("a.md", 3, 9).overlaps(Located("a.md", 9, 12))
        False
        """
        same = self.source == other.source
        return same and self.start < other.end and other.start < self.end

    def holds(self, other: "Located") -> bool:
        """Whether the other lies within this one."""
        same = self.source == other.source
        return same and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Texts:
    """Whole documents, held in memory for as long as a suite is scored."""

    documents: Mapping[str, Document] = field(repr=False)  # by source

    @classmethod
    def of_library(cls, library: Library) -> "Texts":
        """Every document of a library."""
        with library.snapshot() as snapshot:
            ids = [summary.id for summary in snapshot.documents()]
            return cls._of(snapshot.document(id) for id in ids)

    @classmethod
    def of_passages(cls, passages: Iterable[Passage]) -> "Texts":
        """The passages that a suite brings along, as a library would keep them."""
        return cls._of(map(_document, passages))

    @classmethod
    def _of(cls, documents: Iterable[Document]) -> "Texts":
        return cls({document.source: document for document in documents})

    @cached_property
    def by_id(self) -> Mapping[str, Document]:
        """The documents by their id in the library."""
        return {document.id: document for document in self.documents.values()}

    @cached_property
    def fingerprint(self) -> str:
        """How many documents there are, and twelve digits that change with any of them."""
        listed = sorted(
            repr((document.source, document.version, document.title, document.marks))
            for document in self.documents.values()
        )
        digest = sha256("\n".join(listed).encode("utf-8", "backslashreplace")).hexdigest()
        return f"{len(self.documents)} documents {digest[:12]}"

    @cached_property
    def have_paragraphs(self) -> bool:
        """Whether any has more than one: counting those then says more than counting documents."""
        return any(len(starts) > 1 for starts in self._paragraph_starts.values())

    def places_of(self, quote: str, *, source: str | None = None) -> Iterator[Located]:
        r"""Everywhere the quote stands, character for character but for the length of its blanks.

        `source` narrows the search to one document.

        >>> texts = Texts({"a.md": Document("a", "v", "A", "a.md", "The tide\nrises. The tide.")})
        >>> list(texts.places_of("The tide rises."))
        [Located(source='a.md', start=0, end=15)]
        """
        words = quote.split()
        if not words:
            return
        pattern = re.compile(r"\s+".join(map(re.escape, words)))
        for key in self.documents if source is None else {source} & self.documents.keys():
            for match in pattern.finditer(self.documents[key].text):
                yield Located(key, match.start(), match.end())

    def paragraphs_of(self, place: Located) -> range:
        """The numbers of the paragraphs that a span reaches into, from 1 within the document."""
        starts = self._paragraph_starts[place.source]
        return range(max(1, bisect_right(starts, place.start)), bisect_left(starts, place.end) + 1)

    def around(self, place: Located) -> tuple[str, str]:
        """What stands in front of a span and what follows it, cut between words."""
        text = self.documents[place.source].text
        before = text[max(0, place.start - REACH) : place.start]
        after = text[place.end : place.end + REACH]
        if place.start > REACH:
            before = re.sub(r"^\S*\s+", "", before, count=1)
        if place.end + REACH < len(text):
            after = re.sub(r"\s+\S*$", "", after, count=1)
        return before, after

    @cached_property
    def _paragraph_starts(self) -> Mapping[str, list[int]]:
        return {
            source: [mark.start for mark in document.marks if mark.kind == "paragraph"]
            for source, document in self.documents.items()
        }


def _document(passage: Passage) -> Document:
    parsed = text_format_of(passage.key).parse(passage.text.encode("utf-8"))
    version = sha256(parsed.text.encode("utf-8")).hexdigest()
    return Document(
        passage.key, version, passage.title, passage.key, parsed.text, marks=parsed.marks
    )
