"""Somebody else's answers: both formats, told by content, and every fault at once."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.answers_file import GivenAnswer, GivenSpan, load_answers, missing_ids
from eval.cases import Case, Suite
from index.errors import SuiteError


def suite_of(*ids: str) -> Suite:
    return Suite("tides", tuple(Case(id_, "Q?", ("a",)) for id_ in ids), (), "hash")


SUITE = suite_of("1", "2", "3", "4")


def written(folder: Path, content: object, name: str = "answers") -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def lines_of(*rows: object) -> str:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)


def refusal(path: Path, suite: Suite = SUITE) -> list[str]:
    """The lines of the error, each without the path in front."""
    with pytest.raises(SuiteError) as caught:
        load_answers(path, suite)
    return [line.removeprefix(str(path)) for line in str(caught.value).split("\n")]


@pytest.mark.parametrize("indent", [None, 2])
def test_squad_predictions(tmp_path: Path, indent: int | None) -> None:
    predictions = {"2": "the moon", "1": "", "3": " \n", "4": "one\r\ntwo"}
    path = written(tmp_path, json.dumps(predictions, indent=indent), "answers.jsonl")
    assert load_answers(path, SUITE) == {
        "2": GivenAnswer("the moon", (), None),
        "1": GivenAnswer("", (), None),
        "3": GivenAnswer("", (), None),
        "4": GivenAnswer("one\ntwo", (), None),
    }


def test_json_lines(tmp_path: Path) -> None:
    lines = lines_of(
        "\ufeff"
        + json.dumps(
            {
                "id": "1",
                "answer": "the moon",
                "quotes": [
                    "It is the moon.",
                    {"text": "The\r\nmoon.", "document": "tides.md"},
                    {"text": "Moon.", "document": None},
                    {"text": "Moon!"},
                ],
                "confidence": 0.75,
            }
        ),
        "",
        {"id": "2", "answer": None, "quotes": None, "confidence": None},
        {"id": "3", "answer": "", "quotes": [], "confidence": 1},
        {"id": "4", "answer": "x", "confidence": 0},
    )
    answers = load_answers(written(tmp_path, lines, "answers.json"), SUITE)
    assert answers == {
        "1": GivenAnswer(
            "the moon",
            (
                GivenSpan("It is the moon.", None),
                GivenSpan("The\nmoon.", "tides.md"),
                GivenSpan("Moon.", None),
                GivenSpan("Moon!", None),
            ),
            0.75,
        ),
        "2": GivenAnswer("", (), None),
        "3": GivenAnswer("", (), 1.0),
        "4": GivenAnswer("x", (), 0.0),
    }
    assert isinstance(answers["3"].confidence, float)


def test_a_single_line_is_told_from_predictions(tmp_path: Path) -> None:
    one = written(tmp_path, {"id": "1", "answer": "x"})
    assert load_answers(one, SUITE) == {"1": GivenAnswer("x")}
    assert load_answers(one, suite_of("id", "answer")) == {
        "id": GivenAnswer("1"),
        "answer": GivenAnswer("x"),
    }


def test_missing_answers_are_named_in_the_suites_order(tmp_path: Path) -> None:
    answers = load_answers(written(tmp_path, {"3": "x", "1": ""}), SUITE)
    assert missing_ids(SUITE, answers) == ("2", "4")
    assert missing_ids(suite_of("3", "1"), answers) == ()


def test_every_bad_line_is_named_with_its_number(tmp_path: Path) -> None:
    lines = lines_of(
        {"id": "1", "answer": "good"},
        "not json",
        ["a list"],
        {"answer": "no id"},
        {"id": "2"},
        {"id": "2", "answer": 3},
        {"id": "2", "answer": "x", "score": 1},
        {"id": "2", "answer": "x", "quotes": "a quote"},
        {"id": "2", "answer": "x", "quotes": ["a quote", 3]},
        {"id": "2", "answer": "x", "quotes": ["a quote", " "]},
        {"id": "2", "answer": "x", "quotes": [{"document": "a.txt"}]},
        {"id": "2", "answer": "x", "quotes": [{"text": "x", "document": 3}]},
        {"id": "2", "answer": "x", "quotes": [{"text": "x", "source": "a.txt"}]},
        {"id": "2", "answer": "x", "confidence": 1.01},
        {"id": "2", "answer": "x", "confidence": -0.01},
        {"id": "2", "answer": "x", "confidence": float("nan")},
        {"id": "2", "answer": "x", "confidence": float("inf")},
        {"id": "2", "answer": "x", "confidence": "0.5"},
        {"id": "2", "answer": "x", "confidence": True},
        '{"id": "2", "answer": "x", "answer": "y"}',
        '{"id": "2", "answer": "\\ud800"}',
        {"id": "3", "answer": "x"},
        {"id": "9", "answer": "x"},
        {"id": "3", "answer": "y"},
    )
    quotes = "quotes must be a list of texts or of objects with text and document"
    number = "confidence must be a number from 0 to 1, or null"
    assert refusal(written(tmp_path, lines)) == [
        ":2: not JSON (Expecting value, column 1)",
        ':3: a JSON object was expected, not ["a list"]',
        ":4: id must be a text that is not empty, not None",
        ":5: answer is missing; write null where the question was not answered",
        ":6: answer must be a text, or null for none, not 3",
        ":7: unknown field 'score'; the fields are id, answer, quotes, confidence",
        f":8: {quotes}, not 'a quote'",
        f":9: {quotes}, not ['a quote', 3]",
        ":10: a quote: text must be a text that is not empty, not ' '",
        ":11: a quote: text must be a text that is not empty, not None",
        ":12: a quote: document must be a text that is not empty, not 3",
        ":13: a quote: unknown field 'source'; the fields are text, document",
        f":14: {number}, not 1.01",
        f":15: {number}, not -0.01",
        f":16: {number}, not nan",
        f":17: {number}, not inf",
        f":18: {number}, not '0.5'",
        f":19: {number}, not True",
        ":20: the field 'answer' stands in it twice",
        ":21: the answer holds a character that no text can hold, '\\ud800'; leave it out",
        ": 2 answers have the id '3'; give one a question",
        ": 1 of 3 ids are not in the suite tides: '9'; answer the questions of this suite",
    ]


def test_every_bad_prediction_is_named_by_its_id(tmp_path: Path) -> None:
    content = '{"1": 3, "2": null, "3": {"text": "x"}, "4": "\\udfff", "1": "x", "5": "y", "5": ""}'
    assert refusal(written(tmp_path, content)) == [
        ": '1': the answer must be a text, not 3",
        ": '2': the answer must be a text, not None",
        ": '3': the answer must be a text, not [('text', 'x')]",
        ": '4': the answer holds a character that no text can hold, '\\udfff'; leave it out",
        ": 2 answers have the id '5'; give one a question",
        ": 1 of 2 ids are not in the suite tides: '5'; answer the questions of this suite",
    ]


def test_predictions_that_say_an_id_twice_are_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, '{"1": "x", "2": "y", "1": "x", "1": ""}')) == [
        ": 3 answers have the id '1'; give one a question"
    ]


@pytest.mark.parametrize(
    ("unknown", "named"),
    [(5, "'x0', 'x1', 'x2', 'x3', 'x4'"), (7, "'x0', 'x1', 'x2', 'x3', 'x4' and 2 more")],
)
def test_unknown_ids_are_counted_and_five_are_named(
    tmp_path: Path, unknown: int, named: str
) -> None:
    predictions = {"1": "known", **{f"x{number}": "y" for number in range(unknown)}}
    assert refusal(written(tmp_path, predictions)) == [
        f": {unknown} of {unknown + 1} ids are not in the suite tides: {named}; "
        "answer the questions of this suite"
    ]


def test_predictions_that_were_cut_off_are_one_fault(tmp_path: Path) -> None:
    content = json.dumps({"1": "x", "2": "y", "3": "z"}, indent=2)[:-9]
    assert refusal(written(tmp_path, content)) == [
        ": not JSON (Unterminated string starting at, line 4, column 3)"
    ]


@pytest.mark.parametrize("content", ["", "\n \n", "{}"])
def test_a_file_without_answers_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(written(tmp_path, content)) == [
        " has no answers; SQuAD predictions (one JSON object of answers by question id) or one "
        "JSON object a line with id, answer, quotes, confidence was expected"
    ]


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing") == [
        " cannot be read as answers: No such file or directory"
    ]
    assert refusal(tmp_path) == [" cannot be read as answers: Is a directory"]
    (tmp_path / "latin").write_bytes(b'{"1": "caf\xe9"}')
    (line,) = refusal(tmp_path / "latin")
    assert line.startswith(" is not UTF-8 (")


TEXTS = st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=20)
SAID = TEXTS.filter(lambda text: not text or bool(text.strip()))


@settings(max_examples=100, deadline=None)
@given(
    answers=st.dictionaries(st.sampled_from(["1", "2", "3"]), SAID, min_size=1),
    indent=st.sampled_from([None, 2]),
    ascii_only=st.booleans(),
)
def test_predictions_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    answers: dict[str, str],
    indent: int | None,
    ascii_only: bool,
) -> None:
    content = json.dumps(answers, indent=indent, ensure_ascii=ascii_only)
    path = written(tmp_path_factory.getbasetemp(), content)
    assert load_answers(path, SUITE) == {id_: GivenAnswer(said) for id_, said in answers.items()}
