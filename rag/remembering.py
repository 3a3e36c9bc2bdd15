"""Answers that were given before: the same question of the same texts is not answered twice.

Whoever asks what somebody else is just asking waits for that answer. A library that was written to,
or replaced, is in another state, of which nothing is remembered yet.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import NamedTuple

from index.deadline import Deadline
from index.snapshot import State
from rag.answer import Answer
from rag.ask import Pipeline, Retrieved, ask_in_stages, checked_question

REMEMBERED = "remembered"  # the only stage in the `seconds` of an answer that was not made anew
CAPACITY = 1_000  # answers


class _Asked(NamedTuple):
    """Everything that an answer depends on: where it is equal the answer is the same."""

    state: State
    question: str
    documents: frozenset[str] | None
    limit: int
    made_by: tuple[str, ...]


class _Awaited:
    """An answer that is just being made."""

    def __init__(self) -> None:
        self.answer: Future[Answer | None] = Future()  # None: there will be none
        self.is_paused = False  # until whoever asked wants the next stage


class Answers:
    """The answers that were asked for last. Threads and courses may share them."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """`capacity` is the number of answers that are kept."""
        self._capacity = capacity
        self._given: OrderedDict[_Asked, Answer] = OrderedDict()
        self._awaited: dict[_Asked, _Awaited] = {}
        self._guard = threading.Lock()

    def ask(
        self,
        question: str,
        pipeline: Pipeline,
        *,
        documents: Collection[str] | None = None,
        limit: int | None = None,
        deadline: Deadline | None = None,
    ) -> Answer:
        """The answer, as `rag.ask.ask` gives it; in `seconds` it says where it was remembered."""
        *_, answer = self.ask_in_stages(
            question, pipeline, documents=documents, limit=limit, deadline=deadline
        )
        assert isinstance(answer, Answer)  # the last stage always is
        return answer

    def ask_in_stages(
        self,
        question: str,
        pipeline: Pipeline,
        *,
        documents: Collection[str] | None = None,
        limit: int | None = None,
        deadline: Deadline | None = None,
    ) -> Iterator[Retrieved | Answer]:
        """The same in two stages."""
        began, deadline = time.perf_counter(), deadline or Deadline()
        asked = _Asked(
            state=pipeline.library.state(),
            question=checked_question(question),
            documents=None if documents is None else frozenset(documents),
            limit=limit or pipeline.settings.limit,
            made_by=_makers(pipeline),
        )
        found = self._remembered(asked, deadline)
        if isinstance(found, Answer):
            yield Retrieved(found.hits, asked.state)
            yield replace(found, seconds={REMEMBERED: time.perf_counter() - began})
        else:
            stages = ask_in_stages(
                asked.question,
                pipeline,
                documents=documents,
                limit=asked.limit,
                deadline=deadline,
            )
            yield from self._made(asked, stages, found)

    def _remembered(self, asked: _Asked, deadline: Deadline) -> Answer | _Awaited:
        """The answer that was given, or is just being made; else what others now wait for."""
        while True:
            with self._guard:
                if asked in self._given:
                    self._given.move_to_end(asked)
                    return self._given[asked]
                awaited = self._awaited.get(asked)
                if awaited is None or awaited.is_paused:
                    awaited = self._awaited[asked] = _Awaited()
                    return awaited
            answer = deadline.result_of(awaited.answer)
            if answer is not None:
                return answer

    def _made(
        self, asked: _Asked, stages: Iterator[Retrieved | Answer], awaited: _Awaited
    ) -> Iterator[Retrieved | Answer]:
        """The stages as they come; what others wait for is made of them, or is known to fail."""
        try:
            read = asked.state
            for stage in stages:
                if isinstance(stage, Retrieved):
                    read = stage.state  # a writer may have come in between
                else:
                    self._keep(asked._replace(state=read), stage)
                    awaited.answer.set_result(stage)
                awaited.is_paused = True
                yield stage
                awaited.is_paused = False
        finally:
            with self._guard:
                if self._awaited.get(asked) is awaited:
                    del self._awaited[asked]
            if not awaited.answer.done():
                awaited.answer.set_result(None)

    def _keep(self, asked: _Asked, answer: Answer) -> None:
        with self._guard:
            self._given[asked] = answer
            self._given.move_to_end(asked)
            while len(self._given) > self._capacity:
                self._given.popitem(last=False)


def _makers(pipeline: Pipeline) -> tuple[str, ...]:
    """What makes the pipeline's answers, the library aside."""
    embedder = pipeline.embedder
    return (
        embedder.fingerprint,
        embedder.precision,
        pipeline.settings.fusion,
        pipeline.reader.signature,
    )
