"""Runs of a PDF's pages -> lines in the order they are read, what stands around the text apart.

Columns are found by the gutter between them, tables by cells that stand below each other.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.documents.pdf_page import Run

_SAME_LINE = 0.5  # ratio of a run's height that two runs of one line share
_LEAST_ROWS = 4  # lines on either side of a gutter
_LEAST_LETTERS = 18  # in the middle, of a line of a column; less is a cell of a table
_MOST_ACROSS = 0.4  # ratio of runs that reach over a gutter
_CENTRE = (0.2, 0.8)  # ratio of the text's width where a gutter can be
_STEP = 3.0  # points between places that are tried for a gutter
_TOUCHING = 0.15  # sizes of type between two runs that are parts of one word
_ALIGNED = 6.0  # points that the cells of a column differ at most, at their left or right end
LARGER = 1.12  # times the usual size of type: a heading's
_GAP_AROUND = 0.5  # sizes of type between a running head and the text, blank from line to line
_AT_EDGE = 2  # lines at the top and bottom of a page that can stand around the text
_SAME_HEIGHT = 4.0  # points that a running head differs from page to page
_MARKER = re.compile(r"[•‣▪◦●○■–*-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)]")
_PAGE_NUMBER = re.compile(
    r"[-–—|\[( ]*(?:(?:page|seite|página|p\.|S\.)\s*)?(\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|of|von|de)\s*\d{1,4})?[-–—|\]) ]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """Runs that are read as one line."""

    text: str
    page: int  # counts from 0
    left: float
    top: float
    right: float
    bottom: float
    size: float  # of the type that most of it is set in
    runs: tuple[Run, ...]  # from left to right
    is_row: bool  # of a table: its runs are cells


def line_of(runs: Sequence[Run], *, is_row: bool = False) -> Line:
    """The runs as a line; cells of a table have a bar between them."""
    return Line(
        text=" | ".join(run.text for run in runs) if is_row else _beside(runs),
        page=runs[0].page,
        left=runs[0].left,
        top=min(run.top for run in runs),
        right=max(run.right for run in runs),
        bottom=max(run.bottom for run in runs),
        size=max(runs, key=lambda run: len(run.text)).size,
        runs=tuple(runs),
        is_row=is_row,
    )


def _beside(runs: Sequence[Run]) -> str:
    """The words of runs of one line; where they touch, no blank stands between them."""
    text = runs[0].text
    for before, after in pairwise(runs):
        touching = after.left - before.right < _TOUCHING * max(before.size, after.size)
        text += after.text if touching else f" {after.text}"
    return text


def reading_order(runs: Sequence[Run]) -> list[Line]:
    """The lines of a page in the order they are read: column after column, rows left whole."""
    gutter = _gutter(runs)
    if gutter is None:
        return _lines(runs)
    lines: list[Line] = []
    band: list[Run] = []
    across = [run for run in runs if run.left < gutter < run.right]
    for run in sorted(runs, key=lambda run: run.top):
        if run in across:
            lines += _columns(band, gutter)
            lines.append(line_of([run]))
            band = []
        else:
            band.append(run)
    return lines + _columns(band, gutter)


def without_surroundings(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[str]]:
    """The pages without running heads and page numbers, and the number printed on each page.

    A line apart at the top or bottom that comes again on another page at the same height, figures
    aside, is a running head. The number is empty where none was found.
    """
    usual = usual_size(line for page in pages for line in page)
    edges = [_edges(page, usual) for page in pages]
    again = Counter(key for page in edges for key in {_key(line) for line in page})
    kept, numbers = [], []
    for page, edge in zip(pages, edges, strict=True):
        around = [line for line in edge if again[_key(line)] > 1 or _is_number(line)]
        printed = [_printed(line.text) for line in around]
        numbers.append(next((number for number in printed if number), ""))
        kept.append([line for line in page if line not in around])
    return kept, numbers


def _columns(runs: Sequence[Run], gutter: float) -> list[Line]:
    left = [run for run in runs if run.left < gutter]
    right = [run for run in runs if run.left >= gutter]
    return [*reading_order(left), *reading_order(right)]


def _gutter(runs: Sequence[Run]) -> float | None:
    """Where the page can be parted from top to bottom into columns; `None` where it cannot."""
    if len(runs) < 2 * _LEAST_ROWS:
        return None
    low, high = min(run.left for run in runs), max(run.right for run in runs)
    best: tuple[int, float] | None = None
    place = low + (high - low) * _CENTRE[0]
    while place < low + (high - low) * _CENTRE[1]:
        across = sum(run.left < place < run.right for run in runs)
        if (best is None or across < best[0]) and _parts_columns(runs, place, across):
            best = (across, place)
        place += _STEP
    return best[1] if best else None


def _parts_columns(runs: Sequence[Run], place: float, across: int) -> bool:
    """Whether lines of text, not cells, stand on both sides at the same heights."""
    if across > _MOST_ACROSS * len(runs):
        return False
    left = [run for run in runs if run.right <= place]
    right = [run for run in runs if run.left >= place]
    return (
        min(len(left), len(right)) >= _LEAST_ROWS
        and all(median(len(run.text) for run in side) >= _LEAST_LETTERS for side in (left, right))
        and min(run.top for run in left) < max(run.bottom for run in right)
        and min(run.top for run in right) < max(run.bottom for run in left)
    )


def _lines(runs: Sequence[Run]) -> list[Line]:
    """Runs of one height together, from top to bottom."""
    gathered: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.top + run.bottom) / 2):
        if gathered and _share_line(gathered[-1], run):
            gathered[-1].append(run)
        else:
            gathered.append([run])
    lines = [sorted(line, key=lambda run: run.left) for line in gathered]
    rows = {
        number + each
        for number, (above, below) in enumerate(pairwise(lines))
        if _are_rows(above, below)
        for each in (0, 1)
    }
    return [line_of(line, is_row=number in rows) for number, line in enumerate(lines)]


def _share_line(line: list[Run], run: Run) -> bool:
    shared = min(line[0].bottom, run.bottom) - max(line[0].top, run.top)
    height = min(line[0].bottom - line[0].top, run.bottom - run.top)
    return shared > _SAME_LINE * height


def _are_rows(above: Sequence[Run], below: Sequence[Run]) -> bool:
    """Whether two lines are rows of a table: as many cells, each below its own."""
    if any(_MARKER.fullmatch(line[0].text) for line in (above, below)):
        return False  # items of a list, their text apart from bullet or number
    return len(above) == len(below) > 1 and all(
        abs(upper.left - lower.left) <= _ALIGNED
        or abs(upper.right - lower.right) <= _ALIGNED
        or abs(upper.left + upper.right - lower.left - lower.right) <= 2 * _ALIGNED
        for upper, lower in zip(above, below, strict=True)
    )


def _edges(page: Sequence[Line], usual: float) -> list[Line]:
    """The lines at the top and bottom of a page that stand apart from its text."""
    downwards = sorted(page, key=lambda line: line.top)
    upwards = sorted(page, key=lambda line: -line.bottom)
    return [
        *_first_apart(downwards, lambda line, following: following.top - line.bottom, usual),
        *_first_apart(upwards, lambda line, following: line.top - following.bottom, usual),
    ]


def _first_apart(
    lines: Sequence[Line], gap: Callable[[Line, Line], float], usual: float
) -> Sequence[Line]:
    """The first lines, where there is a gap behind them; larger type is a heading's."""
    for number, (line, following) in enumerate(pairwise(lines[: _AT_EDGE + 1]), start=1):
        if line.size >= LARGER * usual:
            break
        if gap(line, following) > _GAP_AROUND * line.size:
            return lines[:number]
    return [line for line in lines[:1] if _is_number(line)]


def usual_size(lines: Iterable[Line]) -> float:
    """The size of type that most letters have."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 1.0


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text), round(line.top / _SAME_HEIGHT)


def _is_number(line: Line) -> bool:
    return _PAGE_NUMBER.fullmatch(line.text) is not None


def _printed(text: str) -> str:
    """The page's number in a line that stands around the text; empty where there is none."""
    alone = _PAGE_NUMBER.fullmatch(text)
    if alone:
        return alone[1]
    ends = re.match(r"(\d{1,4})\s", text) or re.search(r"\s(\d{1,4})$", text)
    return ends[1] if ends else ""
