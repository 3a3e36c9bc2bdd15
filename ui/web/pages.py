"""Our own pages: the reader, the citations, and the notices that say one thing."""

import logging
from collections.abc import Mapping

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ui.addresses import Site
from ui.citing import citing
from ui.reading import Address, Html, notice_page, reading
from ui.web.api.failing import problem_outside
from ui.web.page_images import image_of_page
from ui.web.policies import reading_policy
from ui.web.problems import is_for_programs
from ui.web.served import Served
from ui.web.sites import site_for, site_of
from ui.web.speaking import headers_of
from ui.web.visits import Visit, visit_in
from ui.wording import words

NOTICES = {401: "notice.key", 404: "notice.nothing", 500: "notice.bug"}  # by status

logger = logging.getLogger(__name__)


def course_pages(served: Served, site: Site) -> APIRouter:
    """The pages of one course, below its path."""
    router = APIRouter(prefix=f"/c/{served.course.id}")
    library = served.pipeline.library

    @router.get("")
    def to_the_chat(request: Request) -> Response:
        return RedirectResponse(site_for(request, site).chat)

    @router.get("/read/{document_id:path}")
    def read(request: Request, document_id: str) -> Response:
        here = site_for(request, site)
        return _page(reading(_address(document_id, request), library, site=here), here, request)

    @router.get("/cite/{document_id:path}")
    def cite(request: Request, document_id: str) -> Response:
        here = site_for(request, site)
        return _page(citing(_address(document_id, request), library, site=here), here, request)

    @router.get("/page/{document_id:path}")
    async def page_image(request: Request, document_id: str) -> Response:
        return await image_of_page(_address(document_id, request), request, served)

    return router


def add_notices(app: FastAPI, *, root_path: str) -> None:
    """What is shown where there is nothing, and where something went wrong."""

    @app.exception_handler(404)
    def nothing_here(request: Request, error: Exception) -> Response:
        return notice(404, request, root_path=root_path)

    @app.exception_handler(Exception)
    def went_wrong(request: Request, error: Exception) -> Response:
        logger.error("a page could not be made", exc_info=error)
        return notice(500, request, root_path=root_path)


def notice(status: int, request: Request, *, root_path: str) -> Response:
    """The page that says what a status means, or the problem where a program asks.

    It leads to the chat of the course that was entered; where none was, it names none.
    """
    visit = visit_in(request)
    if is_for_programs(visit.below):
        return problem_outside(status).response()
    here = site_for(request, site_of(visit.course, root_path=root_path))
    key = NOTICES[status]
    title, message = words(key, here.language), words(f"{key}_message", here.language)
    is_entered = visit.course is not None
    page = notice_page(title, message, site=here, status=status, leads_on=is_entered)
    return _page(page, here, request)


def _address(document_id: str, request: Request) -> Address:
    given: Mapping[str, str] = request.query_params
    return Address(
        document_id,
        version=given.get("v", ""),
        characters=given.get("char", ""),
        answer=given.get("answer", ""),
        reference=given.get("ref", ""),
        page=given.get("page", ""),
        file=given.get("file", ""),
        trail=given.get("trail", ""),
    )


def _page(page: Html, site: Site, request: Request) -> Response:
    visit: Visit = visit_in(request)
    headers = {"Content-Security-Policy": reading_policy(visit.course), **headers_of(site)}
    return HTMLResponse(page.text, page.status, headers=headers)
