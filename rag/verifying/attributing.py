"""Which document a text says that a quotation is from.

Only what is certain counts: the exact title of a document of the library, behind the quotation in
brackets or after a dash, or in front of it before a colon; or a link into Pincite's own reader.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from index.records import DocumentSummary, Span
from rag.verifying.quotations import Quotation
from rag.verifying.tokens import DOUBLE_MARKS, SINGLE_MARKS

_FARTHEST = 400  # characters from the quotation
_MARKS = re.escape(SINGLE_MARKS + DOUBLE_MARKS)
_TITLE_BEHIND = re.compile(rf"[{_MARKS}]?[,.;]?[ \t]*\n?[> \t]*(?:[(\[]+|—|–|--?)\s*[*_]*")
_TITLE_ENDS = re.compile(r"[*_]*\s*(?:[)\],.;:]|$)", re.MULTILINE)
_TITLE_BEFORE = re.compile(
    rf"^[ \t>*#-]*(?:(?:In|From|According to)\s+)?[*_]*(?P<title>\S.*?)[*_]*:[*_]*\s*[{_MARKS}]?\Z",
    re.MULTILINE,
)
_LINK_BEHIND = re.compile(
    rf"""[{_MARKS}]?[\s,.;\]]*\(?(?:\[[^\]\n]*\])?[(<]?        # the label of a link
    [^\s()<>]*/c/[^/\s()<>]+/read/(?P<id>[^/?\#\s()<>]+)
    (?:\?(?:[^\s()<>\#]*&)?char=(?P<start>\d{{1,15}}),(?P<end>\d{{1,15}}))?""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """The documents that a quotation is said to be from; several where they share a title."""

    documents: tuple[str, ...] = ()  # ids; none where nothing certain is said
    span: Span | None = None  # where in the document, if that is said too


NOTHING_SAID = Attribution()


class Titles:
    """The documents of a library by title and id."""

    def __init__(self, documents: Iterable[DocumentSummary]) -> None:
        """Of these documents."""
        self._by_title: defaultdict[str, list[str]] = defaultdict(list)
        self._ids = set()
        for document in documents:
            self._by_title[document.title].append(document.id)
            self._ids.add(document.id)

    def said_of(self, quotation: Quotation, text: str) -> Attribution:
        """What the text says of where the quotation in it is from."""
        link = _LINK_BEHIND.match(text, quotation.end, quotation.end + _FARTHEST)
        if link and (id := unquote(link["id"])) in self._ids:
            span = (int(link["start"]), int(link["end"])) if link["start"] else None
            return Attribution((id,), span)
        for title in self._named(quotation, text):
            if title in self._by_title:
                return Attribution(tuple(self._by_title[title]))
        return NOTHING_SAID

    def _named(self, quotation: Quotation, text: str) -> Iterator[str]:
        """What may be a title beside the quotation, the longest first."""
        farthest = quotation.end + _FARTHEST
        if opening := _TITLE_BEHIND.match(text, quotation.end, farthest):
            line_end = text.find("\n", opening.end(), farthest)
            rest = text[opening.end() : farthest if line_end < 0 else line_end]
            ends = [match.start() for match in _TITLE_ENDS.finditer(rest)]
            yield from (rest[:end] for end in reversed(ends))
        nearest = max(0, quotation.start - _FARTHEST)
        if before := _TITLE_BEFORE.search(text[nearest : quotation.start]):
            yield before["title"]
