"""The description of the API as a page for a person, whole in itself and without a script."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ui.addresses import Site
from ui.contract import Json
from ui.templating import rendered
from ui.web.api.kinds import Kind, kind_of


@dataclass(frozen=True, slots=True)
class Part:
    """A field of an object, or of an address."""

    name: str
    kind: Kind
    meaning: str
    needed: bool
    place: str = "field"  # "field" of an object; "path" or "query" of an address
    example: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API does."""

    name: str
    method: str
    path: str
    summary: str
    text: list[str]  # paragraphs
    parts: list[Part]  # what it takes
    gives: Kind | None  # the object that it answers with; None for a stream
    answer: str  # what the answer is, in words
    example: str  # a line for the shell


@dataclass(frozen=True, slots=True)
class Shape:
    """An object that is sent or answered with."""

    name: str
    meaning: str
    parts: list[Part]


def documentation_page(document: Json, *, address: str, site: Site) -> str:
    """The page of a course's description; `address` is that of its API, for the examples."""
    schemas = document["components"]["schemas"]
    locked = "security" in document
    operations = [
        _operation(path, method, stated, schemas, address=address, locked=locked)
        for path, methods in document["paths"].items()
        for method, stated in methods.items()
    ]
    return rendered(
        "documentation.html.j2",
        title=document["info"]["title"],
        about=document["info"]["description"].split("\n\n"),
        address=address,
        locked=locked,
        operations=operations,
        problems=_problems(document),
        shapes=[Shape(name, _meaning(each), _fields(each)) for name, each in schemas.items()],
        site=site,
    )


def _operation(
    path: str, method: str, stated: Json, schemas: Json, *, address: str, locked: bool
) -> Operation:
    sent = stated.get("requestBody", {}).get("content", {}).get("application/json")
    parts = list(_parameters(stated))
    if sent:
        parts += _fields(schemas[kind_of(sent["schema"]).objects[0]])
    given = stated["responses"]["200"]
    answered = given["content"].get("application/json")
    return Operation(
        name=stated["operationId"],
        method=method.upper(),
        path=path,
        summary=stated["summary"],
        text=[paragraph for paragraph in stated["description"].split("\n\n") if paragraph],
        parts=parts,
        gives=kind_of(answered["schema"]) if answered else None,
        answer=given["description"],
        example=curl(method, address + path, parts, locked=locked, streams=not answered),
    )


def curl(method: str, url: str, parts: list[Part], *, locked: bool, streams: bool) -> str:
    """The line for the shell that asks for it, with the examples of what it takes.

    >>> parts = [Part("q", Kind("text"), "", True, "query", "Who?")]
    >>> curl("get", "http://127.0.0.1/c/x/api/v1/search", parts, locked=False, streams=False)
    "curl 'http://127.0.0.1/c/x/api/v1/search?q=Who%3F'"
    """
    given = [part for part in parts if part.example is not None]
    for part in given:
        url = url.replace(f"{{{part.name}}}", quote(str(part.example), safe=""))
    query = urlencode({part.name: part.example for part in given if part.place == "query"})
    words = ["curl", *(["-N"] if streams else [])]
    if locked:
        words += ["-H", "Authorization: Bearer KEY"]
    if method == "post":
        sent = {part.name: part.example for part in given if part.place == "field"}
        words += ["--json", json.dumps(sent, ensure_ascii=False)]
    return shlex.join([*words, f"{url}?{query}" if query else url])


def _parameters(stated: Json) -> Iterator[Part]:
    for parameter in stated.get("parameters", []):
        yield Part(
            parameter["name"],
            kind_of(parameter["schema"]),
            parameter.get("description", ""),
            parameter.get("required", False),
            parameter["in"],
            _example(parameter["schema"]),
        )


def _fields(schema: Json) -> list[Part]:
    return [
        Part(
            name,
            kind_of(field),
            field.get("description", ""),
            name in schema.get("required", []),
            example=_example(field),
        )
        for name, field in schema.get("properties", {}).items()
    ]


def _example(schema: Json) -> Any:
    return next(iter(schema.get("examples", [])), None)


def _meaning(schema: Json) -> str:
    return str(schema.get("description", ""))


def _problems(document: Json) -> list[tuple[str, str]]:
    """Each status of an error with what it means; the same for every operation."""
    return sorted(
        {
            (status, response["description"])
            for methods in document["paths"].values()
            for stated in methods.values()
            for status, response in stated["responses"].items()
            if status != "200"
        }
    )
