"""What a request wants, as its address says it: which course, with which key, which path.

    ROOT/k/KEY/c/COURSE/...

ROOT is the path under which a proxy shows the server, and may be missing because the proxy took it
off; a key is there only for a course that needs one. Everything after it is the same with and
without. A program may send the key as `Authorization: Bearer KEY` instead.
"""

import re
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import HTTPConnection
from starlette.types import Scope

from rag.courses import Course
from ui.web.keys import is_valid
from ui.web.problems import is_api
from ui.web.served import Courses, Served

_BEARER = "bearer "
_KEY = re.compile(r"/k/([A-Za-z0-9_.-]+)(?:/(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request as the door sees it."""

    path: str  # below ROOT and key: "/c/tides/read/notes.md"
    root_path: str  # ROOT, and "/k/KEY" where the address has a key
    key: str = ""  # as the address has it
    name: str = ""  # of the course, as the address has it
    below: str | None = None  # what follows the course in the path; None where it is none's
    served: Served | None = None  # the course, where it may be entered
    refused: HTTPStatus | None = None  # why it may not be

    @property
    def course(self) -> Course | None:
        """The course that may be entered."""
        return self.served.course if self.served else None


def visit_of(scope: Scope, courses: Courses, *, root_path: str) -> Visit:
    """The visit that a request is.

    This is the one place that decides whether a course may be entered, and with no course found
    or no valid key it may not.
    """
    key, path = _parted(_below(scope["path"], root_path))
    root = f"{root_path}/k/{key}" if key else root_path
    first, second, name, below = [*path.split("/", 3), "", "", ""][:4]
    if (first, second) != ("", "c"):
        return Visit(path, root, key)
    served = courses.get(name)
    if served is None:
        return Visit(path, root, key, name, below, refused=HTTPStatus.NOT_FOUND)
    asks_leave = is_api(below) and _asks_leave(scope)
    if not asks_leave and not _may_enter(served, key or _sent(scope)):
        return Visit(path, root, key, name, below, refused=HTTPStatus.UNAUTHORIZED)
    return Visit(path, root, key, name, below, served)


def visit_in(request: HTTPConnection) -> Visit:
    """The visit that a request was found to be, for whoever answers it."""
    visit: Visit = request.state.visit
    return visit


def _may_enter(served: Served, key: str) -> bool:
    course = served.course
    if course.access == "public":
        return True
    return is_valid(key, course.id, secret=served.secret)


def _asks_leave(scope: Scope) -> bool:
    """Whether a browser asks what a page may send, as it does without the key that will be sent.

    Such a request is answered by itself, without a word of the course (`ui/web/origins.py`).
    """
    headers = HTTPConnection(scope).headers
    preflight = "origin" in headers and "access-control-request-method" in headers
    return scope["method"] == "OPTIONS" and preflight


def _below(path: str, root_path: str) -> str:
    """The path below ROOT, whether or not a proxy took that off.

    >>> _below("/texts/c/tides/", "/texts"), _below("/texts", "/texts"), _below("/textsx", "/texts")
    ('/c/tides/', '/', '/textsx')
    """
    below = path.removeprefix(root_path) or "/"
    return below if below.startswith("/") else path


def _parted(path: str) -> tuple[str, str]:
    """The key in a path, empty where there is none, and what follows it.

    >>> _parted("/k/abc/c/tides/read/x"), _parted("/c/tides/"), _parted("/k/no key/c/tides/")
    (('abc', '/c/tides/read/x'), ('', '/c/tides/'), ('', '/k/no key/c/tides/'))
    """
    parts = _KEY.fullmatch(path)
    return (parts[1], f"/{parts[2] or ''}") if parts else ("", path)


def _sent(scope: Scope) -> str:
    """The key in the header of a request; empty where there is none."""
    given = HTTPConnection(scope).headers.get("authorization", "")
    return given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else ""
