"""Somebody else's answers to a suite's questions, read from a file; its format is told by content.

SQuAD predictions are one JSON object, `{"question id": "answer"}`. JSON lines have one answer each,
of which id and answer are needed,

    {"id": "t1", "answer": "...", "quotes": ["...", {"text": "...", "document": "03-tides.md"}],
     "confidence": 0.8}

An answer that is empty (or null, in lines) says that the question was not answered. Whatever is
wrong is reported at once, and then nothing is loaded. A missing answer is no fault: `missing_ids`.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from eval.cases import Suite
from eval.formats.content import Text, bytes_at, decoded
from eval.formats.faults import Fault, Faults
from eval.formats.json_objects import (
    Row,
    made_of_lines,
    parsed,
    parsed_or_none,
    refuse_unknown,
    storable,
    text_in,
    text_or_none,
)
from index.errors import SuiteError
from index.naming import some

FIELDS = ("id", "answer", "quotes", "confidence")
QUOTE_FIELDS = ("text", "document")

_MOST_IDS = 5  # unknown ones that are named
_BROKEN_ACROSS_LINES = re.compile(r"\s*\{\s*\n")  # how an object begins that is no line


@dataclass(frozen=True, slots=True)
class GivenSpan:
    """A quote as it was given: unchecked."""

    text: str
    document: str | None = None  # source that it is said to stand in


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as it was given: unchecked."""

    answer: str  # "" for not answered
    quotes: tuple[GivenSpan, ...] = ()  # in the order given
    confidence: float | None = None  # ratio 0..1


Given = list[tuple[str, GivenAnswer]]


def load_answers(path: Path, suite: Suite) -> Mapping[str, GivenAnswer]:
    """Case id -> the answer that a file gives. Raises `SuiteError` naming all that is wrong.

    An id that the suite does not have is wrong, so the suite must be whole: neither narrowed nor
    sampled.
    """
    text = decoded(bytes_at(path, wanted="answers"), path)
    known = {case.id for case in suite.cases}
    faults = Faults()
    given = (_predictions if _is_predictions(text, known) else _lines)(text, faults)
    _note_repeated(given, text.origin, faults)
    _note_unknown(given, known, suite.name, text.origin, faults)
    faults.refuse()
    if not given:
        raise SuiteError(
            f"{path} has no answers; SQuAD predictions (one JSON object of answers by question id) "
            f"or one JSON object a line with {', '.join(FIELDS)} was expected"
        )
    return dict(given)


def missing_ids(suite: Suite, answers: Collection[str]) -> tuple[str, ...]:
    """The ids of the cases that no answer was given to, in the suite's order.

    >>> from eval.cases import Case
    >>> suite = Suite("s", (Case("1", "Who?", ()), Case("2", "What?", ())), (), "")
    >>> missing_ids(suite, {"1": GivenAnswer("Ada")})
    ('2',)
    """
    return tuple(case.id for case in suite.cases if case.id not in answers)


def _is_predictions(text: Text, known: Collection[str]) -> bool:
    """Whether a text is one object of answers by id, and not the only line of JSON lines."""
    whole = parsed_or_none(text.content)
    if whole is None:
        return _BROKEN_ACROSS_LINES.match(text.content) is not None
    return isinstance(whole, dict) and ("id" not in whole or "id" in known)


def _predictions(text: Text, faults: Faults) -> Given:
    given: Given = []
    with faults.at(text.origin):
        pairs = cast(list[tuple[str, Any]], parsed(text.content, pairs=list))
        for id_, answer in pairs:
            with faults.at(text.origin, f": {id_!r}"):
                if not isinstance(answer, str):
                    raise Fault.expecting("the answer must be a text", answer)
                given.append((id_, GivenAnswer(_said(answer))))
    return given


def _lines(text: Text, faults: Faults) -> Given:
    return [answer for _, answer in made_of_lines(text, _answer, faults)]


def _answer(row: Row) -> tuple[str, GivenAnswer]:
    refuse_unknown(row, FIELDS)
    id_ = text_in(row, "id")
    if "answer" not in row:
        raise Fault("answer is missing; write null where the question was not answered")
    answer = row["answer"]
    if not isinstance(answer, str | None):
        raise Fault.expecting("answer must be a text, or null for none", answer)
    return id_, GivenAnswer(_said(answer or ""), _quotes(row), _confidence(row))


def _said(answer: str) -> str:
    return storable(answer, "the answer") if answer.strip() else ""


def _quotes(row: Row) -> tuple[GivenSpan, ...]:
    value = row.get("quotes")
    listed = [] if value is None else value
    if not isinstance(listed, list) or not all(isinstance(item, str | dict) for item in listed):
        expected = "quotes must be a list of texts or of objects with text and document"
        raise Fault.expecting(expected, value)
    return tuple(_quote(item if isinstance(item, dict) else {"text": item}) for item in listed)


def _quote(row: Row) -> GivenSpan:
    try:
        refuse_unknown(row, QUOTE_FIELDS)
        return GivenSpan(text_in(row, "text"), text_or_none(row, "document"))
    except Fault as fault:
        raise Fault(f"a quote: {fault}", kind=f"a quote: {fault.kind}") from fault


def _confidence(row: Row) -> float | None:
    value = row.get("confidence")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Fault.expecting("confidence must be a number from 0 to 1, or null", value)
    return float(value)


def _note_repeated(given: Given, origin: str, faults: Faults) -> None:
    for id_, count in Counter(id_ for id_, _ in given).items():
        if count > 1:
            message = f"{count} answers have the id {id_!r}; give one a question"
            faults.note(origin, "", Fault(message, kind="several answers have one id"))


def _note_unknown(
    given: Given, known: Collection[str], suite: str, origin: str, faults: Faults
) -> None:
    unknown = list(dict.fromkeys(id_ for id_, _ in given if id_ not in known))
    if not unknown:
        return
    named = some([*map(repr, unknown)], most=_MOST_IDS)
    message = f"{len(unknown)} of {len(dict(given))} ids are not in the suite {suite}: {named}"
    faults.note(origin, "", Fault(f"{message}; answer the questions of this suite"))
