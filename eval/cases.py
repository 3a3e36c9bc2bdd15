"""Suites of questions with their expected answers, read from a file; the format is told by content.

SQuAD JSON (1.1 and 2.0) brings its passages along. Our own JSONL asks about texts that stand in a
library already: one case a line, of which id, question and answers are needed,

    {"id": "t1", "question": "Who ...?", "answers": ["..."], "evidence": ["..."],
     "document": "03-tides.md", "place": "...", "tags": ["..."]}

Empty `answers` say that the texts do not answer the question. Whatever is wrong with a file is
reported at once, by place, and then nothing is loaded.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from index.errors import SuiteError

Mode = Literal["open", "reading"]  # ask the whole library, or only the document that answers

UNTITLED = "untitled"  # an article of SQuAD JSON without a title

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what is expected of its answer."""

    id: str
    question: str
    answers: tuple[str, ...]  # any of them is right; empty: the texts do not answer it
    evidence: tuple[str, ...] = ()  # quotes that hold the answer
    document: str | None = None  # source of the document that answers
    place: str | None = None  # where in it, in words
    tags: tuple[str, ...] = ()  # SQuAD: the article's title


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that a suite brings along; one document of a library."""

    key: str  # what its document's source will be
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of one file."""

    name: str
    cases: tuple[Case, ...]
    passages: tuple[Passage, ...]  # empty where the texts are expected in a library
    hash: str  # SHA-256 of the file, in hexadecimal
    tags: tuple[str, ...] = ()  # what it was narrowed to; empty: every case

    def narrowed(self, tags: Collection[str]) -> "Suite":
        """The cases that bear any of the tags, over the same passages. Raises `SuiteError`."""
        known = {tag for case in self.cases for tag in case.tags}
        if unknown := sorted(set(tags) - known):
            raise SuiteError(
                f"no case of {self.name} bears the tag {unknown[0]!r}; "
                f"its tags are {', '.join(sorted(known)) or 'none'}"
            )
        cases = tuple(case for case in self.cases if set(case.tags) & set(tags))
        return replace(self, cases=cases, tags=tuple(sorted(set(tags))))


def load_suite(path: Path) -> Suite:
    """The suite in a file of SQuAD JSON or of our JSONL. Raises `SuiteError` naming all faults."""
    content = _content(path)
    text = _decoded(content, path)
    faults = _Faults()
    whole = _json_or_none(text)
    if isinstance(whole, dict) and "data" in whole:
        cases, passages = _squad(whole, f"{path}: ", faults)
    else:
        cases, passages = _lines(text, f"{path}:", faults), []
    counts = Counter(case.id for case in cases)
    faults.found += [
        f"{path}: {count} cases have the id {id_!r}; ids must differ"
        for id_, count in counts.items()
        if count > 1
    ]
    if faults.found:
        raise SuiteError("\n".join(faults.found))
    if not cases:
        raise SuiteError(
            f"{path} has no cases; it must be SQuAD JSON or have one JSON object a line"
        )
    return Suite(path.name, tuple(cases), tuple(passages), sha256(content).hexdigest())


@dataclass(slots=True)
class _Faults:
    """What is wrong with a file, gathered so that all of it can be told at once."""

    found: list[str] = field(default_factory=list)

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Note a `ValueError` raised within as a fault at that place, and go on."""
        try:
            yield
        except ValueError as error:
            self.found.append(f"{place}: {error}")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SuiteError(f"{path} cannot be read as a suite: {error.strerror}") from error


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{path} is not UTF-8 ({error}); save it as UTF-8") from error


def _json_or_none(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def _lines(text: str, origin: str, faults: _Faults) -> list[Case]:
    cases = []
    for number, line in enumerate(text.split("\n"), start=1):
        with faults.at(f"{origin}{number}"):
            if line.strip():
                cases.append(_case(_parsed(line)))
    return cases


def _parsed(line: str) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg}, column {error.colno})") from error
    if not isinstance(row, dict):
        raise ValueError(f"a JSON object was expected, not {line.strip()[:40]}")
    return row


def _case(row: Row) -> Case:
    names = [field.name for field in fields(Case)]
    if unknown := sorted(set(row) - set(names)):
        raise ValueError(f"unknown field {unknown[0]!r}; the fields are {', '.join(names)}")
    return Case(
        id=_text(row, "id"),
        question=_text(row, "question"),
        answers=_texts(row, "answers"),
        evidence=_texts({"evidence": []} | row, "evidence"),
        document=_text(row, "document") if row.get("document") is not None else None,
        place=_text(row, "place") if row.get("place") is not None else None,
        tags=_texts({"tags": []} | row, "tags"),
    )


def _squad(whole: Row, origin: str, faults: _Faults) -> tuple[list[Case], list[Passage]]:
    cases: list[Case] = []
    passages: list[Passage] = []
    counts: Counter[str] = Counter()  # paragraphs so far in each folder
    for where, title, paragraph in _squad_paragraphs(whole, origin, faults):
        folder = re.sub(r"[^\w.-]+", "_", title).strip(".") or UNTITLED
        counts[folder] += 1
        key = f"{folder}/{counts[folder]:03d}.txt"
        with faults.at(where):
            passages.append(Passage(key, title, _text(paragraph, "context")))
        for inner, row in _rows(paragraph, "qas", f"{where}.", faults):
            with faults.at(inner):
                cases.append(_squad_case(row, key, title))
    return cases, passages


def _squad_paragraphs(whole: Row, origin: str, faults: _Faults) -> Iterator[tuple[str, str, Row]]:
    """Each paragraph of SQuAD JSON: where it stands in the file, its article's title, itself."""
    for where, article in _rows(whole, "data", origin, faults):
        title = str(article.get("title") or UNTITLED)
        for inner, paragraph in _rows(article, "paragraphs", f"{where}.", faults):
            yield inner, title, paragraph


def _squad_case(row: Row, document: str, title: str) -> Case:
    answers: tuple[str, ...] = ()
    if not row.get("is_impossible"):
        given = row.get("answers")
        if not isinstance(given, list) or not all(isinstance(answer, dict) for answer in given):
            raise ValueError("answers must be a list of objects")
        answers = tuple(dict.fromkeys(_text(answer, "text") for answer in given))
    return Case(_text(row, "id"), _text(row, "question"), answers, (), document, None, (title,))


def _rows(row: Row, name: str, origin: str, faults: _Faults) -> Iterator[tuple[str, Row]]:
    """The objects listed under a name, each with where it stands; what is none is a fault."""
    listed = row.get(name)
    if not isinstance(listed, list):
        faults.found.append(f"{origin}{name}: a list was expected")
        return
    for number, item in enumerate(listed):
        where = f"{origin}{name}[{number}]"
        if isinstance(item, dict):
            yield where, item
        else:
            faults.found.append(f"{where}: a JSON object was expected")


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a text that is not empty, not {value!r}")
    return value


def _texts(row: Row, name: str) -> tuple[str, ...]:
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise ValueError(f"{name} must be a list of texts, not {value!r}")
    return tuple(value)
