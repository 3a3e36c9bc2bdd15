"""Serves the tools of every course at `/c/COURSE/mcp`, over streamable HTTP without sessions.

Stands behind the same door and guard as every other page. No page of another site can use it: what
it takes is JSON, for which a browser asks leave first, and gets none.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import FastAPI
from mcp.server.mcpserver import MCPServer
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp
from mcp.server.transport_security import TransportSecuritySettings
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from rag.settings import Settings
from ui.addresses import Site
from ui.web.api.visiting import Here
from ui.web.mcp.extra import PATH
from ui.web.mcp.tools import server_of
from ui.web.served import Served

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_IN_ADDRESSES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Offered:
    """The tools of all courses, for the application that serves them."""

    routes: list[Route]
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]]  # must run meanwhile


def offered(courses: Sequence[Served], sites: Mapping[str, Site], *, settings: Settings) -> Offered:
    """The tools of these courses, each course's at its own address."""
    servers = {
        served.course.id: server_of(Here(served, sites[served.course.id])) for served in courses
    }
    routes = [
        route
        for course_id, server in servers.items()
        for route in (
            Route(f"/c/{course_id}/{PATH}", _application(server, settings), methods=["POST"]),
            Route(f"/c/{course_id}/{PATH}", _no_stream),
        )
    ]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for server in servers.values():
                await stack.enter_async_context(server.session_manager.run())
            yield

    return Offered(routes, lifespan)


def _application(server: MCPServer, settings: Settings) -> ASGIApp:
    """What answers for a server, each request by itself."""
    server.streamable_http_app(
        json_response=True, stateless_http=True, transport_security=protection(settings)
    )
    return StreamableHTTPASGIApp(server.session_manager)


def _no_stream(_: Request) -> Response:
    """The answer to who would open a stream of messages: without sessions there are none."""
    return Response(status_code=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "POST"})


def protection(settings: Settings) -> TransportSecuritySettings:
    """What keeps a page from reaching a server of its visitor's machine by a name of its own.

    (DNS rebinding.) A server is asked for by the name in its setting `address`, and by this
    machine's own. Where others reach it and no address is set, its names are not known here.

    >>> protection(Settings(host="0.0.0.0")).enable_dns_rebinding_protection
    False
    >>> protection(Settings(host="0.0.0.0", address="https://ask.test/x")).allowed_hosts[-1]
    'ask.test'
    """
    address = urlsplit(settings.address)
    alone = settings.host in _LOOPBACK and not settings.trusted_proxies
    names = [f"{name}{port}" for name in _IN_ADDRESSES for port in ("", ":*")]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=alone or bool(address.netloc),
        allowed_hosts=[*names, address.netloc],
        allowed_origins=[
            *(f"http://{name}" for name in names),
            f"{address.scheme}://{address.netloc}",
        ],
    )
