"""What people cite by, such as "3.1.56", "3:16-18" or "§ 12a", looked up: no search, and no guess.

Only texts whose lines, verses or paragraphs follow such a scheme have places of that kind; see
`index/documents/references.py`.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from index.records import Document, Span
from index.snapshot import Snapshot
from rag.answer import Claim, Quote
from rag.quotes import quote_of

_REFERENCE = re.compile(
    r"(?:(?P<work>\S.*?)[\s,]+)??"
    r"(?P<sign>§+\s*)?(?P<label>\d{1,4}(?:[.:]\d{1,6})*[a-zA-Z]?)"
    r"(?:\s*[-–]\s*(?P<last>\d{1,6}[a-zA-Z]?))?[.?]?"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A place, or the places from one to another, as somebody cites them."""

    label: str  # of the first
    last: str  # label of the last; of the first again where there is one only
    work: str = ""  # what it is said to be of: words of a title or a heading


def reference_in(text: str) -> Reference | None:
    """The reference that the text is, and nothing else; `None` where it is more, or none.

    >>> reference_in("Hamlet 3.1.56-60")
    Reference(label='3.1.56', last='3.1.60', work='Hamlet')
    >>> reference_in("§ 12a"), reference_in("When was it built?"), reference_in("1656")
    (Reference(label='12a', last='12a', work=''), None, None)
    """
    match = _REFERENCE.fullmatch(text.strip())
    if match is None or not (match["sign"] or re.search(r"[.:]", match["label"])):
        return None
    label = match["label"]
    first_parts = label[: max(label.rfind("."), label.rfind(":")) + 1]
    last = first_parts + match["last"] if match["last"] else label
    return Reference(label, last, match["work"] or "")


def places_of(reference: Reference, document: Document) -> Iterator[Span]:
    r"""Where the document has what the reference cites, from the first place to the last.

    >>> from index.records import Mark
    >>> text = "1:1 Bees.\\n1:2 Ants."
    >>> marks = (Mark(0, 9, "reference", "1:1"), Mark(10, 19, "reference", "1:2"))
    >>> document = Document("d", "v", "Of Small Things", "d.txt", text, marks)
    >>> list(places_of(Reference("1:1", "1:2", "small things"), document))
    [(0, 19)]
    """
    marks = [mark for mark in document.marks if mark.kind == "reference"]
    for number, mark in enumerate(marks):
        if mark.label == reference.label and _is_of(reference.work, document, mark.start):
            ends = (after.end for after in marks[number:] if after.label == reference.last)
            end = next(ends, None)
            if end is not None:
                yield mark.start, end


def quotes_cited(
    question: str, snapshot: Snapshot, *, documents: Collection[str] | None, limit: int
) -> tuple[Quote, ...]:
    """The places that a question cites which is a reference and nothing else, by source.

    `documents` narrows it to these ids; `limit` is the most quotes.
    """
    reference = reference_in(question)
    if reference is None:
        return ()
    found: list[Quote] = []
    for id in snapshot.documents_cited_by(reference.label):
        if documents is None or id in documents:
            document = snapshot.document(id)
            found += _quotes(places_of(reference, document), document)
    return tuple(found[:limit])


def _quotes(places: Iterator[Span], document: Document) -> Iterator[Quote]:
    for start, end in places:
        claim = Claim(0, document.id, start, end, document.text[start:end], 1.0)
        quote = quote_of(claim, document)
        if quote is not None:
            yield quote


def _is_of(work: str, document: Document, offset: int) -> bool:
    """Whether every word of the work stands in the title or in a heading around."""
    said = " ".join((document.title, *document.heading_path(offset))).casefold()
    return all(word in said for word in work.casefold().split())
