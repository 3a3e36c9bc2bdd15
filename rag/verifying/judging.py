"""One quotation and the passages that it may stand in -> what it is."""

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import NamedTuple

from index.records import Span
from rag.verifying.aligning import Alignment, aligned
from rag.verifying.attributing import Attribution
from rag.verifying.edits import Edit, edits_of, source_span
from rag.verifying.finding import Passage
from rag.verifying.quoted import Quoted
from rag.verifying.sources import Sources
from rag.verifying.stitching import SHORTEST_PIECE, Piece, pieces_of
from rag.verifying.tokens import span_of
from rag.verifying.verified import Kind, StandingPlace, Verified

MOST_PLACES = 10  # of one quotation that are given

_ALIGNED = 10  # of the likeliest passages,
_MOST_WORK = 40_000_000  # and words and signs of the quotation by those of all of them,
_ROW_WORK = 1_000  # where what is done for each of the quotation counts as so many of them
_LEAST_KEPT = 3  # words, of what is like a place
_LEAST_RATIO = 0.6
_MOST_LEFT_OUT = 10  # words in a row, without a mark, that do not part one place from another


class _Spot(NamedTuple):
    """Where a whole quotation stands."""

    document_id: str
    span: Span
    exact: bool


class Judge:
    """Judges the quotations of one text."""

    def __init__(self, text: str, sources: Sources) -> None:
        """`text` has the quotations, and they may stand in the sources."""
        self._text = text
        self._sources = sources

    def judged(self, quoted: Quoted, said: Attribution) -> Verified:
        """What a quotation is that is said to be from somewhere."""
        passages = self._sources.passages(quoted, said)
        if spots := _spots(quoted, passages):
            return self._standing(spots, quoted, said)
        alignment = _likest(quoted, passages)
        if alignment and _is_of_one_place(alignment):
            return self._beside(alignment, said)
        if pieces := pieces_of(quoted, self._sources.passages_of_parts(quoted)):
            return self._stitched(pieces, quoted, said, alignment)
        if alignment and alignment.ratio >= _LEAST_RATIO:
            return self._beside(alignment, said)
        return _verified("absent", quoted, said)

    def judged_if_verbatim(self, quoted: Quoted, said: Attribution) -> Verified | None:
        """What a quotation is that is exact or typographic in any document, else `None`."""
        spots = _spots(quoted, self._sources.passages(quoted, said))
        return self._standing(spots, quoted, said) if spots else None

    def _standing(self, spots: Sequence[_Spot], quoted: Quoted, said: Attribution) -> Verified:
        own = [spot for spot in spots if spot.document_id in said.documents]
        exact = any(spot.exact for spot in own or spots)
        kind: Kind = "exact" if exact else "typographic"
        if said.documents and not own:
            kind = "misattributed"
        first = sorted(spots, key=lambda spot: _order(spot, said))[:MOST_PLACES]
        places = [self._place(spot.document_id, spot.span, quoted, spot.exact) for spot in first]
        return _verified(kind, quoted, said, places, count=len(spots))

    def _beside(self, alignment: Alignment, said: Attribution) -> Verified:
        """The quotation is like one place."""
        quoted, passage = alignment.quoted, alignment.passage
        place = self._place(passage.document_id, source_span(alignment), quoted)
        return _verified(
            "abridged" if alignment.is_abridged else "altered",
            quoted,
            said,
            [place],
            ratio=alignment.ratio,
            edits=edits_of(alignment, self._text),
        )

    def _stitched(
        self,
        pieces: Sequence[Piece],
        quoted: Quoted,
        said: Attribution,
        alignment: Alignment | None,
    ) -> Verified:
        places = [
            self._sources.place(
                piece.passage.document_id,
                piece.span,
                span_of(piece.tokens),
                exact=piece.passage.at(piece.span) == self._text[slice(*span_of(piece.tokens))],
            )
            for piece in pieces
        ]
        ratio = alignment.ratio if alignment else 0.0
        return _verified("stitched", quoted, said, places, ratio=ratio)

    def _place(
        self, document_id: str, span: Span, quoted: Quoted, exact: bool = False
    ) -> StandingPlace:
        whole = quoted.quotation.start, quoted.quotation.end
        return self._sources.place(document_id, span, whole, exact=exact)


def _spots(quoted: Quoted, passages: Sequence[Passage]) -> list[_Spot]:
    """Where it stands; without a last full stop or comma only where it does not stand with it."""
    words = quoted.quotation.text
    exact = {(each.document_id, span) for each in passages for span in each.exact_spans(words)}
    for tokens in (quoted.tokens, quoted.without_last_stop):
        alike = {
            (each.document_id, span) for each in passages for span in each.typographic_spans(tokens)
        }
        others = [place for place in alike if not _is_of(place, exact, len(words))]
        if exact or others:
            return [
                *(_Spot(*place, True) for place in exact),
                *(_Spot(*place, False) for place in others),
            ]
    return []


def _is_of(place: tuple[str, Span], exact: Collection[tuple[str, Span]], length: int) -> bool:
    """Whether it is one of the exact places: these begin and end with what is no word or sign."""
    document_id, (start, end) = place
    starts = range(end - length, start + 1)
    return any((document_id, (first, first + length)) in exact for first in starts)


def _order(spot: _Spot, said: Attribution) -> tuple[bool, bool, bool, str, int]:
    """Where it is said to be from comes first, then what is exact."""
    return (
        spot.document_id not in said.documents,
        said.span is None or _apart(spot.span, said.span),
        not spot.exact,
        spot.document_id,
        spot.span[0],
    )


def _apart(span: Span, other: Span) -> bool:
    return span[1] <= other[0] or other[1] <= span[0]


def _likest(quoted: Quoted, passages: Sequence[Passage]) -> Alignment | None:
    """Beside the passage it shares most words with; `None` where it shares hardly any."""
    work = accumulate(len(quoted.tokens) * (len(each.tokens) + _ROW_WORK) for each in passages)
    near = [
        passage
        for number, (passage, so_far) in enumerate(zip(passages, work, strict=True))
        if number == 0 or (number < _ALIGNED and so_far <= _MOST_WORK)
    ]
    alignments = (aligned(quoted, passage) for passage in near)
    best = max(alignments, key=lambda each: (each.kept, each.ratio), default=None)
    return best if best and best.kept >= _LEAST_KEPT else None


def _is_of_one_place(alignment: Alignment) -> bool:
    """Whether it is honest, or so little is changed that no piece of another place can be in it."""
    return alignment.is_abridged or (
        alignment.ratio >= _LEAST_RATIO
        and alignment.inserted < SHORTEST_PIECE
        and alignment.longest_gap <= _MOST_LEFT_OUT
    )


def _verified(
    kind: Kind,
    quoted: Quoted,
    said: Attribution,
    places: Sequence[StandingPlace] = (),
    *,
    count: int | None = None,
    ratio: float | None = None,
    edits: tuple[Edit, ...] = (),
) -> Verified:
    quotation = quoted.quotation
    return Verified(
        start=quotation.start,
        end=quotation.end,
        text=quotation.text,
        kind=kind,
        places=tuple(places),
        count=len(places) if count is None else count,
        ratio=ratio,
        edits=edits,
        attributed_to=said.documents,
    )
