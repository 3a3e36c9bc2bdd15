"""SQuAD JSON, 1.1 and 2.0: a suite that brings its passages along.

A question that is impossible or has an empty list of answers is one that the texts do not answer.
The evidence for an answer is the sentences of its context that it stands in.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from eval.cases import Case, Passage
from eval.formats.content import Text
from eval.formats.faults import Fault, Faults, shown
from eval.formats.json_objects import Row, parsed, parsed_or_none, text_in, text_or_none
from eval.formats.material import Material
from index.documents.plain import plain_marks
from index.records import Span
from index.sentences import sentence_spans, sentences_around

UNTITLED = "untitled"  # an article without a title

_OPENING = re.compile(r'\s*\{\s*"(?:data|version)"\s*:')  # tells a file that was cut off


class _Context(NamedTuple):
    text: str
    raw: str  # with the line ends that answer_start was counted in
    sentences: Sequence[Span]


class SquadJson:
    """A JSON object whose "data" are articles."""

    name = "SQuAD JSON"
    looks = 'one JSON object with "data"'

    def takes(self, texts: tuple[Text, ...]) -> bool:
        """Whether it is one file with such an object, or with the beginning of one."""
        if len(texts) != 1:
            return False
        whole = parsed_or_none(texts[0].content)
        if whole is None:
            return _OPENING.match(texts[0].content) is not None
        return isinstance(whole, dict) and "data" in whole

    def read(self, texts: tuple[Text, ...], faults: Faults) -> Material:
        """A passage for each context, a case for each question."""
        origin, content = texts[0]
        material = Material([], [])
        with faults.at(origin):
            whole = parsed(content)
            if isinstance(whole, dict):
                _read_articles(whole, material, _Notes(origin, faults))
        return material


class _Notes(NamedTuple):
    """Where faults of one file go."""

    origin: str
    faults: Faults

    def note(self, place: str, message: str) -> None:
        self.faults.note(self.origin, f": {place}", Fault(message))


def _read_articles(whole: Row, material: Material, notes: _Notes) -> None:
    counts: Counter[str] = Counter()  # paragraphs so far in each folder
    for where, title, paragraph in _paragraphs(whole, notes):
        folder = re.sub(r"[^\w.-]+", "_", title).strip(".") or UNTITLED
        counts[folder] += 1
        key = f"{folder}/{counts[folder]:03d}.txt"
        context = None
        with notes.faults.at(notes.origin, f": {where}"):
            context = _context(paragraph)
            material.passages.append(Passage(key, title, context.text))
        for inner, row in _rows(paragraph, "qas", f"{where}.", notes):
            with notes.faults.at(notes.origin, f": {inner}"):
                material.cases.append(_case(row, context, key, title))


def _paragraphs(whole: Row, notes: _Notes) -> Iterator[tuple[str, str, Row]]:
    """Each paragraph: where it stands in the file, its article's title, itself."""
    for where, article in _rows(whole, "data", "", notes):
        title = UNTITLED
        with notes.faults.at(notes.origin, f": {where}"):
            title = text_or_none(article, "title") or UNTITLED
        for inner, paragraph in _rows(article, "paragraphs", f"{where}.", notes):
            yield inner, title, paragraph


def _rows(row: Row, name: str, prefix: str, notes: _Notes) -> Iterator[tuple[str, Row]]:
    """The objects listed under a name, each with where it stands; what is none is a fault."""
    listed = row.get(name)
    if not isinstance(listed, list):
        notes.note(f"{prefix}{name}", "a list was expected")
        return
    for number, item in enumerate(listed):
        where = f"{prefix}{name}[{number}]"
        if isinstance(item, dict):
            yield where, item
        else:
            notes.note(where, "a JSON object was expected")


def _context(paragraph: Row) -> _Context:
    text = text_in(paragraph, "context")
    marks = plain_marks(text)
    spans = [span for mark in marks for span in sentence_spans(text, mark.start, mark.end)]
    return _Context(text, paragraph["context"], spans)


def _case(row: Row, context: _Context | None, document: str, title: str) -> Case:
    given = _answers(row)
    return Case(
        text_in(row, "id"),
        text_in(row, "question"),
        tuple(dict.fromkeys(text_in(answer, "text") for answer in given)),
        () if context is None else _evidence(given, context),
        document,
        None,
        (title,),
    )


def _answers(row: Row) -> list[Row]:
    impossible = row.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise Fault.expecting("is_impossible must be true or false", impossible)
    given = [] if impossible else row.get("answers")
    if not isinstance(given, list) or not all(isinstance(answer, dict) for answer in given):
        raise Fault("answers must be a list of objects")
    return given


def _evidence(given: list[Row], context: _Context) -> tuple[str, ...]:
    """The sentences that the answers stand in, one slice of the context an answer."""
    spans = [_span(answer, context) for answer in given]
    lost = [answer["text"] for answer, span in zip(given, spans, strict=True) if span is None]
    if lost:
        raise Fault(
            f"{len(lost)} of {len(given)} answers do not stand in the context; "
            f"the first is {shown(lost[0])}",
            kind="answers do not stand in the context",
        )
    found = [sentences_around(context.sentences, *span) for span in spans if span is not None]
    return tuple(dict.fromkeys(context.text[start:end] for start, end in found))


def _span(answer: Row, context: _Context) -> Span | None:
    """Where an answer stands, as near to its answer_start as can be; without one, the first."""
    given = answer.get("answer_start")
    start = 0 if given is None else given
    if not isinstance(start, int) or isinstance(start, bool):
        raise Fault.expecting("answer_start must be a whole number", start)
    wanted = len(context.raw[: max(start, 0)].replace("\r\n", "\n"))
    return nearest_span(context.text, text_in(answer, "text").strip(), wanted)


def nearest_span(text: str, part: str, start: int) -> Span | None:
    """Where `part` stands nearest to `start` (the earlier of two as near); `None` if nowhere.

    >>> nearest_span("tide and tide", "tide", 8), nearest_span("tide", "sea", 0)
    ((9, 13), None)
    """
    starts = (match.start() for match in re.finditer(f"(?={re.escape(part)})", text))
    nearest = min(starts, key=lambda found: abs(found - start), default=None)
    return None if nearest is None else (nearest, nearest + len(part))
