"""A span of tokens -> the words that a person would mark: no blanks, no stray punctuation."""

import re
import unicodedata

from index.records import Span

_ALWAYS = ",;:"  # never the last character of an answer
_STOPS = ".!?"  # the last one only where the sentence goes on, as after "Inc." and "Yahoo!"
_OPENED_BY = {")": "(", "]": "[", "}": "{", "”": "“", "»": "«"}
_CLOSED_BY = {opening: closing for closing, opening in _OPENED_BY.items()}
_GOES_ON = re.compile(r"[\w,;]|\s[a-z]")
_INITIALS = re.compile(r"[^\W\d_]\.[^\W\d_]{1,2}\.$")  # "U.S.", "p.m.", "Ph.D."


def trimmed(text: str, start: int, end: int) -> Span | None:
    """Where the answer in `text[start:end]` stands; `None` where only blanks and punctuation do.

    What goes is blanks, punctuation that ends it but belongs to the sentence, and a bracket or
    quotation mark whose other half is outside. A letter keeps the accents that follow it.

    >>> text = "It opened in Paris (France). He saw the U.S."
    >>> [text[slice(*trimmed(text, *span))] for span in [(12, 28), (13, 20), (36, 44)]]
    ['Paris (France)', 'Paris', 'the U.S.']
    """
    while end < len(text) and unicodedata.category(text[end]).startswith("M"):
        end += 1
    while start < end:
        span = text[start:end]
        if span[-1].isspace() or _ends_amiss(span) or _is_full_stop(text, span, end):
            end -= 1
        elif span[0].isspace() or _begins_amiss(span):
            start += 1
        else:
            break
    has_words = any(unicodedata.category(sign)[0] not in "PZC" for sign in text[start:end])
    return (start, end) if has_words else None


def _ends_amiss(span: str) -> bool:
    """Whether its last character closes what it does not open, or is a comma and the like."""
    last = span[-1]
    if last in _OPENED_BY:
        return span.count(_OPENED_BY[last]) < span.count(last)
    return last in _ALWAYS or last in _CLOSED_BY or (last == '"' and span.count('"') % 2 == 1)


def _begins_amiss(span: str) -> bool:
    """Whether its first character opens what it does not close, or closes something before it."""
    first = span[0]
    if first in _CLOSED_BY:
        return span.count(_CLOSED_BY[first]) < span.count(first)
    return first in _OPENED_BY or (first == '"' and span.count('"') % 2 == 1)


def _is_full_stop(text: str, span: str, end: int) -> bool:
    if span[-1] not in _STOPS or _INITIALS.search(span):
        return False
    return not _GOES_ON.match(text, end)
