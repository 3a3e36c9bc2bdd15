"""Conversations by page: each turn keeps its place, and who was answered is not pushed out."""

import pytest

from rag.answer import Answer
from ui.conversations import MOST_TURNS, SECONDS_KEPT, Conversation, Conversations
from ui.exports.conversation import Exchange
from ui.turns import Turn


def turn(question: str, *, answered: bool = False) -> Turn:
    answer = Answer(question, "not_found", None, None, (), (), {}, {}) if answered else None
    return Turn(Exchange(question, answer), (), "")


def questions(conversation: Conversation) -> list[str]:
    return [each.exchange.question for each in conversation.turns]


def having_asked(question: str, *, answered: bool) -> Conversation:
    conversation = Conversation()
    conversation.begin(turn(question, answered=answered))
    return conversation


def test_an_answer_takes_the_place_of_its_own_question() -> None:
    conversation = Conversation()
    first, second = turn("the same?"), turn("the same?")
    conversation.begin(first)
    conversation.begin(second)
    answered = turn("the same?", answered=True)
    assert conversation.finish(second, answered)
    assert conversation.turns[0] is first
    assert conversation.turns[1] is answered
    assert not conversation.finish(second, answered)


def test_a_second_press_of_enter_is_a_slip_and_another_question_is_none() -> None:
    conversation = Conversation()
    waiting = turn("how?")
    assert not conversation.is_slip("")
    conversation.begin(waiting)
    assert [conversation.is_slip(each) for each in ("how?", " ", "why?")] == [True, True, False]
    conversation.finish(waiting, turn("how?", answered=True))
    assert [conversation.is_slip(each) for each in ("how?", "")] == [False, False]


def test_what_is_cleared_does_not_come_back() -> None:
    conversation = Conversation()
    waiting = turn("how?")
    conversation.begin(waiting)
    conversation.clear()
    conversation.begin(turn("why?"))
    assert not conversation.finish(waiting, turn("how?", answered=True))
    assert questions(conversation) == ["why?"]


def test_a_question_that_nobody_waits_for_is_dropped_and_only_that() -> None:
    conversation = Conversation()
    waiting = turn("how?")
    conversation.begin(turn("how?"))
    conversation.begin(waiting)
    conversation.drop(waiting)
    assert questions(conversation) == ["how?"]


def test_the_last_turns_are_kept() -> None:
    conversation = Conversation()
    for number in range(MOST_TURNS + 2):
        conversation.begin(turn(str(number)))
    assert questions(conversation) == [str(number) for number in range(2, MOST_TURNS + 2)]


def test_those_without_an_answer_make_room_first() -> None:
    conversations = Conversations(most=3)
    conversations.keep("read", having_asked("read", answered=True))
    for name in ("a", "b", "c", "d"):
        conversations.keep(name, having_asked(name, answered=False))
    assert len(conversations) == 3
    assert [bool(conversations.of(name).turns) for name in ("read", "a", "b", "c", "d")] == [
        True,
        False,
        False,
        True,
        True,
    ]


def test_of_those_with_an_answer_the_least_used_makes_room() -> None:
    conversations = Conversations(most=2)
    for name in ("a", "b"):
        conversations.keep(name, having_asked(name, answered=True))
    conversations.keep("a", conversations.of("a"))
    conversations.keep("new", having_asked("new", answered=False))
    assert questions(conversations.of("a")) == ["a"]
    assert questions(conversations.of("new")) == ["new"]
    assert not conversations.of("b").turns


def test_all_together_keep_no_more_than_so_many_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.conversations.MOST_TURNS_OF_ALL", 3)
    conversations = Conversations()
    for name in ("a", "b", "c", "d"):
        conversations.keep(name, having_asked(name, answered=True))
    assert [len(conversations.of(name).turns) for name in ("a", "b", "c", "d")] == [0, 1, 1, 1]


def test_looking_keeps_nothing() -> None:
    conversations = Conversations()
    conversations.of("a").begin(turn("how?"))
    assert (len(conversations), conversations.of("a").turns) == (0, ())


def test_what_was_not_used_for_long_is_forgotten() -> None:
    now = [0.0]
    conversations = Conversations(clock=lambda: now[0])
    for name in ("a", "b"):
        conversations.keep(name, having_asked(name, answered=True))
    now[0] = SECONDS_KEPT - 1
    conversations.keep("a", conversations.of("a"))
    conversations.forget()
    assert len(conversations) == 2
    now[0] = SECONDS_KEPT
    conversations.forget()
    assert (questions(conversations.of("a")), questions(conversations.of("b"))) == (["a"], [])
