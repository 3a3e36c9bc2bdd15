"""HTML: the page's own text, without what stands around it; places have the id nearest before."""

import re
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.documents.building import TextBuilder
from index.documents.decoding import DECLARED, Decoded, decode
from index.documents.facts import (
    address_or_none,
    date_or_none,
    language_or_none,
    names_or_none,
    words_or_none,
)
from index.documents.html_blocks import add_blocks
from index.documents.parsed import Parsed
from index.documents.xhtml import closed, is_xhtml
from index.errors import SourceError

_DECLARED = re.compile(rb"<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*[\"']?([\w.:-]+)", re.I)
_DECLARED_WITHIN = 4096  # bytes
_READ_AS = {"iso-8859-1": "cp1252", "us-ascii": "cp1252", "latin1": "cp1252", "ascii": "cp1252"}
_WIDE = re.compile(r"utf-?(?:16|32)", re.IGNORECASE)  # cannot be what a declaration is written in
_LEAST_OF_THE_PAGE = 0.5  # ratio of a page's text that its article must have to be taken alone
_TITLES = ("citation_title", "dc.title", "dcterms.title", "og:title")
_AUTHORS = ("citation_author", "author", "dc.creator", "dcterms.creator", "article:author")
_DATES = (
    "citation_publication_date",
    "citation_date",
    "dc.date",
    "dcterms.date",
    "article:published_time",
    "date",
)
_PUBLISHERS = ("citation_publisher", "dc.publisher", "dcterms.publisher", "og:site_name")


def parse(data: bytes) -> Parsed:
    """The page's own text. Raises `SourceError`."""
    page = decoded_page(data)
    tree = LexborHTMLParser(closed(page.text) if is_xhtml(page.text) else page.text)
    if tree.body is None:
        raise SourceError("holds no HTML page")
    text = TextBuilder()
    add_blocks(_main(tree.body), text)
    said = _Said(tree)
    link = tree.css_first("link[rel~=canonical]")
    parsed = text.parsed(
        encoding=page.encoding,
        title=words_or_none(said.first(_TITLES)),
        author=names_or_none(name for name in said.every(_AUTHORS) if not address_or_none(name)),
        date=date_or_none(said.first(_DATES)),
        publisher=words_or_none(said.first(_PUBLISHERS)),
        language=language_or_none(_attribute(tree.css_first("html"), "lang")),
        address=address_or_none(_attribute(link, "href") or said.first(("og:url",))),
    )
    return replace(parsed, title=parsed.title or _tab(tree))


def decoded_page(data: bytes) -> Decoded:
    """The page in the encoding that it declares, where that holds, else as plain text is.

    Raises `SourceError` for bytes that are not text.
    """
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = declared[1].decode("ascii", "replace").lower()
        name = _READ_AS.get(name, name)
        try:
            if not _WIDE.match(name):
                return Decoded(data.decode(name), f"{DECLARED}{name}")
        except (LookupError, UnicodeDecodeError):
            pass  # it does not hold: decoded below as a file that declares nothing
    return decode(data)


def _main(body: LexborNode) -> LexborNode:
    """What has the page's own text: its main part, its one article, or all of it."""
    for selector in ("main, [role=main]", "article"):
        found = body.css(selector)
        if len(found) == 1 and _length(found[0]) >= _LEAST_OF_THE_PAGE * _length(body):
            return found[0]
    return body


def _length(node: LexborNode) -> int:
    return sum(len(part.text(strip=True)) for part in node.css("p, li, td, pre, h1, h2, h3, dd"))


def _tab(tree: LexborHTMLParser) -> str | None:
    """What a browser writes on the page's tab."""
    title = tree.css_first("head title")
    return words_or_none(title.text()) if title else None


class _Said:
    """What the page's `meta` elements say."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._said = [
            ((_attribute(meta, "name") or _attribute(meta, "property")).lower(), content)
            for meta in tree.css("meta")
            if (content := _attribute(meta, "content"))
        ]

    def every(self, names: tuple[str, ...]) -> list[str]:
        """What is said under the first of the names that is there."""
        found = [[said for name, said in self._said if name == wanted] for wanted in names]
        return next((said for said in found if said), [])

    def first(self, names: tuple[str, ...]) -> str | None:
        return next(iter(self.every(names)), None)


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "") if node is not None else ""
