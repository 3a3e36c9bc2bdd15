"""Jupyter notebooks: cells by number; their Markdown is read as it is shown, outputs are left out.

See the notebook format, versions 3 and 4. Does not protect formulas from Markdown's own signs.
"""

import json
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from index.documents.building import TextBuilder, clean
from index.documents.decoding import decode
from index.documents.facts import date_or_none, names_or_none, words_or_none
from index.documents.html_blocks import add_blocks
from index.documents.parsed import Parsed
from index.errors import SourceError

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_CODE = frozenset({"code", "raw"})
_LEVELS = range(1, 7)

Cell = dict[str, Any]


def parse(data: bytes) -> Parsed:
    """The text of the cells. Raises `SourceError`."""
    notebook = _notebook(data)
    text = TextBuilder()
    for number, cell in enumerate(_cells(notebook), start=1):
        with text.within("cell", number=number):
            _add_cell(cell, text)
    said = notebook.get("metadata")
    said = said if isinstance(said, dict) else {}
    authors = said.get("authors")
    return text.parsed(
        title=words_or_none(said.get("title")),
        author=names_or_none(
            author.get("name") if isinstance(author, dict) else author
            for author in (authors if isinstance(authors, list) else ())
        ),
        date=date_or_none(said.get("date")),
    )


def _notebook(data: bytes) -> Cell:
    try:
        notebook = json.loads(decode(data).text)
    except ValueError as error:
        raise SourceError(f"is no notebook, or a damaged one: it is not JSON ({error})") from error
    if not isinstance(notebook, dict) or not {"cells", "worksheets"} & notebook.keys():
        raise SourceError("is no notebook: it has no cells")
    return notebook


def _cells(notebook: Cell) -> Iterator[Cell]:
    """The cells in order; those of the older version lie on sheets."""
    sheets = notebook.get("worksheets", [notebook])
    for sheet in sheets if isinstance(sheets, list) else ():
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        yield from (
            cell for cell in (cells if isinstance(cells, list) else ()) if isinstance(cell, dict)
        )


def _add_cell(cell: Cell, text: TextBuilder) -> None:
    kind, source = cell.get("cell_type"), _source(cell)
    if kind in _CODE:
        text.preformatted(source)
    elif kind == "heading":
        level = cell.get("level")
        text.heading(source, level if isinstance(level, int) and level in _LEVELS else 1)
    else:
        page = LexborHTMLParser(f"<body>{_MARKDOWN.render(source)}")
        if page.body is not None:
            add_blocks(page.body, text, anchors=False)


def _source(cell: Cell) -> str:
    """What was typed into a cell; it is kept in one string or in one for each line."""
    source = cell.get("source", cell.get("input", ""))
    lines = source if isinstance(source, list) else [source]
    return clean("".join(line for line in lines if isinstance(line, str)))
