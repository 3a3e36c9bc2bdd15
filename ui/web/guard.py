"""What may be asked of Gradio, and how much of anything.

Gradio brings many more addresses than a chat of texts needs (uploads, files, a proxy, monitoring).
Only those that the page uses are let through; everything else below a course is our own or 404.
Where Gradio expects a text it also takes an object that names a file or a web address, and copies
or fetches that; so what is sent to an event must be texts and nothing else.
"""

import asyncio
import json
import re
from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.web.problems import BELOW, Problem, refusal
from ui.web.visits import visit_in

LARGEST_BODY = 64 * 1024  # bytes; a question of 2,000 characters is at most 24,000
MOST_HEARD_OUT = 1024 * 1024  # bytes; who is cut off while sending may never see the refusal
SECONDS_FOR_BODY = 10
_CLOSE = {"Connection": "close"}  # what else is sent is not waited for
GRADIO_PATHS = (
    "",
    "theme.css",
    "config",
    "assets/",
    "static/",
    "gradio_api/heartbeat/",
    "gradio_api/queue/data",
    "gradio_api/cancel",
    "gradio_api/reset",
)
EVENTS = "gradio_api/queue/join"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")  # Gradio makes addresses of what it is asked for
OUR_PATHS = ("embed", "read/", "cite/", "page/", BELOW)


class Guard:
    """ASGI middleware behind the doorway, which has found the course of each request."""

    def __init__(self, app: ASGIApp, *, ours: Sequence[str] = OUR_PATHS) -> None:
        """Stand in front of `app`; `ours` are the paths below a course that are not Gradio's."""
        self.app = app
        self.ours = ours

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        below = visit_in(Request(scope)).below
        if below is not None and not is_open(below, ours=self.ours):
            await refusal(Problem(404, "Not found"), below=below)(scope, receive, send)
            return
        try:
            async with asyncio.timeout(SECONDS_FOR_BODY):
                body = await whole_body(receive)
        except TimeoutError:
            message = f"A request must come within {SECONDS_FOR_BODY} seconds"
            await refusal(Problem(408, message, _CLOSE), below=below)(scope, receive, send)
            return
        if body is None:
            message = f"A request may hold at most {LARGEST_BODY} bytes"
            await refusal(Problem(413, message, _CLOSE), below=below)(scope, receive, send)
            return
        if below == EVENTS and not holds_only_texts(body):
            message = "The data of an event must be a list of texts"
            await refusal(Problem(400, message), below=below)(scope, receive, send)
            return
        await self.app(scope, replayed(body, receive), send)


def is_open(below: str, *, ours: Sequence[str] = OUR_PATHS) -> bool:
    """Whether a path below a course is ours, or one of Gradio's that the chat needs.

    >>> is_open(""), is_open("gradio_api/queue/join"), is_open("gradio_api/upload")
    (True, True, False)
    """
    if any(part in {".", ".."} for part in below.split("/")):
        return False
    is_gradios = below == EVENTS or _is_below(below, GRADIO_PATHS)
    return _is_below(below, ours) or (is_gradios and not _CONTROL.search(below))


def holds_only_texts(body: bytes) -> bool:
    """Whether the data of an event is texts, and lists of texts where several are chosen.

    null stands for a list in which nothing is chosen.

    >>> holds_only_texts(b'{"data": ["a question", ["tides-1"], null], "fn_index": 0}')
    True
    >>> holds_only_texts(b'{"data": [{"path": "/etc/hosts"}], "fn_index": 0}')
    False
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested too deeply
        return False
    data = event.get("data") if isinstance(event, dict) else None
    return isinstance(data, list) and all(
        all(isinstance(text, str) for text in value)
        if isinstance(value, list)
        else value is None or isinstance(value, str)
        for value in data
    )


def _is_below(path: str, places: Iterable[str]) -> bool:
    """Whether the path is one of the places, or starts with one that ends in a slash."""
    return any(
        path == place or (place.endswith("/") and path.startswith(place)) for place in places
    )


async def whole_body(receive: Receive) -> bytes | None:
    """All of a request's body, or None where it passes the limit.

    What is too large is heard out and dropped, up to a limit of its own.
    """
    body, heard = b"", 0
    while heard <= MOST_HEARD_OUT:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        part: bytes = message.get("body", b"")
        heard += len(part)
        if heard <= LARGEST_BODY:
            body += part
        if not message.get("more_body", False):
            break
    return body if heard <= LARGEST_BODY else None


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body that was read, then whatever comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
