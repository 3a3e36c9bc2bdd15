"""PDF: the text in reading order, with the page of every part of it as printed and as counted.

Words broken at a line's end are whole, running heads and page numbers left out, notes apart. Does
not recognise the letters of scans, and reads formulas as the file has them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from index.documents.building import TextBuilder
from index.documents.facts import date_or_none, language_or_none, names_or_none, words_or_none
from index.documents.parsed import Parsed
from index.documents.pdf_blocks import Block, blocks_of
from index.documents.pdf_headings import Outline
from index.documents.pdf_layout import line_parts, sheet_of
from index.documents.pdf_lines import Line, reading_order, without_surroundings
from index.documents.pdf_page import HYPHEN, PageText, Run, text_of
from index.errors import SourceError
from index.layout import Layout
from index.naming import some

_LEAST_LETTERS = 5  # of a page that is not said to have no text
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|untitled.*|.*\.(?:docx?|dvi|indd|odt|pptx?|ps|qxd|rtf|tex)",
    re.IGNORECASE,
)
_WHOLE_WORDS = re.compile(  # programs that break no words, unless they are told to
    r"microsoft|libreoffice|openoffice|google|skia|chromium|mozilla|wkhtml|quartz|\bqt\b", re.I
)
_LEAST_NUMBERED = 0.6  # ratio of pages whose printed number follows the one before

_Part = tuple[int, str, Line]  # where it begins in the text, its characters, the line they stand on


def parse(data: bytes) -> Parsed:
    """The document's text. Raises `SourceError`."""
    document = _opened(data)
    texts = [text_of(page, number) for number, page in enumerate(_pages(document))]
    empty = [number for number, page in enumerate(texts) if _letters(page.runs) < _LEAST_LETTERS]
    if len(empty) == len(texts):
        raise SourceError(
            "holds no text: its pages are images; recognise their letters (OCR) and add it again"
        )
    pages, printed = without_surroundings([_lines(page.runs) for page in texts])
    text = TextBuilder()
    blocks = blocks_of(pages, _outline(document), breaks_words=_breaks_words(document))
    parts = list(_add(blocks, text))
    _mark_pages(parts, text, _labels(document, printed))
    sideways = [run for page in texts for run in page.runs if run.sideways]
    return text.parsed(
        **_facts(document),
        warnings=(*_unread(empty), *_turned(sideways)),
        layout=_layout(parts, texts),
    )


def _opened(data: bytes) -> PdfDocument:
    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise SourceError("is encrypted; save it without a password") from error
        raise SourceError(f"is no PDF, or a damaged one ({error})") from error


def _pages(document: PdfDocument) -> Iterator[Any]:
    """Each page, closed when the next is asked for."""
    for number in range(len(document)):
        page = document[number]
        yield page
        page.close()


def _letters(runs: Iterable[Run]) -> int:
    return sum(len(run.text) for run in runs)


def _lines(runs: Iterable[Run]) -> list[Line]:
    return reading_order([run for run in runs if not run.sideways])


def _add(blocks: Iterable[Block], text: TextBuilder) -> Iterator[_Part]:
    """Adds the blocks; where each part of them begins, what it is, and its line."""
    for block in blocks:
        if block.kind == "heading":
            start = text.heading(block.text, block.level)
        else:
            start = text.paragraph(block.text, tight=block.last.is_row)
        if block.kind == "note":
            text.mark(start, start + len(block.text), "notes")
        for part, line in block.parts:
            part = part.rstrip(HYPHEN)  # of a word that is broken and never goes on
            yield start, part, line
            start += len(part)


def _mark_pages(parts: Iterable[_Part], text: TextBuilder, labels: list[str]) -> None:
    """Marks the pages that the parts are of."""
    spans = ((start, start + len(part), line.page) for start, part, line in parts)
    for start, end, page in _together(spans):
        text.mark(start, end, "page", labels[page], number=page + 1)


def _layout(parts: Iterable[_Part], pages: list[PageText]) -> Layout:
    return Layout(
        tuple(map(sheet_of, pages)),
        tuple(
            each
            for start, part, line in parts
            for each in line_parts(part, start, line, pages[line.page])
        ),
    )


def _together(spans: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Neighbouring spans of one page as one."""
    held: tuple[int, int, int] | None = None
    for start, end, page in spans:
        if held and held[2] == page:
            held = (held[0], end, page)
            continue
        if held:
            yield held
        held = (start, end, page)
    if held:
        yield held


def _labels(document: PdfDocument, printed: list[str]) -> list[str]:
    """What each page is called: by the file, else by the numbers printed on the pages."""
    labels = [document.get_page_label(number) for number in range(len(document))]
    if any(labels):
        return labels
    figures = [(page, int(number)) for page, number in enumerate(printed) if number.isdigit()]
    offsets = [number - page for page, number in figures]
    offset = max(set(offsets), key=offsets.count, default=0)
    if len(offsets) < 2 or offsets.count(offset) < _LEAST_NUMBERED * len(printed):
        return [""] * len(printed)
    return [str(page + offset) if page + offset > 0 else "" for page in range(len(printed))]


def _outline(document: PdfDocument) -> Outline:
    """The headings that the file's outline names, by page."""
    named: dict[int, dict[str, int]] = {}
    for entry in document.get_toc():
        target = entry.get_dest()
        page = target.get_index() if target else None
        title = re.sub(r"\s+", "", entry.get_title() or "").casefold()
        if page is not None and title:
            named.setdefault(page, {})[title] = entry.level + 1
    return named


def _breaks_words(document: PdfDocument) -> bool:
    """Whether the program that made the file does, unless it is told otherwise."""
    said = document.get_metadata_dict()
    return not _WHOLE_WORDS.search(f"{said.get('Creator')} {said.get('Producer')}")


def _facts(document: PdfDocument) -> dict[str, Any]:
    """What the file says of itself, for `Parsed`."""
    said = document.get_metadata_dict()
    title = words_or_none(said.get("Title"))
    date = _DATE.match(said.get("CreationDate") or "")
    return {
        "title": None if title is None or _NO_TITLE.fullmatch(title) else title,
        "author": names_or_none((said.get("Author") or "").split(";")),
        "date": date_or_none("-".join(part for part in date.groups() if part)) if date else None,
        "language": language_or_none(_language(document)),
    }


def _language(document: PdfDocument) -> str:
    length = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    buffer = (pdfium.FPDF_WCHAR * max(1, length // 2))()
    pdfium.FPDFCatalog_GetLanguage(document.raw, buffer, length)
    return "".join(map(chr, buffer)).rstrip("\0")


def _unread(pages: list[int]) -> Iterator[str]:
    """Says which pages have no text."""
    if pages:
        told = some([str(page + 1) for page in pages], most=10)
        yield f"has no text on page {told}; if that is a scan, recognise its letters (OCR)"


def _turned(runs: list[Run]) -> Iterator[str]:
    if runs:
        told = some(list(dict.fromkeys(str(run.page + 1) for run in runs)), most=10)
        yield f"has words that stand sideways on page {told}; they were left out"
