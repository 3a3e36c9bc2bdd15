"""The robots.txt of a host: which of its pages may be asked, and how fast. See RFC 9309.

Its rules are Protego's, which Scrapy uses: the parser of Python's own library knows no wildcards,
and takes the first rule where the longest one counts.
"""

from collections.abc import Sequence
from http import HTTPStatus

from index.errors import AddressError, SourceError
from index.web.addresses import WebAddress, web_address
from index.web.fetching import Fetcher
from index.web.reading import PageReader, Rules

_MOST_BYTES = 5_000_000


class Robots:
    """What the robots.txt of one host says to us."""

    def __init__(self, text: bytes, reader: PageReader) -> None:
        """`reader` reads it. Raises `SourceError`."""
        self._text, self._reader = text, reader
        self._rules = reader.rules(text, [])

    @classmethod
    def ask(cls, beside: WebAddress, fetcher: Fetcher, reader: PageReader) -> "Robots":
        """That of the host; no rules where it has none.

        Raises `SourceError` where the server gives no answer: then nothing may be asked.
        """
        address = web_address("/robots.txt", beside=beside)
        try:
            response = fetcher.get(
                address, most_bytes=_MOST_BYTES, may_lead=lambda to: another_host(address, to)
            )
        except AddressError as error:
            if "leads " not in str(error):
                raise
            return cls(b"", reader)
        except SourceError as error:
            raise SourceError(f"{address} {error}, so nothing is asked there") from error
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SourceError(
                f"{address} cannot be read, so nothing is asked there; the server answers "
                f"{response.said}, try again later"
            )
        return cls(response.body, reader)

    @property
    def delay(self) -> float:
        """Seconds between two pages; 0 where it asks for none."""
        return self._rules.delay

    @property
    def maps(self) -> tuple[str, ...]:
        """The site maps that it names."""
        return self._rules.maps

    def allows(self, addresses: Sequence[WebAddress]) -> list[bool]:
        """Which of the addresses may be asked."""
        rules: Rules = self._reader.rules(self._text, [str(address) for address in addresses])
        return list(rules.allowed)


def another_host(address: WebAddress, to: WebAddress) -> str | None:
    """Why a redirect may not be followed where it has to stay on one host, or `None`."""
    usual = (address.scheme, address.port, to.scheme, to.port) == ("http", 80, "https", 443)
    if address.host == to.host and (address.origin == to.origin or usual):
        return None
    return "which is another host; add that address if it is meant"
