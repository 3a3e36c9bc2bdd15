"""Suites from CSV."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.cases import Case
from eval.formats import load_suite
from eval.formats.table import parts
from index.errors import SuiteError
from tests.test_formats import refusal, written

HEADER = "id,question,answers,evidence,document,place,tags"
COLUMNS = f"the columns are {HEADER.replace(',', ', ')}"


def test_all_columns(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        f"{HEADER}\n"
        't1, Which? ,"a, b | c \\| d","""a, b"" it is.",tides.md,"Tides, line 3",name|two words\n'
        't2,"Two\nlines?",,,,,\n',
        "suite.jsonl",  # the name says nothing
    )
    suite = load_suite(path)
    assert suite.cases == (
        Case(
            "t1",
            "Which?",
            ("a, b", "c | d"),
            ('"a, b" it is.',),
            "tides.md",
            "Tides, line 3",
            ("name", "two words"),
        ),
        Case("t2", "Two\nlines?", ()),
    )
    assert (suite.name, suite.passages) == ("suite.jsonl", ())


@pytest.mark.parametrize(
    "content",
    [
        "answers,id,question\na,1,Q?\n",
        "answers;id;question\na;1;Q?\n",
        "answers\tid\tquestion\na\t1\tQ?\n",
        "\ufeffanswers,id,question\r\na,1,Q?\r\n",
        "answers,id,question\ra,1,Q?\r",
        "sep=;\nanswers;id;question\na;1;Q?",
        "\ufeffsep=\t\r\nanswers\tid\tquestion\r\na\t1\tQ?",
        '"sep=,"\nanswers,id,question\na,1,Q?',
        '"answers","id","question"\n"a","1","Q?"\n',
        'answers, id, question\na, "1", "Q?"\n',
        "Answers,ID,Question\na,1,Q?\n",
        "\n\nanswers,id,question\n\n,,\na,1,Q?\n , ,\n",
    ],
    ids=[
        "commas",
        "semicolons",
        "tabs",
        "byte-order mark",
        "carriage returns",
        "sep=;",
        "sep= and a tab",
        "sep= in quotation marks",
        "quoted",
        "blanks before quotation marks",
        "capitals",
        "empty rows",
    ],
)
def test_however_it_is_laid_out_the_case_is_the_same(tmp_path: Path, content: str) -> None:
    assert load_suite(written(tmp_path, content)).cases == (Case("1", "Q?", ("a",)),)


def test_a_delimiter_in_a_cell_is_part_of_it(tmp_path: Path) -> None:
    content = 'id;question;answers\n1;"Who; what, where?";a, b\n'
    assert load_suite(written(tmp_path, content)).cases == (
        Case("1", "Who; what, where?", ("a, b",)),
    )


def test_line_ends_in_a_cell_become_what_a_library_keeps(tmp_path: Path) -> None:
    content = 'id,question,answers\r\n1,Q?,"one\r\ntwo"\r\n'
    assert load_suite(written(tmp_path, content)).cases == (Case("1", "Q?", ("one\ntwo",)),)


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("a|b", ["a", "b"]),
        (r"a\|b", ["a|b"]),
        (r" a \| b ", ["a | b"]),
        (r"\| | \|", ["|", "|"]),
        (r"C:\ | D:", ["C:\\", "D:"]),
        (" \n", []),
        ("a|", ["a", ""]),
    ],
)
def test_bars_part_texts(cell: str, texts: list[str]) -> None:
    assert parts(cell) == texts


def test_every_bad_row_is_named_with_its_line(tmp_path: Path) -> None:
    content = "\n".join(
        [
            "id,question,answers",
            "1,Good?,",
            "2,Few?",
            "3,Many, indeed?,a",
            '4,"Over',
            'three",a,b',
            ",No id?,a",
            "6,Empty part?,a||b",
            '7,"Stray" mark?,a',
            "1,Again?,a",
            '8,"Never closed?,a',
        ]
    )
    cells = "put quotation marks around a cell that holds ','"
    marks = "double each quotation mark within a quoted cell"
    assert refusal(written(tmp_path, content)) == [
        f":3: 2 cells, but the header row has 3; {cells}",
        f":4: 4 cells, but the header row has 3; {cells}",
        f":6: 4 cells, but the header row has 3; {cells}",
        ":7: id must be a text that is not empty, not ''",
        ":8: answers must be a list of texts, not ['a', '', 'b']",
        f":9: not CSV (',' expected after '\"'); {marks}",
        f":11: not CSV (unexpected end of data); {marks}",
        ": 2 cases have the id '1'; ids must differ",
    ]


def test_lines_are_counted_from_the_top_of_the_file(tmp_path: Path) -> None:
    content = "sep=;\n\nid;question;answers\n1;;a\n"
    assert refusal(written(tmp_path, content)) == [
        ":4: question must be a text that is not empty, not ''"
    ]


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        (
            "id,question,answer",
            [f"the column 'answers' is missing; {COLUMNS}", f"unknown column 'answer'; {COLUMNS}"],
        ),
        ("id;question;answers;;", [f"unknown column ''; {COLUMNS}"]),
        ("id,question,answers,tags,Tags", ["2 columns are named 'tags'; keep one"]),
        ("question,answers", [f"the column 'id' is missing; {COLUMNS}"]),
    ],
)
def test_columns_that_are_wrong_are_named(tmp_path: Path, header: str, faults: list[str]) -> None:
    path = written(tmp_path, f"{header}\n1,too,few or too many,cells,in,here\n")
    assert refusal(path) == [f":1: {fault}" for fault in faults]


def test_what_names_one_needed_column_only_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="suite:1: not JSON"):
        load_suite(written(tmp_path, "id,text\n1,x\n"))


CELLS = st.text(alphabet="ab|\\\"', ;\t\n\u2028é", min_size=1, max_size=8).map(str.strip)
TEXTS = CELLS.filter(bool)
LISTS = st.lists(TEXTS, max_size=3)


@settings(max_examples=200, deadline=None)
@given(
    question=TEXTS,
    answers=LISTS,
    evidence=LISTS,
    document=CELLS,
    delimiter=st.sampled_from(",;\t"),
    ends=st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_what_is_read(
    question: str,
    answers: list[str],
    evidence: list[str],
    document: str,
    delimiter: str,
    ends: str,
) -> None:
    content = io.StringIO(newline="")
    writer = csv.writer(content, delimiter=delimiter, lineterminator=ends)
    writer.writerow(["id", "question", "answers", "evidence", "document"])
    several = [
        " | ".join(text.replace("|", r"\|") for text in texts) for texts in (answers, evidence)
    ]
    writer.writerow(["1", question, *several, document])
    with TemporaryDirectory() as folder:
        suite = load_suite(written(Path(folder), content.getvalue()))
    assert suite.cases == (Case("1", question, tuple(answers), tuple(evidence), document or None),)
