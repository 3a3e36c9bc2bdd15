"""What was found of a quotation.

    exact          it stands in a document character by character
    typographic    it does but for its typography (`rag/verifying/tokens.py` says what that is)
    abridged       it does but for what marks of omission and brackets tell of
    altered        it is like a place of one document, with words or signs changed
    stitched       its pieces stand, but apart from each other
    misattributed  it is exact or typographic, in another document than it is said to be from
    absent         it stands nowhere, and nothing like it

A quotation that is abridged is honest, and still for a person to look at: what was left out may
turn it into its opposite.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from index.records import Place, Span
from rag.verifying.edits import Edit

Kind = Literal["exact", "typographic", "abridged", "altered", "stitched", "misattributed", "absent"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FAITHFUL: frozenset[Kind] = frozenset({"exact", "typographic"})


@dataclass(frozen=True, slots=True)
class StandingPlace:
    """Where a quotation, or a piece of it, stands, or what it is like."""

    document_id: str
    version: str  # which text of the document the offsets are of
    title: str
    source: str
    place: Place
    start: int
    end: int
    text: str  # the document's own characters there
    quoted: Span  # the part of the text that was checked which stands here
    exact: bool  # character by character


@dataclass(frozen=True, slots=True)
class Verified:
    """A quotation and what was found of it."""

    start: int  # offsets of the text that was checked; the quotation marks are no part of it
    end: int
    text: str  # without the margin of a block quote
    kind: Kind
    places: tuple[StandingPlace, ...] = ()  # the first ones; of a stitched one the pieces in order
    count: int = 0  # of places that were found; only so many are looked for
    ratio: float | None = None  # how like it is to the one place that is most like it
    edits: tuple[Edit, ...] = ()  # how it differs from that place, where that is what it is
    attributed_to: tuple[str, ...] = ()  # ids of the documents that it is said to be from
