"""Route: the passages that stand nearest to a question, without an answer."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from ui.web.api.objects import PassagesObject
from ui.web.api.replies import passages_reply
from ui.web.api.requests import SearchQuery
from ui.web.api.visiting import AtCourse
from ui.web.presence import while_connected

router = APIRouter()


@router.get("/search", response_model=PassagesObject)
async def search(
    asked: Annotated[SearchQuery, Query()], here: AtCourse, request: Request
) -> Response:
    """Find passages by meaning and by words.

    Each says how the two searches came upon it.
    """
    documents = [asked.document] if asked.document else None
    reply = passages_reply(asked.q, here, documents=documents, limit=asked.limit)
    return JSONResponse(await while_connected(request, reply, of=asked.q))
