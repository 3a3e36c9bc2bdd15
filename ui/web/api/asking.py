"""Routes: a question and its answer, whole or as it comes."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from rag.answer import Answer
from rag.ask import Retrieved
from ui.contract import Json
from ui.web import answering
from ui.web.api.failing import problem_of
from ui.web.api.objects import AnswerObject
from ui.web.api.replies import answer_reply, passages_found, whole_answer
from ui.web.api.requests import AskRequest
from ui.web.api.visiting import AtCourse, Here, check_known
from ui.web.presence import while_connected

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
    rest: AsyncGenerator[Retrieved | Answer]
    question: str
    here: Here


@router.post("/ask", response_model=AnswerObject)
async def ask(asked: AskRequest, here: AtCourse, request: Request) -> Response:
    """Answer a question in quotes.

    The object is the one that `pincite ask --json` prints. A question that the texts do not answer
    has the status "related" or "not_found" in it; it is no error.
    """
    reply = answer_reply(asked.question, here, documents=asked.documents, limit=asked.limit)
    return JSONResponse(await while_connected(request, reply, of=asked.question))


async def _begun(asked: AskRequest, here: AtCourse) -> AsyncIterator[Begun]:
    """Runs the first stage before the response begins, so that a refusal has its own status."""
    await check_known(asked.documents, here.served)
    stages = answering.answer_in_stages(
        asked.question, here.served, documents=asked.documents, limit=asked.limit
    )
    async with aclosing(stages):  # also where the client goes away
        yield Begun(await anext(stages), stages, asked.question, here)


@router.post("/ask/stream", response_class=EventSourceResponse, responses=_EVENTS)
async def ask_in_stages(
    begun: Annotated[Begun, Depends(_begun)],
) -> AsyncIterator[ServerSentEvent]:
    """Answer a question in stages, as server-sent events.

    The passages come as soon as they are found, the answer when they are read.
    """
    try:
        yield await _event(begun.first, begun)
        async for stage in begun.rest:
            yield await _event(stage, begun)
    except Exception as error:  # the status has been sent: only an event can say it now
        yield ServerSentEvent(event="problem", raw_data=_data(problem_of(error).json()))


async def _event(stage: Retrieved | Answer, begun: Begun) -> ServerSentEvent:
    if isinstance(stage, Answer):
        told = await run_in_threadpool(whole_answer, stage, begun.here)
        return ServerSentEvent(event="answer", raw_data=_data(told))
    told = await run_in_threadpool(passages_found, begun.question, stage.hits, begun.here)
    return ServerSentEvent(event="passages", raw_data=_data(told))


def _data(told: Json) -> str:
    return json.dumps(told, ensure_ascii=False)
