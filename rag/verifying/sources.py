"""What is read from a library to check the quotations of one text, nothing of it twice."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from index.records import Document, Span
from index.snapshot import Snapshot
from rag.verifying.attributing import Attribution
from rag.verifying.finding import Passage
from rag.verifying.quoted import Quoted
from rag.verifying.seeking import Seeker, Stretch
from rag.verifying.verified import StandingPlace

_DOCUMENTS = 16  # that are held at once


class Sources:
    """The documents of one snapshot, as far as quotations may stand in them."""

    def __init__(self, snapshot: Snapshot) -> None:
        """`snapshot` is read as long as the sources are used."""
        self._snapshot = snapshot
        self._seeker = Seeker(snapshot)
        self._document = lru_cache(_DOCUMENTS)(snapshot.document)

    def passages(self, quoted: Quoted, attribution: Attribution) -> list[Passage]:
        """Where the quotation may stand, the likeliest first; those it is said to be from before.

        They may overlap.
        """
        stretches: list[Stretch] = []
        if attribution.documents:
            stretches += self._seeker.stretches(quoted, documents=attribution.documents)
        stretches += self._seeker.stretches(quoted)
        return self._cut(dict.fromkeys(stretches))

    def passages_of_parts(self, quoted: Quoted) -> list[Passage]:
        """Where parts of the quotation may stand."""
        return self._cut(dict.fromkeys(self._seeker.stretches_of_parts(quoted)))

    def place(self, document_id: str, span: Span, quoted: Span, *, exact: bool) -> StandingPlace:
        """The place at a span of a document, for a part of the text that is checked."""
        document: Document = self._document(document_id)
        return StandingPlace(
            document_id=document_id,
            version=document.version,
            title=document.title,
            source=document.source,
            place=document.place(*span),
            start=span[0],
            end=span[1],
            text=document.text[slice(*span)],
            quoted=quoted,
            exact=exact,
        )

    def _cut(self, stretches: Iterable[Stretch]) -> list[Passage]:
        """The passages at these stretches, in their order; each text is read once."""
        of_document: defaultdict[str, list[Stretch]] = defaultdict(list)
        order = list(stretches)
        for stretch in order:
            of_document[stretch.document_id].append(stretch)
        passages: dict[Stretch, Passage] = {}
        for document_id, own in of_document.items():
            text = self._snapshot.text(document_id)
            passages |= {each: Passage.of(document_id, text, each.span) for each in own}
        return [passages[stretch] for stretch in order if passages[stretch].tokens]
