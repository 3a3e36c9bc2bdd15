"""What `pincite add` was asked to add: files and folders, and the sites at addresses."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import SourceError
from index.library import Library
from index.patterns import Patterns
from index.sources import sources_below
from index.web.addresses import WebAddress, looks_like_address, web_address
from index.web.fetching import Fetcher
from index.web.site import Bounds, Site
from rag.settings import Settings
from ui.adding import Tally, add_sources, embedder_of, follow
from ui.console import complain


@dataclass(frozen=True, slots=True)
class Named:
    """What was named on the command line, and how it is to be added."""

    names: Sequence[str]  # paths and addresses
    patterns: Patterns
    prune: bool
    max_pages: int
    allow_private: bool

    @property
    def paths(self) -> list[Path]:
        """Those that are paths."""
        return [Path(name) for name in self.names if not looks_like_address(name)]

    @property
    def addresses(self) -> list[WebAddress]:
        """Those that are addresses. Raises `AddressError` for one that cannot be asked."""
        return [web_address(name) for name in self.names if looks_like_address(name)]


def add_named(named: Named, settings: Settings) -> int:
    """Add all of it; return how many files and pages were refused."""
    refused, addresses = 0, named.addresses
    if named.paths:
        most = settings.max_bytes
        sources = sources_below(named.paths, patterns=named.patterns, most_bytes=most)
        refused += add_sources(sources, settings, prune=named.prune).refused
    for address in addresses:
        refused += _add_site(address, named, settings).refused
    return refused


def watch_named(named: Named, settings: Settings) -> None:
    """Add what is at the paths and follow it until Ctrl-C. Raises `SourceError` for an address."""
    if addresses := named.addresses:
        raise SourceError(
            f"{addresses[0]} cannot be watched, only files and folders can; "
            "add it without --watch, again whenever it is to be brought up to date"
        )
    from ui.following import add_and_follow

    add_and_follow(named.paths, settings, patterns=named.patterns, prune=named.prune)


def _add_site(start: WebAddress, named: Named, settings: Settings) -> Tally:
    bounds = Bounds(pages=named.max_pages, bytes=settings.max_bytes)
    if named.allow_private:
        bounds = replace(bounds, pause=0.0)  # a server of one's own needs no rest
    with (
        Library.create(settings.library) as library,
        Fetcher(allow_private=named.allow_private) as fetcher,
    ):
        site = Site(
            start,
            fetcher=fetcher,
            bounds=bounds,
            known=library.known_pages(str(start)),
            patterns=named.patterns,
        )
        events = library.add(
            site,
            embedder=embedder_of(library, settings),
            max_bytes=settings.max_bytes,
            prune=named.prune,
            roots=[site.root],
        )
        tally = follow(events, looking_at="pages")
    if site.why_stopped:
        complain(f"{start}: {site.why_stopped}")
    return tally
