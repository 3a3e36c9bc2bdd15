"""Route: the passages that stand nearest to a question, without an answer."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from ui.contract import passages_json
from ui.web import answering
from ui.web.api.objects import PassagesObject
from ui.web.api.requests import SearchQuery
from ui.web.api.visiting import AtCourse, check_known

router = APIRouter()


@router.get("/search", response_model=PassagesObject)
def search(asked: Annotated[SearchQuery, Query()], here: AtCourse) -> Response:
    """Find passages by meaning and by words.

    Each says how the two searches came upon it.
    """
    documents = [asked.document] if asked.document else None
    check_known(documents, here.served)
    hits = answering.search(asked.q, here.served, documents=documents, limit=asked.limit)
    with here.served.pipeline.library.snapshot() as snapshot:
        return JSONResponse(passages_json(asked.q, hits, snapshot))
