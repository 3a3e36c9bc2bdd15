"""Which quotation marks of a text belong together, of every kind, and which are apostrophes.

A mark without a partner is none. Straight and single ones, which look like apostrophes or like each
other, are told by what stands around them, and belong together within one paragraph only.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from index.records import Span

_FAMILIES = ("„“”", "«»", "‹›", "「」", "『』", '"', "‚‘’", "'")  # one that crosses another yields
_CLOSES = {  # what a mark closes where that was opened last
    "”": "“„",
    "“": "„",
    "»": "«",
    "«": "»",
    "›": "‹",
    "‹": "›",
    "」": "「",
    "』": "『",
    "’": "‘‚",
    "‘": "‚",
    '"': '"',
    "'": "'",
}
_ALWAYS_OPEN = frozenset("„“「『‚")
_ONE_PARAGRAPH = frozenset("\"'‚‘")
_AMBIGUOUS = frozenset("\"'‘«»‹›")  # may open or close
_OPENS_AFTER = re.compile(r"[\s(\[{</=*_—–“„«‹»›‘\"'-]")
_SHORTENED = re.compile(r"['‘](?:(?:tis|twas|twere|till?|cause|em|\d0s)\b|n['’])", re.IGNORECASE)
_OF_MANY = re.compile(r"s['’] [^\W\d_A-Z]")  # "the bees' hum"
_PARAGRAPH_END = re.compile(r"\n[ \t]*(?=\n)")


def marked_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """What stands between the outermost quotation marks of `text[start:end]`, in order.

    >>> text = "He said “the ‘bees’ hum”, it's 'so', the ants' way."
    >>> [text[first:last] for first, last in marked_spans(text)]
    ['the ‘bees’ hum', 'so']
    """
    bounds = (start, len(text) if end is None else end)
    paragraph_ends = [match.start() for match in _PARAGRAPH_END.finditer(text, *bounds)]
    families: list[list[Span]] = []
    for family in _FAMILIES:
        found = list(_outermost(_pairs(text, bounds, family, paragraph_ends)))
        families.append(
            [span for span in found if not any(_crosses(span, other) for other in families)]
        )
    return list(_outermost(span for family in families for span in family))


def _pairs(text: str, bounds: Span, family: str, paragraph_ends: Sequence[int]) -> Iterator[Span]:
    """What stands between marks of one family that belong together, the inner ones first."""
    opened: list[int] = []
    for match in re.compile(f"[{family}]").finditer(text, *bounds):
        place, mark = match.start(), match.group()
        if opened and (gap := _paragraph_end(paragraph_ends, opened[-1], place)) is not None:
            if mark in _ONE_PARAGRAPH:
                opened.clear()
            elif mark == text[opened[-1]] and not text[gap:place].strip():
                yield opened.pop() + 1, gap  # each paragraph of a long quotation is opened again
        if opened and text[opened[-1]] in _CLOSES.get(mark, "") and _closes(text, place, bounds):
            yield opened.pop() + 1, place
        elif _opens(text, place, bounds):
            opened.append(place)


def _paragraph_end(paragraph_ends: Sequence[int], start: int, end: int) -> int | None:
    """Where the last paragraph ends that does between the two offsets."""
    after = bisect_left(paragraph_ends, end)
    return paragraph_ends[after - 1] if after and paragraph_ends[after - 1] > start else None


def _opens(text: str, place: int, bounds: Span) -> bool:
    mark = text[place]
    before, behind = text[max(bounds[0], place - 1) : place], text[place + 1 : place + 2]
    if mark in _ALWAYS_OPEN:
        return True
    if mark not in _AMBIGUOUS or (before and not _OPENS_AFTER.match(before)):
        return False
    if mark in "«‹":
        return True  # in French a blank follows
    return bool(behind.strip()) and not _SHORTENED.match(text, place)


def _closes(text: str, place: int, bounds: Span) -> bool:
    mark = text[place]
    before, behind = text[max(bounds[0], place - 1) : place], text[place + 1 : place + 2]
    if mark == '"':
        return bool(before and not before.isspace() and before not in "([{") or not behind.strip()
    if mark in "'’":
        return not (before.isspace() or behind.isalnum() or _is_of_many(text, place, bounds[1]))
    return True


def _is_of_many(text: str, place: int, end: int) -> bool:
    """Whether it is the apostrophe of a plural: a mark that can close comes later in the line."""
    if not _OF_MANY.match(text, place - 1):
        return False
    line_end = text.find("\n", place, end)
    rest = text[place + 1 : end if line_end < 0 else line_end]
    return re.search(rf"{text[place]}(?!\w)", rest) is not None


def _crosses(span: Span, others: Sequence[Span]) -> bool:
    """Whether it begins in another one that it does not end in, or the other way round."""
    return _around(span[0], others) != _around(span[1], others)


def _around(offset: int, spans: Sequence[Span]) -> int | None:
    """Which of the spans, in order and apart from each other, the offset lies in."""
    last = bisect_right(spans, offset, key=lambda span: span[0]) - 1
    return last if last >= 0 and offset <= spans[last][1] else None


def _outermost(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans that lie in no other, in order."""
    end = -1
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if span[0] >= end:
            yield span
            end = span[1]
