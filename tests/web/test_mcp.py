"""The tools for language models' clients, asked by the protocol's own client over a real server."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import httpx2  # which the protocol's client asks with
import pytest
from fastapi.testclient import TestClient
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult

from index.errors import SettingError
from rag.settings import Settings, load_settings
from tests.support import running
from tests.web.conftest import TwoCourses
from ui.web import answering
from ui.web.app import build_app
from ui.web.mcp.extra import check_installed
from ui.web.mcp.serving import protection

QUESTION = "How often does the tide rise?"
MODES = ["auto", "legacy"]  # with and without the handshake of the protocol's older versions


@pytest.fixture(scope="module")
def origin(courses: TwoCourses) -> Iterator[str]:
    web = build_app([courses.tides, courses.moon], Settings(mcp=True))
    with running(web) as origin:
        yield origin


def called(address: str, tool: str, mode: str = "auto", **arguments: Any) -> CallToolResult:
    async def call() -> CallToolResult:
        async with Client(address, mode=mode) as client:
            return await client.call_tool(tool, arguments)

    return asyncio.run(call())


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


def without_seconds(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "seconds": None}


@pytest.mark.parametrize("mode", MODES)
def test_the_tools_are_told_with_what_they_take(origin: str, mode: str) -> None:
    async def tools() -> dict[str, tuple[set[str], list[str], bool]]:
        async with Client(f"{origin}/c/tides/mcp", mode=mode) as client:
            assert client.server_info.title == "The tides"
            return {
                tool.name: (
                    set(tool.input_schema["properties"]),
                    tool.input_schema["required"],
                    tool.annotations is not None and tool.annotations.read_only_hint is True,
                )
                for tool in (await client.list_tools()).tools
            }

    assert asyncio.run(tools()) == {
        "ask": ({"question", "documents", "limit"}, ["question"], True),
        "search": ({"question", "documents", "limit"}, ["question"], True),
        "verify": ({"text", "document"}, ["text"], True),
    }


@pytest.mark.parametrize("mode", MODES)
def test_each_gives_what_the_api_gives(origin: str, mode: str) -> None:
    course = f"{origin}/c/tides"
    asked = called(f"{course}/mcp", "ask", mode, question=QUESTION, limit=1)
    answer = httpx.post(f"{course}/api/v1/ask", json={"question": QUESTION, "limit": 1}).json()
    assert without_seconds(json.loads(text_of(asked))) == without_seconds(answer)
    found = called(f"{course}/mcp", "search", mode, question=QUESTION)
    assert (
        json.loads(text_of(found))
        == httpx.get(f"{course}/api/v1/search", params={"q": QUESTION}).json()
    )
    sent = {"text": "He wrote “The tide rises twice a week.”"}
    checked = json.loads(text_of(called(f"{course}/mcp", "verify", mode, **sent)))
    assert checked == httpx.post(f"{course}/api/v1/verify", json=sent).json()
    assert checked["quotations"][0]["kind"] == "altered"


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {"question": "\x1c"}, "the question is empty; ask it in a few words"),
        ("ask", {"question": "x" * 2001}, "String should have at most 2000 characters"),
        ("ask", {"question": "x", "limit": 21}, "Input should be less than or equal to 20"),
        ("verify", {"text": "x", "document": "y"}, "these texts have no document 'y'"),
        ("search", {"question": "x", "documents": ["y"]}, "these texts have no document 'y'"),
    ],
)
def test_what_is_refused_is_told_in_words(
    origin: str, tool: str, arguments: dict[str, Any], words: str
) -> None:
    result = called(f"{origin}/c/tides/mcp", tool, **arguments)
    assert result.is_error
    assert words in text_of(result)


def test_a_bug_is_only_logged(
    origin: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(answering, "retrieve", fail)
    result = called(f"{origin}/c/tides/mcp", "search", question="x")
    assert result.is_error
    assert "something went wrong inside Pincite" in text_of(result)
    assert "secret" not in text_of(result)
    assert "a secret of the machine" in caplog.text


def test_a_course_that_needs_a_key_needs_it_here_too(origin: str, courses: TwoCourses) -> None:
    refused = httpx.post(f"{origin}/c/moon/mcp", json={})
    assert (refused.status_code, refused.json()["status"]) == (401, 401)
    asked = {"question": "How often does the Moon turn?"}
    key = courses.key()
    in_path = called(f"{origin}/k/{key}/c/moon/mcp", "ask", **asked)
    assert "The Moon turns once a month." in text_of(in_path)
    assert key not in text_of(in_path)

    async def with_header() -> CallToolResult:
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(f"{origin}/c/moon/mcp", http_client=http)
            async with Client(transport) as client:
                return await client.call_tool("ask", asked)

    assert "The Moon turns once a month." in text_of(asyncio.run(with_header()))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "rebound.test"}, 421),
        ({"Origin": "https://elsewhere.test"}, 403),
        ({"Content-Type": "text/plain"}, 400),
        ({"Host": "localhost:1"}, 400),  # let in, and then no message of the protocol
    ],
)
def test_other_sites_cannot_use_it(origin: str, headers: dict[str, str], status: int) -> None:
    sent = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    response = httpx.post(f"{origin}/c/tides/mcp", content=b"{}", headers=sent)
    assert response.status_code == status
    leave = {"Origin": "https://moodle.test", "Access-Control-Request-Method": "POST"}
    assert httpx.options(f"{origin}/c/tides/mcp", headers=leave).status_code == 400


def test_it_stands_behind_the_guard_and_opens_no_streams(origin: str) -> None:
    assert httpx.get(f"{origin}/c/tides/mcp").status_code == 405
    assert httpx.post(f"{origin}/c/tides/mcp", content=b"x" * 70_000).status_code == 413
    for path in ("mcp/", "mcp/x", "mcp/sse", "gradio_api/mcp", "gradio_api/mcp/sse"):
        assert httpx.post(f"{origin}/c/tides/{path}").status_code == 404


def test_it_is_there_only_where_it_is_asked_for(client: TestClient) -> None:
    assert client.post("/c/tides/mcp", json={}).status_code == 404
    assert load_settings(environment={"PINCITE_MCP": "True"}).mcp is True
    assert load_settings({"mcp": None}, environment={}).mcp is False
    with pytest.raises(SettingError, match="PINCITE_MCP is 'yes'; true or false was expected"):
        load_settings(environment={"PINCITE_MCP": "yes"})


def test_a_missing_extra_is_named() -> None:
    check_installed()
    with pytest.raises(SettingError, match=r"install it with `pip install 'pincite\[mcp\]'`"):
        check_installed("no_such_package")


@pytest.mark.parametrize(
    ("settings", "protected"),
    [
        (Settings(), True),
        (Settings(host="localhost"), True),
        (Settings(host="::1"), True),
        (Settings(host="0.0.0.0"), False),
        (Settings(host="192.0.2.1"), False),
        (Settings(trusted_proxies=("127.0.0.1",)), False),
        (Settings(trusted_proxies=("127.0.0.1",), address="https://ask.test"), True),
    ],
)
def test_a_server_of_this_machine_alone_is_asked_for_by_its_own_names(
    settings: Settings, protected: bool
) -> None:
    assert protection(settings).enable_dns_rebinding_protection is protected
