"""Opens the courses and serves them; what goes wrong while serving goes to the log.

What uvicorn does with a slow or crowded network: a header may be 32 KiB at most and has ten seconds
to come, whoever does not read what was answered has sixty (`ui/web/patience.py`), an idle
connection is closed after five, and beyond as many connections as files may be open, less some for
ourselves, each new one is told 503; beyond three quarters of them, each new one of the same address
is told 429 (`ui/web/crowding.py`).
"""

import gc
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

import uvicorn

from index.errors import PinciteError
from rag.ask import open_pipeline, warm_up
from rag.courses import Course
from rag.models import Models
from rag.question_log import QuestionLog
from rag.settings import Settings
from ui.console import Bar
from ui.logs import log_to
from ui.web import forgetting
from ui.web.app import Web, build_app
from ui.web.crowding import crowd_for, most_connections
from ui.web.forgetting import forget_old, forget_unwanted
from ui.web.keys import secret_in
from ui.web.mcp.extra import check_installed
from ui.web.metrics import HOST
from ui.web.patience import PatientProtocol
from ui.web.served import Served
from ui.web.stopping import SECONDS_FOR_PAGES, Server, sigterm_is_no_error

LARGEST_HEADER = 32 * 1024  # bytes


def serve_courses(settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises `PinciteError` for what cannot be opened."""
    if settings.mcp:
        check_installed()
    with _listen(settings.host, settings.port) as listening, opened(settings) as courses:
        log_to(settings.log)
        forget_unwanted(settings.courses)
        serve(courses, settings, listening)


@contextmanager
def opened(settings: Settings) -> Iterator[list[Served]]:
    """The courses of the settings, ready to be asked."""
    with ExitStack() as stack:
        courses, models = [], Models(threads=settings.threads)
        with Bar("Opening the library" if len(settings.served) == 1 else "Opening the libraries"):
            for course in settings.served:
                served = _opened(course, settings, models)
                stack.enter_context(served.pipeline.library)
                if served.log:
                    stack.enter_context(served.log)
                warm_up(served.pipeline)
                courses.append(served)
        yield courses


def serve(courses: Sequence[Served], settings: Settings, listening: socket.socket) -> None:
    """Serve the courses at a socket until Ctrl-C or SIGTERM."""
    web = build_app(courses, settings)
    if settings.metrics_port:
        _show_figures(web, settings.metrics_port)
    stopped = web.closing[0]
    for served in courses:
        served.suggestions.look(served.pipeline, stopped=stopped)
    port = listening.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    paths = [f"/c/{served.course.id}/" for served in courses]
    server = Server(
        uvicorn_config(web, settings, courses=courses),
        web,
        [f"http://{host}:{port}{path}" for path in paths],
        seconds_to_stop=settings.seconds_to_stop,
    )
    gc.collect()
    gc.freeze()  # what is loaded by now stays, and need not be walked for a fifth of a second
    with sigterm_is_no_error():
        server.run(sockets=[listening])


def uvicorn_config(
    web: Web, settings: Settings, *, courses: Sequence[Served] = ()
) -> uvicorn.Config:
    """How uvicorn is to serve, and when the questions kept of the courses are looked through."""

    class Protocol(PatientProtocol):
        crowd = crowd_for(settings)

    return uvicorn.Config(
        web,
        http=Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        h11_max_incomplete_event_size=LARGEST_HEADER,
        limit_concurrency=most_connections(),
        timeout_graceful_shutdown=SECONDS_FOR_PAGES,
        callback_notify=partial(forget_old, courses),
        timeout_notify=forgetting.SECONDS_BETWEEN,
    )


def _opened(course: Course, settings: Settings, models: Models) -> Served:
    """The course with its own pipeline; `PinciteError` names it where there are several."""
    own = replace(settings, library=course.library, questions=course.questions)
    try:
        return Served(
            course,
            open_pipeline(own, models=models),
            secret=secret_in(course.library),
            log=_log_of(course),
        )
    except PinciteError as error:
        if not settings.courses:
            raise
        raise type(error)(f"course {course.id}: {error}") from error


def _log_of(course: Course) -> QuestionLog | None:
    days = course.keep_questions_days
    return QuestionLog(course.library, keep_days=days) if days else None


def _show_figures(web: Web, port: int) -> None:
    try:
        web.desk.metrics.serve(port)
    except OSError as error:
        raise PinciteError(
            f"port {port} on {HOST} cannot be used for the figures ({error.strerror}); "
            "choose another one with --metrics-port, or stop what is using it"
        ) from error


def _listen(host: str, port: int) -> socket.socket:
    """A socket at that address. Raises `PinciteError` where it cannot be had."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        listening = socket.create_server((host, port), family=found[0][0])
    except OSError as error:
        unknown_host = isinstance(error, socket.gaierror)
        reason = error.strerror if unknown_host else os.strerror(error.errno or 0)
        raise PinciteError(
            f"port {port} on {host} cannot be used ({reason}); "
            "choose another one with --port, or stop what is using it"
        ) from error
    # inherited by each connection; else the end of an answer waits for what the client acknowledges
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
