r"""CSV: one case a row, in the columns that JSON lines have as fields.

The header row names the columns, in any order; id, question and answers are needed. Commas,
semicolons or tabs part the cells. In answers, evidence and tags `|` parts several texts, and a bar
in a text is written `\|`. An empty answers cell says that the texts do not answer the question.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from eval.cases import Case
from eval.formats.content import Text
from eval.formats.faults import Fault, Faults
from eval.formats.json_lines import FIELDS, case_of
from eval.formats.material import Material

NEEDED = ("id", "question", "answers")
SEVERAL = ("answers", "evidence", "tags")  # columns of which a cell can hold several texts
DELIMITERS = ",;\t"

_SEPARATOR_LINE = re.compile(rf'"?sep=([{DELIMITERS}])"?(?:\r\n|\r|\n)')  # spreadsheets write it
_BAR = re.compile(r"(?<!\\)\|")


class _Layout(NamedTuple):
    delimiter: str
    body: str  # from the header row on
    skipped: int  # lines in front of it


class Table:
    """A header row, then one case a row."""

    name = "CSV"
    looks = "a header row with id, question and answers"

    def takes(self, texts: tuple[Text, ...]) -> bool:
        """Whether it is one file whose first row names at least two of the needed columns."""
        return len(texts) == 1 and _layout(texts[0].content) is not None

    def read(self, texts: tuple[Text, ...], faults: Faults) -> Material:
        """The case of each row. A row's line is the one that it ends in."""
        origin, content = texts[0]
        material = Material([], [])
        layout = _layout(content)
        if layout is None:
            return material
        rows = _rows(layout, origin, faults)
        line, header = next(rows)
        columns = _names(header)
        _note_wrong_columns(columns, origin, line, faults)
        if not faults.has(origin):
            for line, cells in rows:
                with faults.at(origin, f":{line}"):
                    material.cases.append(_case(columns, cells, layout.delimiter))
        return material


def parts(cell: str) -> list[str]:
    r"""The texts in a cell: `|` parts them, `\|` is a bar.

    >>> parts(r"noon | 12 \| 24 h"), parts(" ")
    (['noon', '12 | 24 h'], [])
    """
    if not cell.strip():
        return []
    return [part.strip().replace(r"\|", "|") for part in _BAR.split(cell)]


def _layout(content: str) -> _Layout | None:
    """How a table is laid out, told from its header row; `None` for what is no table."""
    mark = _SEPARATOR_LINE.match(content)
    for delimiter in mark[1] if mark else DELIMITERS:
        layout = _Layout(delimiter, content[mark.end() if mark else 0 :], 1 if mark else 0)
        if len(set(NEEDED) & set(_names(_first_row(layout)))) > 1:
            return layout
    return None


def _first_row(layout: _Layout) -> list[str]:
    _, row = next(_records(layout), (0, []))
    return [] if isinstance(row, csv.Error) else row


def _names(header: list[str]) -> list[str]:
    return [cell.strip().lower() for cell in header]


def _records(layout: _Layout) -> Iterator[tuple[int, list[str] | csv.Error]]:
    """Each row that is not empty, or why it cannot be read, with its line."""
    lines = io.StringIO(layout.body, newline="")  # a line end within a cell stays as it is
    reader = csv.reader(lines, delimiter=layout.delimiter, strict=True, skipinitialspace=True)
    while True:
        row: list[str] | csv.Error
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            row = error
        if isinstance(row, csv.Error) or any(cell.strip() for cell in row):
            yield layout.skipped + reader.line_num, row


def _rows(layout: _Layout, origin: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Each row that can be read, with its line; the others are noted."""
    for line, row in _records(layout):
        if isinstance(row, csv.Error):
            message = f"not CSV ({row}); double each quotation mark within a quoted cell"
            faults.note(origin, f":{line}", Fault(message, kind="not CSV"))
        else:
            yield line, row


def _note_wrong_columns(columns: list[str], origin: str, line: int, faults: Faults) -> None:
    counts = Counter(columns)
    known = f"the columns are {', '.join(FIELDS)}"
    wrong = [
        *(f"the column {name!r} is missing; {known}" for name in NEEDED if name not in counts),
        *(f"unknown column {name!r}; {known}" for name in counts if name not in FIELDS),
        *(
            f"{count} columns are named {name!r}; keep one"
            for name, count in counts.items()
            if count > 1 and name in FIELDS
        ),
    ]
    for message in wrong:
        faults.note(origin, f":{line}", Fault(message))


def _case(columns: list[str], cells: list[str], delimiter: str) -> Case:
    if len(cells) != len(columns):
        raise Fault(
            f"{len(cells)} cells, but the header row has {len(columns)}; "
            f"put quotation marks around a cell that holds {delimiter!r}",
            kind="another number of cells than the header row has",
        )
    return case_of(dict(_field(*named) for named in zip(columns, cells, strict=True)))


def _field(name: str, cell: str) -> tuple[str, Any]:
    if name in SEVERAL:
        return name, parts(cell)
    return name, cell.strip() if name in NEEDED else cell.strip() or None
