"""The API as one application, which stands below every course: the door says which it is for."""

from functools import cache

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.routing import APIRoute

from ui.contract import Json
from ui.web.api import asking, documents, searching, verifying
from ui.web.api.describing import PROBLEMS, described, description_for
from ui.web.api.documentation import documentation_page
from ui.web.api.failing import add_problems
from ui.web.api.visiting import AtCourse
from ui.web.policies import reading_policy
from ui.web.sites import site_for

PATH = "/c/{course}/api"
VERSION = "/v1"
DESCRIPTIONS = ("docs", "openapi.json")  # for a person, and for programs


def build_api() -> FastAPI:
    """The application, to be mounted at `PATH`."""
    api = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_name,
    )
    for part in (asking, searching, verifying, documents):
        api.include_router(part.router, prefix=VERSION, responses=PROBLEMS)
    add_problems(api)

    @cache
    def document() -> Json:
        return described(api.routes)

    @api.get("/openapi.json", include_in_schema=False)
    def description(here: AtCourse) -> Response:
        return JSONResponse(description_for(here, document()))

    @api.get("/docs", include_in_schema=False)
    def documentation(request: Request, here: AtCourse) -> Response:
        address = f"{request.url.scheme}://{request.url.netloc}{here.site.path}api"
        page = documentation_page(
            description_for(here, document()), address=address, site=site_for(request, here.site)
        )
        policy = reading_policy(here.served.course)
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    return api


def _name(route: APIRoute) -> str:
    return route.name
