"""What is kept of a page that was read: with it the next run asks whether the page changed."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

_MOST = 1_000  # characters of what a server wants to hear again


@dataclass(frozen=True, slots=True)
class Visit:
    """A page as it was read."""

    address: str
    format: str  # the name of the one it was read as
    etag: str | None = None
    last_modified: str | None = None
    links: tuple[str, ...] = ()  # that were followed from it, or could be

    @classmethod
    def of(
        cls, address: str, format: str, headers: Mapping[str, str], links: tuple[str, ...]
    ) -> "Visit":
        """The visit that gave these headers."""
        etag, changed = (_kept(headers.get(name)) for name in ("etag", "last-modified"))
        return cls(address, format, etag, changed, links)

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for the page only if it changed.

        >>> Visit("http://a.org/", "html", etag='"1"').conditions
        {'If-None-Match': '"1"'}
        """
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Known:
    """A page that the library has."""

    visit: Visit
    bytes_hash: str


def keep_visit(connection: sqlite3.Connection, document_id: str, visit: Visit) -> None:
    """Keeps the visit with its document; call it inside a transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO web_pages VALUES (?, ?, ?, ?, ?, ?)",
        (
            document_id,
            visit.address,
            visit.format,
            visit.etag,
            visit.last_modified,
            json.dumps(visit.links),
        ),
    )


def known_pages(
    connection: sqlite3.Connection, root: str, *, makers: Mapping[str, str]
) -> dict[str, Known]:
    """The pages that came from the root, by address.

    `makers` names, by format, what would make a document now: a page that something else made is
    asked for whether it changed or not.
    """
    rows = connection.execute(
        """SELECT web_pages.address, format, etag, last_modified, links, bytes_hash, made_by
           FROM web_pages
           JOIN documents ON documents.id = document_id
           JOIN roots ON roots.id = root_id WHERE roots.path = ? ORDER BY documents.rowid""",
        (root,),
    )
    known = {}
    for address, format, etag, changed, links, bytes_hash, maker in rows:
        visit = Visit(address, format, etag, changed, tuple(json.loads(links)))
        if maker != makers.get(format):
            visit = replace(visit, etag=None, last_modified=None)
        known[address] = Known(visit, bytes_hash)
    return known


def _kept(value: str | None) -> str | None:
    usable = value and value.isascii() and value.isprintable() and len(value) <= _MOST
    return value if usable else None
