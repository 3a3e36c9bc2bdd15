"""Our JSON lines: one case a line, about texts that stand in a library already.

Of the fields id, question and answers are needed,

    {"id": "t1", "question": "Who ...?", "answers": ["..."], "evidence": ["..."],
     "document": "03-tides.md", "place": "...", "tags": ["..."]}

Empty `answers` say that the texts do not answer the question.
"""

import json
from dataclasses import asdict

from eval.cases import Case
from eval.formats.content import Text
from eval.formats.faults import Faults
from eval.formats.json_objects import (
    Row,
    made_of_lines,
    refuse_unknown,
    text_in,
    text_or_none,
    texts_in,
)
from eval.formats.material import Material

FIELDS = ("id", "question", "answers", "evidence", "document", "place", "tags")


class JsonLines:
    """One JSON object a line; what nothing else takes is read as this."""

    name = "JSON lines"
    looks = "one JSON object a line with " + ", ".join(FIELDS)

    def takes(self, texts: tuple[Text, ...]) -> bool:
        """Whether it is one file."""
        return len(texts) == 1

    def read(self, texts: tuple[Text, ...], faults: Faults) -> Material:
        """The case of each line."""
        return Material([case for _, case in made_of_lines(texts[0], case_of, faults)], [])


def case_of(row: Row) -> Case:
    """The case that fields say. Raises `Fault`.

    >>> case_of({"id": "1", "question": "Who?", "answers": ["Ada"]}).answers
    ('Ada',)
    """
    refuse_unknown(row, FIELDS)
    return Case(
        id=text_in(row, "id"),
        question=text_in(row, "question"),
        answers=texts_in(row, "answers"),
        evidence=texts_in({"evidence": []} | row, "evidence"),
        document=text_or_none(row, "document"),
        place=text_or_none(row, "place"),
        tags=texts_in({"tags": []} | row, "tags"),
    )


def line_of(case: Case) -> str:
    r"""The case as a line, with its end; what is not known is left out.

    >>> line_of(Case("1", "Who?", ("Ada",)))
    '{"id": "1", "question": "Who?", "answers": ["Ada"], "evidence": [], "tags": []}\n'
    """
    row = asdict(case)
    kept = {name: row[name] for name in FIELDS if row[name] is not None}
    return json.dumps(kept, ensure_ascii=False) + "\n"
