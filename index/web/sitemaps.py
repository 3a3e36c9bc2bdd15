"""The pages that a site's maps name. See sitemaps.org; a map may name more maps."""

from collections.abc import Iterator
from http import HTTPStatus

from index.errors import AddressError, SourceError
from index.web.addresses import WebAddress, web_address
from index.web.fetching import Fetcher
from index.web.reading import PageReader
from index.web.robots import Robots, another_host

_MOST_MAPS = 20
_MOST_BYTES = 50_000_000  # of one, as its standard says


def mapped(base: WebAddress, robots: Robots, fetcher: Fetcher, reader: PageReader) -> Iterator[str]:
    """The addresses in the maps that robots.txt names on the same host, else in /sitemap.xml.

    A map that is missing or damaged names nothing: links lead on without it.
    """
    waiting = list(robots.maps) or ["/sitemap.xml"]
    for number, text in enumerate(waiting):
        if number >= _MOST_MAPS:
            return
        try:
            address = web_address(text, beside=base)
            if another_host(base, address):
                continue
            response = fetcher.get(
                address, most_bytes=_MOST_BYTES, may_lead=lambda to: another_host(base, to)
            )
            if response.status != HTTPStatus.OK:
                continue
            found = reader.site_map(response.body)
        except (AddressError, SourceError):
            continue
        waiting.extend(found.maps)
        yield from found.pages
