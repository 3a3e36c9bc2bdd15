"""Quotes as an outcome keeps them: with their surroundings, and checked against the texts."""

from eval.answers_file import GivenSpan
from eval.cases import Case
from eval.expected import Expected
from eval.measures import answer_in_quote
from eval.outcomes import KeptQuote
from eval.texts import Located, Texts
from index.errors import SuiteError
from rag.answer import Quote
from rag.places import place_words


def kept_quote(quote: Quote, texts: Texts) -> KeptQuote:
    """A quote of ours. Raises `SuiteError` where the library changed since `texts` were read."""
    document = texts.documents.get(quote.source)
    if document is None or document.version != quote.version:
        raise SuiteError(
            f"{quote.source} was changed in the library while the suite was asked; run it again"
        )
    before, after = texts.around(Located(quote.source, quote.start, quote.end))
    return KeptQuote(
        text=quote.text,
        verbatim=document.text[quote.start : quote.end] == quote.text,
        document=quote.source,
        title=quote.title,
        place=place_words(quote.place),
        start=quote.start,
        end=quote.end,
        answer=quote.answer,
        before=before,
        after=after,
    )


def found_quote(span: GivenSpan, case: Case, expected: Expected, texts: Texts) -> KeptQuote:
    """Somebody else's quote, where it stands: in the document it names, or else in any.

    Where it stands in several places, the one that the case means is taken.
    """
    places = list(texts.places_of(span.text, source=span.document))
    if not places:
        return KeptQuote(span.text, verbatim=False, document=span.document)
    meant = (each for each in places if any(map(each.overlaps, expected.evidence)))
    in_document = (each for each in places if each.source == case.document)
    place = next(meant, None) or next(in_document, None) or places[0]
    document = texts.documents[place.source]
    before, after = texts.around(place)
    return KeptQuote(
        text=document.text[place.start : place.end],
        verbatim=True,
        document=place.source,
        title=document.title,
        place=place_words(document.place(place.start, place.end)),
        start=place.start,
        end=place.end,
        before=before,
        after=after,
    )


def is_in_place(quote: KeptQuote, case: Case, expected: Expected) -> bool:
    """Whether the quote stands at the evidence, or at the place or in the document named.

    The most exact of the three that the case names decides.
    """
    if quote.document is None or quote.start is None or quote.end is None:
        return False
    if expected.evidence:
        here = Located(quote.document, quote.start, quote.end)
        return any(map(here.overlaps, expected.evidence))
    if case.place and not answer_in_quote(quote.place, [case.place]):
        return False
    return case.document in {None, quote.document}
