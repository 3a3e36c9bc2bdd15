"""The sample course in every format: its blocks, and files that are written of them."""

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from html import escape
from io import BytesIO
from itertools import groupby
from pathlib import Path

import docx

from index.documents import Parsed, format_of
from tests.archives import epub
from tests.documents import blocks
from tests.pdfs import LETTER, Page, Words, pdf

TEXTS = Path(__file__).parent.parent / "eval" / "suites" / "keeping_time" / "texts"
COURSE = sorted(TEXTS.iterdir())
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")

Block = tuple[str, str]  # "h1" to "h6", "p", "li", "row"; its words


def read(path: Path) -> Parsed:
    form = format_of(path.name)
    assert form is not None
    return form.parse(path.read_bytes())


def course_blocks(path: Path) -> list[Block]:
    """The blocks of a text of the course, without the signs of Markdown."""
    found = []
    for block in blocks(read(path)):
        words = " ".join(block.split())
        if heading := re.match(r"(#+) (.*)", words):
            found.append((f"h{len(heading[1])}", heading[2]))
        elif words.startswith("|"):
            if not re.fullmatch(r"[|\s:-]*", words):
                found.append(("row", " | ".join(cell.strip() for cell in words.split("|")[1:-1])))
        elif item := re.match(r"(-|\d+\.) (.*)", words):
            found.append(("ol" if item[1] != "-" else "ul", _without_signs(item[2])))
        else:
            found.append(("p", _without_signs(words)))
    return found


def _without_signs(words: str) -> str:
    return _LINK.sub(r"\1", re.sub(r"(?<!\w)[*_]+(?=\S)|(?<=\S)[*_]+(?!\w)|`", "", words))


def as_read(found: Sequence[Block]) -> list[str]:
    """The blocks as every format but Markdown reads them."""
    read_as, number = [], 0
    for kind, words in found:
        number = number + 1 if kind == "ol" else 0
        lead = {"ul": "• ", "ol": f"{number}. "}.get(kind, "")
        read_as.append(f"{'#' * int(kind[1])} {words}" if kind[0] == "h" else f"{lead}{words}")
    return read_as


def html(found: Sequence[Block]) -> str:
    """The blocks as a web page."""
    page, around = ["<html><body>"], ""
    for kind, words in found:
        outer = {"ul": "ul", "ol": "ol", "row": "table"}.get(kind, "")
        if outer != around:
            page.append(f"</{around}>" * bool(around) + f"<{outer}>" * bool(outer))
            around = outer
        if kind == "row":
            cells = "".join(f"<td>{escape(cell)}</td>" for cell in words.split(" | "))
            page.append(f"<tr>{cells}</tr>")
        else:
            name = "li" if outer else kind
            page.append(f"<{name}>{escape(words)}</{name}>")
    return "\n".join([*page, f"</{around}>" * bool(around), "</body></html>"])


def word(found: Sequence[Block]) -> bytes:
    """The blocks as a Word document."""
    document, file = docx.Document(), BytesIO()
    table = None
    for kind, words in found:
        if kind == "row":
            cells = words.split(" | ")
            table = table or document.add_table(0, len(cells))
            for cell, text in zip(table.add_row().cells, cells, strict=True):
                cell.text = text
            continue
        table = None
        if kind[0] == "h":
            document.add_heading(words, int(kind[1]))
        else:
            style = {"ul": "List Bullet", "ol": "List Number"}.get(kind)
            document.add_paragraph(words, style=style)
    document.save(file)
    return file.getvalue()


def in_letters_of_pdf(found: Sequence[Block]) -> list[Block]:
    """The blocks in the letters that the type of `printed` has."""
    return [(kind, words.replace("ň", "n")) for kind, words in found]


def printed(found: Sequence[Block]) -> bytes:
    """The blocks as a PDF of several pages, with running heads and broken words."""
    pages: list[list[Words]] = [[]]
    y = 720.0
    number = 0
    for kind, words in in_letters_of_pdf(found):
        number = number + 1 if kind == "ol" else 0
        size = {"h1": 20.0, "h2": 16.0, "h3": 13.0}.get(kind, 10.0)
        lead = {"ul": "• ", "ol": f"{number}. "}.get(kind, "")
        y -= 8 + (size if kind[0] == "h" else 0)
        for line in _broken(lead + words, int(390 / LETTER / size)) if kind != "row" else [words]:
            if y < 80:
                pages.append([])
                y = 720.0
            cells = line.split(" | ") if kind == "row" else [line]
            pages[-1] += [Words(60 + 160 * n, y, cell, size) for n, cell in enumerate(cells)]
            y -= 1.2 * size
    numbered: list[Page] = [
        [Words(60, 760, "Keeping Time"), *page, Words(300, 30, str(count))]
        for count, page in enumerate(pages, start=1)
    ]
    return pdf(numbered)


def _broken(words: str, letters: int) -> list[str]:
    """Lines of so many letters; a longer word at an end is broken after its fifth letter."""
    lines = [""]
    for each in words.split():
        room = letters - len(lines[-1]) - 1
        if room < len(each) and room > 6 and len(each) > 7 and each.isalpha():
            lines[-1] = f"{lines[-1]} {each[:5]}-"
            lines.append(each[5:])
        elif room < len(each):
            lines.append(each)
        else:
            lines[-1] = f"{lines[-1]} {each}".strip()
    return lines


def plain(found: Sequence[Block]) -> str:
    """The blocks as a plain text of short lines."""
    return "\n\n".join("\n".join(map(_wrapped, lines)) for lines in _written(found, plain=True))


def markdown(found: Sequence[Block]) -> str:
    """The blocks as a Markdown text."""
    return "\n\n".join("\n".join(lines) for lines in _written(found, plain=False))


def _written(found: Sequence[Block], *, plain: bool) -> Iterable[list[str]]:
    """Blocks by their lines; the items of a list and the rows of a table are one block."""
    for kind, together in groupby(found, key=lambda block: block[0]):
        words = [words for _, words in together]
        if kind == "ol":
            yield [f"{number}. {item}" for number, item in enumerate(words, start=1)]
        elif kind == "ul":
            yield [f"- {item}" for item in words]
        elif kind == "row":
            yield words if plain else _table(words)
        else:
            lead = "" if plain or kind == "p" else f"{'#' * int(kind[1])} "
            yield from ([lead + each] for each in words)


def _table(rows: Sequence[str]) -> list[str]:
    first, *others = [f"| {row} |" for row in rows]
    return [first, "|" + "---|" * len(rows[0].split(" | ")), *others]


def _wrapped(line: str) -> str:
    return textwrap.fill(line, 78, break_long_words=False, break_on_hyphens=False)


WRITERS: dict[str, Callable[[Sequence[Block]], bytes]] = {  # by the suffix of the file
    "txt": lambda found: plain(found).encode(),
    "md": lambda found: markdown(found).encode(),
    "html": lambda found: html(found).encode(),
    "epub": lambda found: epub({"a.xhtml": html(found)}),
    "docx": word,
    "pdf": printed,
}
