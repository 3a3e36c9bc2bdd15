"""Markdown (CommonMark with tables): the text is kept as it is, its blocks become marks.

Markup inside a block stays in the text: a quote shows the file's own characters. What stands in
front of a text about it becomes empty lines, so that lines are counted as in the file.
"""

from collections.abc import Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.documents.decoding import decode
from index.documents.front_matter import front_matter
from index.documents.parsed import Parsed, opening_title
from index.documents.plain import Line, lines_of
from index.documents.references import with_references
from index.errors import SourceError
from index.records import Mark

_BLOCKS = MarkdownIt("commonmark").enable("table")
_BLOCKS.core.ruler.enableOnly(["normalize", "block"])  # inline parsing is slow and says nothing
_INLINE = MarkdownIt("commonmark")
_WHOLE_BLOCKS = frozenset({"fence", "code_block", "html_block", "hr"})


def parse(data: bytes) -> Parsed:
    """The text with its headings and blocks marked. Raises `SourceError`."""
    decoded = decode(data)
    text, facts = front_matter(decoded.text)
    if not text.strip():
        raise SourceError("says something of a text, and then there is none")
    marks = markdown_marks(text)
    facts = {"title": opening_title(marks), **facts}
    every = with_references(text, marks)
    return Parsed(text, every, decoded.encoding, has_lines=True, **facts)


def markdown_marks(text: str) -> tuple[Mark, ...]:
    r"""Headings and paragraphs of a Markdown text; together they hold every character not blank.

    A list item, a row of a table, a code block is a paragraph of its own.

    >>> [(mark.kind, mark.label, mark.level) for mark in markdown_marks("# Of *Bees*\n\nHum.")]
    [('heading', 'Of Bees', 1), ('paragraph', '', 0)]
    """
    lines = list(lines_of(text))
    tokens = _BLOCKS.parse(text)
    headings = {
        opening.map[0]: (int(opening.tag[1]), _words(content.content))
        for opening, content in pairwise(tokens)
        if opening.type == "heading_open" and opening.level == 0 and opening.map
    }
    return tuple(_marks(lines, _block_of_each_line(tokens, lines), headings))


def _block_of_each_line(tokens: list[Token], lines: list[Line]) -> list[int]:
    """For each line the first line of the innermost block it belongs to, or -1."""
    block = [-1] * len(lines)
    for token in tokens:
        if token.map and (token.type == "inline" or token.type in _WHOLE_BLOCKS):
            first, after = token.map
            block[first:after] = [first] * (min(after, len(lines)) - first)
        elif token.map and token.type == "heading_open":
            first, after = token.map  # a setext heading's underline is no part of its content
            block[first:after] = [first] * (after - first)
    return block


def _marks(
    lines: list[Line], block: list[int], headings: dict[int, tuple[int, str]]
) -> Iterator[Mark]:
    for first, members in _runs(lines, block):
        start, end = members[0].span[0], members[-1].span[1]
        if first in headings:
            level, label = headings[first]
            yield Mark(start, end, "heading", label, level)
        else:
            yield Mark(start, end, "paragraph")


def _runs(lines: list[Line], block: list[int]) -> Iterator[tuple[int, list[Line]]]:
    """Lines of one block together, blank ones left out; lines of no block by blank lines."""
    members: list[Line] = []
    current: int | None = None
    for line, owner in zip(lines, block, strict=True):
        blank = not line.text or line.text.isspace()
        if members and (owner != current or (blank and owner == -1)):
            yield current if current is not None else -1, members
            members = []
        if not blank:
            current = owner
            members.append(line)
    if members:
        yield current if current is not None else -1, members


def _words(content: str) -> str:
    """A heading's words without its markup."""
    (token,) = _INLINE.parseInline(content)
    children = token.children or []
    text = "".join(" " if child.type.endswith("break") else child.content for child in children)
    return " ".join(text.split())
