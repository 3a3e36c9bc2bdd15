"""The reader: a document as pages without need of a script, exactly a quote's characters marked.

A link that was made before the document was changed marks nothing: the page says so, and leads to
where the words stand now.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.errors import LibraryDamagedError, LibraryError
from index.library import Library
from index.records import Document, Span
from index.snapshot import Snapshot
from rag.references import places_of, reference_in
from rag.standing import where_now
from ui.addresses import Site, Target, citation_url, reader_url, span_from, trail_from
from ui.originals import original_url
from ui.page_marks import PageImage, page_images
from ui.pages import outline, page_of, pages_of
from ui.paragraphs import paragraphs
from ui.templating import rendered
from ui.wording import words

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """What an address of the reader says, as it came."""

    document_id: str
    version: str = ""
    characters: str = ""
    answer: str = ""
    reference: str = ""  # what people cite the place by, where it names no characters
    page: str = ""
    file: str = ""
    trail: str = ""


@dataclass(frozen=True, slots=True)
class Html:
    """A page and the status it is sent with."""

    text: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of the words that a link to a former version means."""

    words: str  # as they stood; empty where that version is not kept
    url: str  # where they stand now; empty where they do not


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The quotes around the one that is shown, of the same answer."""

    number: int  # counts from 1
    count: int
    previous: str  # addresses; empty where there is none
    following: str


def reading(address: Address, library: Library, *, site: Site) -> Html:
    """The page that an address asks for, or a notice that says what is wrong with it."""
    with library.snapshot() as snapshot:
        return _reading(address, snapshot, site)


def _reading(address: Address, snapshot: Snapshot, site: Site) -> Html:
    try:
        document = snapshot.document(address.document_id)
    except LibraryError:
        return no_such_text(site)
    try:
        target = target_in(document, address, site=site)
    except ValueError as error:
        return no_such_place(error, site)
    moved = _moved(address, document, snapshot, site) if is_former(address, document) else None
    shown = page_images(target, document, snapshot, site=site)
    return Html(_page(address, target, document, moved=moved, images=shown, site=site))


def notice_page(
    title: str, message: str, *, site: Site, status: int, leads_on: bool = True
) -> Html:
    """A page that says one thing, for an address that leads nowhere; it leads on to the chat."""
    page = rendered(
        "notice.html.j2",
        language=site.language,
        title=title,
        message=message,
        leads_on=leads_on,
        site=site,
    )
    return Html(page, status)


def no_such_text(site: Site) -> Html:
    """The notice for a document that is not in the library."""
    title = words("notice.no_text", site.language)
    message = words("notice.no_text_message", site.language)
    return notice_page(title, message, site=site, status=404)


def no_such_place(error: ValueError, site: Site) -> Html:
    """The notice for offsets that are none of the text; `error` says why."""
    title = words("notice.no_place", site.language)
    return notice_page(title, str(error), site=site, status=400)


def is_former(address: Address, document: Document) -> bool:
    """Whether the address means another version of the document than there is now."""
    return bool(address.version) and address.version != document.version


def target_in(document: Document, address: Address, *, site: Site) -> Target:
    """What the address means in the document as it is now: no span where it means another version.

    Raises `ValueError`, in the site's language, for offsets that are none of this text.
    """
    target = Target(document.id, document.version)
    if is_former(address, document):
        return target
    length, language = len(document.text), site.language
    span = span_from("char", address.characters, length, language=language)
    if address.reference and span is None:
        span = _cited(address.reference, document, language)
    answer = span_from("answer", address.answer, length, language=language)
    within = span and answer and span[0] <= answer[0] and answer[1] <= span[1]
    return replace(target, span=span, answer=answer if within else None)


def _cited(text: str, document: Document, language: str) -> Span:
    """Where the document has what a reference cites. Raises `ValueError` where it has it not."""
    reference = reference_in(text)
    place = next(places_of(reference, document), None) if reference else None
    if place is None:
        raise ValueError(words("notice.no_reference", language, given=text[:40]))
    return place


def _moved(address: Address, document: Document, snapshot: Snapshot, site: Site) -> Moved:
    former = _former(document, address.version, snapshot)
    try:
        span = span_from("char", address.characters, len(former)) if former is not None else None
    except ValueError:
        span = None
    if former is None or span is None:
        return Moved("", "")
    stands = where_now(former, span, document.text)
    url = ""
    if stands is not None:
        url = reader_url(Target(document.id, document.version, stands.span), site=site)
    return Moved(former[slice(*span)], url)


def _former(document: Document, version: str, snapshot: Snapshot) -> str | None:
    try:
        return snapshot.former_text(document.id, version)
    except LibraryDamagedError as error:  # the page can do without it
        logger.warning("a former text of %s cannot be read: %s", document.id, error)
        return None


def _page(
    address: Address,
    target: Target,
    document: Document,
    *,
    moved: Moved | None,
    images: Sequence[PageImage],
    site: Site,
) -> str:
    pages = pages_of(document)
    number = _number(address.page, target.span, pages)
    parts = paragraphs(document, quote=target.span, answer=target.answer, window=pages[number - 1])
    whole = Target(document.id, document.version)
    return rendered(
        "reading.html.j2",
        language=site.language,
        document=document,
        paragraphs=parts,
        start=pages[number - 1][0],
        titled=any(part.level == 1 for part in parts),
        marked=target.span is not None,
        cite=citation_url(target, site=site),
        original=original_url(document, target.span),
        moved=moved,
        images=images,
        neighbours=_neighbours(target, trail_from(address.trail), site),
        outline=[
            (entry, f"{reader_url(whole, site=site, page=entry.page)}#at-{entry.start}")
            for entry in outline(document, pages, page=number)
        ],
        page=number,
        pages=[reader_url(whole, site=site, page=each) for each in range(1, len(pages) + 1)],
        site=site,
    )


def _number(page: str, span: Span | None, pages: Sequence[Span]) -> int:
    """The page that is asked for by its number or by the span to be seen."""
    if page.isascii() and page.isdigit() and len(page) < 10 and 1 <= int(page) <= len(pages):
        return int(page)
    return page_of(span[0], pages) if span else 1


def _neighbours(target: Target, trail: Sequence[Target], site: Site) -> Neighbours | None:
    here = [
        number
        for number, stop in enumerate(trail)
        if (stop.document_id, stop.span) == (target.document_id, target.span)
    ]
    if not here or target.span is None:
        return None
    number = here[0]

    def url(other: int) -> str:
        there = 0 <= other < len(trail)
        return reader_url(trail[other], site=site, trail=trail) if there else ""

    return Neighbours(number + 1, len(trail), url(number - 1), url(number + 1))
