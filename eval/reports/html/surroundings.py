"""A quote in what stands around it."""

import re
from collections.abc import Iterator

from eval.outcomes import KeptQuote
from eval.reports.html.pieces import Kind, Piece, joined

_GAP = re.compile(r"(\n\s*\n\s*)")


def in_its_place(quote: KeptQuote) -> tuple[Piece, ...]:
    r"""What stands before the quote, the quote with its short answer set off, what stands after.

    The space between two paragraphs is a "gap". All pieces joined are the stretch of the document.

    >>> quote = KeptQuote("B in 10.", True, start=3, end=11, answer=(8, 10), before="A.\n\n")
    >>> [(piece.text, piece.kind) for piece in in_its_place(quote)]
    [('A.', 'plain'), ('\n\n', 'gap'), ('B in ', 'quote'), ('10', 'answer'), ('.', 'quote')]
    """
    start, end = _short_answer(quote)
    return joined(
        [
            *_stretch(quote.before, "plain"),
            *_stretch(quote.text[:start], "quote"),
            *_stretch(quote.text[start:end], "answer"),
            *_stretch(quote.text[end:], "quote"),
            *_stretch(quote.after, "plain"),
        ]
    )


def _short_answer(quote: KeptQuote) -> tuple[int, int]:
    """Its span within the quote's text; an empty one where none is marked."""
    if quote.answer is None or quote.start is None:
        return 0, 0
    return quote.answer[0] - quote.start, quote.answer[1] - quote.start


def _stretch(text: str, kind: Kind) -> Iterator[Piece]:
    for number, part in enumerate(_GAP.split(text)):
        yield Piece(part, "gap" if number % 2 else kind)
