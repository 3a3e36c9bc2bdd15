"""Where the characters of a PDF's reading text stand: from parts of blocks to parts of lines."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.documents.pdf_lines import Line
from index.documents.pdf_page import PageText, Run
from index.layout import LinePart, Sheet, edges_of, units_of

_THINNEST = 0.1  # points; a side of a page that is less would be no page to draw

Edges = tuple[float, float]


def sheet_of(page: PageText) -> Sheet:
    """The page as it is shown."""
    width, height = (page.height, page.width) if page.turn % 2 else (page.width, page.height)
    return Sheet(max(_THINNEST, width), max(_THINNEST, height))


def line_parts(text: str, start: int, line: Line, page: PageText) -> Iterator[LinePart]:
    """Where each run of a line stands whose characters are `text`, the first of them at `start`.

    A hyphen that only broke the line's last word is no character of the text; its box belongs to
    the character before it.
    """
    places = [place for place, sign in enumerate(text) if not sign.isspace()]
    letters = [list(zip(run.edges[::2], run.edges[1::2], strict=True)) for run in line.runs]
    bars = len(line.runs) - 1 if line.is_row else 0
    if len(places) + 1 == sum(map(len, letters)) + bars and len(letters[-1]) > 1:
        hyphen, last = letters[-1].pop(), letters[-1][-1]
        letters[-1][-1] = min(last[0], hyphen[0]), max(last[1], hyphen[1])
    if len(places) != sum(map(len, letters)) + bars:
        return
    for run, edges in zip(line.runs, letters, strict=True):
        held, places = places[: len(edges)], places[len(edges) + (1 if bars else 0) :]
        part = _part(start, held, edges, run, page)
        if part.top < part.bottom:  # else it stands off the page
            yield part


def _part(
    start: int, places: Sequence[int], edges: Sequence[Edges], run: Run, page: PageText
) -> LinePart:
    """The run whose letters stand at these places of the text, counted from `start`."""
    width = max(_THINNEST, page.width)
    height = max(_THINNEST, page.height)
    ratios = [(left / width, right / width) for left, right in edges]
    spread = ratios[:1]
    for (before, after), each in zip(pairwise(places), ratios[1:], strict=True):
        blank = (spread[-1][1],) * 2
        spread += [blank] * (after - before - 1) + [each]
    return LinePart(
        start=start + places[0],
        end=start + places[-1] + 1,
        sheet=run.page,
        turn=page.turn,
        top=units_of(run.top / height),
        bottom=units_of(run.bottom / height),
        edges=edges_of(spread),
    )
