"""The promise, seen: what the reader marks is `text[start:end]`, in every document of every format.

The page is read as a browser reads it, by an HTML parser, and not by the code that made it.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import cast

import pytest
from selectolax.lexbor import LexborHTMLParser

from index.documents import Parsed, format_of
from index.library import Library
from index.records import Document, Span
from index.sentences import sentence_spans
from tests.course import COURSE, WRITERS, course_blocks
from tests.small_files import WHOLE
from ui.addresses import Site
from ui.reading import Address, reading

LONGEST = 2_000  # characters of a random span


class Shelf:
    """A library of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @contextmanager
    def snapshot(self) -> Iterator["Shelf"]:
        yield self

    def document(self, document_id: str) -> Document:
        assert document_id == self._document.id
        return self._document

    def sheets(self, document_id: str) -> tuple[()]:
        assert document_id == self._document.id
        return ()  # no pages are shown beside the text


FILES = {name: name for name in WHOLE} | {
    f"{path.stem}.{suffix}": path.stem for path in COURSE for suffix in WRITERS
}


@cache
def document(name: str) -> Document:
    """A file as a document; files of the course are written when they are first asked for."""
    form = format_of(name)
    assert form is not None
    parsed: Parsed = form.parse(WHOLE[name] if name in WHOLE else _of_the_course(name))
    return Document(name, "v", name, name, parsed.text, parsed.marks, has_lines=parsed.has_lines)


def _of_the_course(name: str) -> bytes:
    stem, _, suffix = name.rpartition(".")
    (path,) = (path for path in COURSE if path.stem == stem)
    return WRITERS[suffix](course_blocks(path))


def marked(source: Document, span: Span, answer: Span | None = None) -> tuple[str, str]:
    """What the reader's page marks, and what of it as the short answer."""
    start, end = span
    within = f"{answer[0]},{answer[1]}" if answer else ""
    page = reading(
        Address(source.id, "v", f"{start},{end}", within), cast(Library, Shelf(source)), site=Site()
    )
    assert page.status == 200
    tree = LexborHTMLParser(page.text)
    whole, short = (
        "".join(mark.text(strip=False) for mark in tree.css(selector))
        for selector in ("article mark", "article mark.pincite-answer")
    )
    return whole, short


def sentences(source: Document) -> list[Span]:
    """Every sentence of every heading and paragraph."""
    return [
        span
        for mark in source.marks
        if mark.kind in {"heading", "paragraph"}
        for span in sentence_spans(source.text, mark.start, mark.end)
    ]


def random_spans(source: Document, choose: random.Random) -> Iterator[tuple[Span, Span]]:
    """Spans that end anywhere, each with one inside it."""
    while True:
        start = choose.randrange(len(source.text))
        end = choose.randint(start + 1, min(len(source.text), start + LONGEST))
        low = choose.randrange(start, end)
        yield (start, end), (low, choose.randint(low + 1, end))


def check(source: Document, span: Span, answer: Span | None = None) -> None:
    whole, short = marked(source, span, answer)
    assert whole == source.text[slice(*span)], (source.id, span)
    assert short == (source.text[slice(*answer)] if answer else ""), (source.id, span, answer)


@pytest.mark.parametrize("name", [*WHOLE, *(f"04-pendulum-and-spring.{each}" for each in WRITERS)])
def test_what_is_marked_is_the_slice(name: str) -> None:
    source, choose = document(name), random.Random(name)
    every = sentences(source)
    assert every
    for span in choose.sample(every, min(4, len(every))):
        check(source, span)
    for (span, answer), _ in zip(random_spans(source, choose), range(4), strict=False):
        check(source, span, answer)


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_every_sentence_and_many_spans_are_marked_as_they_stand(name: str) -> None:
    source, choose = document(name), random.Random(f"many of {name}")
    for span in sentences(source):
        check(source, span)
    for (span, answer), _ in zip(random_spans(source, choose), range(50), strict=False):
        check(source, span, answer)
