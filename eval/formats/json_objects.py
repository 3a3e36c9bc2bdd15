"""JSON -> objects and the texts in them; whatever is not as it must be is a `Fault`."""

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from eval.formats.content import Text
from eval.formats.faults import Fault, Faults

Row = dict[str, Any]
Made = TypeVar("Made")

_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")  # JSON can write them; no text can hold them


def made_of_lines(
    text: Text, make: Callable[[Row], Made], faults: Faults
) -> list[tuple[int, Made]]:
    """What `make` makes of the JSON object in each line that is not blank, with its number."""
    made = []
    for number, line in enumerate(text.content.split("\n"), start=1):
        with faults.at(text.origin, f":{number}"):
            if line.strip():
                made.append((number, make(parsed_object(line))))
    return made


def parsed_object(line: str) -> Row:
    """The JSON object that a line is. Raises `Fault`, for a repeated field as well.

    >>> parsed_object('{"id": "1"}')
    {'id': '1'}
    """
    row = parsed(line, pairs=_unrepeated)
    if not isinstance(row, dict):
        expected = "a JSON object was expected"
        raise Fault(f"{expected}, not {line.strip()[:40]}", kind=expected)
    return row


def parsed(text: str, pairs: Callable[[list[tuple[str, Any]]], object] | None = None) -> object:
    """What a JSON text says. Raises `Fault`.

    Args:
        text: JSON.
        pairs: makes a value of the names and values of an object, in order; a dict if `None`.
    """
    try:
        return json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        message = f"not JSON ({error.msg}, {line}column {error.colno})"
        raise Fault(message, kind="not JSON") from error
    except (RecursionError, ValueError) as error:  # nested too deeply, a number too long
        raise Fault(f"JSON that cannot be read ({error})", kind="not JSON") from error


def parsed_or_none(text: str) -> object:
    """What a JSON text says; `None` where it is not JSON.

    >>> parsed_or_none("[1]"), parsed_or_none("[1")
    ([1], None)
    """
    try:
        return parsed(text)
    except Fault:
        return None


def text_in(row: Row, name: str) -> str:
    r"""The text under a name, its line ends as a library keeps them. Raises `Fault`.

    >>> text_in({"question": "Who\r\nis it?"}, "question")
    'Who\nis it?'
    """
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Fault.expecting(f"{name} must be a text that is not empty", value)
    return storable(value, name)


def text_or_none(row: Row, name: str) -> str | None:
    """The text under a name, or `None` where nothing or null stands there. Raises `Fault`.

    >>> text_or_none({"place": None}, "place") is None
    True
    """
    return None if row.get(name) is None else text_in(row, name)


def texts_in(row: Row, name: str) -> tuple[str, ...]:
    """The list of texts under a name. Raises `Fault`.

    >>> texts_in({"answers": ["gnomon"]}, "answers")
    ('gnomon',)
    """
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise Fault.expecting(f"{name} must be a list of texts", value)
    return tuple(storable(text, name) for text in value)


def refuse_unknown(row: Row, names: tuple[str, ...]) -> None:
    """Raise `Fault` for the first field that has none of the names.

    >>> refuse_unknown({"id": "1"}, ("id", "question"))
    """
    if unknown := sorted(set(row) - set(names)):
        raise Fault(
            f"unknown field {unknown[0]!r}; the fields are {', '.join(names)}", kind="unknown field"
        )


def storable(text: str, name: str) -> str:
    r"""The text with `\n` at its line ends. Raises `Fault` for half a character or a NUL.

    >>> storable("one\r\ntwo", "answer")
    'one\ntwo'
    """
    if match := _UNSTORABLE.search(text):
        message = f"{name} holds a character that no text can hold"
        raise Fault(f"{message}, {match[0]!r}; leave it out", kind=message)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unrepeated(pairs: list[tuple[str, Any]]) -> Row:
    row: Row = {}
    for name, value in pairs:
        if name in row:
            raise Fault(f"the field {name!r} stands in it twice", kind="a field stands twice")
        row[name] = value
    return row
