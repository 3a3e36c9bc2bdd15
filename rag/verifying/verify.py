"""Checks the quotations of somebody else's text against a library: the whole path.

It is a search. What is called exact or typographic does stand there; what is called absent was
looked for and not found. That a quotation stands somewhere does not make it fair.
"""

from index.errors import QuotationError
from index.snapshot import Snapshot
from rag.verifying.attributing import NOTHING_SAID, Attribution, Titles
from rag.verifying.judging import Judge
from rag.verifying.quotations import quotations_in, whole
from rag.verifying.quoted import quoted
from rag.verifying.sources import Sources
from rag.verifying.verified import Verified

LONGEST_TEXT = 20_000  # characters
MOST_QUOTATIONS = 50


def verify(
    text: str, snapshot: Snapshot, *, document_id: str | None = None
) -> tuple[Verified, ...]:
    """What each quotation of a text is, in order.

    A text that stands in the library as it is, and one without quotation marks, is one quotation.
    `document_id` is what all of them are said to be from; without it, what the text says of each
    counts. Raises `QuotationError` where there is nothing to check or too much, and `LibraryError`
    where the library has no such document.
    """
    text = checked_text(text)
    said = NOTHING_SAID if document_id is None else _said(document_id, snapshot)
    judge = Judge(text, Sources(snapshot))
    alone, found = whole(text), quotations_in(text)
    if found == [alone]:
        return (judge.judged(quoted(alone, text), said),)
    if verbatim := judge.judged_if_verbatim(quoted(alone, text), said):
        return (verbatim,)
    if len(found) > MOST_QUOTATIONS:
        raise QuotationError(
            f"the text has {len(found)} quotations, and {MOST_QUOTATIONS} is the most; "
            "check it in parts"
        )
    titles = Titles(() if said.documents else snapshot.documents())
    return tuple(
        judge.judged(quoted(each, text), said if said.documents else titles.said_of(each, text))
        for each in found
    )


def checked_text(text: str) -> str:
    r"""The text, a question mark in place of each half of a surrogate pair.

    Raises `QuotationError` where it is blank or too long.

    >>> checked_text("Bees\ud800 hum")
    'Bees? hum'
    """
    if not text.strip():
        raise QuotationError("there is no quotation to check; give one, or a text with some in it")
    if len(text) > LONGEST_TEXT:
        raise QuotationError(
            f"the text has {len(text):,} characters, and {LONGEST_TEXT:,} is the most; "
            "check it in parts"
        )
    return text.encode("utf-8", "replace").decode("utf-8")


def _said(document_id: str, snapshot: Snapshot) -> Attribution:
    """That a quotation is from a document, which the library must have."""
    snapshot.text(document_id)
    return Attribution((document_id,))
