"""Which lines of a PDF are headings: those that its outline names, else what is in larger type."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from index.documents.pdf_lines import LARGER, Line

Outline = Mapping[int, Mapping[str, int]]  # page -> heading, its blanks left out -> level

_MOST_LETTERS = 200  # of a line of a heading
_MOST_LINES = 10  # of a heading
_MOST_LEVELS = 6
_LEAST_NAMED = 1 / 3  # ratio of an outline's headings that stand on their pages; less is no outline
_NUMBER = re.compile(  # what outlines of LaTeX leave out
    r"(?:(?i:chapter|appendix|part|section|kapitel|anhang|teil|abschnitt|capítulo|apéndice|anexo|"
    r"parte|sección|§)\s*)?(?:\d{1,4}|[IVXLC]{1,7}|[A-Z])(?:\.\d{1,4})*(?:[.:)]\s*|\s+)(?=\S)"
)


class Headings:
    """The headings of a document."""

    def __init__(self, lines: Sequence[Line], outline: Outline, *, usual: float) -> None:
        """`usual` is the size of type of the text."""
        self._titles = {page: sorted(titles.items()) for page, titles in outline.items()}
        named = {(line.page, found) for line in lines if (found := self._named(line))}
        if not named or len(named) < _LEAST_NAMED * sum(map(len, outline.values())):
            self._titles = {}
        self._levels = {} if self._titles else _levels(lines, usual)

    def level(self, line: Line) -> int:
        """The level of the heading that a line is or begins; 0 where it is none."""
        if line.is_row or len(line.text) > _MOST_LETTERS:
            return 0
        named = self._named(line)
        return named[1] if named else self._levels.get(_rounded(line.size), 0)

    def goes_on(self, heading: str, level: int, line: Line) -> bool:
        """Whether a line is the rest of a heading of that level."""
        if self._levels:
            return self.level(line) == level
        so_far = f"{heading} {line.text}"
        if len(so_far) > _MOST_LINES * _MOST_LETTERS:
            return False
        return any(self._beginning(line.page, words) for words in _forms(so_far))

    def _named(self, line: Line) -> tuple[str, int] | None:
        """The title of the outline that a line is, or begins at length, and its level."""
        if line.is_row or len(line.text) > _MOST_LETTERS:
            return None
        for words in _forms(line.text):
            found = self._beginning(line.page, words)
            if found and len(found[0]) <= 2 * len(words):
                return found
        return None

    def _beginning(self, page: int, words: str) -> tuple[str, int] | None:
        """The first title of a page, in the order of the alphabet, that begins with the words."""
        titles = self._titles.get(page, [])
        at = bisect_left(titles, (words,))
        return titles[at] if at < len(titles) and titles[at][0].startswith(words) else None


def _forms(text: str) -> Iterator[str]:
    """What the outline can say for a line: all of it, or all but its number.

    >>> [*_forms("2.1 Of Bees")], [*_forms("Of Bees")]
    (['2.1ofbees', 'ofbees'], ['ofbees'])
    """
    yield _squeezed(text)
    number = _NUMBER.match(text)
    if number:
        yield _squeezed(text[number.end() :])


def _levels(lines: Sequence[Line], usual: float) -> dict[float, int]:
    """Sizes of type that are headings, each with its level."""
    larger = {
        _rounded(line.size)
        for line in lines
        if line.size >= LARGER * usual and not line.is_row and 1 < len(line.text) <= _MOST_LETTERS
    }
    return {
        size: min(level, _MOST_LEVELS)
        for level, size in enumerate(sorted(larger, reverse=True), start=1)
    }


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()
