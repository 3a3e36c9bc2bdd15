"""A case made from use: its answer is found in the texts, and its evidence and place are named."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.cases import Case, Suite
from eval.formats import FORMATS, load_suite
from eval.formats.faults import Fault
from eval.formats.json_lines import case_of, line_of
from eval.texts import Located, Texts
from index.errors import SuiteError
from index.naming import some
from index.records import Document
from index.sentences import sentence_spans, sentences_around
from index.writing import write_whole
from rag.ask import checked_question
from rag.places import place_words

MOST_PLACES = 5  # that are told of where an answer stands in several
UNANSWERABLE = "unanswerable"  # the tag of a case that the texts do not answer


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody says a case should be."""

    question: str
    answers: Sequence[str] = ()  # none: the texts do not answer it
    document: str | None = None  # source of the document that answers
    evidence: str | None = None  # a quote that holds the answer
    tags: Sequence[str] = ()
    id: str | None = None  # None: the next free one


def new_case(asked: Asked, texts: Texts, suite: Suite | None, *, name: str) -> Case:
    """The case, with the sentence that answers it and its place.

    `suite` is what it will be added to, None where that does not stand yet; `name` is what free ids
    begin with. Raises `SuiteError` where an answer does not stand in the texts, or stands in
    several places, and `QuestionError` for a question that cannot be asked.
    """
    taken = {case.id for case in suite.cases} if suite else set()
    if asked.id in taken:
        raise SuiteError(f"the suite has a case {asked.id!r} already; choose another id")
    row: dict[str, object] = {
        "id": asked.id or _free_id(name, taken),
        "question": checked_question(asked.question),
        "answers": [*asked.answers],
        "tags": [*asked.tags],
    }
    if asked.answers:
        place = _place_of(asked, texts)
        document = texts.documents[place.source]
        row |= {
            "evidence": [_sentence_at(document, place)],
            "document": document.source,
            "place": place_words(document.place(place.start, place.end)),
        }
    else:
        row["tags"] = [*dict.fromkeys([*asked.tags, UNANSWERABLE])]
    try:
        return case_of(row)
    except Fault as fault:
        raise SuiteError(f"this makes no case: {fault}") from fault


def suite_to_add_to(path: Path) -> Suite | None:
    """The suite of JSON lines at `path`; `None` where there is none yet.

    Raises `SuiteError` for a file in any other format, or one with faults.
    """
    if not path.exists() or (path.is_file() and not path.read_bytes().strip()):
        return None
    suite = load_suite(path)
    if suite.format != FORMATS["JSON lines"].name:
        raise SuiteError(
            f"{path} is in the format {suite.format}, and a case can be added to JSON lines only; "
            "name another file"
        )
    return suite


def append_case(path: Path, case: Case) -> None:
    """Write the case as the last line of the suite."""
    before = path.read_bytes().decode("utf-8") if path.exists() else ""
    gap = "" if not before or before.endswith("\n") else "\n"
    write_whole(path, f"{before}{gap}{line_of(case)}")


def _place_of(asked: Asked, texts: Texts) -> Located:
    """Where the first answer stands; the others must stand in the same document."""
    first, *others = asked.answers
    places = _places_of(first, asked, texts)
    if (
        len({(each.source, _sentence_at(texts.documents[each.source], each)) for each in places})
        > 1
    ):
        told = some([_told(each, texts) for each in places], most=MOST_PLACES, between="; ")
        raise SuiteError(
            f"{first!r} stands in {len(places)} places: {told}; say which with --document or "
            "--evidence"
        )
    for answer in others:
        if next(texts.places_of(answer, source=places[0].source), None) is None:
            raise SuiteError(f"{answer!r} does not stand in {places[0].source}; leave it out")
    return places[0]


def _places_of(answer: str, asked: Asked, texts: Texts) -> list[Located]:
    if asked.document is not None and asked.document not in texts.documents:
        raise SuiteError(
            f"the library has no document {asked.document!r}; `pincite list` names those it has"
        )
    places = list(texts.places_of(answer, source=asked.document))
    if asked.evidence is not None:
        around = list(texts.places_of(asked.evidence, source=asked.document))
        if not around:
            raise SuiteError(f"the evidence {asked.evidence!r} does not stand in the texts")
        places = [each for each in places if any(outer.holds(each) for outer in around)]
    if not places:
        where = asked.document or "the library"
        held = " within the evidence" if asked.evidence is not None else ""
        raise SuiteError(
            f"{answer!r} does not stand in {where}{held}; give the words as the texts have them"
        )
    return places


def _sentence_at(document: Document, place: Located) -> str:
    """The sentence or sentences that the span reaches into."""
    sentences = [
        span
        for mark in document.marks
        if mark.start < place.end and place.start < mark.end
        for span in sentence_spans(document.text, mark.start, mark.end)
    ]
    start, end = sentences_around(sentences, place.start, place.end)
    return document.text[start:end]


def _told(place: Located, texts: Texts) -> str:
    document = texts.documents[place.source]
    words = place_words(document.place(place.start, place.end))
    return f"{place.source}, {words}: “{' '.join(_sentence_at(document, place).split())}”"


def _free_id(name: str, taken: set[str]) -> str:
    number = len(taken) + 1
    while f"{name}-{number:03d}" in taken:
        number += 1
    return f"{name}-{number:03d}"
