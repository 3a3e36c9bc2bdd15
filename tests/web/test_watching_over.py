"""What an operator sees: health, figures and the log. None of them names anybody."""

import json
import logging
import math
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from index.errors import PinciteError
from rag.question_log import QuestionLog
from rag.settings import Settings
from tests.web.conftest import TwoCourses
from tests.web.gradio import Chat
from tests.web.process import serving
from ui.logs import JsonLines, request_id, unsaid
from ui.web import answering, health
from ui.web.app import build_app
from ui.web.keys import key_for, secret_in
from ui.web.serving import opened

QUESTION = "What is the canary of the tides called, asked by Ada Lovelace?"


def test_it_says_that_it_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "courses": 2})


def test_a_library_that_does_not_open_makes_it_not_ready(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Gone:
        def snapshot(self) -> object:
            raise PinciteError("there is no library at moon")

        def facts(self) -> object:
            raise PinciteError("there is no library at moon")

    moon = replace(courses.moon, pipeline=replace(courses.moon.pipeline, library=Gone()))  # type: ignore[arg-type]
    router = health.health_routes([courses.tides, moon])
    ready = next(route for route in router.routes if route.path == "/readyz").endpoint  # type: ignore[attr-defined]
    with caplog.at_level(logging.ERROR):
        response = ready()
    assert (response.status_code, json.loads(response.body)) == (
        503,
        {"status": "not ready", "courses": 1},
    )
    assert "moon" not in response.body.decode()
    (record,) = caplog.records
    assert record.fields == {"course": "moon", "why": "there is no library at moon"}  # type: ignore[attr-defined]
    assert math.isnan(health.generation_of(moon))
    assert health.generation_of(courses.tides) == 1


def test_a_server_that_stops_is_not_ready(courses: TwoCourses) -> None:
    web = build_app([courses.tides], Settings())
    web.desk.admission.stop()
    response = TestClient(web).get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "stopping"})
    refused = TestClient(web).post("/c/tides/api/v1/ask", json={"question": "Why?"})
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Each sample by its name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_figures_count_what_became_of_questions(courses: TwoCourses) -> None:
    course = replace(courses.tides.course, client_questions_per_minute=4)
    web = build_app([replace(courses.tides, course=course), courses.moon], Settings())
    port = web.desk.metrics.serve(0)
    client = TestClient(web)
    for question in (
        QUESTION,
        QUESTION,
        "Which canary of the tides is called Wadden?",
        " ",
        "Why?",
    ):
        client.post("/c/tides/api/v1/ask", json={"question": question})
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    seen = figures(text)
    assert seen["pincite_questions_total", "tides", "answered"] == 3
    assert seen["pincite_answers_remembered_total", "tides"] == 1
    assert seen["pincite_refusals_total", "tides", "client"] == 1
    assert seen["pincite_stage_seconds_count", "retrieval"] == 2
    assert seen["pincite_library_generation", "moon"] == 1
    assert seen["pincite_questions_in_flight",] == seen["pincite_questions_waiting",] == 0
    for said in ("Ada", "canary", "testclient", "127.0.0.1"):
        assert said not in text
    assert client.get("/metrics").status_code == 404  # not where everybody can see them


class Kept(logging.Handler):
    """Keeps the lines that a log of the program would have."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(JsonLines().format(record))


def test_a_line_of_the_log_holds_no_key_and_no_question(capsys: pytest.CaptureFixture[str]) -> None:
    request_id.set("abc123")
    unsaid.set(f"  {QUESTION} ")
    try:
        raise KeyError(QUESTION)
    except KeyError as error:
        record = logging.makeLogRecord(
            {
                "name": "ui.turns",
                "levelname": "ERROR",
                "msg": "GET /texts/k/aaa.bbb.ccc/c/moon/ with Bearer aaa.bbb.ccc: %s",
                "args": (QUESTION,),
                "exc_info": (KeyError, error, error.__traceback__),
            }
        )
    line = JsonLines().format(record)
    told = json.loads(line)
    assert "\n" not in line
    assert told["message"] == "GET /texts[key]/c/moon/ with [key] [question]"
    assert told["traceback"].endswith("KeyError: '[question]'")
    assert (told["level"], told["event"], told["request"]) == ("error", "message", "abc123")
    unsaid.set("")


@pytest.mark.parametrize(
    ("path", "body", "fails"),
    [
        (f"search?q={QUESTION}", None, "retrieve"),
        ("verify", {"text": QUESTION}, "verify"),
        ("ask", {"question": QUESTION}, "stages_of"),
        ("ask/stream", {"question": QUESTION}, "stages_of"),
    ],
)
def test_a_bug_tells_the_log_nothing_of_what_was_asked(
    courses: TwoCourses,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    body: dict[str, str] | None,
    fails: str,
) -> None:
    def fail(said: str, *_: object, **__: object) -> None:
        raise RuntimeError(f"no such thing: {said}")

    lines: list[str] = []
    monkeypatch.setattr(answering, fails, fail)
    monkeypatch.setattr(logging.getLogger("ui.web.api.failing"), "handlers", [Kept(lines)])
    client = TestClient(courses.web, raise_server_exceptions=False)
    failed = client.request("POST" if body else "GET", f"/c/tides/api/v1/{path}", json=body)
    assert failed.status_code == 500
    assert "no such thing: [question]" in "".join(lines)
    assert "Lovelace" not in "".join(lines)


@pytest.mark.slow
def test_the_log_of_a_server_says_what_happened_and_names_nobody(tmp_path: Path) -> None:
    more = 'trusted_proxies = ["127.0.0.1"]'
    with serving(tmp_path, more=more) as server:
        secret = secret_in(tmp_path / "moon", create=True)
        expires = datetime.now(UTC) + timedelta(hours=1)
        key = key_for("moon", expires=expires, secret=secret)
        header = {"X-Forwarded-For": "198.51.100.77", "Referer": f"{server.origin}/k/{key}/c/moon/"}
        chat = Chat(f"{server.origin}/c/tides")
        assert "Wadden" in chat.ask(QUESTION, headers=header)
        httpx.post(f"{chat.address}/api/v1/ask", json={"question": QUESTION}, headers=header)
        httpx.get(f"{chat.address}/?q={QUESTION}", headers=header)
        httpx.get(f"{server.origin}/k/{key}/c/moon/", headers=header)
        httpx.post(f"{chat.address}/gradio_api/queue/join", content=b"{", headers=header)
        wrong = {"data": [QUESTION], "fn_index": 999, "session_hash": "x"}
        httpx.post(f"{chat.address}/gradio_api/queue/join", json=wrong, headers=header)
        assert server.stop(signal.SIGTERM) == 0
    said = server.log_text() + (tmp_path / "stderr").read_text()
    for told in ("198.51.100.77", "127.0.0.1", "Ada Lovelace", "canary", key, key[:20], "Wadden"):
        assert told not in said
    asked = [line for line in server.log() if line["event"] == "question"]
    assert [(line["course"], line["outcome"], line["level"]) for line in asked] == [
        ("tides", "answered", "info")
    ] * 2
    assert set(asked[0]["seconds"]) == {"waiting", "retrieval", "reading", "quoting"}
    assert len(asked[0]["request"]) == 16
    assert [line["event"] for line in server.log()][0::4][0] == "started"


def test_only_a_course_that_wants_them_keeps_its_questions(
    courses: TwoCourses, tmp_path: Path
) -> None:
    with QuestionLog(tmp_path, keep_days=7) as log:
        tides = replace(courses.tides, log=log)
        client = TestClient(build_app([tides, courses.moon], Settings()))
        client.post("/c/tides/api/v1/ask", json={"question": QUESTION})
    assert [(row.question, row.times) for row in log.most_asked(9)] == [(QUESTION, 1)]


def test_the_setting_of_a_course_says_whether_its_questions_are_kept(
    courses: TwoCourses,
) -> None:
    keeps = replace(courses.tides.course, keep_questions_days=1)
    settings = Settings(courses=(keeps, courses.moon.course), reader="sentence")
    with opened(settings) as served:
        assert [each.log is not None for each in served] == [True, False]
        assert served[0].pipeline.embedder is served[1].pipeline.embedder
