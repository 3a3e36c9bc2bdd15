"""Asks the chat as its page does: an event is joined, and its answers come by a stream."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
from gradio_client.utils import apply_diff

from rag.settings import Settings
from tests.support import running
from ui.web.app import build_app
from ui.web.served import Served

UNCHANGED = {"__type__": "update"}  # `gradio.skip()`
_SESSIONS = count()
_LAST = {"process_completed", "close_stream", "unexpected_error"}


@dataclass(frozen=True)
class Chat:
    """The chat of a course at an address."""

    address: str  # of the course, without a slash at its end

    @classmethod
    @contextmanager
    def of(cls, *courses: Served, **settings: Any) -> Iterator["Chat"]:
        """The chat of the first of these courses, served on this machine."""
        with running(build_app(courses, Settings(**settings))) as origin:
            yield cls(f"{origin}/c/{courses[0].course.id}")

    def events(self) -> dict[str, int]:
        """The number of the event of each kind, `submit` of a question among them."""
        dependencies = httpx.get(f"{self.address}/config").json()["dependencies"]
        return {each["targets"][0][1]: each["id"] for each in dependencies}

    def join(self, question: str, session: str, *, event: int, **given: Any) -> httpx.Response:
        """Asks without looking for the answer."""
        data = [question, given.pop("documents", [])]
        return self.send(data, session, event=event, **given)

    def send(self, data: list[Any], session: str, *, event: int, **given: Any) -> httpx.Response:
        """Causes an event with these values."""
        body = {"data": data, "fn_index": event, "session_hash": session}
        return httpx.post(f"{self.address}/gradio_api/queue/join", json=body, timeout=60, **given)

    def ask(self, question: str, **given: Any) -> str:
        """What the last bubble of the conversation shows after the question."""
        session = f"session{next(_SESSIONS)}"
        event = self.events()["submit"]
        self.join(question, session, event=event, **given).raise_for_status()
        _, messages, _ = shown_by(self.answers(session))
        return str(messages[-1]["content"][0]["text"])

    def answers(self, session: str) -> list[dict[str, Any]]:
        """Everything that is said in the stream of a session, up to the end of an event."""
        with self.stream(session) as said:
            return until_an_end(said)

    @contextmanager
    def stream(self, session: str) -> Iterator[Iterator[dict[str, Any]]]:
        """What is said to a session, while its page is open."""
        query = {"session_hash": session}
        address = f"{self.address}/gradio_api/queue/data"
        with httpx.stream("GET", address, params=query, timeout=60) as stream:
            lines = stream.iter_lines()
            yield (json.loads(line[6:]) for line in lines if line.startswith("data: "))


def until_an_end(said: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """The next of what is said, up to the end of an event."""
    heard = []
    for message in said:
        heard.append(message)
        if message["msg"] in _LAST:
            break
    return heard


def shown_by(said: Sequence[dict[str, Any]]) -> list[Any]:
    """What the event that ended last has shown, by output: each time it says what is new."""
    latest: list[Any] | None = None
    shown: list[Any] = []
    for message in said:
        if (message["msg"], message["event_id"]) == ("process_generating", said[-1]["event_id"]):
            new = message["output"]["data"]
            latest = new if latest is None else list(map(apply_diff, latest, new))
            shown = [
                before if value == UNCHANGED else value
                for before, value in zip(shown or latest, latest, strict=True)
            ]
    return shown
