"""Limits: what is counted, for whom, and what is said of one too many."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
from fastapi.testclient import TestClient

from rag.courses import Course
from rag.settings import Settings
from tests.support import running
from tests.web.conftest import TwoCourses
from tests.web.gradio import Chat
from ui.web import app
from ui.web.app import build_app
from ui.web.buckets import Buckets
from ui.web.desk import Desk
from ui.web.limiting import COST_OF_EVENT
from ui.web.limits import REQUESTS_PER_MINUTE, Limits
from ui.web.refusals import REASONS, Refusal, RefusedError
from ui.web.serving import uvicorn_config
from ui.wording import LANGUAGES

JOIN = "/c/tides/gradio_api/queue/join"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def refused(count: Callable[[], None]) -> Refusal | None:
    try:
        count()
    except RefusedError as error:
        return error.refusal
    return None


def course(**given: int) -> Course:
    limits = {"client_questions_per_minute": 2, "questions_per_minute": 3} | given
    return Course("tides", Settings().library, **limits)  # type: ignore[arg-type]


def test_an_address_asks_as_often_as_it_may_and_is_told_when_again(clock: Clock) -> None:
    limits, tides = Limits(clock=clock), course()
    ask = lambda client: refused(lambda: limits.count_question(tides, client))  # noqa: E731
    assert [ask("192.0.2.1") for _ in range(3)] == [None, None, Refusal("client", 30)]
    assert ask("192.0.2.2") is None
    assert ask("192.0.2.3") == Refusal("course", 20)  # three were asked by all together
    clock.now = 29.5
    assert ask("192.0.2.1") == Refusal("client", 1)
    clock.now = 30
    assert ask("192.0.2.1") is None


def test_what_was_refused_is_not_counted(clock: Clock) -> None:
    limits, tides = Limits(clock=clock), course(questions_per_minute=1)
    assert refused(lambda: limits.count_question(tides, "a")) is None
    for _ in range(10):
        assert refused(lambda: limits.count_question(tides, "b")) == Refusal("course", 60)
    clock.now = 60
    assert refused(lambda: limits.count_question(tides, "b")) is None


def test_the_courses_are_counted_apart(clock: Clock) -> None:
    limits, tides = Limits(clock=clock), course(client_questions_per_minute=1)
    moon = replace(tides, id="moon")
    assert refused(lambda: limits.count_question(tides, "a")) is None
    assert refused(lambda: limits.count_question(tides, "a")) == Refusal("client", 60)
    assert refused(lambda: limits.count_question(moon, "a")) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::7", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::7", "2001:db8:1:3::7", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("testclient", "testclient", True),
        ("", "", True),
    ],
)
def test_a_network_of_ipv6_is_one_client(clock: Clock, one: str, other: str, same: bool) -> None:
    limits, tides = Limits(clock=clock), course(client_questions_per_minute=1)
    assert refused(lambda: limits.count_question(tides, one)) is None
    assert (refused(lambda: limits.count_question(tides, other)) is not None) == same


def test_only_the_latest_buckets_are_kept(clock: Clock) -> None:
    buckets = Buckets(most=3, clock=clock)
    for name in range(100):
        buckets.missing(name, per_minute=1)
        buckets.take(name)
    assert len(buckets) == 3
    assert [buckets.missing(name, per_minute=1) for name in (97, 98, 99, 1)] == [60, 60, 60, 0]


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_told_in_words(reason: str, language: str) -> None:
    assert "{" not in Refusal(reason, 1).told(language)  # type: ignore[arg-type]
    assert "7" in Refusal(reason, 7).told(language)  # type: ignore[arg-type]


def app_with(courses: TwoCourses, **given: int) -> TestClient:
    tides = replace(courses.tides, course=replace(courses.tides.course, **given))  # type: ignore[arg-type]
    return TestClient(build_app([tides], Settings()))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "api/v1/ask"),
        ("POST", "api/v1/ask/stream"),
        ("POST", "api/v1/verify"),
        ("GET", "api/v1/search"),
    ],
)
def test_a_program_is_told_when_to_ask_again(courses: TwoCourses, method: str, path: str) -> None:
    client = app_with(courses, client_questions_per_minute=1)
    assert client.request(method, f"/c/tides/{path}").status_code != 429
    response = client.request(method, f"/c/tides/{path}")
    assert response.status_code == 429
    assert response.headers["content-type"] == "application/problem+json"
    assert 1 <= int(response.headers["retry-after"]) <= 60
    assert response.json()["status"] == 429
    assert "Too many questions have come from your address" in response.json()["detail"]
    assert "frame-ancestors" in response.headers["content-security-policy"]


def test_the_reader_of_the_chat_is_told_in_words(courses: TwoCourses) -> None:
    tides = replace(courses.tides.course, client_questions_per_minute=1, language="")
    with Chat.of(replace(courses.tides, course=tides)) as chat:
        assert "pincite-error" not in chat.ask("What rises?")
        for language, said in [("en", "Ask again in"), ("de", "noch einmal"), ("es", "dentro de")]:
            card = chat.ask("What rises?", headers={"Accept-Language": language})
            assert "pincite-error" in card
            assert said in card
            assert "Wadden" not in card


def test_everything_else_is_counted_lightly_but_files_are_free(
    courses: TwoCourses, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(limits=Limits(clock=clock))
    monkeypatch.setattr(app, "desk_for", lambda _: desk)
    client = app_with(courses)
    event = {"data": [], "fn_index": 10_000, "session_hash": "x"}
    assert client.post(JOIN, json=event).status_code == 400  # there is no such event
    for _ in range(REQUESTS_PER_MINUTE // COST_OF_EVENT - 1):
        desk.count_request(courses.tides.course, "testclient", cost=COST_OF_EVENT)
    response = client.post(JOIN, json=event)
    assert (response.status_code, response.headers["retry-after"]) == (429, "1")
    assert client.get("/c/tides/read/x").status_code == 429
    assert client.get("/c/tides/assets/nothing.js").status_code == 404
    assert client.get("/static/book.css").status_code == 200
    clock.now = 1
    assert client.get("/c/tides/read/x").status_code == 404


@contextmanager
def served(courses: TwoCourses, *proxies: str) -> Iterator[str]:
    """The address of a course that each client may ask once a minute, in a real server."""
    settings = Settings(trusted_proxies=proxies)
    course = replace(courses.tides.course, client_questions_per_minute=1)
    web = build_app([replace(courses.tides, course=course)], settings)
    with running(web, uvicorn_config(web, settings)) as origin:
        yield f"{origin}/c/tides/api/v1/search"


def statuses(address: str, *forwarded: str) -> list[int]:
    """Of one question after the other, each with the header that a proxy writes."""
    return [
        httpx.get(address, headers={"X-Forwarded-For": header}).status_code for header in forwarded
    ]


def test_nobody_but_a_trusted_proxy_says_who_asks(courses: TwoCourses) -> None:
    with served(courses) as address:
        assert statuses(address, "192.0.2.1", "192.0.2.2", "2001:db8::1")[1:] == [429, 429]
    with served(courses, "192.0.2.77") as address:
        assert statuses(address, "192.0.2.1", "192.0.2.2")[1:] == [429]


def test_behind_a_trusted_proxy_whoever_it_heard_is_the_client(courses: TwoCourses) -> None:
    with served(courses, "127.0.0.1") as address:
        first, *others = statuses(
            address,
            "192.0.2.1",
            "192.0.2.2",
            "192.0.2.1",
            "198.51.100.1, 192.0.2.1",  # what the client wrote itself stands before
            "198.51.100.2, 192.0.2.1",
            "2001:db8:0:1::1",
            "2001:db8:0:1::2",
            "[2001:db8:0:1::3]:50000",
            "2001:db8:0:2::1",
        )
    assert others == [first, 429, 429, 429, first, 429, 429, first]
    assert first != 429
