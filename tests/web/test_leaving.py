"""A thousand clients that go away before their answer came leave nothing behind in the server."""

import json
import os
import re
import socket
from collections import Counter
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from index.embedding import load_embedder
from index.library import Library
from index.sources import text_source
from tests.support import eventually, need
from tests.web.gradio import Chat
from tests.web.process import Serving, serving
from tests.web.raw import request

CLIENTS = 1_000
AT_ONCE = 40  # clients that wait while one question is answered after the other
OFTEN = 10**6
SESSIONS = 400  # names of pages, so that what Gradio keeps for each is there before it is counted
MEGABYTES = 12  # that the allocator may keep for itself


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def add_long_text(path: Path) -> None:
    """More than the reader reads for one question."""
    rises = " ".join(f"At mark {n} the tide rises {n} feet in the spring." for n in range(200))
    with Library.open(path) as library:
        source = text_source("marks", "marks.md", f"# Marks\n\n{rises}\n")
        list(library.add([source], embedder=load_embedder("hashing"), max_bytes=100_000))


def figures(server: Serving) -> dict[str, float]:
    """What the process holds just now."""
    process = Path(f"/proc/{server.process.pid}")
    pages = int((process / "statm").read_text().split()[1])
    return {
        "descriptors": len(os.listdir(process / "fd")),
        "threads": len(os.listdir(process / "task")),
        "megabytes": pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000,
    }


class Leaving:
    """Clients of every kind, none of whom waits for the end of an answer."""

    def __init__(self, server: Serving, client: httpx.Client, *, metrics_port: int) -> None:
        self.server = server
        self.metrics_port = metrics_port
        self.chat = Chat(f"{server.origin}/c/tides")
        self.event = self.chat.events()["submit"]
        self.numbers = count()
        self.client = client

    def again_and_again(self, number: int) -> None:
        """So many clients, some at a time."""
        for _ in range(number // AT_ONCE):
            self.some(AT_ONCE)

    def some(self, number: int) -> None:
        """So many clients ask, and go away together while the first of them is answered."""
        address = urlsplit(self.server.origin)
        waiting = []
        for _ in range(number):
            connection = socket.create_connection((address.hostname, address.port), timeout=60)
            connection.sendall(self._asked(next(self.numbers)))
            waiting.append(connection)
        eventually(lambda: self.figure("questions_waiting") >= number * 3 / 4)
        for connection in waiting:
            connection.close()
        eventually(lambda: self.figure("questions_waiting") == 0)
        eventually(lambda: self.figure("questions_in_flight") == 0)

    def _asked(self, number: int) -> bytes:
        """A question as a page asks it, or a program in one of three ways."""
        question = f"What rises twice a day, number {number}?"
        json_follows = "Content-Type: application/json"
        body = json.dumps({"question": question}).encode()
        kinds = number % 4
        if kinds == 0:  # the page's question is asked whole; it is the stream of answers that ends
            session = f"page{number % SESSIONS}"
            data = {"data": [question, []], "fn_index": self.event, "session_hash": session}
            joined = f"{self.chat.address}/gradio_api/queue/join"
            self.client.post(joined, json=data).raise_for_status()
            return request("GET", f"/c/tides/gradio_api/queue/data?session_hash={session}")
        if kinds == 1:
            query = question.replace(" ", "+").replace("?", "%3F")
            return request("GET", f"/c/tides/api/v1/search?q={query}")
        path = "ask" if kinds == 2 else "ask/stream"
        return request("POST", f"/c/tides/api/v1/{path}", json_follows, body=body)

    def figure(self, name: str) -> float:
        """A figure of the server."""
        ((_, found),) = self._figures(name)
        return found

    def outcomes(self) -> Counter[str]:
        """What became of the questions so far."""
        return Counter(
            {
                re.findall('outcome="(.*?)"', labels)[0]: int(found)
                for labels, found in self._figures("questions_total")
            }
        )

    def _figures(self, name: str) -> list[tuple[str, float]]:
        """The figures of that name, with their labels."""
        shown = self.client.get(f"http://127.0.0.1:{self.metrics_port}/metrics").text
        found = re.findall(rf"^pincite_{name}(?:{{(.*)}})? ([0-9.e+]+)$", shown, re.MULTILINE)
        return [(labels, float(figure)) for labels, figure in found]


@pytest.mark.slow
def test_a_thousand_who_go_away_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("proc", Path("/proc/self/statm").exists(), "this system has no /proc")
    monkeypatch.setenv("PINCITE_READER", "span")  # it takes long enough to go away meanwhile
    port = free_port()
    more = f"questions_at_once = 1\nseconds_waiting = 60\nmetrics_port = {port}"
    often = f"client_questions_per_minute = {OFTEN}\nquestions_per_minute = {OFTEN}"
    with serving(tmp_path, more=more, tides=often) as server, httpx.Client(timeout=60) as client:
        add_long_text(tmp_path / "tides")
        leaving = Leaving(server, client, metrics_port=port)
        leaving.again_and_again(CLIENTS * 2 // 5)
        before = figures(server)
        earlier = leaving.outcomes()
        leaving.again_and_again(CLIENTS)
        after = figures(server)
        outcomes = leaving.outcomes() - earlier
        assert set(outcomes) <= {"left", "answered", "abstained"}
        assert outcomes["left"] >= CLIENTS / 2  # who waited and asked for more than a search
        assert "Wadden" in leaving.chat.ask("What is the canary called?")
    assert after["descriptors"] <= before["descriptors"] + 2  # of whoever looked
    assert after["threads"] <= before["threads"] + 1
    assert after["megabytes"] <= before["megabytes"] + MEGABYTES
