"""What every response has, what none has, and how much of a request is taken."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.settings import Settings
from tests.support import running
from tests.web.conftest import MOODLE, TwoCourses
from tests.web.raw import answer_to, request, status_of
from ui.web import guard, pages, patience
from ui.web.app import build_app
from ui.web.crowding import most_connections
from ui.web.guard import LARGEST_BODY
from ui.web.serving import LARGEST_HEADER, uvicorn_config
from ui.web.visits import visit_of

JOIN = "gradio_api/queue/join"
ROUTES = [  # method, path below a course or whole, and the status expected
    ("GET", "", 200),
    ("HEAD", "", 200),
    ("GET", "embed", 200),
    ("GET", "config", 200),
    ("GET", "theme.css", 200),
    ("GET", "assets/none.js", 404),
    ("GET", "gradio_api/queue/data", 422),
    ("POST", JOIN, 400),
    ("POST", "gradio_api/cancel", 422),
    ("GET", "gradio_api/upload", 404),
    ("GET", "read/none", 404),
    ("GET", "read/{id}", 200),
    ("GET", "read/{id}?char=x", 400),
    ("GET", "cite/{id}?char=0,5", 200),
    ("DELETE", "read/{id}", 404),
    ("GET", "api/docs", 200),
    ("GET", "api/openapi.json", 200),
    ("GET", "api/v1/documents", 200),
    ("GET", "api/v1/documents/none", 404),
    ("GET", "api/v1/ask", 405),
    ("POST", "api/v1/ask", 422),
    ("OPTIONS", "api/v1/ask", 405),
    ("GET", "/", 307),
    ("GET", "/c/tides", 307),
    ("GET", "/c/none/", 404),
    ("GET", "/c/moon/", 401),
    ("GET", "/k/x/c/moon/api/v1/ask", 401),
    ("GET", "/nowhere", 404),
    ("POST", "/manifest.json", 405),
    ("GET", "/manifest.json", 200),
    ("GET", "/favicon.ico", 200),
    ("GET", "/static/book.css", 200),
    ("GET", "/static/none.css", 404),
    ("GET", "/static", 307),
    ("GET", "/healthz", 200),
    ("GET", "/readyz", 200),
    ("GET", "/api/docs", 307),
    ("GET", "/metrics", 404),
]


@contextmanager
def asking(web: ASGIApp) -> Iterator[httpx.Client]:
    with running(web) as origin, httpx.Client(base_url=origin, timeout=60) as client:
        yield client


def responses(client: httpx.Client, courses: TwoCourses) -> Iterator[httpx.Response]:
    """The response of each route, and those that only some circumstances bring about."""
    (document,) = courses.tides.pipeline.library.documents()
    cookie = {"Cookie": "access-token=x", "Origin": "https://elsewhere.test"}
    for method, path, status in ROUTES:
        whole = path if path.startswith("/") else f"/c/tides/{path.format(id=document.id)}"
        response = client.request(method, whole, headers=cookie)
        assert (method, path, response.status_code) == (method, path, status)
        yield response
    large = client.post(f"/c/tides/{JOIN}", content=b"x" * (LARGEST_BODY + 1))
    assert large.status_code == 413
    yield large
    unchanged = client.get("/static/book.css")
    again = {"If-None-Match": unchanged.headers["etag"]}
    yield client.get("/static/book.css", headers=again)
    with client.stream("GET", "/c/tides/gradio_api/heartbeat/x") as page:
        yield page


def unsafe(response: httpx.Response, *, framed_by: str = "") -> list[str]:
    """What is wrong with the headers of a response."""
    headers = response.headers
    policy = headers.get("content-security-policy", "")
    frames = policy.rpartition("frame-ancestors ")[2]
    wrong = {
        "policy": not policy.startswith("default-src "),
        "eval": "unsafe-eval" in policy,
        "frames": frames != f"'self' {framed_by}".strip(),
        "old frames": (headers.get("x-frame-options") == "SAMEORIGIN") == bool(framed_by),
        "sniffing": headers.get("x-content-type-options") != "nosniff",
        "referrer": headers.get("referrer-policy") != "same-origin",
        "permissions": "camera=()" not in headers.get("permissions-policy", ""),
        "cookie": "set-cookie" in headers,
        "cors": "access-control-allow-origin" in headers,
        "server": "server" in headers and "uvicorn" not in headers["server"],
        "traceback": "Traceback" in response.text if response.is_stream_consumed else False,
    }
    return [name for name, is_so in wrong.items() if is_so]


def of_tides(response: httpx.Response) -> bool:
    """Whether the door let the request in to the course that a page may frame."""
    return response.request.url.path.startswith("/c/tides/") or (
        response.request.url.path == "/c/tides"
    )


@pytest.mark.slow
def test_every_response_is_safe(courses: TwoCourses) -> None:
    with asking(build_app([courses.tides, courses.moon], Settings())) as client:
        seen = list(responses(client, courses))
    found = {
        str(each.request.url): wrong
        for each in seen
        if (wrong := unsafe(each, framed_by=MOODLE if of_tides(each) else ""))
    }
    assert found == {}
    assert len(seen) == len(ROUTES) + 3


@pytest.mark.slow
def test_without_the_door_none_would_be(courses: TwoCourses) -> None:
    web = build_app([courses.tides, courses.moon], Settings())
    behind = web.application.app  # type: ignore[attr-defined]

    async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            visit = visit_of(scope, web.application.courses, root_path="")  # type: ignore[attr-defined]
            scope = {**scope, "state": {**scope.get("state", {}), "visit": visit}}
        await behind(scope, receive, send)

    with asking(let_in) as client:
        for path in ("/manifest.json", "/c/tides/config", "/static/book.css", "/healthz"):
            assert {"policy", "frames", "sniffing", "referrer"} <= set(unsafe(client.get(path)))


def test_a_bug_and_a_refusal_are_safe_too(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(pages, "reading", fail)
    limited = replace(courses.tides.course, client_questions_per_minute=1)
    with asking(build_app([replace(courses.tides, course=limited)], Settings())) as client:
        client.get("/c/tides/api/v1/search?q=x")
        refused = client.get("/c/tides/api/v1/search?q=x")
        bug = client.get("/c/tides/read/x")
    assert (bug.status_code, refused.status_code) == (500, 429)
    assert "secret" not in bug.text
    assert unsafe(bug, framed_by=MOODLE) == unsafe(refused, framed_by=MOODLE) == []


CHUNKED = "Transfer-Encoding: chunked"


def chunks(size: int) -> bytes:
    """A body of that many bytes in chunks of a thousand."""
    return b"3e8\r\n" + b"\r\n3e8\r\n".join(b"x" * 1_000 for _ in range(size // 1_000)) + b"\r\n"


@pytest.mark.slow
@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_body_is_capped_on_every_route(courses: TwoCourses, is_guarded: bool) -> None:
    web = build_app([courses.tides, courses.moon], Settings())
    cap = LARGEST_BODY if is_guarded else 100 * LARGEST_BODY
    paths = ["/", "/nowhere", "/static/book.css", "/healthz", "/c/tides/", "/c/tides/read/x"]
    paths += [f"/c/tides/{each}" for each in (JOIN, "api/v1/ask", "api/v1/verify", "cite/x")]
    size = 900_000  # heard out, so that the refusal arrives
    with pytest.MonkeyPatch.context() as patch, running(web) as origin:
        patch.setattr(guard, "LARGEST_BODY", cap)
        for path in paths:
            for method in ("POST", "GET", "PUT"):
                told = request(method, path, body=b"x" * size)
                untold = request(method, path, CHUNKED) + chunks(size) + b"0\r\n\r\n"
                statuses = {status_of(answer_to(origin, sent)) for sent in (told, untold)}
                assert (statuses == {413}) == is_guarded


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "statuses"),
    [
        (request("POST", f"/c/tides/{JOIN}", "Content-Length: 100"), {408}),
        (request("POST", "/nowhere", CHUNKED) + b"5\r\nhello\r\n", {408}),
        (b"", {0}),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", {0}),
        (request("GET", "/", f"X-Large: {'x' * 8 * LARGEST_HEADER}"), {400, 0}),
    ],
)
def test_a_request_that_is_slow_or_whose_header_is_large_is_given_up(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch, said: bytes, statuses: set[int]
) -> None:
    monkeypatch.setattr(guard, "SECONDS_FOR_BODY", 0.2)
    monkeypatch.setattr(patience, "SECONDS_FOR_HEADERS", 0.2)
    web = build_app([courses.tides], Settings())
    with running(web, uvicorn_config(web, Settings())) as origin:
        assert status_of(answer_to(origin, said)) in statuses


def test_an_idle_connection_is_kept_for_the_next_request(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = build_app([courses.tides], Settings())
    with running(web, uvicorn_config(web, Settings())) as origin:
        address = urlsplit(origin)
        with socket.create_connection((address.hostname, address.port), timeout=60) as one:
            for _ in range(3):
                one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                answer = b""
                while b"alive" not in answer:
                    answer += one.recv(1_000)
                assert status_of(answer) == 200


def test_there_may_be_as_many_connections_as_files(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    limits: Callable[[int], tuple[int, int]] = lambda _: (1_024, 4_096)  # noqa: E731
    monkeypatch.setattr(resource, "getrlimit", limits)
    assert most_connections() == 824
