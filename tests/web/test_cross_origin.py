"""Whose scripts may read what, on every route: a course's API for the pages it lists, no more."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from rag.settings import Settings
from tests.support import running
from tests.web.conftest import MOODLE, TwoCourses
from tests.web.test_boundary import OFTEN
from tests.web.test_safety import ROUTES
from ui.web import limits, origins
from ui.web.app import Web, build_app
from ui.web.served import Served

CANVAS = "https://canvas.test"
MAY_CALL = {  # which of the origins below each course lists
    "tides": {MOODLE, "https://a.uni.test"},
    "moon": {CANVAS},
    "busy": {MOODLE},
}
ORIGINS = [
    MOODLE,
    "https://a.uni.test",
    CANVAS,
    "null",  # a sandboxed frame, a file
    "https://elsewhere.test",
    "http://moodle.test",
    "https://moodle.test:8443",
    "https://moodle.test.elsewhere.test",
    "https://elsewheremoodle.test",
    "https://elsewhere.moodle.test",
    "https://moodle-test",
    "https://uni.test",
    "https://a.uni.test.elsewhere.test",
    "http://127.0.0.1:1",  # another program of the reader's own machine
]
HOSTS = ["127.0.0.1", "ask.example.edu"]  # Gradio is stricter under the first
LEAVE: list[dict[str, str]] = [{}, {"Access-Control-Request-Method": "POST"}]
SCRIPT = "/static/embed.js"  # anybody's
OF_MOON = "/k/{key}/c/moon"
EVERY = [
    *((method, path) for method, path, _ in ROUTES),
    ("GET", SCRIPT),
    ("GET", "/colours/0b7a75.css"),
    ("GET", "gradio_api/heartbeat/x"),
    ("GET", "gradio_api/info"),
    ("GET", "page/{id}/1"),
    ("GET", "api"),
    ("GET", "api/v1/search?q=canary"),
    ("POST", "api/v1/verify"),
    ("GET", f"{OF_MOON}/"),
    ("GET", f"{OF_MOON}/config"),
    ("GET", f"{OF_MOON}/api/v1/documents"),
    ("GET", "/c/moon/api/v1/documents"),
    ("GET", "/c/busy/api/v1/search?q=x"),  # refused after the first
]


@dataclass(frozen=True)
class Told:
    """What a browser is told of an answer that a page's script asks for."""

    path: str
    origin: str  # of the page
    expected: str | None  # what may be allowed
    allowed: str | None  # the origin, or "*"
    with_credentials: bool

    @property
    def is_opened(self) -> bool:
        return self.allowed not in {None, self.expected}

    @property
    def is_kept_out(self) -> bool:
        return self.allowed is None and self.expected is not None

    @property
    def is_wrong(self) -> bool:
        return self.is_opened or self.is_kept_out or self.with_credentials


@contextmanager
def asking(courses: TwoCourses, change: Callable[[Web], None]) -> Iterator[httpx.Client]:
    """The courses with their own lists, and a third that is asked too often."""

    def listing(served: Served, course_id: str, *sources: str, most: int = OFTEN) -> Served:
        often = {"client_questions_per_minute": most, "questions_per_minute": OFTEN}
        course = replace(served.course, id=course_id, origins=sources, **often)
        return replace(served, course=course)

    web = build_app(
        [
            listing(courses.tides, "tides", MOODLE, "https://*.uni.test"),
            listing(courses.moon, "moon", CANVAS),
            listing(courses.tides, "busy", MOODLE, most=1),
        ],
        Settings(),
    )
    change(web)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "REQUESTS_PER_MINUTE", OFTEN)
        with running(web) as origin, httpx.Client(base_url=origin, timeout=60) as client:
            yield client


def may_read(path: str, origin: str, *, is_preflight: bool) -> str | None:
    """What the answer to a path may say to a page of that origin."""
    if path == SCRIPT:
        return None if is_preflight else "*"
    course, _, below = path.partition("/c/")[2].partition("/")
    if below.partition("?")[0].split("/")[0] == "api":  # also to be told that a key is missing
        return origin if origin in MAY_CALL.get(course, ()) else None
    return None


def told(client: httpx.Client, method: str, path: str, headers: dict[str, str]) -> Told:
    """What is told; a stream is not waited for."""
    origin, is_preflight = headers["Origin"], "Access-Control-Request-Method" in headers
    with client.stream("OPTIONS" if is_preflight else method, path, headers=headers) as response:
        allowed = response.headers.get("access-control-allow-origin")
        if is_preflight and not response.is_success:
            allowed = None  # a browser reads no further
        credentials = "access-control-allow-credentials" in response.headers
    expected = may_read(path, origin, is_preflight=is_preflight)
    return Told(path, origin, expected, allowed, credentials)


def told_wrongly(
    client: httpx.Client, courses: TwoCourses, *, routes: Sequence[tuple[str, str]] = EVERY
) -> list[Told]:
    """What lets a page read what it may not, or keeps it from what it may; credentials always."""
    (document,) = courses.tides.pipeline.library.documents()
    key = courses.key()
    wrong = []
    for method, path in routes:
        whole = path if path.startswith("/") else f"/c/tides/{path}"
        whole = whole.format(id=document.id, key=key)
        for origin, host, leave in itertools.product(ORIGINS, HOSTS, LEAVE):
            headers = {"Origin": origin, "Host": host, "Cookie": "a=b", **leave}
            found = told(client, method, whole, headers)
            if found.is_wrong:
                wrong.append(found)
    return wrong


def nothing(web: Web) -> None:
    """Leaves the guard as it is."""


@pytest.mark.slow
def test_pages_read_the_api_of_a_course_that_lists_them_and_nothing_else(
    courses: TwoCourses,
) -> None:
    with asking(courses, nothing) as client:
        assert told_wrongly(client, courses) == []
        assert client.get("/c/busy/api/v1/search?q=x").status_code == 429


def anybody(web: Web) -> None:
    """Puts in the place of our guard what many put there."""
    door = _door(web)
    door.app = CORSMiddleware(
        door.app.app, allow_origin_regex=".*", allow_methods=["*"], allow_credentials=True
    )


def nobody(web: Web) -> None:
    """Takes our guard away."""
    door = _door(web)
    door.app = door.app.app


def gradio_alone(web: Web) -> None:
    """Leaves it to Gradio who may read its answers."""
    app = _door(web)
    while not isinstance(app, FastAPI):
        app = app.app
    app.user_middleware.clear()


def mixed_up(web: Web) -> None:
    """Goes by the list of another course."""
    shared = _door(web).app.shared
    shared["tides"], shared["moon"] = shared["moon"], shared["tides"]


def everywhere(web: Web) -> None:
    """Lets the pages that are listed read all of their course."""
    guard = _door(web).app
    _door(web).app = guard.shared["tides"]


def _door(web: Web) -> Any:
    return web.application


PAGES = "/c/tides/"
CONFIG = "/c/tides/config"
DOCUMENTS = "/c/tides/api/v1/documents"
OPENED = {  # the guard changed -> path and origin of what it lets be read then, among others
    anybody: [(PAGES, "null"), (CONFIG, MOODLE), (DOCUMENTS, "null"), ("/healthz", CANVAS)],
    gradio_alone: [(PAGES, "null"), (CONFIG, "https://elsewhere.test"), (CONFIG, MOODLE)],
    mixed_up: [(DOCUMENTS, CANVAS)],
    everywhere: [(PAGES, MOODLE), (CONFIG, "https://a.uni.test"), ("/healthz", MOODLE)],
    nobody: [],
}


@pytest.mark.slow
@pytest.mark.parametrize("change", OPENED)
def test_without_the_guard_others_do(courses: TwoCourses, change: Callable[[Web], None]) -> None:
    with asking(courses, change) as client:
        wrong = told_wrongly(client, courses)
    opened = {(each.path, each.origin) for each in wrong if each.is_opened}
    kept_out = {(each.path, each.origin) for each in wrong if each.is_kept_out}
    assert set(OPENED[change]) <= opened
    assert ((DOCUMENTS, MOODLE) in kept_out) == (change in {nobody, mixed_up})
    assert bool(opened) == (change is not nobody)
    assert any(each.with_credentials for each in wrong) == (change in {anybody, gradio_alone})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "alike"),
    [
        (r"{}.*", "https://moodle.test.elsewhere.test"),
        (r"https?://.*{name}", "https://elsewheremoodle.test"),
        (r"{}(:\d+)?", "https://moodle.test:8443"),
        (r"https?://{name}", "http://moodle.test"),
        (r"{}", "https://moodle-test"),
    ],
)
def test_with_a_looser_pattern_those_do_that_are_alike(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch, pattern: str, alike: str
) -> None:
    def loose(source: str) -> str:
        source = source.replace("*", ".*")
        return pattern.format(source, name=source.partition("://")[2])

    monkeypatch.setattr(origins, "_one", loose)
    with asking(courses, nothing) as client:
        wrong = told_wrongly(client, courses, routes=[("GET", DOCUMENTS)])
    assert alike in {each.origin for each in wrong if each.is_opened}
