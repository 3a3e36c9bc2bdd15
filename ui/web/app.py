"""The whole site as one ASGI application: one layer behind another, and behind them the courses.

request -> Doorway     which course, may it be entered, headers
-> CrossOrigin whose scripts may read the answer
-> Crowding    how many at once
-> Guard       paths, sizes, texts only
-> Limiting    how often
-> Watching    who is still there
-> pages, chat and API of the course
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.settings import Settings
from ui.addresses import Site
from ui.web.api.application import DESCRIPTIONS, build_api
from ui.web.api.application import PATH as API
from ui.web.crowding import Crowding, crowd_for
from ui.web.desk import Desk, desk_for
from ui.web.doorway import Doorway
from ui.web.embedding import add_embedding
from ui.web.guard import OUR_PATHS, Guard
from ui.web.health import generation_of, health_routes
from ui.web.limiting import Limiting
from ui.web.mcp.extra import PATH as MCP
from ui.web.mounting import mount_chat
from ui.web.origins import CrossOrigin
from ui.web.pages import add_notices, course_pages, notice
from ui.web.served import Served
from ui.web.sites import site_for, site_of
from ui.web.visits import visit_in
from ui.web.watching import Watching

if TYPE_CHECKING:
    from ui.web.mcp.serving import Offered

STATIC = Path(__file__).parent.parent / "static"


@dataclass(frozen=True, slots=True)
class Web:
    """The application, and what ends the streams to its open pages once they are set."""

    application: ASGIApp
    closing: tuple[asyncio.Event, ...]
    desk: Desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        await self.application(scope, receive, send)

    def close(self) -> None:
        """Ends the streams to open pages, and the process that draws."""
        for event in self.closing:
            event.set()
        self.desk.drawings.close()


def build_app(courses: Sequence[Served], settings: Settings) -> Web:
    """The site of these courses."""
    desk = desk_for(settings)
    courses = [replace(served, desk=desk) for served in courses]
    prefix = settings.root_path.strip("/")
    root = f"/{prefix}" if prefix else ""
    sites = {served.course.id: site_of(served.course, root_path=root) for served in courses}
    first = sites[courses[0].course.id]
    tools = _tools(courses, sites, settings) if settings.mcp else None
    app = FastAPI(
        title="Pincite",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=tools.lifespan if tools else None,
    )
    add_notices(app, root_path=root)
    _add_small_files(app, first)
    app.include_router(health_routes(courses))
    for served in courses:
        app.include_router(course_pages(served, sites[served.course.id]))
        desk.metrics.watch(served.course, partial(generation_of, served))
    app.mount(API, build_api())
    app.router.routes.extend(tools.routes if tools else [])
    closing = asyncio.run(_mount_chats(app, courses, sites))
    app.add_middleware(CORSMiddleware, allow_origins=[])

    async def say_why(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        status = int(visit_in(request).refused or 404)
        await notice(status, request, root_path=root)(scope, receive, send)

    by_id = {served.course.id: served for served in courses}
    behind = Limiting(Watching(app, presence=desk.presence), desk=desk)
    guard = Guard(behind, ours=(*OUR_PATHS, *([MCP] if tools else [])))
    shared = CrossOrigin(Crowding(guard, crowd=crowd_for(settings)), courses=by_id)
    kept_out = CrossOrigin(say_why, courses=by_id)
    door = Doorway(shared, courses=by_id, root_path=root, kept_out=kept_out)
    return Web(door, closing, desk)


async def _mount_chats(
    app: FastAPI, courses: Sequence[Served], sites: dict[str, Site]
) -> tuple[asyncio.Event, ...]:
    return tuple([await mount_chat(app, served, sites[served.course.id]) for served in courses])


def _tools(courses: Sequence[Served], sites: Mapping[str, Site], settings: Settings) -> "Offered":
    """What language models' clients are offered; its package is an optional extra."""
    from ui.web.mcp.serving import offered

    return offered(courses, sites, settings=settings)


def _add_small_files(app: FastAPI, first: Site) -> None:
    """What stands outside of the courses; the root leads to the first of them."""

    @app.get("/")
    def to_the_chat(request: Request) -> Response:
        return RedirectResponse(site_for(request, first).chat)

    @app.get("/api/{name}")
    def to_the_api(request: Request, name: str) -> Response:
        if name not in DESCRIPTIONS:
            raise HTTPException(404)
        return RedirectResponse(f"{site_for(request, first).path}api/{name}")

    @app.get("/favicon.ico")
    def favicon() -> Response:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    @app.get("/manifest.json")
    def manifest() -> Response:
        icon = {"src": f"{first.root_path}/favicon.ico", "sizes": "any", "type": "image/svg+xml"}
        return JSONResponse(
            {"name": "Pincite", "start_url": first.chat, "display": "browser", "icons": [icon]}
        )

    add_embedding(app)  # before the folder, which has the script without its words
    app.mount("/static", StaticFiles(directory=STATIC))
