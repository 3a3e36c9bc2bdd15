"""Asks for one page: few headers, no cookies, redirects one by one, and no more bytes than it may.

Only httpcore is used of the HTTP client httpx, the part that speaks HTTP over a connection: it
follows nothing, keeps nothing and reads no environment. Bytes are counted after unpacking.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from importlib.metadata import version

import httpcore

from index.closing import Closing
from index.errors import AddressError, SourceError
from index.web.addresses import WebAddress, web_address
from index.web.network import CheckedNetwork, Resolver, system_resolver
from index.web.unzipping import unzipped

MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)

Conditions = Callable[[WebAddress], Mapping[str, str]]  # headers that ask whether it changed
MayLead = Callable[[WebAddress], str | None]  # where a redirect leads -> why not to go, or None


class RedirectError(AddressError):
    """A page that leads to where it may not be followed; the message goes on after its address."""


class UnreachableError(SourceError):
    """A server that gives no answer, or one that says it cannot."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that one page may take."""

    connect: float = 10.0
    silence: float = 20.0  # without a byte of the answer
    whole: float = 120.0


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answers, after redirects."""

    address: WebAddress  # where it came from in the end
    status: int
    headers: Mapping[str, str]  # by lower-case name
    body: bytes  # empty unless the status is 200

    @property
    def said(self) -> str:
        """The status in words.

        >>> Response(web_address("http://a.org"), 404, {}, b"").said
        '404 Not Found'
        """
        known = [status.phrase for status in HTTPStatus if status == self.status]
        return " ".join([str(self.status), *known])


@cache
def user_agent() -> str:
    """What we call ourselves."""
    return f"Pincite/{version('pincite')}"


class Fetcher(Closing):
    """Asks servers for pages, one at a time."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        resolve: Resolver = system_resolver,
        patience: Patience | None = None,
    ) -> None:
        """Nothing is connected yet.

        Args:
            allow_private: whether hosts may be asked that are not public.
            resolve: finds the numbers of a name.
            patience: how long a page may take.
        """
        self._patience = patience or Patience()
        self._network = CheckedNetwork(resolve, allow_private=allow_private)
        self._pool = httpcore.ConnectionPool(network_backend=self._network, max_connections=1)

    def get(
        self,
        address: WebAddress,
        *,
        most_bytes: int,
        may_lead: MayLead,
        conditions: Conditions = lambda address: {},
    ) -> Response:
        """The answer, of at most so many bytes; redirects are followed as far as they may lead.

        Raises `AddressError` where an address may not be asked, `RedirectError` where one leads
        to where it may not, `UnreachableError` where there is no answer, and `SourceError` for one
        that is too large or cannot be unpacked.
        """
        self._network.deadline = time.monotonic() + self._patience.whole
        for _ in range(MOST_REDIRECTS + 1):
            response = self._ask(address, most_bytes, conditions(address))
            if response.status not in _REDIRECTS or "location" not in response.headers:
                return response
            address = _following(address, response.headers["location"], may_lead)
        raise RedirectError(f"leads on more than {MOST_REDIRECTS} times, at last to {address}")

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _ask(self, address: WebAddress, most_bytes: int, conditions: Mapping[str, str]) -> Response:
        headers: dict[bytes | str, bytes | str] = {
            "Host": address.origin.partition("://")[2],
            "User-Agent": user_agent(),
            "Accept": "*/*",
            "Accept-Encoding": "gzip",
        }
        headers.update(conditions)
        silence = self._patience.silence
        timeouts = {"connect": self._patience.connect, "read": silence, "write": silence}
        url = httpcore.URL(
            scheme=address.scheme.encode(),
            host=address.host.encode(),
            port=address.port,
            target=address.target.encode(),
        )
        try:
            with self._pool.stream(
                "GET", url, headers=headers, extensions={"timeout": {**timeouts, "pool": silence}}
            ) as response:
                given = _headers(response.headers)
                stream = response.iter_stream()
                body = _body(stream, given, most_bytes) if response.status == HTTPStatus.OK else b""
                return Response(address, response.status, given, body)
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            said = " ".join(f"{error}".split())[:200] or "no answer came in time"
            raise UnreachableError(f"cannot be reached ({said})") from error


def _following(address: WebAddress, location: str, may_lead: MayLead) -> WebAddress:
    """Where a redirect leads. Raises `RedirectError` where it may not be followed."""
    try:
        following = web_address(location.strip(), beside=address)
    except AddressError as error:
        raise RedirectError(f"leads elsewhere: {error}") from error
    if address.scheme == "https" and following.scheme == "http":
        raise RedirectError(f"leads to {following}, which is not encrypted any more")
    if why_not := may_lead(following):
        raise RedirectError(f"leads to {following}, {why_not}")
    return following


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """The first of each name."""
    headers: dict[str, str] = {}
    for name, value in raw:
        headers.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return headers


def _body(stream: Iterator[bytes], headers: Mapping[str, str], most_bytes: int) -> bytes:
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise SourceError(f"comes packed as {encoding!r}, which was not asked for")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > most_bytes:
        raise _too_large(most_bytes)
    unpacked = unzipped(stream) if "gzip" in encoding else stream
    parts, size = [], 0
    for part in unpacked:
        size += len(part)
        if size > most_bytes:
            raise _too_large(most_bytes)
        parts.append(part)
    return b"".join(parts)


def _too_large(most_bytes: int) -> SourceError:
    return SourceError(
        f"has more than {most_bytes / 1e6:,g} MB, which is the most; "
        "raise the limit with --max-megabytes"
    )
