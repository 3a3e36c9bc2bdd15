"""What stands in front of a Markdown text about it: YAML between lines of ---, TOML of +++."""

import datetime
import re
import tomllib
from collections.abc import Mapping
from typing import Any

import yaml

from index.documents.facts import (
    address_or_none,
    date_or_none,
    language_or_none,
    names_or_none,
    words_or_none,
)

_BLOCK = re.compile(r"(---|\+\+\+)[ \t]*\n(.{0,20000}?)\n(?:\1|\.\.\.)[ \t]*(?=\n|\Z)", re.DOTALL)
_DEEPEST = 10  # collections in collections
_FIRST_KEY = re.compile(r"\s*(?:#.*\n\s*)*[\w\"'-]+\s*[:=]")


def front_matter(text: str) -> tuple[str, dict[str, Any]]:
    r"""The text with empty lines for what stands in front, and what that says, for `Parsed`.

    >>> front_matter("---\ntitle: Of Bees\n---\nThey hum.")
    ('\n\n\nThey hum.', {'title': 'Of Bees'})
    >>> front_matter("---\nThey hum.\n---\n")
    ('---\nThey hum.\n---\n', {})
    """
    block = _BLOCK.match(text)
    if not block or not _FIRST_KEY.match(block[2]):
        return text, {}
    said = _read(block[1], block[2])
    if said is None:
        return text, {}
    return "\n" * block[0].count("\n") + text[block.end() :], _facts(said)


def _read(fence: str, source: str) -> Mapping[str, Any] | None:
    """The keys with their values; `None` for what only looks like such a block."""
    try:
        said = _yaml(source) if fence == "---" else tomllib.loads(source)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError, ValueError):
        return None
    if not isinstance(said, Mapping):
        return None
    return {str(key).lower(): value for key, value in said.items()}


def _yaml(source: str) -> object:
    """What the source says; nothing where it could take long: deep, or with parts by reference."""
    depth = 0
    for event in yaml.parse(source, yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            return None
    return yaml.safe_load(source)


def _facts(said: Mapping[str, Any]) -> dict[str, Any]:
    authors = said.get("author", said.get("authors"))
    facts = {
        "title": words_or_none(said.get("title")),
        "author": names_or_none(map(_name, authors if isinstance(authors, list) else [authors])),
        "date": date_or_none(_day(said.get("date"))),
        "publisher": words_or_none(said.get("publisher")),
        "language": language_or_none(said.get("lang", said.get("language"))),
        "address": address_or_none(said.get("canonical", said.get("url"))),
    }
    return {name: value for name, value in facts.items() if value}


def _name(author: object) -> object:
    return author.get("name") if isinstance(author, Mapping) else author


def _day(date: object) -> object:
    """The date as text; YAML and TOML know dates of their own."""
    if isinstance(date, datetime.date):
        return date.isoformat()
    return str(date) if isinstance(date, int) else date
