"""The description of the API as an OpenAPI document, one for each course.

A document of its own for each course, because a client that is generated from it then takes no
course with every call, and because the door shows it only to those who may enter the course.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from ui.contract import Json
from ui.web.api.objects import ProblemObject
from ui.web.api.visiting import Here
from ui.web.problems import MEDIA_TYPE

_REFERENCE = "#/components/schemas/{model}"
_ABOUT = """\
Answers questions about the texts of one course in verbatim quotes, pinned to their exact place.

Offsets count Unicode code points of a document's text: `text[start:end]` of the document is the \
text of a quote or passage, to the character. `version` says which text the offsets are of. What \
goes wrong is told as problem details (RFC 9457); that the texts do not answer a question is no \
error but a status of the answer."""
_KEY = (
    "A key that `pincite course link` made. It may stand in the address before the course instead, "
    "as /k/KEY/c/COURSE/api."
)
_WHEN = {
    HTTPStatus.BAD_REQUEST: "What was sent cannot be read as JSON.",
    HTTPStatus.UNAUTHORIZED: "The course needs a key, and none that opens it was sent.",
    HTTPStatus.NOT_FOUND: "There is no such course, document or page.",
    HTTPStatus.REQUEST_TIMEOUT: "What was sent took too long to come.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More was sent than a request may hold.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A field is missing, unknown, or not what it should be.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many questions in too short a time.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong inside Pincite.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The server is too busy, or cannot read its texts.",
}
_LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_RETRY = {
    "Retry-After": {
        "description": "Seconds after which it is worth trying again.",
        "schema": {"type": "integer"},
    }
}


def reference(model: type) -> Json:
    """What stands in a description for a model that is described among its components.

    >>> reference(ProblemObject)
    {'$ref': '#/components/schemas/ProblemObject'}
    """
    return {"$ref": _REFERENCE.format(model=model.__name__)}


PROBLEMS: dict[int | str, dict[str, Any]] = {  # by status, of every operation
    status.value: {
        "description": when,
        "content": {MEDIA_TYPE: {"schema": reference(ProblemObject)}},
        **({"headers": _RETRY} if status in _LATER else {}),
    }
    for status, when in _WHEN.items()
}


def described(routes: Sequence[BaseRoute]) -> Json:
    """What the description of every course has: all but its name, address and key."""
    document = get_openapi(title="Pincite", version="1", description=_ABOUT, routes=routes)
    document["components"]["schemas"][ProblemObject.__name__] = ProblemObject.model_json_schema()
    for methods in document["paths"].values():
        for operation in methods.values():
            first, _, rest = operation["description"].partition("\n\n")
            operation |= {"summary": first.rstrip("."), "description": rest}
    return document


def description_for(here: Here, document: Json) -> Json:
    """The description of the API of one course."""
    course = here.served.course
    own: Json = {
        "info": {**document["info"], "title": f"{course.title or 'Pincite'}: the API"},
        "servers": [{"url": f"{here.site.path}api"}],
    }
    if course.access == "key":
        scheme = {"type": "http", "scheme": "bearer", "description": _KEY}
        own["components"] = {**document["components"], "securitySchemes": {"key": scheme}}
        own["security"] = [{"key": []}]
    return {**document, **own}
