"""One client may hold most of the connections, and never so many that nobody else is served."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from rag.settings import Settings
from tests.support import eventually, running
from tests.web.conftest import TwoCourses
from tests.web.raw import request, status_of
from tests.web.test_safety import unsafe
from ui.web import crowding, patience
from ui.web.app import build_app
from ui.web.serving import uvicorn_config

MOST = 16  # connections; of one client three quarters, and two more are told why
SHARE = 12
ALIVE = request("GET", "/healthz")
HERE, THERE = "127.0.0.1", "127.0.0.2"  # two clients of this machine


@contextmanager
def served(courses: TwoCourses, *proxies: str) -> Iterator[str]:
    """The address of a server that can have only so many connections."""
    settings = Settings(trusted_proxies=proxies)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowding, "most_connections", lambda: MOST)
        web = build_app([courses.tides], settings)
        config = uvicorn_config(web, settings)
    config.limit_concurrency = MOST
    with running(web, config) as origin:
        yield origin


@contextmanager
def holding(origin: str, number: int) -> Iterator[list[socket.socket]]:
    """So many connections that ask for nothing."""
    with ExitStack() as stack:
        yield [stack.enter_context(connected(origin)) for _ in range(number)]


def connected(origin: str, *, client: str = HERE) -> socket.socket:
    address = urlsplit(origin)
    server = (str(address.hostname), int(address.port or 0))
    return socket.create_connection(server, timeout=60, source_address=(client, 0))


def said_to(connection: socket.socket) -> bytes:
    """What the server answers on a connection before it closes it."""
    try:
        connection.sendall(ALIVE)
        return b"".join(iter(lambda: connection.recv(65536), b""))
    except (ConnectionResetError, BrokenPipeError):  # it was closed before we asked
        return b""


def status_for(origin: str, client: str) -> int:
    with connected(origin, client=client) as connection:
        return status_of(said_to(connection))


def test_a_connection_too_many_of_one_client_is_told_so_and_others_are_served(
    courses: TwoCourses,
) -> None:
    with served(courses) as origin, holding(origin, SHARE) as held:
        with httpx.Client(base_url=origin) as one_more:
            refused = one_more.get("/healthz")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
        assert refused.headers["connection"] == "close"
        assert refused.json()["detail"].startswith("too many connections from your address")
        assert unsafe(refused) == []
        assert status_for(origin, THERE) == 200
        assert status_of(said_to(held[0])) == 200  # those that are open go on
        held[1].close()
        eventually(lambda: status_for(origin, HERE) == 200)


@pytest.mark.slow
@pytest.mark.parametrize(("share", "status"), [(crowding.SHARE, 200), (100, 503)])
def test_whoever_takes_all_that_can_be_had_leaves_some(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch, share: float, status: int
) -> None:
    monkeypatch.setattr(crowding, "SHARE", share)  # without the guard nothing is left
    with served(courses) as origin, holding(origin, 2 * MOST):
        assert status_for(origin, THERE) == status


@pytest.mark.slow
@pytest.mark.parametrize(("too_many", "seconds"), [(0, 0.2), (2, 30.0)])
def test_one_too_many_that_does_not_ask_is_closed_before_the_others_are(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch, too_many: int, seconds: float
) -> None:
    monkeypatch.setattr(patience, "SECONDS_TO_BE_TOLD", seconds)
    with served(courses) as origin, holding(origin, SHARE + too_many) as held:
        with connected(origin) as one_more:
            assert one_more.recv(1) == b""
        assert status_of(said_to(held[0])) == 200


def test_connections_that_were_closed_do_not_count(courses: TwoCourses) -> None:
    with served(courses) as origin:
        for _ in range(3):
            with holding(origin, SHARE):
                pass
        eventually(lambda: status_for(origin, HERE) == 200)


@contextmanager
def open_pages(origin: str, forwarded: str, number: int) -> Iterator[list[int]]:
    """The statuses of the streams to so many pages that one client has open."""
    header = {"X-Forwarded-For": forwarded}
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(base_url=origin, timeout=60, headers=header))
        yield [
            stack.enter_context(
                client.stream("GET", f"/c/tides/gradio_api/heartbeat/{n}")
            ).status_code
            for n in range(number)
        ]


def forwarded_from(client: str, address: str) -> httpx.Response:
    """What the proxy is answered that asks for a client."""
    return httpx.get(address, headers={"X-Forwarded-For": client})


def test_behind_a_trusted_proxy_each_client_it_names_has_its_share(courses: TwoCourses) -> None:
    one, other = "192.0.2.1", "192.0.2.2"
    with served(courses, HERE) as origin:
        alive = f"{origin}/healthz"
        with open_pages(origin, one, SHARE) as statuses:
            assert set(statuses) == {200}
            refused = forwarded_from(one, f"{origin}/c/tides/read/x")
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
            assert refused.text.startswith("too many connections from your address")
            assert "frame-ancestors" in refused.headers["content-security-policy"]
            lying = forwarded_from(f"{other}, {one}", alive)  # the first is what it said itself
            assert lying.status_code == 429
            assert forwarded_from(other, alive).status_code == 200
        eventually(lambda: forwarded_from(one, alive).status_code == 200)


@pytest.mark.slow
def test_the_proxy_itself_is_not_counted(courses: TwoCourses) -> None:
    with served(courses, "127.0.0.0/31") as origin, holding(origin, SHARE + 2):
        assert status_for(origin, HERE) == 200
    with served(courses, "192.0.2.9") as origin, holding(origin, SHARE + 2):
        assert status_for(origin, HERE) == 0
