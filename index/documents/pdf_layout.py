"""Where the characters of a PDF's reading text stand: from parts of blocks to parts of lines."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from index.documents.pdf_lines import Line
from index.documents.pdf_page import PageText, Run
from index.layout import LinePart, Sheet, edges_of, units_of

_SIDES = 0.1, 1e7  # points; what a file says beyond that is no page to look at

Edges = NDArray[np.float32]  # left and right of each letter, (n, 2)
Places = NDArray[np.int64]


def sheet_of(page: PageText) -> Sheet:
    """The page as it is shown."""
    width, height = (page.height, page.width) if page.turn % 2 else (page.width, page.height)
    return Sheet(_side(width), _side(height))


def line_parts(text: str, start: int, line: Line, page: PageText) -> Iterator[LinePart]:
    """Where each run of a line stands whose characters are `text`, the first of them at `start`.

    A hyphen that only broke the line's last word is no character of the text; its box belongs to
    the character before it.
    """
    places = np.array([place for place, sign in enumerate(text) if not sign.isspace()])
    letters = [np.frombuffer(run.edges, np.float32).reshape(-1, 2) for run in line.runs]
    bar = 1 if line.is_row else 0  # a character between two cells that stands nowhere
    needed = sum(map(len, letters)) + bar * (len(letters) - 1)
    if len(places) + 1 == needed and len(letters[-1]) > 1:
        letters[-1] = _with_hyphen(letters[-1])
        needed -= 1
    if len(places) != needed:
        return
    for run, edges in zip(line.runs, letters, strict=True):
        held, places = places[: len(edges)], places[len(edges) + bar :]
        if len(held):  # else nobody can see its letters
            part = _part(start, held, edges, run, page)
            if part.top < part.bottom:  # else it stands off the page
                yield part


def _with_hyphen(edges: Edges) -> Edges:
    """The letters without the last, which is the hyphen, and whose box the one before it takes."""
    kept = edges[:-1].copy()
    kept[-1] = edges[-2:].min(), edges[-2:].max()
    return kept


def _part(start: int, places: Places, edges: Edges, run: Run, page: PageText) -> LinePart:
    """The run whose letters stand at these places of the text, counted from `start`."""
    width, height = _side(page.width), _side(page.height)
    at = places - places[0]
    before = np.zeros(at[-1] + 1, np.int64)  # the letter at each place, or the last before a blank
    before[at] = np.arange(len(at))
    every = edges[np.maximum.accumulate(before)][:, [1, 1]]  # a blank is where that letter ends
    every[at] = edges
    return LinePart(
        start=start + int(places[0]),
        end=start + int(places[-1]) + 1,
        sheet=run.page,
        turn=page.turn,
        top=units_of(run.top / height),
        bottom=units_of(run.bottom / height),
        edges=edges_of(every / width),
    )


def _side(length: float) -> float:
    return min(max(_SIDES[0], length), _SIDES[1])
