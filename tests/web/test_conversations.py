"""A page may ask, and clear, while it waits: nothing is lost and nothing comes back."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from index.snapshot import State
from rag.answer import Answer
from rag.ask import Retrieved
from tests.support import eventually
from tests.web.conftest import TwoCourses
from tests.web.gradio import UNCHANGED, Chat, shown_by, until_an_end
from ui.conversations import Conversations
from ui.web import answering
from ui.web.served import Served

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
        yield Answer(question.strip(), "not_found", None, None, (), (), {}, {})


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    stages = Stages()
    monkeypatch.setattr(answering, "stages_of", stages.of)
    return stages


def anew(courses: TwoCourses, conversations: Conversations | None = None) -> Served:
    """A course that nobody asked yet."""
    return replace(
        courses.tides, conversations=Conversations() if conversations is None else conversations
    )


def asked_in(said: list[dict[str, Any]]) -> list[str]:
    """The questions that the conversation shows at the end of the event that ended last."""
    _, messages, _ = shown_by(said)
    texts = [message["content"][0]["text"] for message in messages if message["role"] == "user"]
    return [re.sub("<[^>]*>", "", text).strip() for text in texts]


def shown_after(chat: Chat, question: str, session: str) -> list[str]:
    """The questions that the conversation shows once that one is answered."""
    chat.join(question, session, event=chat.events()["submit"]).raise_for_status()
    return asked_in(chat.answers(session))


def test_of_two_questions_at_once_both_stay_in_the_order_they_were_asked(
    courses: TwoCourses, stages: Stages
) -> None:
    with Chat.of(anew(courses)) as chat:
        submit = chat.events()["submit"]
        chat.join(SLOW, "page", event=submit).raise_for_status()
        eventually(lambda: stages.asked == [SLOW])
        chat.join(QUICK, "page", event=submit).raise_for_status()
        with chat.stream("page") as said:
            heard = until_an_end(said)
            assert asked_in(heard) == [SLOW, QUICK]
            stages.may_go_on.set()
            heard += until_an_end(said)
            assert asked_in(heard) == [SLOW, QUICK]
            assert heard[-1]["output"]["data"] == [UNCHANGED] * 3  # not once more what is older
        assert shown_after(chat, "And then?", "page") == [SLOW, QUICK, "And then?"]


def test_a_conversation_that_was_cleared_stays_so(courses: TwoCourses, stages: Stages) -> None:
    with Chat.of(anew(courses)) as chat:
        events = chat.events()
        assert shown_after(chat, QUICK, "page") == [QUICK]
        chat.join(SLOW, "page", event=events["submit"]).raise_for_status()
        eventually(lambda: SLOW in stages.asked)
        chat.send([], "page", event=events["clear"]).raise_for_status()
        with chat.stream("page") as said:
            until_an_end(said)
            stages.may_go_on.set()
            heard = until_an_end(said)
        assert heard[-1]["output"]["data"] == [UNCHANGED] * 3
        assert shown_after(chat, "And then?", "page") == ["And then?"]


def test_those_who_only_open_pages_push_nobody_out(courses: TwoCourses) -> None:
    few = Conversations(most=3)
    with Chat.of(anew(courses, few)) as chat:
        events = chat.events()
        assert shown_after(chat, QUICK, "page") == [QUICK]
        for number in range(5):
            for kind in ("load", "clear"):
                chat.send([], f"other{number}", event=events[kind]).raise_for_status()
                chat.answers(f"other{number}")
        assert len(few) == 1
        assert shown_after(chat, "And then?", "page") == [QUICK, "And then?"]


def test_no_more_of_a_question_is_kept_than_may_be_asked(
    courses: TwoCourses, stages: Stages
) -> None:
    served = anew(courses)
    with Chat.of(served) as chat:
        submit = chat.events()["submit"]
        for question in ("'" * 60_000, QUICK.center(60_000)):
            chat.join(question, "page", event=submit).raise_for_status()
            chat.answers("page")
    turns = served.conversations.of("page").turns
    assert [turn.exchange.question for turn in turns] == ["'" * 2_000, QUICK]
    assert "60,000 characters" in str(turns[0].exchange.error)
    assert max(len(str(turn)) for turn in turns) < 30_000
