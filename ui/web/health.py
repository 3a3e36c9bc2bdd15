"""Whether the server is alive, and whether it is ready: for whatever starts it and watches it.

Neither names a course: who may know of one is for the door to decide. The log does.
"""

import logging
import math
from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from index.errors import PinciteError
from ui.logs import log_event
from ui.web.served import Served


def health_routes(courses: Sequence[Served]) -> APIRouter:
    """`/healthz`, which answers as long as anything does, and `/readyz`."""
    router = APIRouter()
    desk = courses[0].desk

    @router.get("/healthz")
    async def alive() -> Response:
        return JSONResponse({"status": "alive"})

    @router.get("/readyz")
    def ready() -> Response:
        if desk.admission.is_stopping:
            return JSONResponse({"status": "stopping"}, 503)
        broken = [served for served in courses if not is_ready(served)]
        if broken:
            return JSONResponse({"status": "not ready", "courses": len(broken)}, 503)
        return JSONResponse({"status": "ready", "courses": len(courses)})

    return router


def generation_of(served: Served) -> float:
    """The generation of a course's library; not a number where it cannot be read."""
    try:
        return served.pipeline.library.facts().generation
    except PinciteError:
        return math.nan


def is_ready(served: Served) -> bool:
    """Whether the library of a course can be read; its models were warm before it was served."""
    try:
        with served.pipeline.library.snapshot():
            pass
    except PinciteError as error:
        log_event("not ready", logging.ERROR, course=served.course.id, why=str(error))
        return False
    return True
