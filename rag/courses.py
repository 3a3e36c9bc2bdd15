"""A course: a library that is served under a name of its own, and who may frame, ask and read it.

`pincite.toml` names the courses, one table each; `rag/settings.py` reads it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from index.errors import SettingError

Access = Literal["public", "key"]
ALONE = "default"  # the id of the one course there is where no file names any

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_ORIGIN = re.compile(  # a host source of CSP, section 2.3.1: nothing else may reach the header
    r"(?:https?://)(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::(?:[0-9]{1,5}|\*))?"
)
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Course:
    """What `pincite serve` needs to know of one course."""

    id: str  # its name in addresses
    library: Path  # the folder of its library
    title: str = ""  # above the chat; empty: Pincite
    welcome: str = ""  # what the empty conversation says; empty: what it says everywhere
    questions: tuple[str, ...] = ()  # that the chat suggests; none: made of the headings
    language: str = ""  # of the interface; empty: what each browser asks for
    colour: str = ""  # of links and buttons, "#rrggbb"; empty: our own
    origins: tuple[str, ...] = ()  # of the pages that may frame it; none: no other may
    access: Access = "public"  # "key": only who has a link that `pincite course link` made
    client_questions_per_minute: int = 240  # of one address, behind which a whole school may be
    questions_per_minute: int = 1200  # of all together
    keep_questions_days: int = 0  # how long what was asked is kept; 0: it is not kept


def course_from(course_id: str, table: Any, *, folder: Path, origin: str) -> Course:
    """The course that a table of `pincite.toml` describes; paths are relative to `folder`.

    `origin` names the table in messages. Raises `SettingError` for anything that is not as it
    should be, so that a slip can never open what was meant to be closed.
    """
    if not _ID.fullmatch(course_id):
        raise SettingError(
            f"{origin}: {course_id!r} cannot be the id of a course; it stands in addresses, so up "
            'to 64 of a-z, 0-9, "-" and "_" were expected, a letter or digit first'
        )
    if not isinstance(table, dict):
        raise SettingError(f"{origin} is {table!r}; a table [courses.{course_id}] was expected")
    known = [field.name for field in fields(Course) if field.name != "id"]
    if unknown := sorted(set(table) - set(known)):
        raise SettingError(
            f"{origin} sets {unknown[0]!r}, which no course has; known: {', '.join(known)}"
        )
    if "library" not in table:
        raise SettingError(f"{origin} names no library; add a line: library = FOLDER")
    values = {name: _value(name, given, f"{origin}: {name}") for name, given in table.items()}
    return Course(**(values | {"id": course_id, "library": folder / values["library"]}))


def is_colour(text: str) -> bool:
    """Whether a text is a colour as a course's table gives it.

    >>> is_colour("#0b7a75"), is_colour("#0B7A75"), is_colour("teal")
    (True, False, False)
    """
    return bool(_COLOUR.fullmatch(text))


def _value(name: str, given: Any, origin: str) -> Any:
    if name in _LISTS:
        return tuple(_checked(name, each, origin) for each in _list(given, origin))
    return _checked(name, given, origin)


def _list(given: Any, origin: str) -> list[Any]:
    if not isinstance(given, list):
        raise SettingError(f"{origin} is {given!r}; a list of texts was expected")
    return given


def _checked(name: str, given: Any, origin: str) -> Any:
    kind, expected, is_right = _EXPECTED.get(name, (str, "a text", lambda _: True))
    value = given.strip() if isinstance(given, str) else given
    if type(value) is not kind or not is_right(value):
        raise SettingError(f"{origin} is {given!r}; {expected} was expected")
    return value


_LONGEST_KEPT = 36_500  # days; a date before the first cannot be told
_LISTS = {"questions", "origins"}
_EXPECTED: Mapping[str, tuple[type, str, Callable[[Any], object]]] = {
    "library": (str, "the path of a folder", bool),
    "questions": (str, "a list of questions", bool),
    "language": (str, 'a language such as "de"', re.compile("[a-z]{2,3}").fullmatch),
    "colour": (str, 'a colour such as "#8a2b2b"', is_colour),
    "origins": (
        str,
        'the origin of a page, such as "https://moodle.example.edu"; a port may follow, and "*." '
        "may stand before the name for all below it, in small letters and without a path",
        _ORIGIN.fullmatch,
    ),
    "access": (str, f"one of {', '.join(get_args(Access))}", get_args(Access).__contains__),
    "client_questions_per_minute": (int, "a number of 1 or more", lambda value: value >= 1),
    "questions_per_minute": (int, "a number of 1 or more", lambda value: value >= 1),
    "keep_questions_days": (
        int,
        f"a number of days from 0 to {_LONGEST_KEPT:,}",
        lambda value: 0 <= value <= _LONGEST_KEPT,
    ),
}
