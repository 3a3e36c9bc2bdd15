"""Formats: a generated text as a file of each, read, and made into a searchable library.

Ours is read in a confined process, as `pincite add` does it; the usual library reads the same bytes
in this process, to bare text without places. They take turns and the best of each counts. A library
is made with the stand-in embedder `hashing`: with a model, embedding is what takes the time.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path
from time import perf_counter
from zipfile import ZipFile

import docx
import pptx
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from pypdf import PdfReader
from webvtt import WebVTT

from index.documents import FORMATS, format_of
from index.documents.parsers import Parsers
from index.embedding import load_embedder
from index.library import Library
from index.sources import sources_below
from tests.benchmarks.libraries import add
from tests.benchmarks.rows import Row
from tests.benchmarks.texts import TextGenerator
from tests.course import WRITERS, Block

_TURNS = 3
_SECONDS_OF_A_CUE = 3


@dataclass(frozen=True, slots=True)
class _Kind:
    """A file of one format, and the usual way to its text."""

    suffix: str
    write: Callable[[Sequence[Block]], bytes]
    usual: Callable[[bytes], str]
    usual_way: str


def measure(*, small: bool) -> list[Row]:
    """Pages of PDF, else megabytes of reading text, in a second; two rows for each format."""
    found = list(blocks(TextGenerator(7), sentences=300 if small else 3_000))
    return [row for kind in _KINDS for row in _rows(kind, kind.write(found))]


def blocks(generator: TextGenerator, *, sentences: int) -> list[Block]:
    """The headings and paragraphs of a generated text."""
    written = generator.text(sentences).split("\n\n")
    return [
        (f"h{len(signs)}", words) if set(signs) == {"#"} else ("p", block.strip())
        for block in written
        for signs, _, words in [block.strip().partition(" ")]
    ]


def _rows(kind: _Kind, data: bytes) -> list[Row]:
    form = format_of(f"a.{kind.suffix}")
    assert form is not None
    with Parsers() as parsers:
        parsed = parsers.parse(form, data)  # its process is started by this
        seconds = _best(
            lambda: parsers.parse(form, data), lambda: form.parse(data), lambda: kind.usual(data)
        )
    pages = sum(mark.kind == "page" for mark in parsed.marks)
    amount, unit = (pages, "pages/s") if pages else (len(parsed.text.encode()) / 1e6, "MB/s")
    confined, bare, usual = (amount / each for each in seconds)
    what = f"{form.name}, {amount:,.0f} pages" if pages else f"{form.name}, {amount:.1f} MB of text"
    return [
        Row(
            "formats",
            f"{what}: read",
            confined,
            unit,
            usual,
            kind.usual_way,
            note=f"ours without the confined process: {bare:,.1f} {unit}" if form.confined else "",
        ),
        Row(
            "formats",
            f"{form.name}: to a searchable library",
            amount / _seconds_to_library(kind.suffix, data),
            unit,
            note="all storing included; embedder `hashing`",
        ),
    ]


def _best(*ways: Callable[[], object]) -> list[float]:
    """The least seconds that each of the ways took, which take turns."""
    turns = [[_seconds(way) for way in ways] for _ in range(_TURNS)]
    return [min(each) for each in zip(*turns, strict=True)]


def _seconds(way: Callable[[], object]) -> float:
    began = perf_counter()
    way()
    return perf_counter() - began


def _seconds_to_library(suffix: str, data: bytes) -> float:
    with tempfile.TemporaryDirectory() as name:
        file = Path(name, f"text.{suffix}")
        file.write_bytes(data)
        with Library.create(Path(name, "library")) as library:
            embedder = load_embedder("hashing")
            return _seconds(lambda: add(library, sources_below([file]), embedder))


def _slides(found: Sequence[Block]) -> bytes:
    """A slide for each heading, its paragraphs below it."""
    show, file = pptx.Presentation(), BytesIO()
    for kind, words in found:
        if kind[0] == "h":
            slide = show.slides.add_slide(show.slide_layouts[1])
            slide.shapes.title.text = words
        else:
            slide.placeholders[1].text_frame.add_paragraph().text = words
    show.save(file)
    return file.getvalue()


def _notebook(found: Sequence[Block]) -> bytes:
    """A cell for each block."""
    sources = [f"# {words}" if kind[0] == "h" else words for kind, words in found]
    cells = [{"cell_type": "markdown", "source": source} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def _transcript(found: Sequence[Block]) -> bytes:
    """A cue for each block."""
    cues = ["WEBVTT"]
    for number, (_, words) in enumerate(found):
        start, end = number * _SECONDS_OF_A_CUE, (number + 1) * _SECONDS_OF_A_CUE
        cues.append(f"{_clock(start)} --> {_clock(end)}\n{words}")
    return "\n\n".join(cues).encode()


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"


def _by_pypdf(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def _by_soup(data: bytes) -> str:
    return BeautifulSoup(data, "lxml").get_text()


def _by_soup_of_zip(data: bytes) -> str:
    """What EbookLib and BeautifulSoup are put together for."""
    with ZipFile(BytesIO(data)) as book:
        pages = [name for name in book.namelist() if name.endswith("html")]
        return "\n".join(_by_soup(book.read(name)) for name in pages)


def _by_docx(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(data)).paragraphs)


def _by_pptx(data: bytes) -> str:
    slides = pptx.Presentation(BytesIO(data)).slides
    shapes = [shape for slide in slides for shape in slide.shapes if shape.has_text_frame]
    return "\n".join(shape.text_frame.text for shape in shapes)


def _by_json(data: bytes) -> str:
    return "\n".join(cell["source"] for cell in json.loads(data)["cells"])


def _by_webvtt(data: bytes) -> str:
    return "\n".join(cue.text for cue in WebVTT.from_buffer(StringIO(data.decode()), format="vtt"))


_KINDS = (
    _Kind("pdf", WRITERS["pdf"], _by_pypdf, "pypdf's extract_text"),
    _Kind("html", WRITERS["html"], _by_soup, "BeautifulSoup's get_text, with lxml"),
    _Kind("epub", WRITERS["epub"], _by_soup_of_zip, "zipfile and BeautifulSoup, as with EbookLib"),
    _Kind("docx", WRITERS["docx"], _by_docx, "python-docx, its paragraphs"),
    _Kind("pptx", _slides, _by_pptx, "python-pptx, its shapes"),
    _Kind("ipynb", _notebook, _by_json, "json alone"),
    _Kind("vtt", _transcript, _by_webvtt, "webvtt-py, its cues"),
    _Kind("md", WRITERS["md"], lambda data: MarkdownIt().render(data.decode()), "markdown-it-py"),
    _Kind("txt", WRITERS["txt"], lambda data: data.decode(), "bytes.decode"),
)
assert {format_of(f"a.{kind.suffix}") for kind in _KINDS} == set(FORMATS.values())
