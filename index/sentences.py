"""A paragraph -> its sentences, as offsets: sentencex, and a small fix-up for what it misses."""

import re
from collections.abc import Iterable, Iterator

from sentencex import get_sentence_boundaries

from index.records import Span

VERSION = 1  # raised when the same paragraph is cut differently; documents are then read again

_WINDOW = 50_000  # characters given to sentencex at once: it slows down in one huge paragraph
_LIST_MARKER = re.compile(r"(?:[-*+•‣▪]|\d{1,9}[.)]|\((?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})\))\s+(?=\S)")
_NOTE = r"(?:[¹²³⁰⁴-⁹]+|(?:\[\d{1,3}\])+)"  # footnote marks that only follow a sentence
_LEADING_NOTE = re.compile(_NOTE + r"(?=\s|$)")
_OPENING = r"[\"'“‘«(\[]*[^\W\d_a-z]"  # how a sentence begins: quotation marks, then a capital
_MISSED_END = re.compile(
    rf"""(?:
        (?<=[^\W\d_][^\W\d_])[.!?]["'”’)\]]*(?:\d{{1,3}}|{_NOTE})   # word, stop, note mark
      | (?<=[^\W\d_][^\W\d_])\.["”’)\]]+                            # word, stop, closing mark
      | (?<=\d)\.["”’)\]]+                                          # number, stop, closing mark
      | (?<=\d\s[a-z])\.                                            # number, unit, stop
      | (?<=[^\W\d_][^\W\d_])…["'”’)\]]*                            # word, three dots in one
    )\s+(?={_OPENING})""",
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"""\b(?:approx|eq|eqs|fig|figs|no|nos|vol|vols|sec|secs|sect|ch|chap|chs|art|arts|para|paras
        |par|ca|c|cf|p|pp|ed|eds|est|al|ref|refs|tab|thm|def|prop|ex|max|min|resp|ver|v|op)\.\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERED_ABBREVIATION = re.compile(  # before a number without a blank: "No.12"
    r"\b(?:[Aa]rt|[Cc]h|[Ee]qs?|[Ff]igs?|Nos?|pp|[Ss]ec|[Vv]ols?)\.$"
)
_CLOSED_ABBREVIATION = re.compile(  # before a closing bracket or quotation mark
    r"\b(?:dr|mr|mrs|ms|prof|st|jr|sr|al|ed|eds|vol|fig|eq|ca|cf|approx)\.$", re.IGNORECASE
)
_GOES_ON = re.compile(r"[(\[]?[\da-z§]")  # what follows an abbreviation inside a sentence


def sentence_spans(text: str, start: int, end: int) -> list[Span]:
    """The sentences of the paragraph `text[start:end]`, blanks around each left out.

    They are in order and hold every character of the paragraph that is not blank, but for a list
    marker in front, which belongs to no sentence.

    >>> text = "It rained approx. 3 mm.12 He left. She stayed in the U.S. Army."
    >>> [text[first:last] for first, last in sentence_spans(text, 0, len(text))]
    ['It rained approx. 3 mm.12', 'He left.', 'She stayed in the U.S. Army.']
    """
    marker = _LIST_MARKER.match(text, start, end)
    spans = []
    for first, last in _mended(text, _raw_spans(text, marker.end() if marker else start, end)):
        sentence = text[first:last]
        lead = len(sentence) - len(sentence.lstrip())
        if stripped := sentence.strip():
            spans.append((first + lead, first + lead + len(stripped)))
    return spans


def sentences_around(sentences: Iterable[Span], start: int, end: int) -> Span:
    """From the start of the first to the end of the last sentence that `start..end` reaches into.

    It holds `start..end`, also where that is a list marker, which is in no sentence.

    >>> sentences_around([(0, 8), (9, 18), (19, 27)], 12, 17)  # of "It ebbs. It flows. It ebbs."
    (9, 18)
    """
    met = [(first, last) for first, last in sentences if first < end and start < last]
    return min([start, *(first for first, _ in met)]), max([end, *(last for _, last in met)])


def _raw_spans(text: str, start: int, end: int) -> Iterator[Span]:
    """What sentencex makes of the paragraph, window by window; the spans tile it."""
    while start < end:
        window = text[start : min(start + _WINDOW, end)]
        ends = [boundary["end_index"] for boundary in get_sentence_boundaries("en", window)]
        if start + len(window) < end:  # the last sentence of the window may go on behind it
            ends = ends[:-1] or [window.rfind(" ") + 1 or len(window)]
        first = 0
        for last in ends:
            yield start + first, start + last
            first = last
        start += first


def _mended(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans with missed ends added, note marks put back and abbreviations joined."""
    pending: Span | None = None
    for span in spans:
        for first, last in _split_at_missed_ends(text, *span):
            if pending is None:
                pending = (first, last)
            elif note := _LEADING_NOTE.match(text, first, last):
                yield pending[0], note.end()
                pending = (note.end(), last)
            elif _ends_in(_ABBREVIATION, text, *pending) and _GOES_ON.match(text, first, last):
                pending = (pending[0], last)
            else:
                yield pending
                pending = (first, last)
    if pending is not None:
        yield pending


def _split_at_missed_ends(text: str, first: int, last: int) -> Iterator[Span]:
    for match in _MISSED_END.finditer(text, first, last):
        stop = match.start() + 1  # the match begins with the full stop
        numbered = text[stop].isdigit()
        abbreviation = _NUMBERED_ABBREVIATION if numbered else _CLOSED_ABBREVIATION
        if not _ends_in(abbreviation, text, first, stop):
            yield first, match.end()
            first = match.end()
    yield first, last


def _ends_in(pattern: re.Pattern[str], text: str, first: int, last: int) -> bool:
    return pattern.search(text[max(first, last - 12) : last]) is not None
