"""Word: paragraphs, headings by their outline level, rows of tables; notes below their paragraph.

See ECMA-376, part 1, section 17. What was deleted while changes were tracked is left out, what was
added is read. Does not read headers, footers, comments and charts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.documents.archive import Archive
from index.documents.building import TextBuilder, one_line
from index.documents.docx_numbering import Numbering
from index.documents.docx_signs import sign_of
from index.documents.office import Package
from index.documents.office_math import linear
from index.documents.parsed import Parsed
from index.documents.raised import raised
from index.documents.xml import Element, attribute, child_of, children_of, elements, name_of
from index.errors import SourceError

_UNREAD = frozenset(
    """del moveFrom instrText delText delInstrText rPr pPr tblPr tblGrid trPr tcPr sectPr fldChar
    proofErr sdtPr sdtEndPr comment annotationRef footnoteRef endnoteRef object""".split()
)
_SIGNS = {"tab": " ", "cr": "\n", "noBreakHyphen": "\u2011", "ptab": " "}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_CODE = re.compile(r"source ?code|preformatted|verbatim|code block", re.IGNORECASE)
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_MOST_LEVELS = 9
_NO_LIST = "0"  # what a paragraph says that its style makes an item, and that is none
_MOST_BASES = 20  # styles that build on each other; more is a circle


@dataclass(frozen=True, slots=True)
class _Style:
    """What a style makes of its paragraphs."""

    name: str
    level: int | None  # of headings, 1 outermost
    numbering: tuple[str, int] | None  # list and level


def parse(data: bytes) -> Parsed:
    """The document's text. Raises `SourceError`."""
    package = Package(Archive(data, kind="Word"), kind="Word")
    document = package.xml(package.main)
    body = next(elements(document, "body"), None) if document is not None else None
    if body is None:
        raise SourceError("is no Word document, or a damaged one: it has no body")
    text = TextBuilder()
    _Body(package, text).blocks(body)
    return text.parsed(**package.facts)


class _Body:
    """Puts the blocks of a document into a reading text."""

    def __init__(self, package: Package, text: TextBuilder) -> None:
        self._text = text
        self._styles = _styles(package.xml(package.related(package.main, "styles")))
        self._numbering = Numbering(package.xml(package.related(package.main, "numbering")))
        self._notes = {
            kind: _notes_of(package.xml(package.related(package.main, kind)))
            for kind in _NOTES.values()
        }
        self._has_title = False  # headings then stand one level below it
        self._numbers: dict[tuple[str, str], str] = {}  # of the notes so far, by kind and id
        self._below: list[tuple[str, Element]] = []  # notes and boxes that follow the block

    def blocks(self, parent: Element) -> None:
        """Adds the paragraphs and tables in an element, in order."""
        for child in _read(parent):
            name = name_of(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif not (name == "sdt" and _is_contents(child)):
                self.blocks(child)

    def _paragraph(self, paragraph: Element) -> None:
        style = self._style_of(paragraph)
        words = self._words(paragraph)
        if words.strip():
            marker = self._numbering.marker(*style.numbering) if style.numbering else ""
            self._add(f"{marker} {words.lstrip()}" if marker else words, style)
        self._add_what_follows()

    def _style_of(self, paragraph: Element) -> _Style:
        """What its style makes of a paragraph, and what it says itself."""
        properties = child_of(paragraph, "pPr")
        style = self._styles.get(_value(properties, "pStyle"), _Style("", None, None))
        outline = _value(properties, "outlineLvl")
        level = int(outline) + 1 if outline.isdigit() else style.level
        numbering = _numbering_in(properties) or style.numbering
        if numbering and numbering[0] == _NO_LIST:
            numbering = None
        return _Style(style.name, level, numbering)

    def _add(self, words: str, style: _Style) -> None:
        if style.name.lower() == "title":
            self._has_title = True
            self._text.heading(words, 1)
        elif style.level is not None and style.level <= _MOST_LEVELS:
            self._text.heading(words, style.level + self._has_title)
        elif _CODE.search(style.name):
            self._text.preformatted(words)
        else:
            self._text.paragraph(words, tight=style.numbering is not None)

    def _table(self, table: Element) -> None:
        """A paragraph for each row; one that only lays out a page, block by block."""
        rows = [[*_cells(row)] for row in elements(table, "tr")]
        if any(next(elements(cell, "tbl"), None) is not None for row in rows for cell in row) or (
            max(map(len, rows), default=0) < 2
        ):
            self.blocks(table)
            return
        for row in rows:
            cells = [self._cell(cell) for cell in row]
            if any(cells):
                self._text.paragraph(" | ".join(cells), tight=True)
        self._add_what_follows()

    def _cell(self, cell: Element) -> str:
        merged = child_of(child_of(cell, "tcPr"), "vMerge")
        if merged is not None and attribute(merged, "val") != "restart":
            return ""  # its words stand in the row above
        return self._words_of_all(cell)

    def _words_of_all(self, parent: Element) -> str:
        """The words of all paragraphs in an element, on one line."""
        words = (one_line(self._words(paragraph)) for paragraph in _paragraphs(parent))
        return " ".join(part for part in words if part)

    def _words(self, parent: Element) -> str:
        """The words in a paragraph or a part of it."""
        return "".join(self._said(child) for child in _read(parent))

    def _said(self, element: Element) -> str:
        name = name_of(element)
        if name == "t":
            return element.text or ""
        if name == "br":
            return "" if attribute(element, "type") in {"page", "column"} else "\n"
        if name in _SIGNS:
            return _SIGNS[name]
        if name == "sym":
            return sign_of(attribute(element, "font"), attribute(element, "char"))
        if name in {"oMath", "oMathPara"}:
            return linear(element)
        if name in _NOTES:
            return self._note(element, _NOTES[name])
        if name == "txbxContent":
            self._below.append(("", element))
            return ""
        if name == "r":
            return self._run(element)
        return self._words(element)

    def _run(self, run: Element) -> str:
        properties = child_of(run, "rPr")
        hidden = child_of(properties, "vanish")
        if hidden is not None and attribute(hidden, "val") not in {"0", "false"}:
            return ""
        words = self._words(run)
        return raised(words) if _value(properties, "vertAlign") == "superscript" else words

    def _note(self, reference: Element, kind: str) -> str:
        """The number of a note, which follows the paragraph that names it first."""
        id = attribute(reference, "id")
        note = self._notes[kind].get(id)
        if note is None:
            return ""
        if (kind, id) not in self._numbers:
            number = raised(str(len(self._numbers) + 1))
            self._numbers[kind, id] = number
            self._below.append((number, note))
        return self._numbers[kind, id]

    def _add_what_follows(self) -> None:
        while self._below:  # a note may hold a box, and refer to a note
            below, self._below = self._below, []
            for number, element in below:
                if not number:
                    self.blocks(element)
                    continue
                with self._text.within("notes"):
                    self._text.paragraph(f"{number} {self._words_of_all(element)}")


def _read(parent: Element) -> Iterator[Element]:
    return children_of(parent, unread=_UNREAD)


def _styles(root: Element | None) -> dict[str, _Style]:
    """The paragraph styles by id, with what they take from those they build on."""
    named = {
        attribute(style, "styleId"): style
        for style in (elements(root, "style") if root is not None else ())
    }
    return {id: _style(id, named) for id in named}


def _style(id: str, named: dict[str, Element]) -> _Style:
    name = _value(named[id], "name")
    heading = _HEADING.fullmatch(name)
    level = int(heading[1]) if heading else None
    numbering: tuple[str, int] | None = None
    for _ in range(_MOST_BASES):
        if id not in named:
            break
        properties = child_of(named[id], "pPr")
        outline = _value(properties, "outlineLvl")
        if level is None and outline.isdigit():
            level = int(outline) + 1
        numbering = numbering or _numbering_in(properties)
        id = _value(named[id], "basedOn")
    return _Style(name, level, numbering)


def _numbering_in(properties: Element | None) -> tuple[str, int] | None:
    """The list that a paragraph is an item of, and its level in it."""
    numbering = child_of(properties, "numPr")
    if numbering is None:
        return None
    level = _value(numbering, "ilvl")
    return _value(numbering, "numId"), int(level) if level.isdigit() else 0


def _notes_of(root: Element | None) -> dict[str, Element]:
    """The notes by id, without the lines that are drawn above them."""
    every = [] if root is None else [*elements(root, "footnote"), *elements(root, "endnote")]
    return {attribute(note, "id"): note for note in every if not attribute(note, "type")}


def _is_contents(element: Element) -> bool:
    """Whether a block is a table of contents that the program made."""
    galleries = (attribute(each, "val") for each in elements(element, "docPartGallery"))
    return "Table of Contents" in galleries


def _paragraphs(parent: Element) -> Iterator[Element]:
    """The paragraphs in an element, but none within a paragraph: those of a box."""
    for child in _read(parent):
        if name_of(child) == "p":
            yield child
        else:
            yield from _paragraphs(child)


def _cells(row: Element) -> Iterator[Element]:
    for child in _read(row):
        if name_of(child) == "tc":
            yield child
        else:
            yield from _cells(child)


def _value(element: Element | None, name: str) -> str:
    child = child_of(element, name)
    return "" if child is None else attribute(child, "val")
