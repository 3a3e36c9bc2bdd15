"""Suites in: both formats, told by content, and every fault at once."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, Passage, load_suite
from index.errors import SuiteError

SQUAD: dict[str, Any] = {
    "version": "v2.0",
    "data": [
        {
            "title": "Tides",
            "paragraphs": [
                {
                    "context": "Spring tides are the highest.",
                    "qas": [
                        {
                            "id": "1",
                            "question": "Which tides are highest?",
                            "answers": [{"text": "Spring tides"}, {"text": "Spring tides"}],
                            "is_impossible": False,
                        },
                        {
                            "id": "2",
                            "question": "Who painted tides?",
                            "answers": [],
                            "plausible_answers": [{"text": "Spring"}],
                            "is_impossible": True,
                        },
                    ],
                },
                {"context": "Neap tides are low.", "qas": []},
            ],
        },
        {
            "title": "AC/DC",
            "paragraphs": [
                {
                    "context": "A band.",
                    "qas": [{"id": "3", "question": "What?", "answers": [{"text": "band"}]}],
                }
            ],
        },
    ],
}


def written(folder: Path, content: object, name: str = "suite") -> Path:
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def test_squad_brings_its_passages(tmp_path: Path) -> None:
    path = written(tmp_path, SQUAD)
    suite = load_suite(path)
    assert suite.name == "suite"
    assert suite.hash == sha256(path.read_bytes()).hexdigest()
    assert suite.passages == (
        Passage("Tides/001.txt", "Tides", "Spring tides are the highest."),
        Passage("Tides/002.txt", "Tides", "Neap tides are low."),
        Passage("AC_DC/001.txt", "AC/DC", "A band."),
    )
    assert suite.cases == (
        Case(
            "1",
            "Which tides are highest?",
            ("Spring tides",),
            (),
            "Tides/001.txt",
            None,
            ("Tides",),
        ),
        Case("2", "Who painted tides?", (), (), "Tides/001.txt", None, ("Tides",)),
        Case("3", "What?", ("band",), (), "AC_DC/001.txt", None, ("AC/DC",)),
    )


def test_two_articles_of_one_title_share_no_key(tmp_path: Path) -> None:
    twice = {
        "data": [
            SQUAD["data"][1],
            {**SQUAD["data"][1], "paragraphs": [{"context": "B.", "qas": []}]},
        ]
    }
    suite = load_suite(written(tmp_path, twice))
    assert [passage.key for passage in suite.passages] == ["AC_DC/001.txt", "AC_DC/002.txt"]


def test_json_lines_with_all_fields_and_with_few(tmp_path: Path) -> None:
    full = {
        "id": "t1",
        "question": "Which?",
        "answers": ["a", "b"],
        "evidence": ["a is."],
        "document": "tides.md",
        "place": "Tides, line 3",
        "tags": ["name"],
    }
    few = {"id": "t2", "question": "Line\u2028separator?", "answers": []}
    lines = "\ufeff" + json.dumps(full) + "\n\n" + json.dumps(few, ensure_ascii=False) + "\n"
    suite = load_suite(written(tmp_path, lines))
    assert suite.passages == ()
    assert suite.cases == (
        Case("t1", "Which?", ("a", "b"), ("a is.",), "tides.md", "Tides, line 3", ("name",)),
        Case("t2", "Line\u2028separator?", ()),
    )


def test_every_bad_line_is_named_with_its_number(tmp_path: Path) -> None:
    lines = [
        '{"id": "1", "question": "Good?", "answers": []}',
        "not json",
        '["a list"]',
        '{"id": "2", "question": "  ", "answers": []}',
        '{"id": "3", "question": "No answers?"}',
        '{"id": "4", "question": "Typo?", "answers": [], "answer": "x"}',
        '{"id": "5", "question": "Empty answer?", "answers": [""]}',
        '{"id": "1", "question": "Again?", "answers": []}',
        '{"id": 6, "question": "Number?", "answers": []}',
    ]
    path = written(tmp_path, "\n".join(lines))
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    assert str(caught.value).split("\n") == [
        f"{path}:2: not JSON (Expecting value, column 1)",
        f'{path}:3: a JSON object was expected, not ["a list"]',
        f"{path}:4: question must be a text that is not empty, not '  '",
        f"{path}:5: answers must be a list of texts, not None",
        f"{path}:6: unknown field 'answer'; the fields are "
        "id, question, answers, evidence, document, place, tags",
        f"{path}:7: answers must be a list of texts, not ['']",
        f"{path}:9: id must be a text that is not empty, not 6",
        f"{path}: 2 cases have the id '1'; ids must differ",
    ]


def test_every_fault_of_squad_json_is_named_by_place(tmp_path: Path) -> None:
    faulty = {
        "data": [
            "no article",
            {"title": "T"},
            {
                "title": "T",
                "paragraphs": [
                    {"context": "", "qas": [{"id": "1", "question": "Q?", "answers": ["text"]}]},
                    {"context": "Good.", "qas": "none"},
                ],
            },
        ]
    }
    path = written(tmp_path, faulty)
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    assert str(caught.value).split("\n") == [
        f"{path}: data[0]: a JSON object was expected",
        f"{path}: data[1].paragraphs: a list was expected",
        f"{path}: data[2].paragraphs[0]: context must be a text that is not empty, not ''",
        f"{path}: data[2].paragraphs[0].qas[0]: answers must be a list of objects",
        f"{path}: data[2].paragraphs[1].qas: a list was expected",
    ]


@pytest.mark.parametrize("content", ["", "\n\n", '{"data": []}'])
def test_a_suite_without_cases_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(SuiteError, match="has no cases"):
        load_suite(written(tmp_path, content))


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="cannot be read as a suite: No such file"):
        load_suite(tmp_path / "missing.json")
    with pytest.raises(SuiteError, match="cannot be read as a suite: Is a directory"):
        load_suite(tmp_path)
    (tmp_path / "latin").write_bytes(b'{"id": "caf\xe9"}')
    with pytest.raises(SuiteError, match="is not UTF-8"):
        load_suite(tmp_path / "latin")


def test_narrowing_keeps_passages_and_hash(tmp_path: Path) -> None:
    suite = load_suite(written(tmp_path, SQUAD))
    narrowed = suite.narrowed(["AC/DC"])
    assert [case.id for case in narrowed.cases] == ["3"]
    assert (narrowed.passages, narrowed.hash) == (suite.passages, suite.hash)
    assert narrowed.tags == ("AC/DC",)
    with pytest.raises(
        SuiteError, match="no case of suite bears the tag 'Force'; its tags are AC/DC, Tides"
    ):
        suite.narrowed(["Force"])
