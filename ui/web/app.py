"""The whole site as one ASGI application: a door, a guard, and behind them the courses.

request -> Doorway (which course, may it be entered, headers) -> Guard (paths, sizes, texts only)
-> pages and chat of the course
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.settings import Settings
from ui.addresses import Site
from ui.web.doorway import Doorway
from ui.web.embedding import add_embedding
from ui.web.guard import Guard
from ui.web.mounting import mount_chat
from ui.web.pages import add_notices, course_pages, notice
from ui.web.served import Served
from ui.web.sites import site_for
from ui.web.visits import Visit

STATIC = Path(__file__).parent.parent / "static"


@dataclass(frozen=True, slots=True)
class Web:
    """The application, and what ends the streams to its open pages once they are set."""

    application: ASGIApp
    closing: tuple[asyncio.Event, ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does."""
        await self.application(scope, receive, send)

    def close(self) -> None:
        """Ends the streams to open pages."""
        for event in self.closing:
            event.set()


def build_app(courses: Sequence[Served], settings: Settings) -> Web:
    """The site of these courses."""
    prefix = settings.root_path.strip("/")
    root = f"/{prefix}" if prefix else ""
    sites = {
        served.course.id: Site(served.course.id, root, colour=served.course.colour)
        for served in courses
    }
    first = Site(courses[0].course.id, root)
    app = FastAPI(title="Pincite", docs_url=None, redoc_url=None, openapi_url=None)
    add_notices(app, first)
    _add_small_files(app, first)
    for served in courses:
        app.include_router(course_pages(served, sites[served.course.id]))
    closing = asyncio.run(_mount_chats(app, courses, sites))
    app.add_middleware(CORSMiddleware, allow_origins=[])

    def refuse(request: Request, visit: Visit) -> Response:
        return notice(int(visit.refused or 404), request, first)

    by_id = {served.course.id: served for served in courses}
    door = Doorway(Guard(app), courses=by_id, root_path=first.root_path, refuse=refuse)
    return Web(door, closing)


async def _mount_chats(
    app: FastAPI, courses: Sequence[Served], sites: dict[str, Site]
) -> tuple[asyncio.Event, ...]:
    return tuple([await mount_chat(app, served, sites[served.course.id]) for served in courses])


def _add_small_files(app: FastAPI, first: Site) -> None:
    """What stands outside of the courses; the root leads to the first of them."""

    @app.get("/")
    def to_the_chat(request: Request) -> Response:
        return RedirectResponse(site_for(request, first).chat)

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
