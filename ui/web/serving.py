"""Opens the courses and serves them; what goes wrong while serving goes to the log."""

import os
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import uvicorn

from index.errors import PinciteError
from rag.ask import open_pipeline, warm_up
from rag.courses import Course
from rag.settings import Settings
from ui.console import Bar
from ui.logs import log_to
from ui.web.app import Web, build_app
from ui.web.keys import secret_in
from ui.web.mcp.extra import check_installed
from ui.web.served import Served

SECONDS_TO_STOP = 2  # that open connections get to end by themselves


def serve_courses(settings: Settings) -> None:
    """Serve until Ctrl-C. Raises `PinciteError` for a library or a port that cannot be opened."""
    if settings.mcp:
        check_installed()
    with _listen(settings.host, settings.port) as listening, opened(settings) as courses:
        log_to(settings.log)
        serve(courses, settings, listening)


@contextmanager
def opened(settings: Settings) -> Iterator[list[Served]]:
    """The courses of the settings, ready to be asked."""
    with ExitStack() as stack:
        courses = []
        with Bar("Opening the library" if len(settings.served) == 1 else "Opening the libraries"):
            for course in settings.served:
                served = _opened(course, settings)
                stack.enter_context(served.pipeline.library)
                warm_up(served.pipeline)
                courses.append(served)
        yield courses


def serve(courses: Sequence[Served], settings: Settings, listening: socket.socket) -> None:
    """Serve the courses at a socket until Ctrl-C."""
    web = build_app(courses, settings)
    stopped = web.closing[0]
    for served in courses:
        served.suggestions.look(served.pipeline, stopped=stopped)
    config = uvicorn.Config(
        web,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=SECONDS_TO_STOP,
    )
    port = listening.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    paths = [f"/c/{served.course.id}/" for served in courses]
    _Server(config, web, [f"http://{host}:{port}{path}" for path in paths]).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says where it answers once it does, and ends the streams to open pages when it stops."""

    def __init__(self, config: uvicorn.Config, web: Web, addresses: Sequence[str]) -> None:
        super().__init__(config)
        self.web = web
        self.addresses = addresses

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            for address in self.addresses:
                sys.stdout.write(f"Pincite answers at {address}\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.web.close()
        await super().shutdown(sockets)


def _opened(course: Course, settings: Settings) -> Served:
    """The course with its own pipeline; `PinciteError` names it where there are several."""
    own = replace(settings, library=course.library, questions=course.questions)
    try:
        secret = secret_in(course.library)
        return Served(course, open_pipeline(own), secret=secret)
    except PinciteError as error:
        if not settings.courses:
            raise
        raise type(error)(f"course {course.id}: {error}") from error


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
