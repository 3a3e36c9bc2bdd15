"""Who leaves before the answer frees the place of the question, and nobody else's."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.requests import Request

from index.snapshot import State
from rag.answer import Answer
from rag.ask import Retrieved
from rag.settings import Settings
from tests.support import eventually, running
from tests.web.conftest import TwoCourses
from tests.web.gradio import Chat
from ui.web import answering
from ui.web.app import build_app
from ui.web.desk import Desk
from ui.web.presence import GoneError, while_connected


@dataclass
class Slow:
    """Stands in for answering: each stage waits until it may go on."""

    searched: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    may_go_on: threading.Event = field(default_factory=threading.Event)

    def stages(self, question: str, *_: object, **__: object) -> Iterator[Retrieved | Answer]:
        self.searched.append(question)
        assert self.may_go_on.wait(60)
        yield Retrieved((), State((0, 0), "", 0))
        self.read.append(question)
        yield Answer(question, "not_found", None, None, (), (), {}, {})


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    slow = Slow()
    monkeypatch.setattr(answering, "stages_of", slow.stages)
    return slow


@contextmanager
def asked(chat: Chat, question: str) -> Iterator[None]:
    """A page that waits for its answer, and is closed at the end of the block."""
    session = question.replace(" ", "")
    chat.join(question, session, event=chat.events()["submit"]).raise_for_status()
    query = {"session_hash": session}
    address = f"{chat.address}/gradio_api/queue/data"
    with httpx.stream("GET", address, params=query, timeout=60) as stream:
        said = stream.iter_bytes()  # kept, because its end would be that of the connection
        next(said)
        yield


@contextmanager
def served(courses: TwoCourses) -> Iterator[tuple[Chat, Desk]]:
    web = build_app([courses.tides], Settings(questions_at_once=1, seconds_waiting=60))
    with running(web) as origin:
        yield Chat(f"{origin}/c/tides"), web.desk


def test_a_page_that_is_closed_waits_no_more(courses: TwoCourses, slow: Slow) -> None:
    with served(courses) as (chat, desk):
        with asked(chat, "the first"):
            eventually(lambda: slow.searched == ["the first"])
            with asked(chat, "the second"):
                eventually(lambda: desk.admission.waiting == 1)
            eventually(lambda: desk.admission.waiting == 0)
            assert desk.admission.in_flight == 1
        eventually(lambda: desk.presence.pages == 0)
        slow.may_go_on.set()
        eventually(lambda: desk.admission.in_flight == 0)
        assert slow.searched == ["the first"]
        assert slow.read == []  # nobody was there any more
        assert "pincite-card" in chat.ask("the third")
        assert slow.read == ["the third"]


def test_a_page_that_waits_is_answered_though_another_is_closed(
    courses: TwoCourses, slow: Slow
) -> None:
    with served(courses) as (chat, desk), asked(chat, "the first"):
        with asked(chat, "the second"):
            eventually(lambda: desk.admission.waiting == 1)
        eventually(lambda: desk.admission.waiting == 0)
        slow.may_go_on.set()
        eventually(lambda: slow.read == ["the first"])


@pytest.mark.parametrize("leaves", [True, False])
def test_a_program_that_hangs_up_is_noticed(leaves: bool) -> None:
    left = asyncio.Event

    async def check() -> None:
        gone, done = left(), asyncio.Event()

        async def receive() -> dict[str, str]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def work() -> str:
            await done.wait()
            return "the answer"

        request = Request({"type": "http"}, receive)
        waiting = asyncio.create_task(while_connected(request, work()))
        await asyncio.sleep(0)
        (gone if leaves else done).set()
        if leaves:
            with pytest.raises(GoneError):
                await waiting
        else:
            assert await waiting == "the answer"

    asyncio.run(check())
