"""Routes: a question and its answer, whole or as it comes."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from rag.answer import Answer
from rag.ask import Retrieved
from ui.contract import Json, answer_json, passages_json
from ui.web.answering import answer, answer_in_stages
from ui.web.api.failing import problem_of
from ui.web.api.objects import AnswerObject
from ui.web.api.requests import AskRequest
from ui.web.api.visiting import AtCourse, Here, check_known

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events, each with an object as its data: `passages`, then `answer`; where "
        "something goes wrong between the two, `problem` in place of the second. Comments keep "
        "the line open meanwhile.",
        "content": {
            "text/event-stream": {
                "itemSchema": {
                    "properties": {
                        "event": {"enum": ["passages", "answer", "problem"]},
                        "data": {
                            "contentMediaType": "application/json",
                            "contentSchema": {
                                "anyOf": [
                                    {"$ref": f"#/components/schemas/{name}"}
                                    for name in ("PassagesObject", "AnswerObject", "ProblemObject")
                                ]
                            },
                        },
                    }
                }
            }
        },
    }
}

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Begun:
    """A question whose first stage is done: whatever refuses it has done so by now."""

    first: Retrieved | Answer
    rest: Iterator[Retrieved | Answer]
    question: str
    here: Here


@router.post("/ask", response_model=AnswerObject)
def ask(asked: AskRequest, here: AtCourse) -> Response:
    """Answer a question in quotes.

    The object is the one that `pincite ask --json` prints. A question that the texts do not answer
    has the status "related" or "not_found" in it; it is no error.
    """
    check_known(asked.documents, here.served)
    answered = answer(asked.question, here.served, documents=asked.documents, limit=asked.limit)
    return JSONResponse(whole_answer(answered, here))


def _begun(asked: AskRequest, here: AtCourse) -> Iterator[Begun]:
    """Runs the first stage before the response begins, so that a refusal has its own status."""
    check_known(asked.documents, here.served)
    stages = answer_in_stages(
        asked.question, here.served, documents=asked.documents, limit=asked.limit
    )
    with closing(stages):  # also where the client goes away
        yield Begun(next(stages), stages, asked.question, here)


@router.post("/ask/stream", response_class=EventSourceResponse, responses=_EVENTS)
def ask_in_stages(begun: Annotated[Begun, Depends(_begun)]) -> Iterator[ServerSentEvent]:
    """Answer a question in stages, as server-sent events.

    The passages come as soon as they are found, the answer when they are read.
    """
    try:
        yield _event(begun.first, begun)
        for stage in begun.rest:
            yield _event(stage, begun)
    except Exception as error:  # the status has been sent: only an event can say it now
        yield ServerSentEvent(event="problem", raw_data=_data(problem_of(error).json()))


def whole_answer(answered: Answer, here: Here) -> Json:
    """The answer as the contract has it, with links that can be passed on."""
    with here.served.pipeline.library.snapshot() as snapshot:
        return answer_json(answered, snapshot, site=here.site)


def _event(stage: Retrieved | Answer, begun: Begun) -> ServerSentEvent:
    if isinstance(stage, Answer):
        return ServerSentEvent(event="answer", raw_data=_data(whole_answer(stage, begun.here)))
    with begun.here.served.pipeline.library.snapshot() as snapshot:
        passages = passages_json(begun.question, stage.hits, snapshot)
    return ServerSentEvent(event="passages", raw_data=_data(passages))


def _data(told: Json) -> str:
    return json.dumps(told, ensure_ascii=False)
