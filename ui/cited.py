"""What is said of a quote or passage wherever it is shown: its parts, its place, its link."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from index.records import Document, Hit, Place
from rag.answer import Answer, Claim, Quote
from rag.places import PlaceNames, place_words
from rag.quotes import quote_of
from ui.originals import original_url
from ui.wording import sentences_below, words

MOST_PASSAGES = 3  # shown where nothing answers


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote or passage; `before`, `answer` and `after` joined are its text."""

    before: str  # up to the short answer; all of it where there is none
    answer: str
    after: str
    title: str
    place: str  # in words
    url: str  # of its place in the reader
    original: str  # address of its place in the original on the web; empty where it is not known
    language: str  # of its text; empty where it is not known


def cited(quote: Quote, document: Document | None, *, url: str, language: str) -> Cited:
    """What is said of a quote, the place in words of that language."""
    start, end = quote.answer or (quote.end, quote.end)
    return Cited(
        before=quote.text[: start - quote.start],
        answer=quote.text[start - quote.start : end - quote.start],
        after=quote.text[end - quote.start :],
        title=quote.title,
        place=_place(quote, language),
        url=url,
        original=_original(quote, document),
        language=(document and document.language) or "",
    )


def near(answer: Answer) -> tuple[Hit, ...]:
    """The passages that are shown with an answer: the closest ones where nothing answers."""
    return () if answer.status == "answered" else answer.hits[:MOST_PASSAGES]


def quotes_or_passages(answer: Answer, documents: Mapping[str, Document]) -> tuple[Quote, ...]:
    """The quotes, or where nothing answers the closest passages as quotes of themselves.

    A passage that its document no longer holds is left out.
    """
    if answer.quotes:
        return answer.quotes
    quotes = (
        quote_of(_whole_passage(hit), documents[hit.chunk.document_id])
        for hit in near(answer)
        if hit.chunk.document_id in documents
    )
    return tuple(quote for quote in quotes if quote)


def remark(answer: Answer, *, shown: bool, language: str) -> str:
    """What is said after "These texts do not answer this"; `shown`: whether any passage is."""
    if not shown:
        return words("answer.nothing_near", language)
    return words("answer.related" if answer.status == "related" else "answer.unrelated", language)


def place_in(language: str, place: Place) -> str:
    """The place in words of a language.

    >>> place_in("es", Place(headings=("Mareas",), page="4", paragraph=12))
    'Mareas, página 4, párrafo 12'
    """
    return place_words(place, PlaceNames(**sentences_below("place", language)))


def _whole_passage(hit: Hit) -> Claim:
    chunk = hit.chunk
    return Claim(chunk.id, chunk.document_id, chunk.start, chunk.end, chunk.text, hit.score)


def _original(quote: Quote, document: Document | None) -> str:
    if document is None or document.version != quote.version:
        return ""
    return original_url(document, (quote.start, quote.end)) or ""


def _place(quote: Quote, language: str) -> str:
    """The place in words, without the title where that is its outermost heading too."""
    place = quote.place
    if place.headings[:1] == (quote.title,):
        place = replace(place, headings=place.headings[1:])
    return place_in(language, place)
