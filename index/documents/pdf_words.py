"""Words that a line's end broke, put together again as the same document writes them elsewhere."""

import re
from collections.abc import Iterable

from index.documents.building import one_line
from index.documents.pdf_page import HYPHEN

_HYPHENS = (HYPHEN, "-", "\u2010")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)+")
_LEAST_LETTERS = 3  # of a word that may be a part of a compound


class Words:
    """The words of a document that no line's end broke."""

    def __init__(self, lines: Iterable[str]) -> None:
        """`lines` are those of the whole document."""
        self._words: set[str] = set()
        for line in lines:
            whole = line.lower()
            if whole.endswith(_HYPHENS):
                whole = whole[: whole.rfind(" ") + 1]
            self._words.update(_COMPOUND.findall(whole))
            self._words.update(_FIRST_WORD.findall(whole))

    def joined(self, before: str, after: str) -> tuple[str, str]:
        """Two lines as parts of one text, without the hyphen where it only broke a word.

        >>> words = Words(["a pendulum", "the well-known tide", "time and keeper"])
        >>> words.joined("pendu-", "lum"), words.joined("well-", "known clock")
        (('pendu', 'lum'), ('well-', 'known clock'))
        >>> words.joined("time-", "keeper"), words.joined("The tide", "rises")
        (('time-', 'keeper'), ('The tide', ' rises'))
        """
        first, last = _FIRST_WORD.match(after), _LAST_WORD.search(before[:-1])
        if not before.endswith(_HYPHENS) or before.endswith(" -"):
            return before, f" {after}"
        if not first or not last:
            return f"{before[:-1]}-", after
        return before[:-1] + ("-" if self._is_compound(last[0], first[0]) else ""), after

    def _is_compound(self, first: str, second: str) -> bool:
        """Whether the hyphen between the parts is one of theirs."""
        if second[0].isupper():
            return True
        first, second = first.lower(), second.lower()
        if first + second in self._words:
            return False
        if f"{first}-{second}" in self._words:
            return True
        known = {first, second} <= self._words
        return known and min(len(first), len(second)) >= _LEAST_LETTERS


def plain(text: str) -> str:
    """The line on its own: a hyphen that breaks nothing in it is a plain one."""
    body, end = (text[:-1], text[-1]) if text.endswith(HYPHEN) else (text, "")
    return one_line(body.replace(HYPHEN, "-")) + end
