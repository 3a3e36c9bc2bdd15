"""What a program is told that is refused: a problem as RFC 9457 describes it."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, **members: object
) -> JSONResponse:
    """A response of that status whose JSON says in `detail` what is wrong and what to do.

    >>> problem(404, "no document moon.md").body.decode()
    '{"type":"about:blank","title":"Not Found","status":404,"detail":"no document moon.md"}'
    """
    title = HTTPStatus(status).phrase
    told = {"type": "about:blank", "title": title, "status": int(status), "detail": detail}
    return JSONResponse(told | members, status, headers, media_type=MEDIA_TYPE)
