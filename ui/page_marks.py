"""The pages that a quote stands on, as images of their original with the very words marked."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import LibraryDamagedError
from index.layout import Region, Sheet
from index.records import Document
from index.snapshot import Snapshot
from ui.addresses import Site, Target, page_image_url

MOST_IMAGES = 3  # of one address, which may mean a whole book
_PADDING = 0.06  # ratio of a box's height that its mark reaches beyond it, above and below

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Box:
    """A mark on an image, in points from the page's upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page to be shown."""

    label: str  # as printed on it, else as counted
    url: str
    width: float  # points
    height: float
    quote: tuple[Box, ...]
    answer: tuple[Box, ...]  # the short answer's, which lie on the quote's


def page_images(
    target: Target, document: Document, snapshot: Snapshot, *, site: Site
) -> list[PageImage]:
    """The pages that the target stands on, in order; none where they cannot be shown."""
    sheets = snapshot.sheets(document.id) if target.span else ()
    original = snapshot.original(document.id, document.version) if sheets else None
    if target.span is None or original is None:
        return []
    try:
        quote = snapshot.regions(document.id, *target.span)
        answer = snapshot.regions(document.id, *target.answer) if target.answer else []
    except LibraryDamagedError as error:  # the text can be read without them
        logger.warning("the pages of %s cannot be marked: %s", document.id, error)
        return []
    whole = Target(document.id, document.version)
    return [
        PageImage(
            _label(document, number),
            page_image_url(whole, site=site, number=number + 1, original=original),
            sheets[number].width,
            sheets[number].height,
            _boxes(quote, number, sheets[number]),
            _boxes(answer, number, sheets[number]),
        )
        for number in list(dict.fromkeys(region.sheet for region in quote))[:MOST_IMAGES]
        if number < len(sheets)
    ]


def _boxes(regions: Sequence[Region], number: int, sheet: Sheet) -> tuple[Box, ...]:
    return tuple(_box(region, sheet) for region in regions if region.sheet == number)


def _box(region: Region, sheet: Sheet) -> Box:
    """The region in points, a little wider across its lines."""
    width = (region.right - region.left) * sheet.width
    height = (region.bottom - region.top) * sheet.height
    padding = _PADDING * min(width, height)
    return Box(
        round(region.left * sheet.width, 2),
        round(region.top * sheet.height - padding, 2),
        round(width, 2),
        round(height + 2 * padding, 2),
    )


def _label(document: Document, number: int) -> str:
    """What the page is called, `number` counting from 0."""
    labels = (
        mark.label
        for mark in document.marks
        if mark.kind == "page" and mark.data["number"] == number + 1
    )
    return next(labels, "") or str(number + 1)
