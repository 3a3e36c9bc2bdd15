"""A page of a PDF -> runs of letters on one line, with where they stand; pdfium does the reading.

Places count from the upper left corner of the page as its text is upright, in points.
"""

import math
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator
from ctypes import addressof, c_double, c_float
from dataclasses import dataclass, field
from statistics import median_high
from typing import NamedTuple

import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

from index.documents.building import clean
from index.documents.raised import raised

HYPHEN = "\u00ad"  # at the end of a run: the hyphen of a broken word
_HYPHENS = frozenset({"\x02", "\ufffe", HYPHEN})  # pdfium's, and its own
_ASCENT, _DESCENT = 0.8, 0.2  # ratio of the type's size that letters reach above and below a line
_WIDE_GAP = 1.2  # sizes of type between two runs of one line: a gutter, or a cell's edge
_BACK = 1.0  # sizes of type that the text goes back where a line begins
_DOWN = 0.7  # sizes of type that it goes down
_RAISED_SIZE = 0.85  # ratio of the type's size: less is small enough to be raised
_RAISED_BY = 0.15  # ratio of the type's size that a raised letter stands above the line
_BULLETS = {
    "\uf095": "•",
    "\uf0b7": "•",
    "\uf0a7": "▪",
}  # in fonts of signs alone, as Word has them
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Run:
    """Letters beside each other, without a wide gap between them."""

    text: str
    page: int  # counts from 0
    left: float
    top: float
    right: float
    bottom: float
    size: float  # of the type
    sideways: bool = False  # it stands otherwise than most of the page's text
    edges: "array[float]" = field(  # left and right of each of its characters that is no blank
        default_factory=lambda: array("f"), repr=False, compare=False
    )


@dataclass(frozen=True, slots=True)
class PageText:
    """What stands on a page."""

    runs: list[Run]  # in the order of the file
    width: float  # as its text is upright
    height: float
    turn: int  # quarters that it is shown turned with the clock from there


class _Letter(NamedTuple):
    sign: str
    left: float
    right: float
    base: float  # the height of the line that it stands on
    size: float  # of its type


def text_of(page: PdfPage, number: int) -> PageText:
    """The text of a page; `number` counts from 0."""
    text = page.get_textpage()
    try:
        lines = list(_lines(text.raw))
        turns = [_turn(text.raw, indices[0]) for indices in lines]
        weights: Counter[int] = Counter()
        for turn, indices in zip(turns, lines, strict=True):
            weights[turn] += len(indices)
        upright = weights.most_common(1)[0][0] if weights else page.get_rotation()
        box = page.get_bbox()
        runs = [
            _run(letters, number, sideways=turn != upright)
            for turn, indices in zip(turns, lines, strict=True)
            for letters in _split([*_letters(text.raw, indices, turn, box)])
        ]
    finally:
        text.close()
    sides = box[2] - box[0], box[3] - box[1]
    width, height = sides if upright in {0, 180} else sides[::-1]
    return PageText(runs, width, height, (page.get_rotation() - upright) // 90 % 4)


def _lines(text: pdfium.FPDF_TEXTPAGE) -> Iterator[list[int]]:
    """The indices of the letters of each line, as pdfium parts lines."""
    line: list[int] = []
    for position in range(max(0, pdfium.FPDFText_CountChars(text))):
        if chr(pdfium.FPDFText_GetUnicode(text, position)) in "\r\n":
            if line:
                yield line
            line = []
        else:
            line.append(position)
    if line:
        yield line


def _turn(text: pdfium.FPDF_TEXTPAGE, position: int) -> int:
    """The direction that a line is written in: 0, 90, 180 or 270 degrees against the clock."""
    angle = math.degrees(pdfium.FPDFText_GetCharAngle(text, position))
    return round(-angle / 90) % 4 * 90  # pdfium counts with the clock


def _letters(
    text: pdfium.FPDF_TEXTPAGE,
    indices: list[int],
    turn: int,
    page: tuple[float, float, float, float],
) -> Iterator[_Letter]:
    """The letters of a line, turned so that the line runs from left to right."""
    low_x, low_y, high_x, high_y = page
    box, x, y, size, written = pdfium.FS_RECTF(), c_double(), c_double(), 1.0, None
    for position in indices:
        sign = chr(pdfium.FPDFText_GetUnicode(text, position))
        sign = _BULLETS.get(sign, sign)
        pdfium.FPDFText_GetLooseCharBox(text, position, box)
        pdfium.FPDFText_GetCharOrigin(text, position, x, y)
        letters = pdfium.FPDFText_GetTextObject(text, position)
        if letters and addressof(letters.contents) != written:
            written, size = addressof(letters.contents), _size(letters) or size
        left, right = sorted((box.left, box.right))
        bottom, top = sorted((box.bottom, box.top))
        if turn == 0:
            yield _Letter(sign, left - low_x, right - low_x, high_y - y.value, size)
        elif turn == 90:
            yield _Letter(sign, bottom - low_y, top - low_y, x.value - low_x, size)
        elif turn == 180:
            yield _Letter(sign, high_x - right, high_x - left, y.value - low_y, size)
        else:
            yield _Letter(sign, high_y - top, high_y - bottom, high_x - x.value, size)


def _size(letters: pdfium.FPDF_PAGEOBJECT) -> float:
    """The size of type that letters are shown in."""
    size, matrix = c_float(), pdfium.FS_MATRIX()
    pdfium.FPDFTextObj_GetFontSize(letters, size)
    pdfium.FPDFPageObj_GetMatrix(letters, matrix)
    return round(size.value * math.hypot(matrix.c, matrix.d), 1)


def _split(letters: list[_Letter]) -> Iterator[list[_Letter]]:
    """The line's runs: parted by wide gaps, and where pdfium joined a broken word's two lines."""
    run: list[_Letter] = []
    before: _Letter | None = None  # the last that is no blank
    backwards = any(unicodedata.bidirectional(letter.sign) in _RIGHT_TO_LEFT for letter in letters)
    for letter in letters:
        if not letter.sign.isspace():
            if before and not backwards and _is_apart(before, letter):
                yield run
                run = []
            before = letter
        run.append(letter)
    if before:
        yield run


def _is_apart(before: _Letter, after: _Letter) -> bool:
    size = max(before.size, after.size, 1.0)
    return (
        after.left - before.right > _WIDE_GAP * size
        or before.left - after.left > _BACK * size
        or abs(after.base - before.base) > _DOWN * size
    )


def _run(letters: list[_Letter], number: int, *, sideways: bool) -> Run:
    seen = [letter for letter in letters if not letter.sign.isspace()]
    size = median_high(letter.size for letter in seen)
    base = median_high(letter.base for letter in seen)
    signs = [_sign(letter, size, base) for letter in letters]
    shown = [letter for sign, letter in zip(signs, letters, strict=True) if sign.strip()]
    edges = array("f", [edge for letter in shown for edge in (letter.left, letter.right)])
    return Run(
        text="".join(signs).strip(),
        page=number,
        left=min(letter.left for letter in seen),
        top=base - _ASCENT * size,
        right=max(letter.right for letter in seen),
        bottom=base + _DESCENT * size,
        size=size,
        sideways=sideways,
        edges=edges,
    )


def _sign(letter: _Letter, size: float, base: float) -> str:
    """The letter's sign, empty where nobody can see it; a raised figure in its own character."""
    if letter.sign in _HYPHENS:
        return HYPHEN
    small = letter.size < _RAISED_SIZE * size
    is_raised = small and base - letter.base > _RAISED_BY * size
    if is_raised and letter.sign.isdigit():
        return raised(letter.sign)
    return letter.sign if letter.sign.isprintable() else clean(letter.sign)
