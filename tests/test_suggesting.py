"""What is suggested is answered."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pytest

from index.errors import QuestionError
from index.records import Document, Mark
from rag.answer import Answer
from rag.ask import Pipeline
from rag.settings import Settings
from ui import suggesting
from ui.suggesting import MOST_SHOWN, MOST_TRIED, Suggestions, answered, candidates, questions_of


@dataclass(frozen=True)
class Shelf:
    shelved: dict[str, Document]

    @contextmanager
    def snapshot(self) -> Iterator["Shelf"]:
        yield self

    def documents(self) -> list[Document]:
        return list(self.shelved.values())

    def document(self, document_id: str) -> Document:
        return self.shelved[document_id]


def document(name: str, *headings: str) -> Document:
    marks = tuple(Mark(n, n + 1, "heading", label, 2) for n, label in enumerate(headings))
    return Document(name, "v", name, f"{name}.md", " " * len(headings), marks)


def pipeline(*documents: Document, questions: tuple[str, ...] = ()) -> Pipeline:
    shelf = Shelf({each.id: each for each in documents})
    return cast(Pipeline, SimpleNamespace(library=shelf, settings=Settings(questions=questions)))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that were asked; "sure", "unsure", "no", "broken" say what becomes of one."""
    heard: list[str] = []

    def answer(question: str, pipeline: Pipeline) -> Answer:
        heard.append(question)
        if "broken" in question:
            raise QuestionError("it cannot be asked")
        confidence = None if "uncalibrated" in question else 0.4 if "unsure" in question else 0.9
        status = "related" if "no" in question.split() else "answered"
        return Answer(question, status, None, confidence, (), (), {}, {})

    monkeypatch.setattr(suggesting, "ask", answer)
    return heard


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("How do tides rise?", "How do tides rise?"),
        ("What an atomic clock counts", "What is said about “What an atomic clock counts”?"),
        ("Caesar's long year", "What is said about “Caesar's long year”?"),
    ],
)
def test_a_heading_becomes_a_question(heading: str, question: str) -> None:
    assert questions_of(document("d", heading)) == [question]


def test_the_title_and_what_is_too_long_become_none() -> None:
    assert questions_of(document("Tides", "Tides", "", "x" * 61)) == []


def test_the_documents_take_turns_and_the_settings_come_first() -> None:
    shelved = document("a", "Why a?", "Why b?"), document("b", "Why c?")
    assert candidates(pipeline(*shelved)) == ["Why a?", "Why c?", "Why b?"]
    assert candidates(pipeline(*shelved, questions=("Who?",))) == ("Who?",)


def test_only_what_is_answered_surely_is_suggested(asked: list[str]) -> None:
    questions = ["sure 1", "unsure", "no answer", "broken", "uncalibrated"]
    assert list(answered(questions, pipeline())) == ["sure 1", "uncalibrated"]
    assert asked == questions


def test_enough_is_enough(asked: list[str]) -> None:
    assert list(answered([f"sure {n}" for n in range(99)], pipeline())) == [
        f"sure {n}" for n in range(MOST_SHOWN)
    ]
    asked.clear()
    assert list(answered(["no"] * 99, pipeline())) == []
    assert len(asked) == MOST_TRIED


def test_they_are_looked_for_beside_the_server(asked: list[str]) -> None:
    found = Suggestions()
    assert found.now() == []
    found.look(pipeline(questions=("sure", "no")), stopped=threading.Event()).join()
    assert found.now() == ["sure"]
    stopped = threading.Event()
    stopped.set()
    asked.clear()
    Suggestions().look(pipeline(questions=("sure", "sure")), stopped=stopped).join()
    assert asked == []
