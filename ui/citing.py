"""The page that cites a place, or a whole document, in every style, for a reader to copy from."""

from index.errors import LibraryError
from index.library import Library
from index.records import Document, Place
from ui.addresses import Site, Target, reader_url
from ui.citations import CITATION_STYLES, citation
from ui.cited import place_in
from ui.reading import (
    Address,
    Html,
    is_former,
    no_such_place,
    no_such_text,
    notice_page,
    target_in,
)
from ui.templating import rendered
from ui.wording import words

STYLE_NAMES = {"mla": "MLA", "apa": "APA", "chicago": "Chicago", "bibtex": "BibTeX"}


def citing(address: Address, library: Library, *, site: Site) -> Html:
    """The page that cites the place of an address, or a notice that says what is wrong with it."""
    try:
        with library.snapshot() as snapshot:
            document = snapshot.document(address.document_id)
        target = target_in(document, address, site=site)
    except LibraryError:
        return no_such_text(site)
    except ValueError as error:
        return no_such_place(error, site)
    if is_former(address, document):
        title = words("notice.changed", site.language)
        message = words("notice.changed_message", site.language)
        return notice_page(title, message, site=site, status=409)
    return Html(_page(document, target, site))


def _page(document: Document, target: Target, site: Site) -> str:
    place = document.place(*target.span) if target.span else Place()
    return rendered(
        "citing.html.j2",
        language=site.language,
        document=document,
        quote=document.text[slice(*target.span)] if target.span else "",
        place=place_in(site.language, place),
        citations=[
            (style, STYLE_NAMES[style], citation(document, place, style=style))
            for style in CITATION_STYLES
        ],
        url=reader_url(target, site=site),
        site=site,
    )
