"""A BEIR folder: passages, queries, and which passages are relevant to which query.

No answers are known, so that only retrieval can be measured. `corpus.jsonl` has a passage a line,
`queries.jsonl` a query, and a file in `qrels/` a judgement, in BEIR's three columns with a header
or in TREC's four without.

What cannot be measured is left out: a passage without title and text, and a query for which no
passage that is left was judged relevant.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from eval.cases import Case, Passage
from eval.formats.content import Text
from eval.formats.faults import Fault, Faults
from eval.formats.json_objects import Row, made_of_lines, storable, text_in
from eval.formats.material import Material
from index.errors import SuiteError

CORPUS, QUERIES, JUDGEMENTS = "corpus.jsonl", "queries.jsonl", "qrels"
SPLITS = ("test.tsv", "dev.tsv", "train.tsv")  # the first that is there is read
HEADER = ["query-id", "corpus-id", "score"]

Thing = TypeVar("Thing")

_UNSAFE = re.compile(r"[^\w.-]")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")


class Judgement(NamedTuple):
    """How relevant a passage is to a query; 1 or more: it is."""

    query: str
    passage: str
    grade: int


class Beir:
    """A folder in the layout of the BEIR benchmark (Thakur et al., 2021)."""

    name = "BEIR"
    looks = f"a folder with {CORPUS}, {QUERIES} and {JUDGEMENTS}/"

    def takes(self, texts: tuple[Text, ...]) -> bool:
        """Whether they are the three texts of a folder."""
        return len(texts) == 3

    def read(self, texts: tuple[Text, ...], faults: Faults) -> Material:
        """A passage for each text, a case for each query that was judged."""
        corpus, queries, judgements = texts
        passages = _by_id(corpus, made_of_lines(corpus, _passage, faults), faults)
        questions = _by_id(queries, made_of_lines(queries, _query, faults), faults)
        judged = _judged(judgements, faults)
        if not faults.has(corpus.origin):
            _note_unknown(judgements, "passage", passages, judged, faults)
        if not faults.has(queries.origin):
            _note_unknown(judgements, "query", questions, judged, faults)
        kept = {id_: passage for id_, passage in passages.items() if passage is not None}
        relevant = _relevant(judgements, judged, kept, faults)
        cases = [
            Case(id_, question, None, relevant=relevant[id_])
            for id_, question in questions.items()
            if id_ in relevant
        ]
        return Material(cases, list(kept.values()))


def files_in(folder: Path) -> tuple[Path, Path, Path]:
    """The corpus, the queries and the judgements that are read. Raises `SuiteError`, `OSError`."""
    there = {
        CORPUS: (folder / CORPUS).is_file(),
        QUERIES: (folder / QUERIES).is_file(),
        f"{JUDGEMENTS}/": (folder / JUDGEMENTS).is_dir(),
    }
    if missing := [name for name, is_there in there.items() if not is_there]:
        raise SuiteError(
            f"{folder} is a folder, so a BEIR suite was expected, which has {', '.join(there)}; "
            f"it lacks {', '.join(missing)}"
        )
    return folder / CORPUS, folder / QUERIES, _judgement_file(folder / JUDGEMENTS)


def key_of(id_: str) -> str:
    """The source of a passage; ids that differ never share one.

    >>> key_of("doc-7"), key_of("https://example.org/a b")
    ('doc-7.txt', 'https%3A%2F%2Fexample.org%2Fa%20b.txt')
    """
    return _UNSAFE.sub(lambda match: quote(match[0], safe=""), id_) + ".txt"


def _judgement_file(folder: Path) -> Path:
    files = sorted(path.name for path in folder.iterdir() if path.is_file())
    name = next((split for split in SPLITS if split in files), None)
    if name is None and len(files) != 1:
        raise SuiteError(
            f"{folder} must hold {', '.join(SPLITS)}, or one file only; "
            f"it holds {', '.join(files) or 'none'}"
        )
    return folder / (name or files[0])


def _passage(row: Row) -> tuple[str, Passage | None]:
    id_ = text_in(row, "_id")
    title, text = (_text_or_empty(row, name) for name in ("title", "text"))
    body = "\n\n".join(part for part in (title, text) if part.strip())
    return id_, Passage(key_of(id_), title, body) if body else None


def _query(row: Row) -> tuple[str, str]:
    return text_in(row, "_id"), text_in(row, "text")


def _text_or_empty(row: Row, name: str) -> str:
    value = row.get(name)
    if value is not None and not isinstance(value, str):
        raise Fault.expecting(f"{name} must be a text", value)
    return storable(value or "", name)


def _by_id(
    text: Text, made: list[tuple[int, tuple[str, Thing]]], faults: Faults
) -> dict[str, Thing]:
    """What each id stands for; an id that comes again is a fault."""
    lines: dict[str, int] = {}
    things: dict[str, Thing] = {}
    for number, (id_, thing) in made:
        if id_ in lines:
            message = f"the id {id_!r} stands in line {lines[id_]} already; ids must differ"
            faults.note(text.origin, f":{number}", Fault(message, kind="ids must differ"))
        else:
            lines[id_], things[id_] = number, thing
    return things


def _judged(text: Text, faults: Faults) -> list[tuple[int, Judgement]]:
    """Each judgement with its line."""
    lines = [
        (number, line)
        for number, line in enumerate(text.content.split("\n"), start=1)
        if line.strip()
    ]
    has_header = bool(lines) and lines[0][1].split() == HEADER
    judged = []
    for number, line in lines[has_header:]:
        with faults.at(text.origin, f":{number}"):
            judged.append((number, _beir_judgement(line) if has_header else _trec_judgement(line)))
    return judged


def _beir_judgement(line: str) -> Judgement:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != len(HEADER):
        expected = f"three columns with tabs between them were expected ({', '.join(HEADER)})"
        raise Fault.expecting(expected, len(cells))
    return Judgement(cells[0], cells[1], _grade(cells[2]))


def _trec_judgement(line: str) -> Judgement:
    cells = line.split()
    if len(cells) != 4:
        expected = (
            f"a first line of {', '.join(HEADER)} was expected, or without it four columns "
            "(query, iteration, passage, grade)"
        )
        raise Fault.expecting(expected, len(cells))
    return Judgement(cells[0], cells[2], _grade(cells[3]))


def _grade(cell: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(cell):
        raise Fault.expecting("the grade must be a whole number", cell)
    return int(cell)


def _note_unknown(
    text: Text,
    what: str,
    known: Mapping[str, object],
    judged: list[tuple[int, Judgement]],
    faults: Faults,
) -> None:
    for number, judgement in judged:
        id_ = judgement.passage if what == "passage" else judgement.query
        if id_ not in known:
            fault = Fault(f"no {what} has the id {id_!r}", kind=f"no {what} has the id")
            faults.note(text.origin, f":{number}", fault)


def _relevant(
    text: Text, judged: list[tuple[int, Judgement]], passages: Mapping[str, Passage], faults: Faults
) -> dict[str, dict[str, int]]:
    """Query -> source of each relevant passage -> its grade. Two grades for one are a fault."""
    grades: dict[tuple[str, str], int] = {}
    relevant: dict[str, dict[str, int]] = {}
    for number, (query, passage, grade) in judged:
        first = grades.setdefault((query, passage), grade)
        if first != grade:
            message = f"query {query!r} with passage {passage!r} has the grade {first} already"
            fault = Fault(f"{message}, not {grade}", kind="two grades for the same passage")
            faults.note(text.origin, f":{number}", fault)
        if grade >= 1 and passage in passages:
            relevant.setdefault(query, {})[passages[passage].key] = grade
    return relevant
