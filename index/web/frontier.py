"""Which pages of a site are still to be asked, in the order in which they were found."""

from collections import deque
from collections.abc import Iterable
from urllib.parse import unquote

from index.errors import AddressError
from index.patterns import Patterns
from index.web.addresses import WebAddress, web_address
from index.web.media import may_be_text
from index.web.robots import Robots

_FIRST = "index.html"  # what patterns know the page as whose path is that of the site


class Frontier:
    """The addresses below a base, each once."""

    def __init__(self, base: WebAddress, *, robots: Robots, depth: int, patterns: Patterns) -> None:
        """Nothing is found yet; addresses more than `depth` links away never are."""
        self.base = base
        self._robots, self._depth, self._patterns = robots, depth, patterns
        self._queue: deque[tuple[WebAddress, int]] = deque()
        self._found: set[str] = {str(base)}

    def __len__(self) -> int:
        """How many wait to be asked."""
        return len(self._queue)

    def next(self) -> tuple[WebAddress, int]:
        """The address that waits longest, and how many links it is away."""
        return self._queue.popleft()

    def clear(self) -> None:
        """Forget all that wait."""
        self._queue.clear()

    def claim(self, address: WebAddress) -> bool:
        """Whether nobody found the address before; from now on somebody did."""
        is_new = str(address) not in self._found
        self._found.add(str(address))
        return is_new

    def find(self, links: Iterable[str], depth: int) -> tuple[str, ...]:
        """Lets those wait that are below the base, new, and allowed; gives all that are below."""
        below = dict.fromkeys(self._below(links))
        new = [address for address in below if self._is_worth_it(address, depth)]
        allowed = self._robots.allows(new) if new else []
        for address, may in zip(new, allowed, strict=True):
            if self.claim(address) and may:
                self._queue.append((address, depth))
        return tuple(map(str, below))

    def why_not(self, address: WebAddress) -> str | None:
        """Why a redirect may not be followed there, or `None`."""
        if not address.is_below(self.base):
            return "which is not below the address that was given"
        if not all(self._robots.allows([address])):
            return "which robots.txt there does not allow"
        return None

    def is_wanted(self, address: WebAddress) -> bool:
        """Whether the patterns admit the page."""
        return self._patterns.admits(self._within(address))

    def _below(self, links: Iterable[str]) -> Iterable[WebAddress]:
        for link in links:
            try:
                address = web_address(link)
            except AddressError:
                continue
            if address.is_below(self.base):
                yield address

    def _is_worth_it(self, address: WebAddress, depth: int) -> bool:
        return (
            depth <= self._depth
            and str(address) not in self._found
            and may_be_text(address.path)
            and not self._patterns.leaves_out(self._within(address))
        )

    def _within(self, address: WebAddress) -> str:
        """The path of a page after that of the base, as patterns see it."""
        path = address.path.removeprefix(self.base.path).lstrip("/")
        return unquote(path) or _FIRST
