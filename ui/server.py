"""The web server: the chat below `/c/default/`, the reading pages, and what belongs to them."""

import asyncio
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.routing import Mount

from index.errors import PinciteError
from rag.ask import Pipeline
from rag.settings import Settings
from ui.addresses import Site, site_for
from ui.chat import build_chat, quiet_gradio
from ui.citing import citing
from ui.guard import HEADERS, Guard
from ui.reading import Address, Html, notice_page, reading
from ui.render import chat_head
from ui.speaking import Speaking, headers_of
from ui.suggesting import Suggestions
from ui.wording import words

COURSE = "default"
MOUNT = f"/c/{COURSE}"
STATIC = Path(__file__).parent / "static"
READING_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
SECONDS_TO_STOP = 2  # that open connections get to end by themselves

logger = logging.getLogger(__name__)


def build_app(
    pipeline: Pipeline, settings: Settings, *, suggestions: Suggestions | None = None
) -> FastAPI:
    """The whole site for one library; it suggests no questions unless it is told some."""
    prefix = settings.root_path.strip("/")
    site = Site(course=COURSE, root_path=f"/{prefix}" if prefix else "")
    app = FastAPI(title="Pincite", docs_url=None, redoc_url=None, openapi_url=None)
    _add_pages(app, pipeline, site)
    _add_small_files(app, site)
    asyncio.run(_mount_chat(app, pipeline, site, suggestions or Suggestions()))
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(Guard, mount=f"{MOUNT}/", root_path=site.root_path)
    return app


def serve(pipeline: Pipeline, settings: Settings) -> None:
    """Serve until Ctrl-C. Raises `PinciteError` where the port is taken."""
    with _listen(settings.host, settings.port) as listening:
        port = listening.getsockname()[1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        suggestions = Suggestions()
        app = build_app(pipeline, settings, suggestions=suggestions)
        suggestions.look(pipeline, stopped=app.state.closing)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SECONDS_TO_STOP,
        )
        address = f"http://{host}:{port}{MOUNT}/"
        _Server(config, address, app.state.closing).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says where it answers once it does, and ends the streams to open pages when it stops."""

    def __init__(self, config: uvicorn.Config, address: str, closing: asyncio.Event) -> None:
        super().__init__(config)
        self.address = address
        self.closing = closing

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"Pincite answers at {self.address}\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.closing.set()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    """A socket at that address. Raises `PinciteError` where it cannot be had."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return socket.create_server((host, port), family=found[0][0])
    except OSError as error:
        unknown_host = isinstance(error, socket.gaierror)
        reason = error.strerror if unknown_host else os.strerror(error.errno or 0)
        raise PinciteError(
            f"port {port} on {host} cannot be used ({reason}); "
            "choose another one with --port, or stop what is using it"
        ) from error


def _add_pages(app: FastAPI, pipeline: Pipeline, site: Site) -> None:
    @app.get("/")
    @app.get(MOUNT)
    def to_the_chat(request: Request) -> Response:
        return RedirectResponse(site_for(request, site).chat)

    @app.get(f"{MOUNT}/read/{{document_id:path}}")
    def read(request: Request, document_id: str) -> Response:
        here = site_for(request, site)
        return _page(reading(_address(document_id, request), pipeline.library, site=here), here)

    @app.get(f"{MOUNT}/cite/{{document_id:path}}")
    def cite(request: Request, document_id: str) -> Response:
        here = site_for(request, site)
        return _page(citing(_address(document_id, request), pipeline.library, site=here), here)

    @app.exception_handler(404)
    def nothing_here(request: Request, error: Exception) -> Response:
        return _notice("notice.nothing", site_for(request, site), status=404)

    @app.exception_handler(Exception)
    def went_wrong(request: Request, error: Exception) -> Response:
        logger.error("a page could not be made", exc_info=error)
        page = _notice("notice.bug", site_for(request, site), status=500)
        page.headers.update(HEADERS)  # it is made outside of the guard
        return page


def _address(document_id: str, request: Request) -> Address:
    given = request.query_params
    return Address(
        document_id,
        version=given.get("v", ""),
        characters=given.get("char", ""),
        answer=given.get("answer", ""),
        page=given.get("page", ""),
        trail=given.get("trail", ""),
    )


def _notice(key: str, site: Site, *, status: int) -> Response:
    """A page that says what has that key, and the message that belongs to it."""
    title, message = words(key, site.language), words(f"{key}_message", site.language)
    return _page(notice_page(title, message, site=site, status=status), site)


def _page(page: Html, site: Site) -> Response:
    headers = {"Content-Security-Policy": READING_POLICY, **headers_of(site)}
    return HTMLResponse(page.text, page.status, headers=headers)


def _add_small_files(app: FastAPI, site: Site) -> None:
    @app.get("/favicon.ico")
    def favicon() -> Response:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    @app.get("/manifest.json")
    def manifest() -> Response:
        icon = {"src": f"{site.root_path}/favicon.ico", "sizes": "any", "type": "image/svg+xml"}
        start = f"{site.root_path}{MOUNT}/"
        return JSONResponse(
            {"name": "Pincite", "start_url": start, "display": "browser", "icons": [icon]}
        )

    app.mount("/static", StaticFiles(directory=STATIC))


async def _mount_chat(
    app: FastAPI, pipeline: Pipeline, site: Site, suggestions: Suggestions
) -> None:
    """Mount the chat. What Gradio shows, loads and remembers beyond it is turned off.

    It is a coroutine because Gradio opens many event loops where it finds none running, and closes
    none of them.
    """
    gradio = quiet_gradio()
    chat = build_chat(pipeline, site=site, suggestions=suggestions)
    gradio.mount_gradio_app(
        app,
        chat,
        MOUNT,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=0,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=gradio.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        head=chat_head(site=site),
    )
    mounted = next(
        route for route in app.routes if isinstance(route, Mount) and route.path == MOUNT
    )
    gradio_app: Any = mounted.app
    app.state.closing = gradio_app.stop_event
    mounted.app = Speaking(gradio_app, site=site)
    chat.has_launched = True  # or Gradio copies, and serves, any file that a value names
