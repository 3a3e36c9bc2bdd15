"""Nothing of Gradio but what the chat needs can be reached, however its address is written."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp

from rag.settings import Settings
from tests.support import running
from tests.web.conftest import TwoCourses
from tests.web.gradio import Chat
from tests.web.raw import answer_to, request, status_of
from ui.addresses import Site
from ui.web import known_events
from ui.web.app import build_app
from ui.web.doorway import Doorway
from ui.web.guard import is_open
from ui.web.known_events import Takes, is_known
from ui.web.mounting import mount_chat

CANARY = "a secret of the machine"
REFUSED = {400, 401, 404, 405}  # before Gradio has heard of it
UPLOAD = (
    b'--x\r\nContent-Disposition: form-data; name="files"; filename="up.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nuploaded\r\n--x--\r\n"
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gradio's own folder of files, with one in it that it would serve."""
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "canary.txt").write_text(CANARY)
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    return folder


@contextmanager
def unguarded(courses: TwoCourses, *, launched: bool = True) -> Iterator[str]:
    """The chat of a course behind the door alone, which takes events with any values."""
    app = FastAPI()
    asyncio.run(mount_chat(app, courses.tides, Site("tides")))
    (mount,) = [route for route in app.routes if isinstance(route, Mount)]
    gradio_app = mount.app.app.app  # type: ignore[attr-defined]
    gradio_app.get_blocks().has_launched = launched
    behind: ASGIApp = app
    door = Doorway(
        behind,
        courses={"tides": courses.tides},
        root_path="",
        kept_out=Response(status_code=404),
    )
    with pytest.MonkeyPatch.context() as patch, running(door) as origin:
        patch.setattr(known_events, "is_known", lambda *_: True)
        yield origin


def spellings(path: str, key: str) -> list[str]:
    """Ways to write the address of `path` below a course, some of them nonsense."""
    slash = path.replace("/", "%2F")
    every = "".join(f"%{byte:02x}" for byte in path.encode())
    first = f"%{ord(path[0]):02X}{path[1:]}"
    equals = path.replace("=", "%3D").replace("_", "%5F")
    below = [
        path,
        slash,
        every,
        every.upper(),
        every.replace("%", "%25"),
        quote(quote(slash)),
        first,
        equals,
        path.upper(),
        path.title(),
        path.replace("gradio_api", "Gradio_Api"),
        f"./{path}",
        f"/{path}",
        f"//{path}",
        f"../tides/{path}",
        f"%2e%2e/tides/{path}",
        f"%2e/{path}",
        f"embed/../{path}",
        f"embed/%2e%2e/{path}",
        f"embed%2f..%2f{path}",
        f"read/../{path}",
        f"read/%2e%2e/{path}",
        f"assets/../{path}",
        f"assets/%2e%2e/{path}",
        f"assets/..%2f{slash}",
        f"static/..%5c..%5c{path}",
        f"gradio_api/queue/../../{path}",
        path.replace("/", "\\"),
        path.replace("/", "%5C"),
        path.replace("/", "//"),
        path.replace("/", "/./"),
        path.replace("/", "%c0%af"),
        path.replace("/", "%EF%BC%8F"),  # a full-width solidus
        path.replace("=", "%EF%BC%9D"),
        f"{path}%00",
        f"%00{path}",
        f"{path}/",
        f"{path}%20",
        f"{path}?x=1",
        f"{path};x",
        f"{path}#x",
        f"x/{path}",
        f"c/tides/{path}",
        f"api/../{path}",
        f"api/{path}",
        f"mcp/../{path}",
    ]
    roots = ["/c/tides/", "/texts/c/tides/", "/k/x/c/tides/", f"/k/{key}/c/moon/", "/c/moon/"]
    whole = [f"{root}{each}" for root in roots for each in below]
    others = (
        "/{}",
        "//c/tides/{}",
        "/C/tides/{}",
        "/c//tides/{}",
        "/c/tides//{}",
        "/k//c/tides/{}",
    )
    absolute = f"http://127.0.0.1/c/tides/{path}"
    return [*whole, *(each.format(path) for each in others), absolute]


def found_by(origin: str, targets: list[str], method: str, *headers: str, body: bytes) -> list[str]:
    """The targets that are answered with the canary, or otherwise than that there is nothing."""
    found = []
    for target in targets:
        answer = answer_to(origin, request(method, target, *headers, body=body))
        is_refused = status_of(answer) in REFUSED or method == "GET"  # which may show a page
        if CANARY.encode() in answer or not is_refused:
            found.append(target)
    return found


def probes(cache: Path) -> list[tuple[str, str, bytes]]:
    """Method, path and body of what a guard must not let through."""
    file = str(cache / "canary.txt")
    return [
        ("GET", f"gradio_api/file={file}", b""),
        ("GET", f"file={file}", b""),
        ("GET", f"gradio_api/file/{file}", b""),
        ("POST", "gradio_api/upload", UPLOAD),
    ]


@pytest.mark.slow
def test_no_spelling_of_a_guarded_path_finds_anything(courses: TwoCourses, cache: Path) -> None:
    web = build_app([courses.tides, courses.moon], Settings(root_path="/texts"))
    key = courses.key()
    tried = 0
    with running(web) as origin:
        for method, path, body in probes(cache):
            targets = spellings(path, key)
            form = "Content-Type: multipart/form-data; boundary=x"
            assert found_by(origin, targets, method, form, body=body) == []
            tried += len(targets)
    assert len(spellings("gradio_api/upload", key)) >= 40 * 5
    assert tried >= 900
    assert [path.name for path in cache.rglob("*") if path.is_file()] == ["canary.txt"]


@pytest.mark.slow
def test_without_the_guard_they_do(courses: TwoCourses, cache: Path) -> None:
    form = "Content-Type: multipart/form-data; boundary=x"
    with unguarded(courses) as origin:
        for method, path, body in (probes(cache)[0], probes(cache)[3]):
            targets = [f"/c/tides/{path}", f"/c/tides/{path.replace('_', '%5F')}"]
            assert found_by(origin, targets, method, form, body=body) == targets


DEEP = b"[" * 5_000


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"data": ' + DEEP, "The data of an event must be a list of texts"),
        (b'{"data": [], "fn_index": 0, "session_hash": ["x"]}', "the chat has no such event"),
    ],
)
def test_what_is_no_event_is_refused(client: TestClient, body: bytes, detail: str) -> None:
    events = client.get("/c/tides/config").json()["dependencies"]
    first = next(each["id"] for each in events if not each["inputs"])
    sent = body.replace(b'"fn_index": 0', b'"fn_index": %d' % first)
    refused = client.post("/c/tides/gradio_api/queue/join", content=sent)
    assert refused.status_code == 400
    assert detail in refused.text


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("submit", {"data": [None, []]}),
        ("submit", {"data": ["How high?", "tides-1"]}),
        ("submit", {"data": ["How high?"]}),
        ("like", {"data": []}),
        ("like", {"data": [], "event_data": ["index", "value"]}),
        ("example_select", {"data": [[]], "event_data": {"index": 0}}),
    ],
)
def test_an_event_with_other_values_than_it_takes_is_refused(
    client: TestClient, kind: str, event: dict[str, object]
) -> None:
    events = client.get("/c/tides/config").json()["dependencies"]
    number = next(each["id"] for each in events if each["targets"][0][1] == kind)
    sent = {**event, "fn_index": number, "session_hash": "x"}
    assert client.post("/c/tides/gradio_api/queue/join", json=sent).status_code == 400


def test_control_characters_lead_nowhere(client: TestClient) -> None:
    assert client.get("/k/%01/c/tides/").status_code == 404
    assert is_open("gradio_api/heartbeat/x")
    assert not is_open("gradio_api/heartbeat/\x7f")


def test_an_event_nested_too_deeply_is_not_known() -> None:
    assert not is_known(b'{"fn_index": 0, "data": ' + DEEP, {0: Takes(())})


REFERENCES = ("path", "url", "both", "list", "nested")


def reference(shape: str, file: Path) -> object:
    """A value that Gradio takes for a file, where it expects a text."""
    named: dict[str, object] = {"meta": {"_type": "gradio.FileData"}, "orig_name": "s.txt"}
    if shape in {"path", "both", "list", "nested"}:
        named["path"] = str(file)
    if shape in {"url", "both"}:
        named["url"] = f"file://{file}"
    return {"list": [named], "nested": {"value": {"a": [named]}}}.get(shape, named)


def leaks(chat: Chat, root: str, secret: Path, cache: Path) -> list[tuple[int, int, str]]:
    """Event, slot and shape of each reference that had a file copied, or shown."""
    found = []
    for event in httpx.get(f"{root}/config").json()["dependencies"]:
        slots = len(event["inputs"])
        for slot in range(slots):
            for shape in REFERENCES:
                data = [reference(shape, secret) if each == slot else None for each in range(slots)]
                session = f"{event['id']}-{slot}-{shape}"
                body = {"data": data, "fn_index": event["id"], "session_hash": session}
                joined = httpx.post(f"{root}/gradio_api/queue/join", json=body, timeout=60)
                said = json.dumps(chat.answers(session)) if joined.status_code == 200 else ""
                copied = [each for each in cache.rglob("secret.txt") if each.is_file()]
                if CANARY in said or copied:
                    found.append((event["id"], slot, shape))
                for each in copied:
                    each.unlink()
    return found


@pytest.mark.slow
def test_no_event_takes_a_file_for_a_text(courses: TwoCourses, cache: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    with running(build_app([courses.tides, courses.moon], Settings())) as origin:
        for root in (f"{origin}/c/tides", f"{origin}/k/{courses.key()}/c/moon"):
            assert leaks(Chat(root), root, secret, cache) == []
        bodies = [
            {"question": reference(shape, secret), "documents": [reference(shape, secret)]}
            for shape in REFERENCES
        ] + [{"question": "Why?", "documents": [str(secret)]}]
        for body in bodies:
            for path in ("ask", "ask/stream", "verify"):
                answered = httpx.post(f"{origin}/c/tides/api/v1/{path}", json=body)
                assert 400 <= answered.status_code < 500
                assert CANARY not in answered.text


@pytest.mark.slow
def test_without_the_guards_an_event_would(
    courses: TwoCourses, cache: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    with unguarded(courses, launched=False) as origin:
        root = f"{origin}/c/tides"
        assert leaks(Chat(root), root, secret, cache) != []
    with unguarded(courses) as origin:  # Gradio's own check is enough to see them all
        root = f"{origin}/c/tides"
        assert leaks(Chat(root), root, secret, cache) == []
