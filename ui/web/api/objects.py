"""What the API answers with, field by field, for its description: `ui/contract.py` makes it.

Offsets count Unicode code points of a document's text; `text[start:end]` of the document is the
text of a quote or passage, to the character.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag.answer import Status
from rag.verifying.edits import EditKind
from rag.verifying.verified import Kind
from ui.contract import SCHEMA_VERSION

Start = Annotated[int, Field(ge=0, description="Offset of the first character.")]
End = Annotated[int, Field(ge=0, description="Offset after the last character.")]
Score = Annotated[float, Field(description="Higher is better; comparable within one list only.")]


class Object(BaseModel):
    """An object that has these fields and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Versioned(Object):
    """An object that is answered with."""

    schema_version: int = Field(
        ge=SCHEMA_VERSION,
        le=SCHEMA_VERSION,
        description="Grows when a field changes its name or its meaning.",
    )


class Named(Object):
    """A document, as quotes and passages name it."""

    id: str
    version: str = Field(description="SHA-256 of the text that the offsets are of.")
    title: str
    source: str = Field(description="Its path, relative to what was added.")


class PlaceObject(Object):
    """Where a span stands, for a person."""

    label: str = Field(description="All of it in words.")
    paragraph: int | None = Field(description="Counts from 1.")
    line: int | None = Field(description="Counts from 1.")
    page: str | None = Field(description="As printed on the page.")
    page_number: int | None = Field(description="Counts from 1, whatever is printed.")
    slide: int | None = Field(description="Counts from 1.")
    notes: bool = Field(description="In the notes that go with it.")
    cell: int | None = Field(description="Of a notebook; counts from 1.")
    time: float | None = Field(description="Seconds from the beginning of a recording.")
    speaker: str | None
    chapter: str | None = Field(description="As the contents call it.")
    reference: str | None = Field(description="As people cite it, such as chapter:verse.")
    anchor: str | None = Field(description="The id nearest before, for the end of an address.")
    headings: list[str] = Field(description="The outermost first.")


class SpanObject(Object):
    """A stretch of the document's text."""

    start: Start
    end: End


class TextPositionSelector(Object):
    """A selector of the W3C Web Annotation data model, section 4.2.5."""

    type: Literal["TextPositionSelector"]
    start: Start
    end: End


class TextQuoteSelector(Object):
    """A selector of the W3C Web Annotation data model, section 4.2.4."""

    type: Literal["TextQuoteSelector"]
    exact: str
    prefix: str
    suffix: str


class QuoteObject(Object):
    """A quote that was compared with the stored text, character by character."""

    text: str
    start: Start
    end: End
    answer: SpanObject | None = Field(description="The short answer in it, in document offsets.")
    score: Score
    url: str = Field(description="Of its place in the reader, from the server's root.")
    original: str | None = Field(description="Of its place in the original on the web.")
    document: Named
    place: PlaceObject
    selectors: list[TextPositionSelector | TextQuoteSelector]


class FoundObject(Object):
    """How one search came upon a passage."""

    rank: int = Field(ge=1)
    score: Score


class PassageObject(Object):
    """A passage that was retrieved."""

    text: str
    start: Start
    end: End
    score: Score
    document: Named
    place: PlaceObject
    found_by: dict[str, FoundObject] = Field(
        description='By search: "vectors" by meaning, "words" by words.'
    )


class AnswerObject(Versioned):
    """The answer: quotes, or the plain word that the texts do not answer."""

    question: str
    status: Status = Field(description='"related": the texts speak of it, but do not answer.')
    answer: str | None = Field(description="The short answer, verbatim, where one is marked.")
    confidence: float | None = Field(ge=0, le=1, description="A calibrated probability.")
    signature: dict[str, str] = Field(description="What made this answer.")
    seconds: dict[str, float] = Field(description="Wall time of each stage.")
    quotes: list[QuoteObject] = Field(description="Best first; none unless answered.")
    passages: list[PassageObject] = Field(description="The closest ones, whatever the status.")


class PassagesObject(Versioned):
    """Passages, best first."""

    question: str
    passages: list[PassageObject]


class EditObject(Object):
    """A row of words that a quotation kept, left out or put in."""

    kind: EditKind
    text: str = Field(description="As the quotation has it; where removed, as the source has it.")
    quoted: SpanObject = Field(description="Offsets of the text that was sent.")
    source: SpanObject = Field(description="Offsets of the document.")
    marked: bool = Field(description="A mark of omission or brackets tell of it.")


class StandingObject(SpanObject):
    """Where a quotation, or a piece of it, stands, or what it is like."""

    text: str = Field(description="The document's own characters there.")
    exact: bool = Field(description="Whether it stands there character by character.")
    quoted: SpanObject = Field(description="What of the text that was sent stands here.")
    url: str = Field(description="Of its place in the reader, from the server's root.")
    document: Named
    place: PlaceObject


class QuotationObject(SpanObject):
    """A quotation of the text that was sent, and what it is; its offsets are of that text."""

    text: str
    kind: Kind = Field(
        description="Misattributed: it stands, but in another document than it is said to be from."
    )
    ratio: float | None = Field(ge=0, le=1, description="How like it is to the place it is like.")
    attributed_to: list[str] = Field(description="Documents that it is said to be from, by id.")
    count: int = Field(ge=0, description="Of the places that were found.")
    places: list[StandingObject] = Field(description="The first ones, or the pieces in order.")
    edits: list[EditObject] = Field(description="How it differs from the place that it is like.")


class VerificationObject(Versioned):
    """What was found of each quotation of a text. It was a search: what is absent may be hidden."""

    quotations: list[QuotationObject]


class ListedDocument(Named):
    """A document in a list."""

    language: str | None = Field(description="ISO 639-1 code, where it could be told.")
    characters: int
    chunks: int = Field(description="Passages that it was cut into.")
    url: str = Field(description="Of its first page in the reader, from the server's root.")


class DocumentsObject(Versioned):
    """A part of the list of documents, by source."""

    count: int = Field(description="Of all documents.")
    offset: int = Field(description="How many stand before the first of these.")
    documents: list[ListedDocument]


class HeadingObject(Object):
    """A heading of the outline."""

    label: str
    level: int = Field(description="1 is the outermost.")
    start: Start
    page: int = Field(ge=1, description="The page that it stands on.")


class TextObject(SpanObject):
    """A part of a document's text, to the character."""

    text: str


class DocumentObject(Named, Versioned):
    """A document: what it says of itself, its outline, and the part of its text asked for."""

    author: str | None
    date: str | None
    language: str | None
    address: str | None = Field(description="Of the original on the web.")
    characters: int
    url: str
    outline: list[HeadingObject] = Field(
        description="Where headings are too many, the deeper ones of other pages are left out."
    )
    pages: list[SpanObject] = Field(description="That the reader shows it in.")
    text: TextObject | None = Field(description="None unless a page or a slice was asked for.")


class ProblemObject(Object):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What was expected, what was found, what to do.")
