"""What a route of the API finds in its request: the course, and how its links are made."""

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.concurrency import run_in_threadpool

from ui.addresses import Site
from ui.web.served import Served
from ui.web.visits import visit_in


@dataclass(frozen=True, slots=True)
class Here:
    """The course that was entered."""

    served: Served
    site: Site  # without a key: what an answer holds is passed on


async def _here(request: Request) -> Here:
    """The course of a request that the door let in. A coroutine, to need no thread."""
    visit = visit_in(request)
    if visit.served is None:  # the door lets nobody in without one: were it open, this is shut
        raise HTTPException(HTTPStatus.NOT_FOUND)
    root_path = visit.root_path.removesuffix(f"/k/{visit.key}")
    course = visit.served.course
    return Here(visit.served, Site(course.id, root_path, colour=course.colour))


AtCourse = Annotated[Here, Depends(_here)]


async def check_known(documents: Collection[str] | None, served: Served) -> None:
    """Raises `HTTPException` where the course has no document of one of these ids."""
    if not documents:
        return
    known = {row.id for row in await run_in_threadpool(served.pipeline.library.documents)}
    for document_id in documents:
        if document_id not in known:
            raise no_document(document_id)


def no_document(document_id: str) -> HTTPException:
    """What is raised for the id of a document that the course does not have."""
    return HTTPException(
        HTTPStatus.NOT_FOUND,
        f"these texts have no document {document_id[:100]!r}; take an id from a quote or from the "
        "list of documents",
    )
