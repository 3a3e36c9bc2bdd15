"""Words that a line's end broke, put together again as the same document writes them elsewhere."""

import re
from collections.abc import Iterable

from index.documents.building import one_line
from index.documents.pdf_page import HYPHEN

_HYPHENS = (HYPHEN, "-", "\u2010")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_COMPOUND = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)+")


class Words:
    """The words of a document that no line's end broke."""

    def __init__(self, lines: Iterable[str], *, breaks: bool = True) -> None:
        """`lines` are those of the whole document, in order.

        `breaks` says whether the program that made them breaks words; where it does not, a hyphen
        at the end of a line is a compound's, unless a word so broken stands whole elsewhere.
        """
        every = [line.lower() for line in lines]
        self._words: set[str] = set()
        for line in every:
            whole = line[: line.rfind(" ") + 1] if line.endswith(_HYPHENS) else line
            self._words.update(_COMPOUND.findall(whole))
            self._words.update(_FIRST_WORD.findall(whole))
        self._breaks = breaks or any(map(self._is_broken, every, every[1:]))

    def _is_broken(self, before: str, after: str) -> bool:
        first, last = _LAST_WORD.search(before[:-1]), _FIRST_WORD.match(after)
        if first is None or last is None or not before.endswith(_HYPHENS):
            return False
        return first[0] + last[0] in self._words

    def joined(self, before: str, after: str) -> tuple[str, str]:
        """Two lines as parts of one text, without the hyphen where it only broke a word.

        >>> words = Words(["a pendulum", "the well-known tide"])
        >>> words.joined("pendu-", "lum"), words.joined("well-", "known clock")
        (('pendu', 'lum'), ('well-', 'known clock'))
        >>> words.joined("The tide", "rises")
        ('The tide', ' rises')
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
        return f"{first}-{second}" in self._words or not self._breaks


def plain(text: str) -> str:
    """The line on its own: a hyphen that breaks nothing in it is a plain one."""
    body, end = (text[:-1], text[-1]) if text.endswith(HYPHEN) else (text, "")
    return one_line(body.replace(HYPHEN, "-")) + end
