"""How much of the server one client may hold at once, so that it leaves room for the others.

A connection holds a file of the process, whether it asks or not. A client is an address, or a
network of IPv6 addresses, and a whole school may be behind one, each of whose open pages has a
connection; so one client may have most of them, and never all. Behind a proxy that is trusted every
connection is the proxy's, which is not counted: there each request that is not answered yet holds
one, and is counted for the client that the proxy names.
"""

import ipaddress
from collections import Counter
from collections.abc import Sequence

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.settings import Settings
from ui.web.buckets import network_of
from ui.web.limiting import client_of
from ui.web.problems import Problem, refusal
from ui.web.visits import visit_in

OWN_FILES = 200  # that the server itself may have open beside its connections
SHARE = 3 / 4  # of all connections that one client may hold
SECONDS_TO_COME_AGAIN = 5
TOO_MANY = (
    "too many connections from your address are open; "
    f"close some, or come again in {SECONDS_TO_COME_AGAIN} seconds"
)


def most_connections() -> int | None:
    """As many as there may be open files, less some for the libraries; None where nobody counts."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(OWN_FILES, most - OWN_FILES)


class Crowd:
    """Counts what each client holds.

    >>> crowd = Crowd(4, exempt=["192.0.2.1"])
    >>> [crowd.enter("192.0.2.7") for _ in range(5)], crowd.enter("192.0.2.8")
    ([0, 0, 0, 1, 2], 0)
    >>> crowd.leave("192.0.2.7"), [crowd.enter(f"192.0.2.{n}") for n in (7, 1, 1, 1, 1)]
    (None, [2, 0, 0, 0, 0])
    """

    def __init__(self, most: int | None, *, exempt: Sequence[str] = ()) -> None:
        """There are `most` of all clients, None for any number; addresses in `exempt` are free."""
        self._most = most
        self._share = None if most is None else max(1, int(most * SHARE))
        self._exempt = [ipaddress.ip_network(each) for each in exempt]
        self._held = Counter[str]()

    def enter(self, client: str) -> int:
        """Counts one more for an address; gives how many it has too many, 0 for none."""
        if self._share is None or self._is_exempt(client):
            return 0
        name = network_of(client)
        self._held[name] += 1
        return max(0, self._held[name] - self._share)

    def leave(self, client: str) -> None:
        """Counts one less for an address that entered."""
        if self._share is None or self._is_exempt(client):
            return
        name = network_of(client)
        self._held[name] -= 1
        if not self._held[name]:
            del self._held[name]

    @property
    def told(self) -> int:
        """How many of one client, of those it has too many, may stay until they are told so.

        With these it still has less than all.
        """
        return 1 + (self._most or 0) // 16

    def _is_exempt(self, client: str) -> bool:
        if not self._exempt:
            return False
        try:
            address = ipaddress.ip_address(client)
        except ValueError:  # a socket of this machine, or a test
            return False
        return any(address in network for network in self._exempt)


def crowd_for(settings: Settings) -> Crowd:
    """The crowd that shares the connections of a server; the proxies that it trusts are free."""
    return Crowd(most_connections(), exempt=settings.trusted_proxies)


class Crowding:
    """ASGI middleware behind the doorway: refuses what one client asks too much of at once."""

    def __init__(self, app: ASGIApp, *, crowd: Crowd) -> None:
        """Stand in front of `app`; the crowd counts requests until they are answered."""
        self.app = app
        self.crowd = crowd

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        client = client_of(Request(scope))
        app = _refuse if self.crowd.enter(client) else self.app
        try:
            await app(scope, receive, send)
        finally:
            self.crowd.leave(client)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    problem = Problem(429, TOO_MANY, {"Retry-After": str(SECONDS_TO_COME_AGAIN)})
    await refusal(problem, below=visit_in(Request(scope)).below)(scope, receive, send)
