"""EPUB, an archive of web pages: read in the order of its spine, chapters as its contents say.

See EPUB 3.3 of W3C: the package document (section 5) and the navigation document (section 7);
older books have their contents in an NCX file. Does not read books under copy protection.
"""

import posixpath
from collections.abc import Iterator
from contextlib import nullcontext
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
from index.documents.html_blocks import add_blocks
from index.documents.parsed import Parsed
from index.documents.xhtml import closed
from index.documents.xml import Element, attribute, elements, root_of, words_in
from index.errors import SourceError

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})
_NCX = "application/x-dtbncx+xml"
_UNREAD = frozenset({"nav"})  # a book's own footers are its text


def parse(data: bytes) -> Parsed:
    """The book's text. Raises `SourceError`."""
    book = _Book(Archive(data, kind="EPUB"))
    text = TextBuilder()
    for chapter, pages in book.chapters():
        with text.within("chapter", chapter) if chapter else nullcontext():
            for page in pages:
                add_blocks(page, text, unread=_UNREAD, anchors=False)
    return text.parsed(**book.facts, warnings=tuple(book.warnings))


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

    def chapters(self) -> Iterator[tuple[str, list[LexborNode]]]:
        """Each chapter of the contents with its pages; pages before the first under no name."""
        label: str = ""
        pages: list[LexborNode] = []
        for name in self._spine:
            if name in self._labels and pages:
                yield label, pages
                pages = []
            label = self._labels.get(name, label)
            page = self._page(name)
            if page is not None:
                pages.append(page)
        yield label, pages

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
    def _labels(self) -> dict[str, str]:
        """What the table of contents calls the page that it leads to first."""
        labels: dict[str, str] = {}
        for href, label in [*self._navigation(), *self._ncx()]:
            if label:
                labels.setdefault(href, label)
        return labels

    def _navigation(self) -> Iterator[tuple[str, str]]:
        """Page and label of each entry of the navigation document; none where there is none."""
        for item in self._items.values():
            if "nav" not in attribute(item, "properties").split():
                continue
            name = self._path(attribute(item, "href"))
            page = self._page(name)
            contents = page.css("nav") if page is not None else []
            for link in contents[0].css("a") if contents else ():
                target = self._path(link.attributes.get("href") or "", beside=name)
                yield target, one_line(link.text())

    def _ncx(self) -> Iterator[tuple[str, str]]:
        for item in self._items.values():
            name = self._path(attribute(item, "href"))
            if attribute(item, "media-type") == _NCX and name in self._archive.names:
                for point in elements(self._xml(name), "navPoint"):
                    label = next(elements(point, "text"), None)
                    content = next(elements(point, "content"), None)
                    if label is not None and content is not None:
                        target = self._path(attribute(content, "src"), beside=name)
                        yield target, one_line(words_in(label))

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
        return posixpath.normpath(posixpath.join(folder, unquote(urlsplit(href).path)))

    def _xml(self, name: str) -> Element:
        try:
            return root_of(self._archive.read(name))
        except KeyError as error:
            raise SourceError(f"is no EPUB file, or a damaged one: it holds no {name}") from error
