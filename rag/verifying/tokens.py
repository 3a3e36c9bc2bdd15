"""A text -> its words and signs, each with a key that is equal for what differs in typography only.

This is the one definition of what typography is: two stretches of text are the same but for their
typography where their keys are the same, one after the other. Numbers, letters, accents, commas
and blanks within a word are no typography; capitals are none but at the beginning of a quotation.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple

from index.records import Span

Kind = Literal["word", "sign", "omission"]

SINGLE_MARKS = "'‘’‚‛‹›＇"
DOUBLE_MARKS = '"“”„‟«»「」『』＂'
OMISSIONS = ("…", "[…]")  # the keys of what says that something was left out

_PRIMES = "′″"
_MEASURES = {mark: "'" for mark in "'’′"} | {mark: '"' for mark in '"”″'}  # behind a digit
_DASHES = "‐‑‒–—―−﹣－-"
_JOINED = "\u00ad\u2060\u200c\u200d"  # within a word, and not seen there
_UNSEEN = "\u00ad\u2060\u200b\u200e\u200f\ufeff"
_UNSPACED = (  # writing without blanks between words: each of its letters counts as a word
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LETTERS = str.maketrans(
    _LIGATURES | dict.fromkeys("\u00ad\u2060", "") | dict.fromkeys("‘’ʼ＇", "'")
)


def _combining() -> str:
    """The characters that belong to the letter in front of them, as a class for an expression."""
    codes = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code))[0] == "M"]
    runs = groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0])
    ranges = [[code for _, code in run] for _, run in runs]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in ranges)


_DOTS = r"(?:…|\.{3}|\.\s\.\s\.)"
_LETTER = rf"[^\W_{_UNSPACED}]"
_MARK = f"[{_combining()}{_JOINED}]"
_TOKEN = re.compile(
    rf"""(?P<word>
            {_LETTER}+(?:(?:{_MARK}+|['‘’ʼ＇](?={_LETTER})|(?<=\d)[.,:/](?=\d)){_LETTER}*)*
          | (?=[^\W_])[{_UNSPACED}]{_MARK}*)
      | (?P<margin>^[ \t]*>[>\ \t]*)             # a block quote's, in Markdown and in mail
      | (?P<omission>(?P<bracket>[\[(]\s*)?{_DOTS}(?(bracket)\s*[\])]))
      | (?P<dash>-{{2,3}}|[{_DASHES}])
      | (?P<quote>[{SINGLE_MARKS}{DOUBLE_MARKS}{_PRIMES}])
      | (?P<emphasis>[*_`]+)                     # Markdown's, where it leans on a word
      | (?P<unseen>[{_UNSEEN}])
      | (?P<sign>\S)""",
    re.VERBOSE | re.MULTILINE,
)

_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")


class Token(NamedTuple):
    """A word or sign of a text."""

    start: int
    end: int
    key: str  # equal where only the typography differs
    kind: Kind


def tokens_of(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The words and signs of `text[start:end]`, in order; spans are offsets of `text`.

    What is cut off at either end is taken for a whole word.

    >>> [token.key for token in tokens_of("The “of\N{LATIN SMALL LIGATURE FI}ce” didn’t pay 3.5 …")]
    ['The', "'", 'office', "'", "didn't", 'pay', '3.5', '…']
    """
    tokens = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        first, last = match.span()
        match match.lastgroup:
            case "word":
                word = match.group()
                key = word if word.isascii() else _word_key(word)
                tokens.append(Token(first, last, key, "word"))
            case "margin" | "unseen":
                pass
            case "omission":
                key = OMISSIONS[1] if match["bracket"] else OMISSIONS[0]
                tokens.append(Token(first, last, key, "omission"))
            case "emphasis" if _leans(match, text):
                pass
            case group:
                tokens.append(Token(first, last, _key(match, group, text), "sign"))
    return tokens


def same_initially(first: str, second: str) -> bool:
    """Whether two keys are the same but for the case of their first letter.

    >>> same_initially("the", "The"), same_initially("the", "THE")
    (True, False)
    """
    return first[1:] == second[1:] and first[:1].lower() == second[:1].lower()


def is_inside(offset: int, tokens: Sequence[Token]) -> bool:
    """Whether the offset cuts one of the tokens, which are in order.

    >>> tokens = tokens_of("Bees hum")
    >>> is_inside(2, tokens), is_inside(4, tokens), is_inside(5, tokens)
    (True, False, False)
    """
    after = bisect_left(tokens, offset, key=lambda token: token.start)  # begins at it or behind
    return after > 0 and tokens[after - 1].end > offset


def is_unspaced(word: str) -> bool:
    """Whether it is of writing that has no blanks between words.

    >>> is_unspaced("蜂"), is_unspaced("bee")
    (True, False)
    """
    return _IS_UNSPACED.match(word) is not None


def span_of(tokens: Sequence[Token]) -> Span:
    """From the first of the tokens to the last."""
    return tokens[0].start, tokens[-1].end


def _key(match: re.Match[str], group: str | None, text: str) -> str:
    """The key of a sign."""
    if group == "dash":
        return "-"
    if group == "quote":
        return _quote_key(match.group(), text[match.start() - 1 : match.start()])
    return unicodedata.normalize("NFC", match.group())


@lru_cache(maxsize=2**14)
def _word_key(word: str) -> str:
    return unicodedata.normalize("NFC", word.translate(_LETTERS))


def _quote_key(mark: str, before: str) -> str:
    """One key for all, but behind a digit, where feet are no inches."""
    return _MEASURES.get(mark, "'") if before.isdigit() else "'"


def _leans(match: re.Match[str], text: str) -> bool:
    """Whether the sign stands at a word's edge: not between two, and not alone."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    within = before.isalnum() and after.isalnum()
    return not within and bool(before.strip() or after.strip())
