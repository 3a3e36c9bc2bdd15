"""Who may call a course's API from a page of another site: the pages that may frame the course.

A browser asks the server whose scripts may read its answers (CORS, in the Fetch standard). What
needs a key still needs it: no cookie or other credential of the browser goes along.
"""

import re
from collections.abc import Iterable

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.web.problems import is_api
from ui.web.served import Courses
from ui.web.visits import visit_in

_DEFAULT_PORTS = {"http": "80", "https": "443"}


class CrossOrigin:
    """ASGI middleware behind the doorway, before what it lets in and before what it refuses."""

    def __init__(self, app: ASGIApp, *, courses: Courses) -> None:
        """Stand in front of `app`."""
        self.app = app
        self.shared = {
            course_id: CORSMiddleware(
                app,
                allow_origin_regex=pattern_of(served.course.origins),
                allow_methods=("GET", "POST"),
                allow_headers=("Authorization",),
                expose_headers=("Retry-After",),
            )
            for course_id, served in courses.items()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser that asks for leave, or let the request through."""
        app = self.app
        if scope["type"] == "http":
            visit = visit_in(Request(scope))
            if is_api(visit.below):
                app = self.shared.get(visit.name, app)
        await app(scope, receive, send)


def pattern_of(sources: Iterable[str]) -> str:
    """An expression that matches whole an origin that one of these host sources of CSP matches.

    As CSP has it (level 3, section 6.7.2): http stands for https too; "*." for any names before the
    rest, but not for none; a port for itself, "*" for any, and none for the scheme's own.

    >>> bool(re.fullmatch(pattern_of(["https://*.example.edu"]), "https://a.b.example.edu"))
    True
    >>> bool(re.fullmatch(pattern_of(["https://*.example.edu"]), "https://example.edu"))
    False
    """
    return "|".join(_one(source) for source in sources) or r"(?!)"  # which matches nothing


def _one(source: str) -> str:
    scheme, _, rest = source.partition("://")
    host, _, port = rest.partition(":")
    name = host.removeprefix("*.")
    before = r"(?:[a-z0-9_-]+\.)+" if name != host else ""
    schemes = ("http", "https") if scheme == "http" else (scheme,)
    return "|".join(f"{each}://{before}{re.escape(name)}{_port(port, each)}" for each in schemes)


def _port(port: str, scheme: str) -> str:
    """What follows the name in an origin, which leaves its scheme's own port out."""
    if port == "*":
        return r"(?::[0-9]+)?"
    return f":{port}" if port and port != _DEFAULT_PORTS[scheme] else ""
