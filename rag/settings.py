"""The settings: arguments, environment and `pincite.toml` are read here and nowhere else."""

import ipaddress
import math
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from platformdirs import user_log_path

from index.errors import SettingError
from rag.courses import ALONE, Course, course_from

FILE_NAME = "pincite.toml"
PREFIX = "PINCITE_"
IN_FILE_ONLY = ("courses",)  # too much for an option or a variable
PRECISIONS = ("auto", "float32", "bfloat16")
_LEAST = {
    "threads": 0,
    "limit": 1,
    "max_megabytes": 1,
    "port": 0,
    "metrics_port": 0,
    "questions_at_once": 0,
    "questions_waiting": 0,
    "seconds_waiting": 0,
    "seconds_to_answer": 1,
    "seconds_to_stop": 0,
}


def _lines(value: Any) -> tuple[str, ...]:
    """The texts of a list, or the lines of one text; blank ones are left out."""
    lines = value.splitlines() if isinstance(value, str) else list(value)
    if not all(isinstance(line, str) for line in lines):
        raise TypeError("a line is no text")
    return tuple(line.strip() for line in lines if line.strip())


def _switch(value: Any) -> bool:
    """True or false, as a file or a variable says it."""
    return {"true": True, "false": False}[str(value).strip().lower()]


_KINDS: dict[str, Callable[[Any], object]] = {
    **dict.fromkeys(_LEAST, int),
    "library": Path,
    "log": Path,
    "threshold": float,
    "questions": _lines,
    "trusted_proxies": _lines,
    "mcp": _switch,
}
_EXPECTED = {  # else a number
    **dict.fromkeys(("questions", "trusted_proxies"), "a list of texts"),
    "mcp": "true or false",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, with its default; `None` leaves the choice to its part."""

    library: Path = Path("library")  # the folder of the library
    embedder: str | None = None  # name or folder; None: the library's own, or the bundled one
    precision: str = "auto"  # of the embedder: "auto", "float32" or "bfloat16"
    threads: int = 0  # that compute; 0: every core for `add` and for whoever asks alone
    fusion: str = "weighted"  # how the two searches become one list
    reader: str = "span"  # what finds the answer in the passages, by name or folder
    threshold: float | None = None  # score under which a reader abstains; None: the reader's own
    limit: int = 3  # most quotes in one answer
    max_megabytes: int = 64  # largest file that is taken as a text
    questions: tuple[str, ...] = ()  # that the chat suggests; none: made of the headings
    host: str = "127.0.0.1"  # where `serve` listens
    port: int = 7860
    root_path: str = ""  # path under which a proxy shows the server
    address: str = ""  # that readers see, for links that are given away; empty: host and port
    trusted_proxies: tuple[str, ...] = ()  # addresses of those who may say who asks through them
    mcp: bool = False  # whether `serve` offers tools to clients of language models
    questions_at_once: int = 0  # that a server answers; 0: as its cores can do
    questions_waiting: int = 64  # for their turn; beyond these a question is refused
    seconds_waiting: int = 5  # that a question may be expected to wait
    seconds_to_answer: int = 30  # that an answer may take once it is begun
    seconds_to_stop: int = 30  # that questions get to be answered when the server is to stop
    metrics_port: int = 0  # where this machine finds the figures of the server; 0: nowhere
    courses: tuple[Course, ...] = ()  # that `serve` serves; none: the one library
    log: Path = user_log_path("pincite") / "pincite.log"  # where the traceback of a bug goes

    @property
    def max_bytes(self) -> int:
        """The size of the largest file that is taken, in bytes."""
        return self.max_megabytes * 1_000_000

    @property
    def served(self) -> tuple[Course, ...]:
        """The courses; where there are none, the library as one that is called "default"."""
        return self.courses or (Course(ALONE, self.library, questions=self.questions),)


def load_settings(
    arguments: Mapping[str, Any] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Settings:
    """Each setting from the first that has it: arguments, environment, `pincite.toml`, default.

    An argument that is `None` was not given. Raises `SettingError`.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = _from_file((folder or Path()) / FILE_NAME)
    for field in fields(Settings):
        if field.name in IN_FILE_ONLY:
            continue
        text = environment.get(PREFIX + field.name.upper())
        if text:
            values[field.name] = _converted(field.name, text, PREFIX + field.name.upper())
    values |= {name: value for name, value in (arguments or {}).items() if value is not None}
    settings = Settings(**values)
    _check(settings)
    return settings


def _from_file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f"{path} is not TOML: {error}") from error
    known = {field.name for field in fields(Settings)}
    if unknown := sorted(set(table) - known):
        raise SettingError(
            f"{path} sets {unknown[0]!r}, which is no setting; known: {', '.join(sorted(known))}"
        )
    courses = _courses(table.pop("courses", {}), path)
    values = {name: _converted(name, value, f"{path}: {name}") for name, value in table.items()}
    return {**values, "courses": courses}


def _courses(tables: Any, path: Path) -> tuple[Course, ...]:
    if not isinstance(tables, dict):
        raise SettingError(
            f"{path}: courses is {tables!r}; tables such as [courses.tides] were expected"
        )
    return tuple(
        course_from(name, table, folder=path.parent, origin=f"{path}: courses.{name}")
        for name, table in tables.items()
    )


def _converted(name: str, value: Any, origin: str) -> object:
    kind = _KINDS.get(name, str)
    try:
        return kind(value)
    except (KeyError, TypeError, ValueError) as error:
        expected = _EXPECTED.get(name, "a number")
        raise SettingError(f"{origin} is {value!r}; {expected} was expected") from error


def _check(settings: Settings) -> None:
    for name, least in _LEAST.items():
        value = getattr(settings, name)
        if value < least:
            raise SettingError(f"{name} is {value}; it must be at least {least}")
    for proxy in settings.trusted_proxies:
        try:
            ipaddress.ip_network(proxy)
        except ValueError as error:
            raise SettingError(
                f"trusted_proxies has {proxy!r}; the IP address of a proxy, or a network of them "
                "such as 10.0.0.0/8, was expected"
            ) from error
    if settings.threshold is not None and not math.isfinite(settings.threshold):
        raise SettingError(f"threshold is {settings.threshold}; a finite number was expected")
    if settings.precision not in PRECISIONS:
        raise SettingError(
            f"precision is {settings.precision!r}; it must be one of {', '.join(PRECISIONS)}"
        )
