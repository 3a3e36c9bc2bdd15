"""EPUB, an archive of web pages: read in the order of its spine, chapters as its contents say.

See EPUB 3.3 of W3C: the package document (section 5) and the navigation document (section 7);
older books have their contents in an NCX file. Does not read books under copy protection.
"""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.documents.archive import Archive
from index.documents.building import TextBuilder, one_line
from index.documents.facts import (
    address_or_none,
    date_or_none,
    language_or_none,
    names_or_none,
    words_or_none,
)
from index.documents.html import decoded_page
from index.documents.html_blocks import add_blocks, ids_below
from index.documents.parsed import Parsed
from index.documents.xhtml import closed
from index.documents.xml import Element, attribute, elements, root_of, words_in
from index.errors import SourceError

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})
_NCX = "application/x-dtbncx+xml"
_UNREAD = frozenset({"nav"})  # a book's own footers are its text
_LISTS = frozenset({"ol", "ul"})
_TOP = ""  # stands for the id of what begins where its page does


def parse(data: bytes) -> Parsed:
    """The book's text. Raises `SourceError`."""
    book = _Book(Archive(data, kind="EPUB"))
    text = TextBuilder()
    for page, chapters in book.pages():
        if _TOP in chapters:
            text.chapter(chapters[_TOP])
        if page is not None:
            add_blocks(page, text, unread=_UNREAD, anchors=False, chapters=chapters)
    return text.parsed(**book.facts, warnings=tuple(book.warnings))


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the table of contents."""

    page: str  # the name of the member it leads to
    id: str  # of the element in the page; empty for the page itself
    label: str
    depth: int  # of entries within entries


class _Book:
    """The archive with what its package document says."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.warnings: list[str] = []
        package = next(elements(self._xml(_CONTAINER), "rootfile"), None)
        if package is None:
            raise SourceError("is no EPUB file, or a damaged one: it does not name its contents")
        self._package_name = attribute(package, "full-path")
        self._package = self._xml(self._package_name)
        self._items = {attribute(item, "id"): item for item in elements(self._package, "item")}

    def pages(self) -> Iterator[tuple[LexborNode | None, dict[str, str]]]:
        """Each page, `None` where it cannot be read, with the labels of its chapters by their ids.

        A chapter whose id the page has not got begins where the page does, as in a browser.
        """
        for name in self._spine:
            page = self._page(name)
            ids = frozenset[str]() if page is None else ids_below(page)
            chapters: dict[str, str] = {}
            for entry in self._contents.get(name, ()):
                chapters.setdefault(entry.id if entry.id in ids else _TOP, entry.label)
            yield page, chapters

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the book says of itself, for `Parsed`."""
        said = {
            name: [words_in(each) for each in elements(self._package, name)]
            for name in ("title", "creator", "date", "publisher", "language", "identifier")
        }
        first = {name: next(iter(each), None) for name, each in said.items()}
        addresses = filter(None, map(address_or_none, said["identifier"]))
        return {
            "title": words_or_none(first["title"]),
            "author": names_or_none(said["creator"]),
            "date": date_or_none(first["date"]),
            "publisher": words_or_none(first["publisher"]),
            "language": language_or_none(first["language"]),
            "address": next(addresses, None),
        }

    @cached_property
    def _spine(self) -> list[str]:
        """The names of the pages in reading order, the table of contents left out."""
        protected = self._protected
        names = []
        for reference in elements(self._package, "itemref"):
            item = self._items.get(attribute(reference, "idref"))
            if item is None or attribute(item, "media-type") not in _PAGES:
                continue
            name = self._path(attribute(item, "href"))
            if name in protected:
                raise SourceError("is under copy protection, so it cannot be read")
            if "nav" not in attribute(item, "properties").split():
                names.append(name)
        return names

    @cached_property
    def _contents(self) -> dict[str, list[_Entry]]:
        """The chapters in each page; the NCX is asked for those that nothing newer names."""
        return _by_page(self._ncx()) | _by_page(self._navigation())

    def _navigation(self) -> Iterator[_Entry]:
        """The entries of the navigation document; none where there is none."""
        for item in self._items.values():
            if "nav" not in attribute(item, "properties").split():
                continue
            name = self._path(attribute(item, "href"))
            page = self._page(name)
            contents = page.css("nav") if page is not None else []
            for link, depth in _links(contents[0]) if contents else ():
                href = link.attributes.get("href") or ""
                yield self._entry(href, link.text(), depth, beside=name)

    def _ncx(self) -> Iterator[_Entry]:
        for item in self._items.values():
            name = self._path(attribute(item, "href"))
            if attribute(item, "media-type") == _NCX and name in self._archive.names:
                for point in elements(self._xml(name), "navPoint"):
                    label = next(elements(point, "text"), None)
                    content = next(elements(point, "content"), None)
                    if label is not None and content is not None:
                        depth = sum(1 for _ in point.iterancestors())
                        href = attribute(content, "src")
                        yield self._entry(href, words_in(label), depth, beside=name)

    def _entry(self, href: str, label: str, depth: int, *, beside: str) -> _Entry:
        _, id = _parted(href)
        return _Entry(self._path(href, beside=beside), id, one_line(label), depth)

    @cached_property
    def _protected(self) -> frozenset[str]:
        """The members that only a licensed program can read."""
        if _ENCRYPTION not in self._archive.names:
            return frozenset()
        listed = elements(self._xml(_ENCRYPTION), "CipherReference")
        return frozenset(unquote(attribute(each, "URI")) for each in listed)

    def _page(self, name: str) -> LexborNode | None:
        """The body of a page; `None`, and a warning, where the archive has not got it."""
        if name not in self._archive.names:
            self.warnings.append(f"{name}, which it names as a part of it, is missing")
            return None
        data = self._archive.read(name)
        if not data.strip():
            return None
        return LexborHTMLParser(closed(decoded_page(data).text)).body

    def _path(self, href: str, *, beside: str | None = None) -> str:
        """The member that a link means; it can mean none outside of the archive."""
        folder = posixpath.dirname(self._package_name if beside is None else beside)
        path, _ = _parted(href)
        return posixpath.normpath(posixpath.join(folder, path))

    def _xml(self, name: str) -> Element:
        try:
            return root_of(self._archive.read(name))
        except KeyError as error:
            raise SourceError(f"is no EPUB file, or a damaged one: it holds no {name}") from error


def _parted(href: str) -> tuple[str, str]:
    """The path and the id in a link; both are empty where it is none."""
    try:
        parts = urlsplit(href)
    except ValueError:  # "http://[x"
        return "", ""
    return unquote(parts.path), unquote(parts.fragment)


def _links(contents: LexborNode) -> Iterator[tuple[LexborNode, int]]:
    """The links in order, each with the number of lists around it, however many there are."""
    left = [(contents, 0)]
    while left:
        node, depth = left.pop()
        if node.tag == "a":
            yield node, depth
        left += [(child, depth + (child.tag in _LISTS)) for child in reversed([*node.iter()])]


def _by_page(entries: Iterable[_Entry]) -> dict[str, list[_Entry]]:
    """The outermost entries for each page; what is within them are sections of a chapter."""
    found: dict[str, list[_Entry]] = {}
    for entry in entries:
        if not entry.label:
            continue
        same = found.setdefault(entry.page, [])
        if same and entry.depth < same[0].depth:
            same.clear()
        if not same or entry.depth == same[0].depth:
            same.append(entry)
    return found
