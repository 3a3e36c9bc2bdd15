"""Connections are given up that nobody reads from, and one too many is told so."""

import socket
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from rag.settings import Settings
from tests.support import eventually, running
from tests.web.conftest import TwoCourses
from tests.web.raw import answer_to, request
from tests.web.test_safety import unsafe
from ui.web import patience
from ui.web.app import build_app
from ui.web.serving import uvicorn_config

MEGABYTE = b"x" * 1_000_000


class Talking:
    """Answers with more than a connection holds."""

    def __init__(self) -> None:
        self.has_ended = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(50):
            await send({"type": "http.response.body", "body": MEGABYTE, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
        self.has_ended = True


@pytest.mark.parametrize("reads", [False, True])
def test_whoever_does_not_read_is_given_up_and_whoever_does_is_not(
    monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    monkeypatch.setattr(patience, "SECONDS_TO_READ", 0.3 if not reads else 10.0)
    talking = Talking()
    config = uvicorn.Config(talking, http=patience.PatientProtocol, log_config=None, lifespan="off")
    with running(talking, config) as origin:
        if reads:
            assert len(answer_to(origin, request("GET", "/"))) > 50 * len(MEGABYTE)
            return
        address = urlsplit(origin)
        with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
            connection.sendall(request("GET", "/"))
            eventually(lambda: talking.has_ended)  # or it would wait until we have read


def test_a_connection_too_many_is_told_so_and_those_that_are_open_go_on(
    courses: TwoCourses,
) -> None:
    web = build_app([courses.tides], Settings())
    config = uvicorn_config(web, Settings())
    config.limit_concurrency = 2
    with running(web, config) as origin, httpx.Client(base_url=origin) as first:
        assert first.get("/healthz").status_code == 200
        refused = httpx.get(f"{origin}/healthz")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert refused.json()["detail"].startswith("too many connections are open")
        assert unsafe(refused) == []
        assert first.get("/healthz").status_code == 200
