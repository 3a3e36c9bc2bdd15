"""The JSON that other people's programs rely on.

A field is never renamed or given another meaning without a new `SCHEMA_VERSION`. Nothing here
searches: offsets are handed on as they were checked, and a passage that is no longer in the library
under those offsets is left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Protocol

from index.errors import LibraryError
from index.records import Document, Found, Hit, Place, Span
from rag.answer import Answer, Quote
from rag.places import place_words
from rag.verifying.edits import Edit
from rag.verifying.verified import StandingPlace, Verified
from ui.addresses import Site, Target, reader_url, target_of
from ui.originals import original_url

SCHEMA_VERSION = 1
CONTEXT = 32  # most characters of prefix and suffix in a TextQuoteSelector

HERE = Site()
_PLACE_FIELDS = tuple(each.name for each in fields(Place) if each.name != "headings")

Json = dict[str, Any]


class Documents(Protocol):
    """Where documents are read from; a library's snapshot is one."""

    def document(self, document_id: str) -> Document:
        """The document of that id. Raises `LibraryError` where there is none."""
        ...


def answer_json(answer: Answer, snapshot: Documents, *, site: Site = HERE) -> Json:
    """The answer as one JSON object; `snapshot` gives the texts around the quotes."""
    document_of = _lookup(snapshot)
    return {
        "schema_version": SCHEMA_VERSION,
        "question": answer.question,
        "status": answer.status,
        "answer": answer.text,
        "confidence": _rounded(answer.confidence),
        "signature": dict(answer.signature),
        "seconds": {stage: round(seconds, 4) for stage, seconds in answer.seconds.items()},
        "quotes": [
            _quote_json(
                quote,
                document_of(quote.document_id),
                reader_url(target_of(quote), site=site),
            )
            for quote in answer.quotes
        ],
        "passages": _passages(answer.hits, document_of),
    }


def passages_json(question: str, hits: tuple[Hit, ...], snapshot: Documents) -> Json:
    """What was retrieved for a question as one JSON object, with the passages of `answer_json`."""
    return {
        "schema_version": SCHEMA_VERSION,
        "question": question,
        "passages": _passages(hits, _lookup(snapshot)),
    }


def verification_json(verified: Iterable[Verified], *, site: Site = HERE) -> Json:
    """What was found of each quotation of a text, as one JSON object.

    Offsets of quotations are those of the text that was checked, offsets of places those of the
    document.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "quotations": [_verified_json(each, site) for each in verified],
    }


def place_json(place: Place) -> Json:
    """The place as data, with the words for it as its label.

    >>> place_json(Place(headings=("Tides",), paragraph=2, line=5))["label"]
    'Tides, paragraph 2, line 5'
    """
    return {
        "label": place_words(place),
        **{name: getattr(place, name) for name in _PLACE_FIELDS},
        "headings": list(place.headings),
    }


def selectors(start: int, end: int, exact: str, text: str) -> list[Json]:
    """The span as selectors of the W3C Web Annotation data model (sections 4.2.4 and 4.2.5).

    `text` is the whole document, or empty where it is not at hand: then there is no context.

    >>> position, words = selectors(4, 8, "tide", "The tide rises.")
    >>> position
    {'type': 'TextPositionSelector', 'start': 4, 'end': 8}
    >>> words["prefix"], words["exact"], words["suffix"]
    ('The ', 'tide', ' rises.')
    """
    return [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {
            "type": "TextQuoteSelector",
            "exact": exact,
            "prefix": text[max(0, start - CONTEXT) : start],
            "suffix": text[end : end + CONTEXT],
        },
    ]


def _lookup(snapshot: Documents) -> Callable[[str], Document | None]:
    """Documents by their ids, each read once; None for one that is not there any more."""

    @cache
    def document_of(document_id: str) -> Document | None:
        try:
            return snapshot.document(document_id)
        except LibraryError:  # removed since it was found
            return None

    return document_of


def _quote_json(quote: Quote, document: Document | None, url: str) -> Json:
    same_text = document is not None and document.version == quote.version
    stands = document if same_text else None
    context = stands.text if stands else ""
    return {
        "text": quote.text,
        "start": quote.start,
        "end": quote.end,
        "answer": _span_json(quote.answer),
        "score": _rounded(quote.score),
        "url": url,
        "original": original_url(stands, (quote.start, quote.end)) if stands else None,
        "document": {
            "id": quote.document_id,
            "version": quote.version,
            "title": quote.title,
            "source": quote.source,
        },
        "place": place_json(quote.place),
        "selectors": selectors(quote.start, quote.end, quote.text, context),
    }


def _verified_json(verified: Verified, site: Site) -> Json:
    return {
        "text": verified.text,
        "start": verified.start,
        "end": verified.end,
        "kind": verified.kind,
        "ratio": _rounded(verified.ratio),
        "attributed_to": list(verified.attributed_to),
        "count": verified.count,
        "places": [_standing_json(place, site) for place in verified.places],
        "edits": [_edit_json(edit) for edit in verified.edits],
    }


def _standing_json(place: StandingPlace, site: Site) -> Json:
    target = Target(place.document_id, place.version, (place.start, place.end))
    return {
        "text": place.text,
        "start": place.start,
        "end": place.end,
        "exact": place.exact,
        "quoted": _span_json(place.quoted),
        "url": reader_url(target, site=site),
        "document": {
            "id": place.document_id,
            "version": place.version,
            "title": place.title,
            "source": place.source,
        },
        "place": place_json(place.place),
    }


def _edit_json(edit: Edit) -> Json:
    return {
        "kind": edit.kind,
        "text": edit.text,
        "quoted": _span_json(edit.quoted),
        "source": _span_json(edit.source),
        "marked": edit.marked,
    }


def _passages(hits: tuple[Hit, ...], document_of: Callable[[str], Document | None]) -> list[Json]:
    passages = ((hit, document_of(hit.chunk.document_id)) for hit in hits)
    return [
        _passage_json(hit, document)
        for hit, document in passages
        if document is not None and document.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
    ]


def _passage_json(hit: Hit, document: Document) -> Json:
    chunk = hit.chunk
    return {
        "text": chunk.text,
        "start": chunk.start,
        "end": chunk.end,
        "score": _rounded(hit.score),
        "document": {
            "id": document.id,
            "version": document.version,
            "title": document.title,
            "source": document.source,
        },
        "place": place_json(document.place(chunk.start, chunk.end)),
        "found_by": _found_json(hit.found_by),
    }


def _found_json(found_by: Mapping[str, Found]) -> Json:
    return {
        search: {"rank": found.rank, "score": _rounded(found.score)}
        for search, found in found_by.items()
    }


def _span_json(span: Span | None) -> Json | None:
    return None if span is None else {"start": span[0], "end": span[1]}


def _rounded(value: float | None) -> float | None:
    """Six decimals; more would be noise of the processor."""
    return None if value is None else round(float(value), 6)
