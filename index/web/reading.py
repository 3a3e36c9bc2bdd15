"""What servers of strangers say of their pages, read in a confined process.

A request is a line of JSON, which says what is to be read, and then the bytes; the reply is JSON.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urldefrag, urljoin

from protego import Protego
from selectolax.lexbor import LexborHTMLParser

from index.closing import Closing
from index.confined.confinement import Limits
from index.confined.process import Confined, Task, Work
from index.documents.html import decoded_page
from index.documents.xml import elements, root_of, words_in
from index.errors import SourceError
from index.web.unzipping import unzipped

MOST_LINKS = 5_000  # of one page
MOST_CHARACTERS = 5_000_000  # of all the addresses that one page or site map names
MOST_ENTRIES = 50_000  # of a site map, as its standard says
_MOST_RULES = 512_000  # bytes of a robots.txt: RFC 9309 asks for 500 KiB
_MOST_UNPACKED = 50_000_000  # bytes of a site map
_Made = TypeVar("_Made")
_AGENT = "Pincite"
_GZIP = b"\x1f\x8b"
_BLANK = "\t\n\f\r "  # left out around a link, and within


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Where a page leads, as it is written there, resolved against the page's own address."""

    links: tuple[str, ...]
    canonical: str | None  # what it calls its own address


@dataclass(frozen=True, slots=True)
class SiteMap:
    """What a site map names: pages, or more of its kind."""

    pages: tuple[str, ...]
    maps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to us."""

    allowed: tuple[bool, ...]  # of each address that it was asked about
    delay: float  # seconds between two pages
    maps: tuple[str, ...]


class PageReader(Closing):
    """Reads pages, site maps and robots.txt in one confined process, started when needed."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Nothing is started yet."""
        self._confined = Confined(Task("a page's links", __name__), limits)

    def links(self, page: bytes, *, address: str) -> PageLinks:
        """Where an HTML page leads. Raises `SourceError`."""
        said = self._ask("links", page, address=address)
        return self._made(lambda: PageLinks(_texts(said["links"]), said["canonical"]))

    def site_map(self, data: bytes) -> SiteMap:
        """What a site map names. Raises `SourceError`."""
        said = self._ask("site_map", data)
        return self._made(lambda: SiteMap(_texts(said["pages"]), _texts(said["maps"])))

    def rules(self, robots: bytes, addresses: Sequence[str]) -> Rules:
        """What a robots.txt says of these addresses. Raises `SourceError`."""
        said = self._ask("rules", robots, addresses=list(addresses))

        def made() -> Rules:
            allowed = tuple(map(bool, said["allowed"]))
            if len(allowed) != len(addresses):
                raise ValueError("not as many as were asked")
            return Rules(allowed, float(said["delay"]), _texts(said["maps"]))

        return self._made(made)

    def _ask(self, kind: str, data: bytes, **asked: Any) -> dict[str, Any]:
        header = json.dumps({"kind": kind, **asked}).encode()
        said: dict[str, Any] = self._made(
            lambda: json.loads(self._confined.reply(header + b"\n" + data))
        )
        return said

    def _made(self, make: Callable[[], _Made]) -> _Made:
        try:
            return make()
        except (KeyError, TypeError, ValueError) as error:
            self._confined.close()
            raise SourceError(f"made its reader say what cannot be ({error})") from error

    def close(self) -> None:
        """End the process, at once."""
        self._confined.close()


def work(argument: Mapping[str, Any]) -> Work:
    """What the process does."""
    kinds: dict[str, Callable[..., dict[str, Any]]] = {
        "links": _links,
        "site_map": _site_map,
        "rules": _rules,
    }

    def reply(request: bytes) -> bytes:
        header, _, data = request.partition(b"\n")
        asked = json.loads(header)
        return json.dumps(kinds[asked.pop("kind")](data, **asked)).encode()

    return reply


def _links(data: bytes, *, address: str) -> dict[str, Any]:
    tree = LexborHTMLParser(decoded_page(data).text)
    base = tree.css_first("base[href]")
    beside = _joined(address, base.attributes.get("href")) if base is not None else address
    nodes = tree.css("a[href], area[href], frame[src], iframe[src]")
    hrefs = (node.attributes.get("href") or node.attributes.get("src") for node in nodes)
    found = _not_too_many((_joined(beside or address, href) for href in hrefs), MOST_LINKS)
    named = tree.css_first("link[rel~=canonical][href]")
    canonical = _joined(beside or address, named.attributes.get("href")) if named else None
    return {"links": found, "canonical": canonical}


def _not_too_many(addresses: Iterable[str | None], most: int) -> list[str]:
    """Each address once, as many as there may be."""
    found: dict[str, None] = {}
    characters = 0
    for address in addresses:
        if address and address not in found:
            characters += len(address)
            if len(found) >= most or characters > MOST_CHARACTERS:
                break
            found[address] = None
    return list(found)


def _joined(beside: str, href: str | None) -> str | None:
    """The link as an address without its fragment; `None` for what is no page."""
    link = (href or "").strip(_BLANK)
    for blank in "\t\n\r":
        link = link.replace(blank, "")
    try:
        whole = urldefrag(urljoin(beside, link))[0]
    except ValueError:
        return None
    return whole if whole.lower().startswith(("http://", "https://")) else None


def _site_map(data: bytes) -> dict[str, Any]:
    if data.startswith(_GZIP):
        data = b"".join(_bounded(unzipped(iter([data]))))
    root = root_of(data)
    kinds = (("pages", "url"), ("maps", "sitemap"))
    return {kind: _not_too_many(_locations(root, element), MOST_ENTRIES) for kind, element in kinds}


def _bounded(parts: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for part in parts:
        size += len(part)
        if size > _MOST_UNPACKED:
            raise SourceError(f"unpacks to more than {_MOST_UNPACKED / 1e6:,.0f} MB")
        yield part


def _locations(root: Any, name: str) -> Iterator[str]:
    for entry in elements(root, name):
        location = next((child for child in elements(entry, "loc")), None)
        if location is not None:
            yield words_in(location).strip()


def _rules(data: bytes, *, addresses: list[str]) -> dict[str, Any]:
    rules = Protego.parse(data[:_MOST_RULES].decode("utf-8-sig", "replace"))
    return {
        "allowed": [rules.can_fetch(address, _AGENT) for address in addresses],
        "delay": rules.crawl_delay(_AGENT) or 0,
        "maps": list(rules.sitemaps)[:MOST_LINKS],
    }


def _texts(values: Any) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise TypeError("a text was expected")
    return tuple(values)
