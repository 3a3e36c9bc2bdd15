"""The pages below one address, found by following links and site maps, one after another.

Only pages of the same host whose path goes on after the address are asked for, and only as
robots.txt allows; each page is a `Source` as it comes. Does not run scripts, send forms or log in.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from index.errors import AddressError, SourceError
from index.patterns import Patterns
from index.sources import Refusal, Source
from index.web.addresses import WebAddress, web_address
from index.web.fetching import Fetcher, Response, UnreachableError
from index.web.frontier import Frontier
from index.web.media import as_declared, format_of_answer
from index.web.page import GonePage, Page, SamePage
from index.web.reading import PageReader
from index.web.robots import Robots, another_host
from index.web.sitemaps import mapped
from index.web.visits import Known, Visit

_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_FAILED = (HTTPStatus.TOO_MANY_REQUESTS, *(status for status in HTTPStatus if status >= 500))
_MOST_FAILURES = 5  # of a server, one after another; then it is left alone


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a site is followed."""

    pages: int = 200  # that are asked for
    bytes: int = 64_000_000  # of each
    depth: int = 20  # links from the first page on
    seconds: float = 3_600.0  # of all together
    pause: float = 0.5  # seconds between two pages, where robots.txt does not ask for more


class Site:
    """The pages of a site. Iterate over it once: each page is asked for when its turn comes."""

    def __init__(
        self,
        start: WebAddress,
        *,
        fetcher: Fetcher,
        bounds: Bounds,
        known: Mapping[str, Known],
        patterns: Patterns,
    ) -> None:
        """Nothing is asked yet.

        Args:
            start: where it begins; what does not go on after it is not asked.
            fetcher: asks.
            bounds: how far it goes.
            known: the pages that the library has of this site, by address.
            patterns: which pages are taken, by their path after the start.
        """
        self.start, self.root = start, str(start)
        self.why_stopped: str | None = None  # before all was asked
        self._fetcher, self._bounds, self._known = fetcher, bounds, known
        self._patterns = patterns
        self._hashes: set[str] = set()  # of pages, which may stand at two addresses
        self._asked = self._failures = 0
        self._next = self._end = 0.0  # by the monotonic clock

    def __length_hint__(self) -> int:
        """How many pages are known to be asked, so far."""
        waiting = len(self._frontier) if self._asked else 1
        return min(self._asked + waiting, self._bounds.pages)

    def __iter__(self) -> Iterator[Source]:
        """Each page. Raises `SourceError` where nothing may be asked at all."""
        self._end = time.monotonic() + self._bounds.seconds
        with PageReader() as self._reader:
            self._begin_at(self.start)
            yield from self._one(self.start, 0, lambda to: another_host(self.start, to))
            base = self._frontier.base
            if base.path.endswith("/"):
                self._frontier.find(mapped(base, self._robots, self._fetcher, self._reader), 1)
            yield from self._all_that_wait()
            self._frontier.find(self._known, 0)  # those that no link led to
            yield from self._all_that_wait()

    def _begin_at(self, address: WebAddress) -> None:
        """Takes the address for the base. Raises `AddressError` where it may not be asked."""
        self._robots = Robots.ask(address, self._fetcher, self._reader)
        if not all(self._robots.allows([address])):
            raise AddressError(f"{address} may not be asked: robots.txt there does not allow it")
        self._frontier = Frontier(
            address, robots=self._robots, depth=self._bounds.depth, patterns=self._patterns
        )

    def _all_that_wait(self) -> Iterator[Source]:
        while self._frontier and not self.why_stopped:
            if why := self._why_stop():
                self.why_stopped = f"{why}; {len(self._frontier):,} addresses were not asked"
                return
            address, depth = self._frontier.next()
            yield from self._one(address, depth, self._frontier.why_not)

    def _why_stop(self) -> str | None:
        if self._asked >= self._bounds.pages:
            return f"stopped at {self._asked:,} pages, more with --max-pages"
        if self._failures >= _MOST_FAILURES:
            return f"stopped, as the server failed {self._failures} times on end"
        if max(time.monotonic(), self._next) > self._end:
            return f"stopped, as {self._bounds.seconds:,.0f} s are over"
        return None

    def _one(
        self, address: WebAddress, depth: int, why_not: Callable[[WebAddress], str | None]
    ) -> Iterator[Source]:
        """What comes of one address: one source, or none where it is no page of its own."""
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._asked += 1
        try:
            response = self._response(address, why_not)
            self._failures = 0
            source = self._made_of(response, address, depth)
        except UnreachableError as error:
            self._failures += 1
            source = self._refusal(address, str(error))
        except SourceError as error:
            if isinstance(error, AddressError) and address == self.start:
                raise AddressError(f"{address} may not be asked: it {error}") from error
            source = self._refusal(address, str(error))
        self._next = time.monotonic() + max(self._bounds.pause, self._robots.delay)
        if source:
            yield source

    def _response(
        self, address: WebAddress, why_not: Callable[[WebAddress], str | None]
    ) -> Response:
        response = self._fetcher.get(
            address,
            most_bytes=self._bounds.bytes,
            may_lead=why_not,
            conditions=self._conditions,
        )
        if response.status in _FAILED:
            raise UnreachableError(f"cannot be read now: the server answers {response.said}")
        return response

    def _conditions(self, address: WebAddress) -> dict[str, str]:
        known = self._known.get(str(address))
        return known.visit.conditions if known else {}

    def _made_of(self, response: Response, asked: WebAddress, depth: int) -> Source | None:
        address = response.address
        if response.status in _GONE:
            reason = f"is not there: the server answers {response.said}; --prune removes it"
            return GonePage(self.root, asked.key, reason=reason)
        if address != asked:
            if asked == self.start:
                self._begin_at(address)
            elif not self._frontier.claim(address):
                return None
        known = self._known.get(str(address))
        if response.status == HTTPStatus.NOT_MODIFIED and known:
            return self._same(address, known, depth)
        if response.status != HTTPStatus.OK:
            return self._refusal(asked, f"cannot be read: the server answers {response.said}")
        return self._page(response, depth)

    def _same(self, address: WebAddress, known: Known, depth: int) -> Source | None:
        self._hashes.add(known.bytes_hash)
        self._frontier.find(known.visit.links, depth + 1)
        if not self._frontier.is_wanted(address):
            return None
        reason = "did not change, and was removed from the library meanwhile; add it again"
        return SamePage(self.root, address.key, reason=reason)

    def _page(self, response: Response, depth: int) -> Source | None:
        address, said = response.address, response.headers.get("content-type", "")
        form = format_of_answer(said, address.path)
        if form is None:
            return self._refusal(address, f"is {said or 'of no type'!r}, which is no text we read")
        data, cited = as_declared(response.body, said, form), str(address)
        links: tuple[str, ...] = ()
        if form.name == "html":
            page = self._reader.links(data, address=cited)
            links = self._frontier.find(page.links, depth + 1)
            cited = _canonical(page.canonical, address)
        hash = hashlib.sha256(data).hexdigest()
        if hash in self._hashes or not self._frontier.is_wanted(address):
            return None
        self._hashes.add(hash)
        visit = Visit.of(str(address), form.name, response.headers, links)
        return Page(self.root, address.key, data=data, cited=cited, seen=visit)

    def _refusal(self, address: WebAddress, reason: str) -> Refusal:
        return Refusal(self.root, address.key, reason=reason)


def _canonical(named: str | None, address: WebAddress) -> str:
    """What the page names as its address, where that is on its own host; else its address."""
    try:
        canonical = web_address(named) if named else address
    except AddressError:
        return str(address)
    return str(canonical if canonical.origin == address.origin else address)
