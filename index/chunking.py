"""A text with its marks -> passages: exact slices of whole sentences that fit the embedder."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index.records import Mark, Span, labels_of, path_after
from index.sentences import VERSION as SENTENCES_VERSION
from index.sentences import sentence_spans

VERSION = 1  # raised when the same text is cut differently; documents are then read again

Count = Callable[[Sequence[str]], list[int]]  # tokens of each text

_MOST_CHARACTERS = 2_000  # of a passage, however few tokens it may be
_MOST_HEADING = 1 / 4  # ratio of the window that the heading path may take
_HEADINGS_JOINED = " > "
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """How long passages are."""

    window: int = 254  # most tokens, the heading path in front of them included
    overlap: int = 1  # sentences that a passage shares with the one before

    @property
    def signature(self) -> str:
        """Names everything that decides how a text is cut."""
        return (
            f"sentences/{SENTENCES_VERSION} chunks/{VERSION} "
            f"window={self.window} overlap={self.overlap}"
        )


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk before it has an id and a document."""

    start: int
    end: int
    sentences: tuple[Span, ...]
    headings: tuple[str, ...]  # embedded in front, without outer ones that take too much room


class _Piece(NamedTuple):
    """A sentence, or as much of a long one as fits."""

    lead: int  # where a passage that begins with it begins: a list marker may stand in front
    start: int
    end: int
    tokens: int


def passages_of(
    text: str, marks: Iterable[Mark], *, count: Count, settings: ChunkSettings
) -> Iterator[Passage]:
    """The passages of a text, in order. Together they hold every character of its paragraphs.

    None crosses a heading or a slide. A passage begins with the last `settings.overlap` sentences
    of the one before, unless those would leave no room for a new one.

    >>> words = lambda texts: [len(text.split()) for text in texts]
    >>> text = "One two. Three four. Five six."
    >>> settings = ChunkSettings(window=4)
    >>> marks = [Mark(0, 30, "paragraph")]
    >>> [text[p.start : p.end] for p in passages_of(text, marks, count=words, settings=settings)]
    ['One two. Three four.', 'Three four. Five six.']
    """
    for headings, paragraphs in _sections(marks):
        headings = _fitting(headings, count, settings.window)
        room = settings.window - count([embedded_text(headings, "")])[0]
        pieces = _pieces(text, paragraphs, count, room)
        for first, after in _runs(pieces, room, settings.overlap):
            run = pieces[first:after]
            sentences = tuple((piece.start, piece.end) for piece in run)
            yield Passage(run[0].lead, run[-1].end, sentences, headings)


def embedded_text(headings: Sequence[str], text: str) -> str:
    """What is embedded for a passage: its heading path in front of it.

    >>> embedded_text(("Bees", "Dances"), "They waggle.")
    'Bees > Dances: They waggle.'
    """
    return f"{_HEADINGS_JOINED.join(headings)}: {text}" if headings else text


def _sections(marks: Iterable[Mark]) -> Iterator[tuple[tuple[str, ...], list[Mark]]]:
    """The paragraphs of one heading or slide, with the path of headings they stand under."""
    path: list[Mark] = []
    paragraphs: list[Mark] = []
    for mark in marks:
        if mark.kind == "paragraph":
            paragraphs.append(mark)
        elif mark.kind in {"heading", "slide"}:
            if paragraphs:
                yield labels_of(path), paragraphs
            path, paragraphs = path_after(mark, path), []
    if paragraphs:
        yield labels_of(path), paragraphs


def _fitting(headings: tuple[str, ...], count: Count, window: int) -> tuple[str, ...]:
    """The innermost headings that leave most of the window to the text."""
    while headings and count([embedded_text(headings, "")])[0] > window * _MOST_HEADING:
        headings = headings[1:]
    return headings


def _pieces(text: str, paragraphs: Iterable[Mark], count: Count, room: int) -> list[_Piece]:
    """The sentences of the paragraphs; one that does not fit is cut at a word."""
    spans = [
        (paragraph.start if number == 0 else start, start, end)
        for paragraph in paragraphs
        for number, (start, end) in enumerate(sentence_spans(text, paragraph.start, paragraph.end))
    ]
    sizes = count([text[lead:end] for lead, _, end in spans])
    pieces: list[_Piece] = []
    for (lead, start, end), size in zip(spans, sizes, strict=True):
        if size <= room and end - lead <= _MOST_CHARACTERS:
            pieces.append(_Piece(lead, start, end, size))
        else:
            pieces.extend(_cut(text, lead, end, count, room))
    return pieces


def _cut(text: str, start: int, end: int, count: Count, room: int) -> Iterator[_Piece]:
    """A sentence in pieces that fit, cut before a word, or within one that does not fit itself."""
    words = [
        span
        for word in _WORD.finditer(text, start, end)
        for span in _split_word(text, *word.span(), count, room)
    ]
    sizes = count([text[first:last] for first, last in words])
    begin, size = 0, 0
    for number, ((_, last), more) in enumerate(zip(words, sizes, strict=True)):
        if number > begin and (size + more > room or last - words[begin][0] > _MOST_CHARACTERS):
            yield _Piece(words[begin][0], words[begin][0], words[number - 1][1], size)
            begin, size = number, 0
        size += more
    yield _Piece(words[begin][0], words[begin][0], words[-1][1], size)


def _split_word(text: str, start: int, end: int, count: Count, room: int) -> Iterator[Span]:
    """The word, or halves of it until each fits."""
    if end - start <= _MOST_CHARACTERS and (
        end - start == 1 or count([text[start:end]])[0] <= room
    ):
        yield start, end
        return
    middle = start + min((end - start) // 2, _MOST_CHARACTERS)
    yield from _split_word(text, start, middle, count, room)
    yield from _split_word(text, middle, end, count, room)


def _runs(pieces: list[_Piece], room: int, overlap: int) -> Iterator[Span]:
    """Which pieces make each passage: as many as fit, beginning with the last of the one before."""
    first, covered = 0, 0
    while covered < len(pieces):
        after, size = first, 0
        while after < len(pieces) and (
            after == first
            or (
                size + pieces[after].tokens <= room
                and pieces[after].end - pieces[first].lead <= _MOST_CHARACTERS
            )
        ):
            size += pieces[after].tokens
            after += 1
        if after <= covered:  # the overlap left no room for a new sentence
            first += 1
            continue
        yield first, after
        covered = after
        first = max(after - overlap, first + 1)
