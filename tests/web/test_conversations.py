"""A page may ask, and clear, while it waits: nothing is lost and nothing comes back."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from index.snapshot import State
from rag.answer import Answer
from rag.ask import Retrieved
from tests.support import eventually
from tests.web.conftest import TwoCourses
from tests.web.gradio import Chat, until_an_end
from ui.web import answering

UNCHANGED = {"__type__": "update"}
SLOW, QUICK = "How slow is the Moon?", "How quick is the tide?"


class Stages:
    """Stands in for answering: one question waits until it may go on, the others do not."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
        self.asked: list[str] = []

    def of(self, question: str, *_: object, **__: object) -> Iterator[Retrieved | Answer]:
        self.asked.append(question)
        if question == SLOW:
            assert self.may_go_on.wait(60)
        yield Retrieved((), State((0, 0), "", 0))
        yield Answer(question, "not_found", None, None, (), (), {}, {})


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    stages = Stages()
    monkeypatch.setattr(answering, "stages_of", stages.of)
    return stages


def asked_in(said: list[dict[str, Any]]) -> list[str]:
    """The questions that the conversation shows at the end of an event."""
    _, messages, _ = said[-1]["output"]["data"]
    texts = [message["content"][0]["text"] for message in messages if message["role"] == "user"]
    return [re.sub("<[^>]*>", "", text).strip() for text in texts]


def shown_after(chat: Chat, question: str, session: str) -> list[str]:
    """The questions that the conversation shows once that one is answered."""
    chat.join(question, session, event=chat.events()["submit"]).raise_for_status()
    return asked_in(chat.answers(session))


def test_of_two_questions_at_once_both_stay_in_the_order_they_were_asked(
    courses: TwoCourses, stages: Stages
) -> None:
    with Chat.of(courses.tides) as chat:
        submit = chat.events()["submit"]
        chat.join(SLOW, "page", event=submit).raise_for_status()
        eventually(lambda: stages.asked == [SLOW])
        chat.join(QUICK, "page", event=submit).raise_for_status()
        with chat.stream("page") as said:
            assert asked_in(until_an_end(said)) == [SLOW, QUICK]
            stages.may_go_on.set()
            assert asked_in(until_an_end(said)) == [SLOW, QUICK]
        assert shown_after(chat, "And then?", "page") == [SLOW, QUICK, "And then?"]


def test_a_conversation_that_was_cleared_stays_so(courses: TwoCourses, stages: Stages) -> None:
    with Chat.of(courses.tides) as chat:
        events = chat.events()
        assert shown_after(chat, QUICK, "page") == [QUICK]
        chat.join(SLOW, "page", event=events["submit"]).raise_for_status()
        eventually(lambda: SLOW in stages.asked)
        chat.send([], "page", event=events["clear"]).raise_for_status()
        with chat.stream("page") as said:
            until_an_end(said)
            stages.may_go_on.set()
            _, messages, panel = until_an_end(said)[-1]["output"]["data"]
        assert messages == panel == UNCHANGED
        assert shown_after(chat, "And then?", "page") == ["And then?"]


def test_those_who_only_open_pages_push_nobody_out(
    courses: TwoCourses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.chat.MOST_SESSIONS", 3)
    with Chat.of(courses.tides) as chat:
        assert shown_after(chat, QUICK, "page") == [QUICK]
        for number in range(5):
            chat.send([], f"other{number}", event=chat.events()["clear"]).raise_for_status()
            chat.answers(f"other{number}")
        assert shown_after(chat, "And then?", "page") == [QUICK, "And then?"]
