"""The pages that a site's maps name. See sitemaps.org; a map may name more maps."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from index.errors import SourceError
from index.web.addresses import WebAddress, web_address
from index.web.fetching import Fetcher
from index.web.reading import PageReader
from index.web.robots import another_host

_MOST_MAPS = 20
_MOST_BYTES = 50_000_000  # of one, as its standard says


def mapped(
    base: WebAddress, maps: Sequence[str], fetcher: Fetcher, reader: PageReader
) -> Iterator[str]:
    """The addresses in the maps that are named, on the same host; in /sitemap.xml if none is.

    A map that is missing or damaged names nothing: links lead on without it.
    """
    waiting = list(maps) or ["/sitemap.xml"]
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
        except SourceError:
            continue
        waiting.extend(found.maps)
        yield from found.pages
