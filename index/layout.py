"""Where the characters of a text stand on the pages that it was read from.

Places are ratios of a page as it is shown, turned and cropped as its file says, and count from its
upper left corner. They are kept as whole numbers, `UNITS` to a page's width or height.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

UNITS = 65_535  # to a side of a page: the most that two bytes hold
_BYTES = 4  # of a character's two edges
_NONE = np.empty((0, 2), np.uint16)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the original, as it is shown."""

    width: float  # points
    height: float


@dataclass(frozen=True, slots=True)
class LinePart:
    """Characters that stand beside each other on one line."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {  # how bytes travel in JSON
        "ser_json_bytes": "base64",
        "val_json_bytes": "base64",
    }

    start: int  # of the text
    end: int
    sheet: int  # counts from 0
    turn: int  # quarters that the sheet is turned with the clock, seen from who reads the line
    top: int  # units, as the line is read
    bottom: int
    edges: bytes  # left and right of each character, two bytes each; a blank has no width


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a text stands."""

    sheets: tuple[Sheet, ...]
    parts: tuple[LinePart, ...]  # by start; what no file shows, such as blanks, is in none


@dataclass(frozen=True, slots=True)
class Region:
    """A box on a page, as ratios of the page's width and height."""

    sheet: int  # counts from 0
    left: float
    top: float
    right: float
    bottom: float


def edges_of(letters: NDArray[np.floating]) -> bytes:
    """The edges of letters, given as ratios (n, 2), as a part of a line keeps them.

    >>> edges_of(np.array([(0.0, 0.5), (0.5, 1.1)])).hex()
    '0000ff7fff7fffff'
    """
    return _units(letters).tobytes()


def units_of(ratio: float) -> int:
    """A ratio in units; what lies off the page is at its edge.

    >>> units_of(0.5), units_of(1.5)
    (32767, 65535)
    """
    return int(_units(np.array(ratio)))


def _units(ratios: NDArray[np.floating]) -> NDArray[np.uint16]:
    units: NDArray[np.uint16] = (np.nan_to_num(ratios).clip(0, 1) * UNITS).astype("<u2")
    return units


def regions_in(parts: Iterable[LinePart], start: int, end: int) -> Iterator[Region]:
    """The boxes of the characters from `start` to `end`, one for each part of a line.

    >>> part = LinePart(10, 12, 0, 0, 0, 65535, edges_of(np.array([(0, 0.4), (0.4, 1)])))
    >>> list(regions_in([part], 0, 11))
    [Region(sheet=0, left=0.0, top=0.0, right=0.4, bottom=1.0)]
    """
    for part in parts:
        low, high = max(start, part.start) - part.start, min(end, part.end) - part.start
        edges = _edges(part)[low:high] if low < high else _NONE
        shown = edges[edges[:, 1] > edges[:, 0]]
        if len(shown):
            yield _as_shown(part, int(shown[:, 0].min()), int(shown[:, 1].max()))


def what_is_wrong(layout: Layout, length: int) -> str:
    """What a layout says that cannot be of a text of that length; empty where nothing is wrong."""
    for sheet in layout.sheets:
        if not all(isfinite(side) and side > 0 for side in (sheet.width, sheet.height)):
            return f"a page of {sheet.width} by {sheet.height} points"
    for part in layout.parts:
        if not 0 <= part.start < part.end <= length:
            return f"a part of a line at {part.start}..{part.end} of {length} characters"
        if not 0 <= part.sheet < len(layout.sheets) or part.turn not in range(4):
            return f"a line on page {part.sheet} of {len(layout.sheets)}, turned by {part.turn}"
        if not 0 <= part.top < part.bottom <= UNITS:
            return f"a line from {part.top} to {part.bottom} of {UNITS}"
        if len(part.edges) != _BYTES * (part.end - part.start):
            return f"{len(part.edges)} bytes for {part.end - part.start} characters"
        if (_edges(part)[:, 1] < _edges(part)[:, 0]).any():
            return "a character that ends before it begins"
    if any(before.end > after.start for before, after in pairwise(layout.parts)):
        return "parts of lines are out of order"
    return ""


def _edges(part: LinePart) -> NDArray[np.uint16]:
    """Left and right of each character, (n, 2)."""
    return np.frombuffer(part.edges, "<u2").reshape(-1, 2)


def _as_shown(part: LinePart, left: int, right: int) -> Region:
    """A box of a line, turned as its page is."""
    box = left / UNITS, part.top / UNITS, right / UNITS, part.bottom / UNITS
    for _ in range(part.turn):
        box = 1 - box[3], box[0], 1 - box[1], box[2]
    return Region(part.sheet, *(round(side, 5) for side in box))
