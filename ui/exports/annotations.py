"""The quotes of a conversation as annotations of the W3C Web Annotation Data Model, in JSON-LD.

https://www.w3.org/TR/annotation-model/ says what each field means. A quote is one annotation; the
short answer in it is a second with selectors of its own, because a tool that knows no `refinedBy`
would mark the whole quote for it. A question without a quote leaves no annotation.

The source of a target is the reader's page of the version that was quoted: there the offsets hold,
which they would not in the original on the web. The model has states for a time and for the headers
of a request only, so the version is said by that address and by nothing else.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID, uuid5

from index.records import Document, Span
from rag.answer import Quote
from ui.addresses import Site, Target, reader_url
from ui.contract import Json, selectors
from ui.exports.conversation import UNPAIRED, Exchange

NAMESPACE = UUID("8c1d6f5e-37a4-4b0e-9d52-6a1f0be4c7d3")  # of the ids, for ever


def as_annotations(
    exchanges: Sequence[Exchange],
    documents: Mapping[str, Document],
    *,
    site: Site,
) -> str:
    """The quotes as a collection of annotations, each of them once.

    Its tags and its label are for programs, so they are English whatever the language is.
    """
    made = [
        annotation
        for exchange in exchanges
        if exchange.answer and exchange.error is None
        for quote in exchange.answer.quotes
        for annotation in _annotations(quote, exchange.question, documents, site)
    ]
    once = {annotation["id"]: annotation for annotation in made}
    text = json.dumps(_collection(list(once.values())), ensure_ascii=False, indent=2)
    return text.translate(UNPAIRED) + "\n"


def _collection(made: Sequence[Json]) -> Json:
    """The collection with all of its annotations on one page; with none it has no page."""
    ids = [annotation["id"] for annotation in made]
    identity, page = _id("collection", *ids), _id("page", *ids)
    items = {"id": page, "type": "AnnotationPage", "partOf": identity, "startIndex": 0}
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": identity,
        "type": "AnnotationCollection",
        "label": "Quotes found by Pincite",
        "total": len(made),
        **({"first": {**items, "items": list(made)}, "last": page} if made else {}),
    }


def _annotations(
    quote: Quote, question: str, documents: Mapping[str, Document], site: Site
) -> Iterator[Json]:
    document = documents.get(quote.document_id)
    if document is not None and document.version != quote.version:
        document = None
    spans = {"quote": (quote.start, quote.end), "short answer": quote.answer}
    for tag, span in spans.items():
        if span:
            yield {
                "id": _id(tag, quote.document_id, quote.version, *span, question),
                "type": "Annotation",
                "motivation": "highlighting",
                "body": [_body(question, purpose="describing"), _body(tag, purpose="tagging")],
                "target": {
                    "type": "SpecificResource",
                    "source": reader_url(Target(quote.document_id, quote.version), site=site),
                    "selector": _selectors(span, quote, document),
                },
            }


def _body(words: str, *, purpose: str) -> Json:
    return {"type": "TextualBody", "value": words, "format": "text/plain", "purpose": purpose}


def _selectors(span: Span, quote: Quote, document: Document | None) -> list[Json]:
    """The span by position and by its words, in what is known of the text around it."""
    text, first = (document.text, 0) if document else (quote.text, quote.start)
    start, end = span[0] - first, span[1] - first
    position, words = selectors(start, end, text[start:end], text)
    return [{**position, "start": span[0], "end": span[1]}, words]


def _id(*parts: str | int) -> str:
    """A name that is the same for the same parts."""
    return uuid5(NAMESPACE, json.dumps(parts)).urn
