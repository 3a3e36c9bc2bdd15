"""The API of a course: its answers, what it refuses, and in which words."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import routing
from fastapi.testclient import TestClient

from index.errors import LibraryDamagedError
from rag.answer import Answer
from rag.ask import Retrieved, ask_in_stages, open_pipeline
from rag.settings import Settings
from tests.support import running
from tests.web.conftest import MOODLE, TIDES, TwoCourses
from ui.contract import answer_json
from ui.web import answering
from ui.web.answering import stages_of
from ui.web.app import build_app

V1 = "/c/tides/api/v1"
QUESTION = "How often does the tide rise?"
PROBLEM = "application/problem+json"


def tides(courses: TwoCourses) -> str:
    """The id of the one document."""
    (document,) = courses.tides.pipeline.library.documents()
    return document.id


def without_seconds(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "seconds": None}


def events(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The events of a stream; comments are none."""
    parted = [dict(line.split(": ", 1) for line in each.split("\n")) for each in told(text)]
    return [(each["event"], json.loads(each["data"])) for each in parted]


def told(text: str) -> list[str]:
    return [each for each in text.split("\n\n") if each and not each.startswith(":")]


def test_ask_gives_what_the_command_prints(client: TestClient, courses: TwoCourses) -> None:
    pipeline = courses.tides.pipeline
    *_, answer = ask_in_stages(QUESTION, pipeline)
    assert isinstance(answer, Answer)
    with pipeline.library.snapshot() as snapshot:
        printed = json.dumps(answer_json(answer, snapshot)).replace("/c/default/", "/c/tides/")
    response = client.post(f"{V1}/ask", json={"question": QUESTION})
    assert response.status_code == 200
    assert without_seconds(response.json()) == without_seconds(json.loads(printed))
    (quote, *_) = response.json()["quotes"]
    assert TIDES[quote["start"] : quote["end"]] == quote["text"] == "The tide rises twice a day."


def test_ask_narrows_and_bounds(client: TestClient, courses: TwoCourses) -> None:
    asked = {"question": "tide canary", "documents": [tides(courses)], "limit": 1}
    assert len(client.post(f"{V1}/ask", json=asked).json()["quotes"]) == 1


def test_a_question_without_an_answer_is_no_error(courses: TwoCourses) -> None:
    library = courses.tides.pipeline.library.path
    with (pipeline := open_pipeline(Settings(library=library, reader="sentence"))).library:
        client = TestClient(build_app([replace(courses.tides, pipeline=pipeline)], Settings()))
        response = client.post(f"{V1}/ask", json={"question": "xyzzy"})
    assert (response.status_code, response.json()["status"]) == (200, "not_found")
    assert response.json()["quotes"] == []


def test_the_stages_come_as_events(client: TestClient) -> None:
    response = client.post(f"{V1}/ask/stream", json={"question": QUESTION})
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    (first, passages), (second, answer) = events(response.text)
    assert (first, second) == ("passages", "answer")
    whole = client.post(f"{V1}/ask", json={"question": QUESTION}).json()
    assert without_seconds(answer) == without_seconds(whole)
    assert passages["passages"] == whole["passages"]


def test_a_document_tells_of_itself(client: TestClient, courses: TwoCourses) -> None:
    listed = client.get(f"{V1}/documents").json()
    assert (listed["count"], listed["offset"]) == (1, 0)
    (document,) = listed["documents"]
    assert document["title"] == "Tides"
    assert document["source"] == "tides.md"
    assert client.get(document["url"]).status_code == 200
    shown = client.get(f"{V1}/documents/{document['id']}").json()
    assert shown["outline"] == [{"label": "Tides", "level": 1, "start": 0, "page": 1}]
    assert shown["pages"] == [{"start": 0, "end": len(TIDES)}]
    assert shown["characters"] == len(TIDES)
    assert shown["text"] is None
    assert client.get(f"{V1}/documents?offset=1").json()["documents"] == []


@pytest.mark.parametrize(
    ("asked", "span"), [("page=1", (0, len(TIDES))), ("start=9&end=36", (9, 36))]
)
def test_a_text_comes_by_pages_and_by_slices(
    client: TestClient, courses: TwoCourses, asked: str, span: tuple[int, int]
) -> None:
    text = client.get(f"{V1}/documents/{tides(courses)}?{asked}").json()["text"]
    assert text == {"start": span[0], "end": span[1], "text": TIDES[slice(*span)]}


def test_search_says_how_each_passage_was_found(client: TestClient, courses: TwoCourses) -> None:
    found = client.get(f"{V1}/search", params={"q": "Wadden", "document": tides(courses)}).json()
    (passage,) = found["passages"]
    assert TIDES[passage["start"] : passage["end"]] == passage["text"]
    assert {search: each["rank"] for search, each in passage["found_by"].items()} == {
        "vectors": 1,
        "words": 1,
    }


def test_links_carry_no_key(client: TestClient, courses: TwoCourses) -> None:
    key = courses.key()
    root = f"/k/{key}/c/moon/api"
    for path in ("v1/ask", "v1/ask/stream"):
        answered = client.post(f"{root}/{path}", json={"question": "How often does the Moon turn?"})
        assert '"url":"/c/moon/read/' in answered.text.replace('": "', '":"')
        assert key not in answered.text
    for path in ("v1/documents", "openapi.json"):
        assert key not in client.get(f"{root}/{path}").text


def test_a_proxy_s_path_stands_before_every_link(courses: TwoCourses) -> None:
    behind = TestClient(build_app([courses.tides], Settings(root_path="/texts")))
    answered = behind.post(f"{V1}/ask", json={"question": QUESTION}).json()
    assert answered["quotes"][0]["url"].startswith("/texts/c/tides/read/")
    description = behind.get("/c/tides/api/openapi.json").json()
    assert description["servers"] == [{"url": "/texts/c/tides/api"}]


REFUSED = [
    ("POST", "v1/ask", {}, 422, "question: it is needed, and missing"),
    ("POST", "v1/ask", {"question": ""}, 422, "question: String should have at least 1 char"),
    ("POST", "v1/ask", {"question": " \n "}, 422, "question: String should match pattern"),
    ("POST", "v1/ask", {"question": "\x1c"}, 422, "the question is empty"),
    ("POST", "v1/ask/stream", {"question": "\x1c"}, 422, "the question is empty"),
    ("POST", "v1/ask", {"question": "x" * 2001}, 422, "question: String should have at most 2000"),
    ("POST", "v1/ask", {"question": 1}, 422, "question: Input should be a valid string; found 1"),
    ("POST", "v1/ask", {"question": "x", "limit": True}, 422, "limit: Input should be a valid int"),
    ("POST", "v1/ask", {"question": "x", "limit": 21}, 422, "limit: Input should be less than or"),
    ("POST", "v1/ask", {"question": "x", "documents": []}, 422, "documents: List should have at l"),
    ("POST", "v1/ask", {"question": "x", "more": 1}, 422, "more: Extra inputs are not permitted"),
    ("POST", "v1/ask", {"question": "x", "documents": ["y"]}, 404, "these texts have no document"),
    ("POST", "v1/ask/stream", {"question": "x", "documents": ["y"]}, 404, "these texts have no do"),
    ("POST", "v1/ask", [], 422, "the body is no JSON object"),
    ("POST", "v1/verify", {}, 422, "text: it is needed, and missing"),
    ("POST", "v1/verify", {"text": "\x1c"}, 422, "there is no quotation to check"),
    ("POST", "v1/verify", {"text": "x" * 20_001}, 422, "text: String should have at most 20000"),
    ("POST", "v1/verify", {"text": "x", "document": "y"}, 404, "these texts have no document 'y'"),
    ("GET", "v1/search", None, 422, "q: it is needed, and missing"),
    ("GET", "v1/search?q=x&limit=101", None, 422, "limit: Input should be less than or equal"),
    ("GET", "v1/search?q=x&lang=de", None, 422, "lang: Extra inputs are not permitted"),
    ("GET", "v1/search?q=x&document=y", None, 404, "these texts have no document 'y'"),
    ("GET", "v1/documents?offset=0.0", None, 422, "offset: a whole number in digits"),
    ("GET", "v1/documents?offset=1_0", None, 422, "offset: a whole number in digits"),
    ("GET", "v1/documents?limit=0", None, 422, "limit: Input should be greater than or equal"),
    ("GET", "v1/documents/nothing", None, 404, "these texts have no document 'nothing'"),
    ("GET", "v1/documents/{id}?page=2", None, 404, "there is no page 2; the pages are 1 to 1"),
    ("GET", "v1/documents/{id}?start=1", None, 422, "a part of the text is asked for by page, or"),
    ("GET", "v1/documents/{id}?page=1&start=1&end=2", None, 422, "a part of the text is asked for"),
    ("GET", "v1/documents/{id}?start=2&end=1", None, 422, "start=2 and end=1 are no slice of a te"),
    ("GET", "v1/documents/{id}?start=1&end=999", None, 422, "start=1 and end=999 are no slice of"),
    ("GET", "v1/nothing", None, 404, "the API has no such address"),
    ("POST", "v1/ask/", {"question": "x"}, 404, "the API has no such address"),
    ("GET", "", None, 404, "the API has no such address"),
    ("GET", "v1/ask", None, 405, "this address does not take that method"),
    ("DELETE", "v1/documents", None, 405, "this address does not take that method"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "words"), REFUSED)
def test_what_is_refused_is_told_as_a_problem(
    client: TestClient,
    courses: TwoCourses,
    method: str,
    path: str,
    body: object,
    status: int,
    words: str,
) -> None:
    sent = {} if body is None else {"json": body}
    address = f"/c/tides/api/{path.format(id=tides(courses))}"
    response = client.request(method, address, **sent)
    assert response.headers["content-type"] == PROBLEM
    assert response.status_code == response.json()["status"] == status
    assert response.json()["detail"].startswith(words)
    assert set(response.json()) == {"type", "title", "status", "detail"}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b'{"question": "a', 422),
        (b"\xff", 400),
        (b"[" * 60_000, 400),
        (b'{"question": "\\ud800", "\\udfff": "\\udfff"}', 422),
        (b"x" * 70_000, 413),
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_body_that_is_none_is_told_as_a_problem(
    client: TestClient, content: bytes, status: int, kind: str
) -> None:
    response = client.post(f"{V1}/ask", content=content, headers={"Content-Type": kind})
    assert response.headers["content-type"] == PROBLEM
    assert response.status_code == (status if kind == "application/json" or status > 400 else 422)
    if status != 413 and b"ud800" not in content:
        assert response.json()["detail"].startswith("the body is no JSON object that can be read")


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/c/venus/api/v1/documents", 404, "there is no such address, or no such course"),
        ("/c/moon/api/v1/documents", 401, "this course needs a key"),
        ("/k/nonsense/c/moon/api/openapi.json", 401, "this course needs a key"),
        ("/c/moon/api/docs", 401, "this course needs a key"),
        ("/c/tides/api", 404, "Not found"),
        ("/c/tides/api/v1/documents/a%0Ab", 404, "there is no such address"),
        ("/c/tides/api/%2e%2e/read/x", 404, "Not found"),
    ],
)
def test_whom_the_door_does_not_let_in_is_told_so_as_a_problem(
    client: TestClient, address: str, status: int, words: str
) -> None:
    response = client.get(address)
    assert response.headers["content-type"] == PROBLEM
    assert response.json()["detail"].startswith(words)
    assert response.status_code == status
    assert ("www-authenticate" in response.headers) == (status == 401)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (RuntimeError("a secret of the machine"), 500, "something went wrong inside Pincite"),
        (LibraryDamagedError("a secret of the machine"), 503, "the texts of this course cannot"),
    ],
)
def test_what_only_the_server_may_know_is_only_logged(
    courses: TwoCourses,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    words: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(answering, "retrieve", fail)
    client = TestClient(courses.web, raise_server_exceptions=False)
    response = client.get(f"{V1}/search?q=x")
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    assert response.json()["detail"].startswith(words)
    assert "secret" not in response.text
    assert "a secret of the machine" in caplog.text


def test_an_error_after_the_first_stage_is_an_event(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_late(*given: Any, **options: Any) -> Iterator[Retrieved | Answer]:
        yield next(stages_of(*given, **options))
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(answering, "stages_of", fail_late)
    response = client.post(f"{V1}/ask/stream", json={"question": QUESTION})
    (first, _), (second, problem) = events(response.text)
    assert (first, second, problem["status"]) == ("passages", "problem", 500)
    assert "secret" not in response.text


class Gate:
    """Between the two stages of an answer."""

    def __init__(self) -> None:
        self.go, self.ended = threading.Event(), threading.Event()


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch) -> list[Gate]:
    """A gate for each answer from now on, shut."""
    made: list[Gate] = []

    def stages(*given: Any, **options: Any) -> Iterator[Retrieved | Answer]:
        made.append(gate := Gate())
        try:
            with closing(stages_of(*given, **options)) as answering:
                yield next(answering)
                assert gate.go.wait(30)
                yield next(answering)
        finally:
            gate.ended.set()

    monkeypatch.setattr(answering, "stages_of", stages)
    return made


def test_passages_come_before_the_answer_is_there_and_comments_while_it_is_waited_for(
    courses: TwoCourses, gates: list[Gate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "_PING_INTERVAL", 0.05)
    with (
        running(courses.web) as origin,
        httpx.stream("POST", f"{origin}{V1}/ask/stream", json={"question": QUESTION}) as stream,
    ):
        lines = stream.iter_lines()
        assert next(lines) == "event: passages"
        assert next(line for line in lines if line.startswith(":")) == ": ping"
        assert not gates[0].go.is_set()
        gates[0].go.set()
        assert "event: answer" in list(lines)
        assert gates[0].ended.wait(30)


def test_a_client_that_goes_away_ends_the_work(
    courses: TwoCourses, gates: list[Gate], caplog: pytest.LogCaptureFixture
) -> None:
    with running(courses.web) as origin:
        for _ in range(20):
            with httpx.stream(
                "POST", f"{origin}{V1}/ask/stream", json={"question": QUESTION}
            ) as stream:
                assert next(stream.iter_lines()) == "event: passages"
            gates[-1].go.set()
        assert all(each.ended.wait(30) for each in gates)
        assert httpx.get(f"{origin}{V1}/documents").status_code == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_listed_pages_may_call_it_and_no_others(client: TestClient, courses: TwoCourses) -> None:
    asked = {"question": QUESTION}
    listed = client.post(f"{V1}/ask", json=asked, headers={"Origin": MOODLE})
    assert listed.headers["access-control-allow-origin"] == MOODLE
    assert "access-control-allow-credentials" not in listed.headers
    assert "Origin" in listed.headers["vary"]
    error = client.post(f"{V1}/ask", json={}, headers={"Origin": MOODLE})
    assert error.headers["access-control-allow-origin"] == MOODLE
    large = client.post(f"{V1}/ask", content=b"x" * 70_000, headers={"Origin": MOODLE})
    assert (large.status_code, large.headers["access-control-allow-origin"]) == (413, MOODLE)
    for origin in ("https://elsewhere.test", f"{MOODLE}.elsewhere.test", "null", MOODLE + ":1"):
        other = client.post(f"{V1}/ask", json=asked, headers={"Origin": origin})
        assert "access-control-allow-origin" not in other.headers
    page = client.get("/c/tides/", headers={"Origin": MOODLE})
    assert "access-control-allow-origin" not in page.headers


def preflight(client: TestClient, path: str, origin: str, **asked: str) -> httpx.Response:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST", **asked}
    return client.options(path, headers=headers)


def test_a_listed_page_is_told_what_it_may_send(client: TestClient) -> None:
    wanted = {"Access-Control-Request-Headers": "content-type,authorization"}
    leave = preflight(client, f"{V1}/ask", MOODLE, **wanted)
    assert leave.status_code == 200
    assert leave.headers["access-control-allow-origin"] == MOODLE
    assert leave.headers["access-control-allow-methods"] == "GET, POST"
    assert "authorization" in leave.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in leave.headers
    for path, origin, asked in [
        (f"{V1}/ask", "https://elsewhere.test", {}),
        (f"{V1}/ask", MOODLE, {"Access-Control-Request-Method": "DELETE"}),
        (f"{V1}/ask", MOODLE, {"Access-Control-Request-Headers": "x-other"}),
        ("/c/tides/gradio_api/queue/join", MOODLE, {}),
        ("/c/moon/api/v1/ask", MOODLE, {}),
    ]:
        assert preflight(client, path, origin, **asked).status_code == 400


def test_leave_is_asked_without_the_key_and_gets_nothing_else_in(courses: TwoCourses) -> None:
    moon = replace(courses.moon, course=replace(courses.moon.course, origins=(MOODLE,)))
    client, origin = TestClient(build_app([courses.tides, moon], Settings())), {"Origin": MOODLE}
    leave = preflight(client, "/c/moon/api/v1/ask", MOODLE)
    assert leave.headers["access-control-allow-origin"] == MOODLE
    assert leave.text == "OK"
    assert preflight(client, "/c/moon/", MOODLE).status_code == 401
    assert client.options("/c/moon/api/v1/ask").status_code == 401
    assert "access-control-allow-origin" not in client.get("/c/moon/", headers=origin).headers
    kept_out = client.get("/c/moon/api/v1/documents", headers=origin)
    assert (kept_out.status_code, kept_out.headers["access-control-allow-origin"]) == (401, MOODLE)
    key = {"Authorization": f"Bearer {courses.key()}"}
    answered = client.get("/c/moon/api/v1/documents", headers=origin | key)
    assert (answered.status_code, answered.json()["count"]) == (200, 1)
    assert answered.headers["access-control-allow-origin"] == MOODLE


VERIFIED = [
    ("He wrote “The tide rises twice a day.”", "exact", "The tide rises twice a day."),
    ("He wrote “The tide rises three times a day.”", "altered", "The tide rises twice a day."),
    ("The Moon is made of old green cheese.", "absent", None),
]


@pytest.mark.parametrize(("text", "kind", "stands"), VERIFIED)
def test_quotes_of_others_are_checked(
    client: TestClient, courses: TwoCourses, text: str, kind: str, stands: str | None
) -> None:
    sent = {"text": text, "document": tides(courses)}
    (found,) = client.post(f"{V1}/verify", json=sent).json()["quotations"]
    assert text[found["start"] : found["end"]] == found["text"]
    assert found["kind"] == kind
    assert [place["text"] for place in found["places"]] == ([stands] if stands else [])
    for place in found["places"]:
        assert TIDES[place["start"] : place["end"]] == place["text"]
        assert place["url"].startswith("/c/tides/read/")
