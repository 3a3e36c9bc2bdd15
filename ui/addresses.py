"""The addresses of Pincite's own pages, made and read back: a place, a citation, the quotes around.

An address names a document, the version that its offsets are of, and offsets in code points. The
other quotes of the same answer travel along as a trail, so that a page can lead to them and the
server need remember nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote as percent_encoded
from urllib.parse import unquote

from index.records import Span
from rag.answer import Quote
from ui.wording import ENGLISH, words

LONGEST_TRAIL = 20  # places
FILE_DIGITS = 16  # of the hash of an original: as many as tell its images from another's


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages stand, for the links in them, and what language they speak."""

    course: str = "default"
    root_path: str = ""  # path under which a proxy shows the server
    language: str = ENGLISH  # of `ui/languages/`
    names_language: bool = False  # whether links name it, as the address of the reader's page does
    key: str = ""  # that opens the course; links within the site carry it, links to share never
    colour: str = ""  # of the course, "#rrggbb"; empty: our own

    @property
    def path(self) -> str:
        """The path that every page of the course stands below.

        >>> Site(course="tides", key="abc").path
        '/k/abc/c/tides/'
        """
        key = f"/k/{self.key}" if self.key else ""
        return f"{self.root_path.rstrip('/')}{key}/c/{_encoded(self.course)}/"

    @property
    def chat(self) -> str:
        """The chat's own address.

        >>> Site(root_path="/texts/").chat, Site(language="de", names_language=True).chat
        ('/texts/c/default/', '/c/default/?lang=de')
        """
        return "?".join([self.path, *_language(self)])

    @property
    def colour_sheet(self) -> str:
        """The address of the style sheet with the course's colour; empty where it has none.

        >>> Site(root_path="/texts/", colour="#0b7a75").colour_sheet
        '/texts/colours/0b7a75.css'
        """
        name = self.colour.removeprefix("#")
        return f"{self.root_path.rstrip('/')}/colours/{name}.css" if name else ""


@dataclass(frozen=True, slots=True)
class Target:
    """The place that an address names."""

    document_id: str
    version: str  # empty: whichever there is now
    span: Span | None = None
    answer: Span | None = None  # the short answer within the span


def target_of(quote: Quote) -> Target:
    """Where a quote stands."""
    return Target(quote.document_id, quote.version, (quote.start, quote.end), quote.answer)


def reader_url(
    target: Target, *, site: Site, page: int | None = None, trail: Sequence[Target] = ()
) -> str:
    """The address of a place in the reader, which marks it, or of one page of a document.

    >>> reader_url(Target("tides-1", "ab12", (3, 9)), site=Site())
    '/c/default/read/tides-1?v=ab12&char=3,9#quote'
    >>> reader_url(Target("tides-1", "ab12"), site=Site(), page=2)
    '/c/default/read/tides-1?v=ab12&page=2'
    """
    anchor = "#quote" if target.span and page is None else ""
    page_named = f"page={page}" if page else ""
    parts = [*_named(target), page_named, trail_text(trail), *_language(site)]
    return f"{_below(site, 'read', target)}{'&'.join(part for part in parts if part)}{anchor}"


def citation_url(target: Target, *, site: Site) -> str:
    """The address of the page that cites a place in every style.

    >>> citation_url(Target("tides-1", "ab12", (3, 9)), site=Site(root_path="/texts"))
    '/texts/c/default/cite/tides-1?v=ab12&char=3,9'
    """
    return f"{_below(site, 'cite', target)}{'&'.join([*_named(target), *_language(site)])}"


def page_image_url(target: Target, *, site: Site, number: int, original: str) -> str:
    """The address of the image of a page, counted from 1, of the file with that hash.

    >>> page_image_url(Target("tides-1", "ab12"), site=Site(), number=3, original="f00d" * 16)
    '/c/default/page/tides-1?v=ab12&page=3&file=f00df00df00df00d'
    """
    fields = [*_named(target), f"page={number}", f"file={original[:FILE_DIGITS]}"]
    return f"{_below(site, 'page', target)}{'&'.join(fields)}"


def trail_text(trail: Sequence[Target]) -> str:
    """A trail as an address holds it; empty where it leads to no other place.

    >>> trail_text([Target("a", "v1", (3, 9), (4, 6)), Target("b;c", "v2", (0, 5))])
    'trail=a,v1,3,9,4,6;b%253Bc,v2,0,5'
    """
    if len(trail) < 2:
        return ""
    stops = [
        ",".join(
            (
                _encoded(stop.document_id),
                _encoded(stop.version),
                *map(str, (*(stop.span or ()), *(stop.answer or ()))),
            )
        )
        for stop in trail[:LONGEST_TRAIL]
    ]
    return f"trail={percent_encoded(';'.join(stops), safe=',;')}"


def trail_from(text: str) -> list[Target]:
    """The places of a trail, as a server finds it decoded; none where it is no trail.

    >>> trail_from("a,v1,3,9,4,6;b%3Bc,v2,0,5")[1]
    Target(document_id='b;c', version='v2', span=(0, 5), answer=None)
    >>> trail_from("a,v1")
    []
    """
    stops = []
    for stop in text.split(";")[:LONGEST_TRAIL]:
        document_id, _, rest = stop.partition(",")
        version, _, numbers = rest.partition(",")
        offsets = [int(number) for number in numbers.split(",") if _is_number(number)]
        if len(offsets) not in {2, 4} or len(offsets) != numbers.count(",") + 1:
            return []
        answer = (offsets[2], offsets[3]) if len(offsets) == 4 else None
        span = (offsets[0], offsets[1])
        stops.append(Target(unquote(document_id), unquote(version), span, answer))
    return stops


def span_from(name: str, characters: str, length: int, *, language: str = ENGLISH) -> Span | None:
    """The span that an address gives as "START,END" in the field `name`; None where it gives none.

    Raises `ValueError`, in words for a page, where it is none in a text of `length` characters.

    >>> span_from("char", "3,9", 20)
    (3, 9)
    """
    if not characters:
        return None
    start, comma, end = characters.partition(",")
    if not (comma and _is_number(start) and _is_number(end)):
        raise ValueError(words("notice.no_numbers", language, name=name, given=characters[:40]))
    if not 0 <= int(start) < int(end) <= length:
        raise ValueError(
            words("notice.no_span", language, name=name, given=characters, length=length)
        )
    return int(start), int(end)


def _named(target: Target) -> list[str]:
    """The fields that say which version and which characters."""
    return [
        *([f"v={_encoded(target.version)}"] if target.version else []),
        *([f"char={target.span[0]},{target.span[1]}"] if target.span else []),
        *([f"answer={target.answer[0]},{target.answer[1]}"] if target.answer else []),
    ]


def _language(site: Site) -> list[str]:
    """The field that says which language the page is to speak."""
    return [f"lang={site.language}"] if site.names_language else []


def _below(site: Site, kind: str, target: Target) -> str:
    return f"{site.path}{kind}/{_encoded(target.document_id)}?"


def _encoded(text: str) -> str:
    return percent_encoded(text, safe="")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
