"""The quotations in a text: block quotes, and what stands between quotation marks.

Of quotations within quotations only the outermost is given: what stands inside belongs to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.records import Span
from rag.verifying.quotation_marks import marked_spans

_BLOCK = re.compile(r"^[ \t]*>.*(?:\n[ \t]*>.*)*", re.MULTILINE)
_MARGIN = re.compile(r"^[ \t]*>[> \t]*", re.MULTILINE)
_SOURCE_LINE = re.compile(r"\n[> \t]*(?:—|–|--|\().*\Z")


@dataclass(frozen=True, slots=True)
class Quotation:
    """What a text says that another one says."""

    start: int  # offsets of the text it was found in; its quotation marks are no part of it
    end: int
    text: str  # what stands there, without the margin of a block quote


def quotations_in(text: str) -> list[Quotation]:
    r"""The quotations of a text, in order; the whole text where nothing in it is marked as one.

    >>> [quotation.text for quotation in quotations_in('She said "bees hum", he said ‘no’.')]
    ['bees hum', 'no']
    >>> [quotation.text for quotation in quotations_in("They said:\n> Bees\n> hum.\nIt's so.")]
    ['Bees\nhum.']
    >>> [quotation.text for quotation in quotations_in(" the bees' hum ")]
    ["the bees' hum"]
    """
    found = [_quotation(text, span) for span in _spans(text)]
    return [quotation for quotation in found if quotation.text] or [whole(text)]


def whole(text: str) -> Quotation:
    """The whole text as one quotation, without the blanks around it."""
    return _quotation(text, (0, len(text)))


def _spans(text: str) -> Iterator[Span]:
    last = 0
    for block in _BLOCK.finditer(text):
        yield from marked_spans(text, last, block.start())
        yield _words_of_block(text, *block.span())
        last = block.end()
    yield from marked_spans(text, last)


def _words_of_block(text: str, start: int, end: int) -> Span:
    """A block quote without a last line that names its source, and without marks around it all."""
    if source := _SOURCE_LINE.search(text, start, end):
        end = source.start()
    if margin := _MARGIN.match(text, start, end):
        start = margin.end()
    inside = marked_spans(text, start, end)
    if len(inside) == 1 and _is_all_but_marks(text[start:end], inside[0], start):
        return inside[0]
    return start, end


def _is_all_but_marks(block: str, inside: Span, start: int) -> bool:
    first, last = inside[0] - start, inside[1] - start
    return not (block[: first - 1].strip() or block[last + 1 :].strip())


def _quotation(text: str, span: Span) -> Quotation:
    words = text[slice(*span)]
    start = span[0] + len(words) - len(words.lstrip())
    end = start + len(words.strip())
    return Quotation(start, end, _MARGIN.sub("", text[start:end]))
