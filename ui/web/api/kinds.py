"""A JSON schema in words, for a person: what kind of value it asks for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from ui.contract import Json

_TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: words, and the names of the objects that are described elsewhere."""

    words: str
    objects: tuple[str, ...] = ()


def kind_of(schema: Json) -> Kind:
    """What a value of that JSON schema is.

    >>> kind_of({"type": "string", "minLength": 1, "maxLength": 9}).words
    'text of 1 to 9 characters'
    >>> kind_of({"anyOf": [{"$ref": "#/components/schemas/Span"}, {"type": "null"}]})
    Kind(words='null or', objects=('Span',))
    """
    if "$ref" in schema:
        return Kind("", (schema["$ref"].rpartition("/")[2],))
    if "anyOf" in schema:
        return _any_of([kind_of(each) for each in schema["anyOf"]])
    if "const" in schema:
        return Kind(json.dumps(schema["const"]))
    if "enum" in schema:
        return Kind(" or ".join(json.dumps(value) for value in schema["enum"]))
    if schema.get("type") == "array":
        count = _between(schema.get("minItems"), schema.get("maxItems"))
        return _prefixed(f"list of {count}, each" if count else "list of", kind_of(schema["items"]))
    if isinstance(schema.get("additionalProperties"), Mapping):
        return _prefixed("by name,", kind_of(schema["additionalProperties"]))
    return Kind(_simple(schema))


def _simple(schema: Json) -> str:
    named = _TYPES.get(schema.get("type", ""), str(schema.get("type", "any value")))
    length = _between(schema.get("minLength"), schema.get("maxLength"))
    size = _between(schema.get("minimum"), schema.get("maximum"))
    return named + (f" of {length} characters" if length else "") + (f", {size}" if size else "")


def _any_of(kinds: list[Kind]) -> Kind:
    words = sorted((kind.words for kind in kinds if kind.words), key=lambda word: word != "null")
    objects = tuple(name for kind in kinds for name in kind.objects)
    return Kind(" or ".join([*words, *([""] if objects and words else [])]).rstrip(), objects)


def _prefixed(words: str, kind: Kind) -> Kind:
    return Kind(f"{words} {kind.words}".strip(), kind.objects)


def _between(low: float | None, high: float | None) -> str:
    """The bounds of a length or a number; empty where there are none that say anything.

    >>> _between(1, 9), _between(1, None), _between(0, None)
    ('1 to 9', '1 or more', '')
    """
    if high is None:
        return f"{low:,g} or more" if low else ""
    return f"{high:,g}" if low == high else f"{low or 0:,g} to {high:,g}"
