"""What may be asked of the API: every field with its bounds, and no other field."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from rag.ask import LONGEST_QUESTION
from rag.retrieval import DEPTH, PASSAGES
from rag.verifying.verify import LONGEST_TEXT
from ui.pages import MOST_CHARACTERS

MOST_DOCUMENTS = 100  # that one question may be narrowed to
MOST_QUOTES = 20  # in one answer
MOST_LISTED = 1_000  # documents in one list
_EXAMPLE = "Who built the first pendulum clock?"
_TEXT = r"\S"  # something that is no blank


def _whole(value: Any) -> Any:
    """A number without a fraction as the whole number that JSON has it for.

    >>> _whole(3.0), _whole(3.5), _whole("3")
    (3, 3.5, '3')
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _digits(value: Any) -> Any:
    """A number of an address as it is; raises `ValueError` for one that is not in digits alone.

    >>> _digits("12")
    '12'
    """
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("a whole number in digits was expected")
    return value


Number = Annotated[int, BeforeValidator(_digits)]
QuestionText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_QUESTION,
        pattern=_TEXT,
        description="The question, in the words of a person.",
        examples=[_EXAMPLE],
    ),
]
QuotingText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_TEXT,
        pattern=_TEXT,
        description="A text with quotations in it; without any, it is one itself.",
        examples=["They say that “the tide rises twice a day”."],
    ),
]
DocumentId = Annotated[str, Field(min_length=1, max_length=500, examples=["clocks.md"])]


class Body(BaseModel):
    """An object that is sent: nothing is converted, and nothing more than this is taken."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Query(BaseModel):
    """The fields of an address, which are texts until they are read; no others are taken."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AskRequest(Body):
    """A question."""

    question: QuestionText
    documents: list[DocumentId] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_DOCUMENTS,
        description="Ask only these documents, by id; all of them where it is missing.",
    )
    limit: Annotated[int | None, BeforeValidator(_whole)] = Field(
        default=None,
        ge=1,
        le=MOST_QUOTES,
        description="Most quotes; the server's own number where it is missing.",
        examples=[3],
    )


class VerifyRequest(Body):
    """Somebody else's text."""

    text: QuotingText
    document: DocumentId | None = Field(
        default=None, description="What all its quotations are said to be from, by id."
    )


class SearchQuery(Query):
    """What is searched for, and where."""

    q: QuestionText
    limit: Number = Field(default=PASSAGES, ge=1, le=DEPTH, description="Most passages.")
    document: DocumentId | None = Field(
        default=None, description="Search only this document, by id."
    )


class ListQuery(Query):
    """Which part of the list of documents."""

    offset: Number = Field(
        default=0, ge=0, description="How many documents of the list to leave out."
    )
    limit: Number = Field(default=100, ge=1, le=MOST_LISTED, description="Most documents.")


class TextQuery(Query):
    """Which part of a document's text, by the page or by the characters; none without any."""

    page: Number | None = Field(
        default=None, ge=1, description="The number of a page, from 1.", examples=[1]
    )
    start: Number | None = Field(
        default=None, ge=0, description="The first character of a slice, from 0."
    )
    end: Number | None = Field(
        default=None,
        ge=1,
        description=f"The character after the slice's last; at most {MOST_CHARACTERS:,} on.",
    )
