"""README's examples of the API run, each as it stands but for the address."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from index.embedding import load_embedder
from index.library import Library
from index.sources import text_source
from rag.ask import open_pipeline
from rag.courses import Course
from rag.settings import Settings
from tests.browsers import chromium
from tests.support import need, running
from tests.web.test_mcp import called, text_of
from ui.web.app import build_app
from ui.web.served import Served

README = Path(__file__).parent.parent.parent / "README.md"
SECTION = re.search(r"^## The API\n(.*?)^## ", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
TEXT = "# Clocks\n\nSalomon Coster built the first pendulum clock. It stood in The Hague.\n"
QUOTE = "Salomon Coster built the first pendulum clock."


def example(language: str, origin: str) -> str:
    """README's lines in that language, told to ask the server at `origin`."""
    assert SECTION is not None
    (code,) = re.findall(rf"```{language}\n(.*?)```", SECTION[1], re.DOTALL)
    return str(code).replace("http://127.0.0.1:7860", origin)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("clocks") / "library"
    with Library.create(path) as library:
        source = text_source("clocks", "clocks.md", TEXT)
        list(library.add([source], embedder=load_embedder("hashing"), max_bytes=10_000))
    with ExitStack() as stack:
        pipeline = open_pipeline(Settings(library=path, reader="sentence", threshold=0.0))
        stack.enter_context(pipeline.library)
        listed = Course("default", path, origins=("http://127.0.0.1:*",))
        unlisted = replace(listed, id="alone", origins=())
        courses = [Served(course, pipeline) for course in (listed, unlisted)]
        yield stack.enter_context(running(build_app(courses, Settings(mcp=True))))


def test_curl(origin: str, tmp_path: Path) -> None:
    need("curl", shutil.which("curl") is not None, "there is no curl on the path")
    done = subprocess.run(
        ["sh", "-c", example("sh", origin)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["quotes"][0]["text"] == QUOTE


def test_python(origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(example("python", origin), "README.md", "exec"), {})
    first, *_ = capsys.readouterr().out.splitlines()
    assert first == f"{QUOTE} Clocks Clocks, paragraph 1, line 3"


class Elsewhere(BaseHTTPRequestHandler):
    """An empty page of another origin."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A course page</title>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_javascript_in_a_page_that_is_listed_and_in_none_other(origin: str, elsewhere: str) -> None:
    lines = example("js", origin)
    with chromium() as browser:
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(elsewhere)
        page.evaluate(f"(async () => {{ {lines} }})()")
        assert said[0] == f"{QUOTE} Clocks Clocks, paragraph 1, line 3"
        unlisted = lines.replace("/c/default/", "/c/alone/")
        refused = page.evaluate(f"(async () => {{ {unlisted} }})().catch(error => error.message)")
        assert refused == "Failed to fetch"


def test_a_language_model_s_client(origin: str) -> None:
    (server,) = json.loads(example("json", origin))["mcpServers"].values()
    assert server["type"] == "http"
    assert server["headers"] == {"Authorization": "Bearer KEY"}
    result = called(server["url"], "ask", question="Who built the first pendulum clock?")
    assert QUOTE in text_of(result)
