"""A citation of a quote for a reader to copy, in the styles of `CITATION_STYLES`.

MLA (9th edition) and APA (7th) give the entry of the list of works with the pinpoint in it, Chicago
(17th) a full note, BibTeX an entry of type misc. All is made of what the document knows of itself
and of the quote's place: no publisher, no day of access and no initials are made up.

Does not change a title's capitals, shorten a heading or guess at names: a name is put in the other
order only where its form leaves no doubt which part is the family name, else it is left as it is.
"""

from collections.abc import Callable, Mapping

from index.records import Document, Place
from ui.citations.bibtex import bibtex
from ui.citations.prose import apa, chicago, mla

CITATION_STYLES: Mapping[str, Callable[[Document, Place], str]] = {
    "mla": mla,
    "apa": apa,
    "chicago": chicago,
    "bibtex": bibtex,
}


def citation(document: Document, place: Place, *, style: str) -> str:
    """The citation of what stands at `place` in `document`, in a style of `CITATION_STYLES`.

    It is one line; from "bibtex" several. Raises `ValueError` where there is no such style.

    >>> document = Document("t", "v", "On Tides", "t.md", "", author="Darwin, George", date="1881")
    >>> citation(document, Place(page="iv"), style="chicago")
    'George Darwin, “On Tides,” 1881, iv.'
    """
    if style not in CITATION_STYLES:
        raise ValueError(f"style is {style!r}; it must be one of {', '.join(CITATION_STYLES)}")
    return CITATION_STYLES[style](document, place)


__all__ = ["CITATION_STYLES", "citation"]
