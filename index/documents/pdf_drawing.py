"""A page of a PDF -> an image of it. It runs in a process of its own, see `index/drawing.py`."""

import math
import os
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import PIL.Image
import PIL.WebPImagePlugin  # now: later there are no files to import from
import pypdfium2.raw as pdfium
from pypdfium2 import PdfBitmap, PdfDocument, PdfiumError, PdfPage

from index.confined.process import Work
from index.drawing import HEAD
from index.errors import SourceError

_WIDTH = 1_400  # pixels
_MOST_SIDE = 8_000
_MOST_PIXELS = 6_000_000
_QUALITY = {"quality": 80, "method": 2}  # of 100, and of 6: more takes longer and is no smaller
_WHITE = (255, 255, 255, 255)
_LESS_URGENT = 10  # than answering: what is added to the niceness of the process


def work(argument: Mapping[str, Any]) -> Work:
    """What a drawing process does: the number of a page and a file -> the page as WebP."""
    PIL.Image.preinit()  # saving would import them, whatever it saves
    if hasattr(os, "nice"):
        os.nice(_LESS_URGENT)
    return lambda request: _drawn(memoryview(request)[HEAD.size :], *HEAD.unpack_from(request))


def _drawn(data: memoryview, number: int) -> bytes:
    try:
        document = PdfDocument(bytes(data))
    except PdfiumError as error:
        raise SourceError(f"is no PDF, or a damaged one ({error})") from error
    try:
        if number >= len(document):
            raise SourceError(f"has no page {number + 1}, only {len(document)}")
        page = document[number]
        image = _image(page)
        page.close()
    finally:
        document.close()
    made = BytesIO()
    image.save(made, "WEBP", **_QUALITY)
    return made.getvalue()


def _image(page: PdfPage) -> PIL.Image.Image:
    width, height = size_of(page.get_width(), page.get_height())
    bitmap = PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGR)
    bitmap.fill_rect(_WHITE, 0, 0, width, height)
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
    image: PIL.Image.Image = bitmap.to_pil()
    return image


def size_of(width: float, height: float) -> tuple[int, int]:
    """The size in pixels that a page of that size in points is drawn in.

    >>> size_of(612, 792), size_of(1e6, 10), size_of(1, 1e6), size_of(10_000, 100_000)
    ((1400, 1812), (1400, 1), (1, 8000), (775, 7746))
    """
    if not (math.isfinite(width * height) and width > 0 and height > 0):
        raise SourceError(f"has a page of {width} by {height} points, which cannot be drawn")
    scale = min(
        _WIDTH / width, _MOST_SIDE / max(width, height), math.sqrt(_MOST_PIXELS / (width * height))
    )
    return max(1, round(width * scale)), max(1, round(height * scale))
