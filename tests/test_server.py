"""What the server answers, what it refuses, and with which headers."""

import asyncio
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import Response
from fastapi.testclient import TestClient

from index.embedding import load_embedder
from index.errors import LibraryError, PinciteError, QuestionError
from index.layout import Sheet
from index.library import Library
from index.records import Document, Mark
from index.sources import text_source
from rag.answer import Answer, Quote
from rag.ask import Pipeline
from rag.settings import Settings
from tests.served import alone
from tests.support import need, running
from tests.web.gradio import shown_by
from ui.addresses import Site
from ui.web import answering, known_events, pages, serving
from ui.web.app import build_app
from ui.web.doorway import Doorway
from ui.web.guard import LARGEST_BODY
from ui.web.mounting import mount_chat
from ui.web.served import Served
from ui.wording import words

TEXT = "# Tides\n\nThe tide <b>rises</b> & falls.\n"
TIDES = Document(
    "sea/tides.md",
    "v1",
    "Tides & <i>more</i>",
    "sea/tides.md",
    TEXT,
    (Mark(0, 7, "heading", "Tides", 1), Mark(9, len(TEXT) - 1, "paragraph")),
)
READ = "/c/default/read/sea%2Ftides.md"


class OneText:
    """Stands in for a library and its snapshot."""

    @contextmanager
    def snapshot(self) -> Iterator["OneText"]:
        yield self

    def document(self, document_id: str) -> Document:
        if document_id != TIDES.id:
            raise LibraryError(f"there is no document {document_id}")
        return TIDES

    def documents(self) -> list[Document]:
        return [TIDES, replace(TIDES, id="other")]

    def sheets(self, document_id: str) -> tuple[Sheet, ...]:
        return ()

    def former_text(self, document_id: str, version: str) -> None:
        return None


def answer(question: str, pipeline: Pipeline, **_: object) -> Answer:
    if "bug" in question:
        raise RuntimeError("a secret of the machine")
    if not question.strip():
        raise QuestionError("the question is empty; ask one in words")
    start, end = 9, len(TEXT) - 1
    place = TIDES.place(start, end)
    quote = Quote(
        TIDES.id, TIDES.version, TIDES.title, TIDES.source, place, start, end, TEXT[start:end], 1.0
    )
    return Answer(question, "answered", None, None, (quote,), (), {}, {})


def stages(question: str, served: Served, **_: object) -> Iterator[Answer]:
    yield answer(question, served.pipeline)


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "stages_of", stages)
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("cache")))
        settings = Settings(library=tmp_path_factory.mktemp("library"))
        yield cast(Pipeline, SimpleNamespace(library=OneText(), settings=settings))


@pytest.fixture(scope="module")
def client(pipeline: Pipeline) -> TestClient:
    return TestClient(build_app(alone(pipeline), Settings()), follow_redirects=False)


@pytest.fixture(scope="module")
def address(pipeline: Pipeline) -> Iterator[str]:
    with running(build_app(alone(pipeline), Settings())) as origin:
        yield f"{origin}/c/default"


@pytest.mark.parametrize("path", ["/", "/c/default"])
def test_the_root_leads_to_the_chat(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["location"]) == (307, "/c/default/")


def test_a_path_of_a_proxy_stands_before_every_link(pipeline: Pipeline) -> None:
    client = TestClient(
        build_app(alone(pipeline), Settings(root_path="/texts/")), follow_redirects=False
    )
    assert client.get("/").headers["location"] == "/texts/c/default/"
    assert 'href="/texts/static/book.css"' in client.get(READ).text
    for path in ("/c/default/", "/texts/c/default/"):
        assert '"root":"http://testserver/texts/c/default"' in client.get(path).text
    assert client.get("/texts/c/default/gradio_api/upload").status_code == 404
    assert client.post("/texts/c/default/gradio_api/queue/join", content=b"{}").status_code == 400
    assert client.get("/manifest.json").json()["start_url"] == "/texts/c/default/"
    assert '<link rel="manifest" href="/texts/manifest.json" />' in client.get("/c/default/").text


@pytest.mark.parametrize(
    "path", ["/c/default/", READ, "/manifest.json", "/nowhere", "/c/default/gradio_api/upload"]
)
def test_every_answer_has_the_headers_that_protect(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "same-origin"


def test_a_bug_has_the_headers_too_and_no_traceback(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(pages, "reading", fail)
    client = TestClient(build_app(alone(pipeline), Settings()), raise_server_exceptions=False)
    response = client.get(READ)
    assert response.status_code == 500
    assert "This page could not be made" in response.text
    assert "secret" not in response.text
    assert response.headers["x-frame-options"] == "SAMEORIGIN"
    assert "a secret of the machine" in caplog.text


def test_no_other_origin_is_let_in(client: TestClient) -> None:
    for method in ("GET", "OPTIONS"):
        origin = {"Origin": "https://elsewhere.test", "Access-Control-Request-Method": "POST"}
        for path in ("/c/default/", "/c/default/config", "/manifest.json"):
            headers = client.request(method, path, headers=origin).headers
            assert "access-control-allow-origin" not in headers
            assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "upload",
        "upload_progress?upload_id=1",
        "file=/etc/hostname",
        "file/etc/hostname",
        "proxy=http://127.0.0.1/",
        "stream/abc",
        "component_server",
        "call/submit",
        "run/predict",
        "api/predict",
        "monitoring/summary",
        "runs",
        "deep_link",
        "vibe-code/",
        "process_recording",
        "custom_component/a/client/b/c",
        "../gradio_api/upload",
        "queue/../upload",
        "info",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_the_chat_does_not_need_is_not_there(
    client: TestClient, path: str, method: str
) -> None:
    assert client.request(method, f"/c/default/gradio_api/{path}").status_code == 404


@pytest.mark.parametrize("path", ["monitoring", "monitoring/key", "login", "svelte/x.js", "x"])
def test_nor_are_other_pages_of_gradio(client: TestClient, path: str) -> None:
    assert client.get(f"/c/default/{path}").status_code == 404


def test_a_large_body_is_refused_with_and_without_its_length(client: TestClient) -> None:
    join = "/c/default/gradio_api/queue/join"
    for content in (b"x" * (LARGEST_BODY + 1), iter([b"x" * LARGEST_BODY, b"x"])):
        response = client.post(join, content=content)
        assert response.status_code == 413
        assert response.text == f"A request may hold at most {LARGEST_BODY} bytes"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"data": "text"}',
        b'{"data": [{"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}]}',
        b'{"data": [{"path": "http://elsewhere.test/", "meta": {"_type": "gradio.FileData"}}]}',
        b'{"data": ["text", [["list"]]]}',
        b'{"data": ["text", [{"path": "/etc/hostname"}]]}',
        b'{"data": ["text", 1]}',
    ],
)
def test_an_event_takes_texts_only(client: TestClient, body: bytes) -> None:
    response = client.post("/c/default/gradio_api/queue/join", content=body)
    assert (response.status_code, response.text) == (
        400,
        "The data of an event must be a list of texts",
    )


def test_the_small_files_are_our_own(client: TestClient) -> None:
    assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
    assert client.get("/manifest.json").json()["name"] == "Pincite"
    assert client.get("/static/book.css").status_code == 200
    assert client.get("/static/../server.py").status_code == 404


def test_the_reading_page_marks_the_span(client: TestClient) -> None:
    response = client.get(f"{READ}?v=v1&char=13,26")
    assert response.status_code == 200
    assert '<mark id="quote">tide &lt;b&gt;rises</mark>' in response.text
    assert re.findall(r"<script[^>]*>", response.text) == [
        '<script src="/static/framed.js">',
        '<script src="/static/copying.js" defer>',
        '<script src="/static/reading.js" defer>',
    ]
    assert "script-src 'self';" in response.headers["content-security-policy"]
    assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_the_reading_page_without_a_span_marks_nothing(client: TestClient) -> None:
    response = client.get(READ)
    assert response.status_code == 200
    assert "<mark" not in response.text


def test_a_link_to_another_version_marks_nothing_and_says_so(client: TestClient) -> None:
    response = client.get(f"{READ}?v=v0&char=13,9999")
    assert response.status_code == 200
    assert "This text was changed since the link to it was made" in response.text
    assert "<mark" not in response.text


@pytest.mark.parametrize(
    "char",
    [
        "x",
        "1",
        "1,",
        ",2",
        "1,2,3",
        "-1,4",
        "5,5",
        "6,5",
        "0,9999",
        "1.0,2",
        "²,3",
        "1,<b>",
        " 1,2",
    ],
)
def test_a_span_that_is_none_is_refused_in_words(client: TestClient, char: str) -> None:
    response = client.get(READ, params={"char": char})
    assert response.status_code == 400
    assert "No such place" in response.text
    assert "<mark" not in response.text
    assert "<b>" not in response.text


def test_a_reference_that_is_none_is_refused_in_words(client: TestClient) -> None:
    response = client.get(READ, params={"ref": "9.9.<b>"})
    assert response.status_code == 400
    assert "Nothing in this text is cited as 9.9.&lt;b&gt;." in response.text


@pytest.mark.parametrize("name", ["nothing", "../../etc/passwd", "<script>", "%00", "sea"])
def test_an_unknown_text_is_not_found(client: TestClient, name: str) -> None:
    response = client.get("/c/default/read/" + name.replace("/", "%2F"))
    assert response.status_code == 404
    assert "<script>" not in response.text


def events(
    address: str, data: list[Any], function: int, session: str, **language: Any
) -> list[dict[str, Any]]:
    """Everything that Gradio says of one event; `language` is how a request says its own."""
    body = {"data": data, "fn_index": function, "session_hash": session}
    joined = httpx.post(f"{address}/gradio_api/queue/join", json=body, **language)
    if joined.status_code != 200:
        return [{"msg": "refused", "status": joined.status_code}]
    said = []
    query = {"session_hash": session}
    with httpx.stream("GET", f"{address}/gradio_api/queue/data", params=query) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                said.append(json.loads(line.removeprefix("data: ")))
                if said[-1]["msg"] in {"process_completed", "close_stream", "unexpected_error"}:
                    break
    return said


def asking(address: str) -> int:
    """The number of the event of a question."""
    dependencies = httpx.get(f"{address}/config").json()["dependencies"]
    (number,) = [each["id"] for each in dependencies if each["targets"][0][1] == "submit"]
    return int(number)


def shown(said: list[dict[str, Any]]) -> tuple[list[str], str]:
    """The messages of the conversation and the side panel, at the end of an event."""
    _, messages, panel = shown_by(said)
    return [message["content"][0]["text"] for message in messages], panel


def test_a_question_is_answered_with_its_quote(address: str) -> None:
    messages, panel = shown(events(address, ["What *rises*?", []], asking(address), "s1"))
    assert messages[0] == '<div class="pincite-question" dir="auto">What *rises*?</div>'
    assert "The tide &lt;b&gt;rises&lt;/b&gt; &amp; falls." in messages[1]
    assert "<mark>The tide &lt;b&gt;rises&lt;/b&gt; &amp; falls.</mark>" in panel
    assert len(messages) == 2


LANGUAGES = [
    pytest.param({}, "en", id="neither"),
    pytest.param({"headers": {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}}, "de", id="header"),
    pytest.param({"headers": {"Accept-Language": "fr;q=0.9, tlh"}}, "en", id="other header"),
    pytest.param(
        {"headers": {"Accept-Language": "de"}, "params": {"lang": "es"}}, "es", id="address"
    ),
]


@pytest.mark.parametrize(("said", "language"), LANGUAGES)
def test_the_header_and_the_address_choose_the_language_of_a_page(
    client: TestClient, said: dict[str, Any], language: str
) -> None:
    pages = {
        READ: "reading.bar",
        f"{READ.replace('/read/', '/cite/')}": "citing.source",
        "/c/default/read/nothing": "notice.no_text",
        "/nowhere": "notice.nothing_message",
        "/c/default/": "script.copied",
    }
    for path, key in pages.items():
        response = client.get(path, **said)
        assert f'lang="{language}"' in response.text[:60]
        assert words(key, language) in response.text
        assert response.headers["content-language"] == language
        assert "Accept-Language" in response.headers["vary"]
    chat = client.get("/", **said).headers["location"]
    assert chat == ("/c/default/?lang=es" if "params" in said else "/c/default/")


def test_the_chat_s_page_is_told_the_language_before_its_scripts_run(client: TestClient) -> None:
    page = client.get("/c/default/?lang=de").text
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts[0] == '<script src="/static/language.js">'
    assert page.count("pincite-words") == 1
    translations = json.loads(page.partition('"i18n_translations":')[2].partition("}},")[0] + "}}")
    assert translations["de"]["chat.question"] == "Frage"


@pytest.mark.parametrize(("said", "language"), LANGUAGES)
def test_the_chat_answers_in_the_reader_s_language(
    address: str, said: dict[str, Any], language: str
) -> None:
    session = f"{language} {len(said)}"
    function = asking(address)
    messages, panel = shown(events(address, ["What?", []], function, session, **said))
    assert words("quote.read", language) in messages[-1]
    assert words("panel.open", language) in panel
    assert ("lang=es" in messages[-1]) == ("params" in said)
    failed, _ = shown(events(address, ["a bug", []], function, session, **said))
    assert words("chat.bug", language) in failed[-1]


@pytest.mark.parametrize(
    ("question", "words"),
    [("a bug", "Something went wrong inside Pincite"), ("  ", "the question is empty")],
)
def test_an_error_is_said_and_its_traceback_only_logged(
    address: str, caplog: pytest.LogCaptureFixture, question: str, words: str
) -> None:
    with caplog.at_level(logging.ERROR):
        said = events(address, [question, []], asking(address), f"for {question}")
    messages, _ = shown(said)
    assert words in messages[-1]
    assert "pincite-error" in messages[-1]
    assert "secret" not in json.dumps(said)
    assert "Traceback" not in json.dumps(said)
    assert ("a secret of the machine" in caplog.text) == ("bug" in question)


@pytest.mark.slow
def test_no_file_of_the_machine_is_copied_or_served(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value shaped like a file reference, in every slot of every event, with no guard before."""
    monkeypatch.setattr(known_events, "is_known", lambda *_: True)
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of the machine", encoding="utf-8")
    reference = {"path": str(secret), "meta": {"_type": "gradio.FileData"}, "orig_name": "s.txt"}
    shapes = (reference, [reference], {"value": reference}, {"a": {"b": [reference]}})
    (served,) = alone(pipeline)
    app = FastAPI()
    asyncio.run(mount_chat(app, served, Site()))
    bare = Doorway(
        app, courses={"default": served}, root_path="", kept_out=Response(status_code=404)
    )
    tried = 0
    with running(bare) as origin:
        address = f"{origin}/c/default"
        dependencies = httpx.get(f"{address}/config").json()["dependencies"]
        for dependency in dependencies:
            slots = len(dependency["inputs"])
            for slot in range(slots):
                for shape in shapes:
                    data = [shape if position == slot else None for position in range(slots)]
                    said = events(address, data, dependency["id"], f"s{tried}")
                    assert "a secret of the machine" not in json.dumps(said)
                    assert not (said[-1].get("success") and "gradio_api/file" in json.dumps(said))
                    tried += 1
        served = httpx.get(f"{address}/gradio_api/file={secret}")
    assert tried == 12
    assert served.status_code == 403
    assert not [path for path in Path(os.environ["GRADIO_TEMP_DIR"]).rglob("*") if path.is_file()]


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PinciteError, match=f"port {port} on 127.0.0.1 .* --port"):
            serving.serve_courses(Settings(port=port))


@pytest.mark.slow
def test_serve_says_where_it_answers_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    texts = [text_source("texts", "tides.md", "# Tides\n\nThe tide rises twice a day.\n")]
    with Library.create(tmp_path / "library") as library:
        list(library.add(texts, embedder=load_embedder("hashing"), max_bytes=1_000))
    code = "import sys; from ui.main import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "serve", "--library", str(library.path)]
    environment = os.environ | {"PINCITE_LOG": str(tmp_path / "log")}
    with subprocess.Popen(
        [*command, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        said = re.fullmatch(
            r"Pincite answers at (http://127\.0\.0\.1:\d+/c/default/)\n", process.stdout.readline()
        )
        assert said is not None
        with httpx.stream("GET", f"{said[1]}gradio_api/heartbeat/an-open-page") as page:
            assert page.status_code == 200
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        assert process.stdout.read() == ""
        assert "Traceback" not in process.stderr.read()
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_nothing_but_the_server_imports_gradio() -> None:
    code = "import sys, ui.render, ui.chat, ui.web.serving; print('gradio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_need_skips_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    need("browser", present=True, why="it is there")
    monkeypatch.setenv("PINCITE_REQUIRE", "shared")
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        need("browser", present=False, why="there is no browser")
    monkeypatch.setenv("PINCITE_REQUIRE", "browser,shared")
    with pytest.raises(pytest.fail.Exception, match="asks for browser, but there is no browser"):
        need("browser", present=False, why="there is no browser")


def test_no_answer_waits_for_its_first_part_to_be_acknowledged() -> None:
    with serving._listen("127.0.0.1", 0) as listening:
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
