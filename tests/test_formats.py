"""Suites from single files: the format is told by content, and every fault is told at once."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, Passage
from eval.formats import FORMATS, load_suite
from eval.formats.faults import Fault, Faults
from index.errors import SuiteError
from index.sentences import sentences_around

SQUAD: dict[str, Any] = {
    "version": "v2.0",
    "data": [
        {
            "title": "Tides",
            "paragraphs": [
                {
                    "context": "Spring tides are the highest. They follow a new moon.",
                    "qas": [
                        {
                            "id": "1",
                            "question": "Which tides are highest?",
                            "answers": [
                                {"text": "Spring tides", "answer_start": 0},
                                {"text": "Spring tides", "answer_start": 0},
                                {"text": "Spring", "answer_start": 0},
                            ],
                            "is_impossible": False,
                        },
                        {
                            "id": "2",
                            "question": "Who painted tides?",
                            "answers": [],
                            "plausible_answers": [{"text": "Spring", "answer_start": 0}],
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
                    "qas": [
                        {"id": "3", "question": "What?", "answers": [{"text": "band"}]},
                        {"id": "4", "question": "Since when?", "answers": []},
                    ],
                }
            ],
        },
    ],
}


def written(folder: Path, content: object, name: str = "suite") -> Path:
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def refusal(path: Path) -> list[str]:
    """The lines of the error, each without the path in front."""
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    return [line.removeprefix(str(path)) for line in str(caught.value).split("\n")]


def asking(context: str, *answers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """SQuAD JSON with one question."""
    row = {"id": "1", "question": "Q?", "answers": list(answers), **more}
    return {"data": [{"title": "T", "paragraphs": [{"context": context, "qas": [row]}]}]}


# SQuAD


def test_squad_brings_its_passages(tmp_path: Path) -> None:
    path = written(tmp_path, SQUAD, "tides.csv")  # the name says nothing
    suite = load_suite(path)
    assert suite.name == "tides.csv"
    assert suite.hash == sha256(path.read_bytes()).hexdigest()
    assert suite.passages == (
        Passage("Tides/001.txt", "Tides", SQUAD["data"][0]["paragraphs"][0]["context"]),
        Passage("Tides/002.txt", "Tides", "Neap tides are low."),
        Passage("AC_DC/001.txt", "AC/DC", "A band."),
    )
    assert suite.cases == (
        Case(
            "1",
            "Which tides are highest?",
            ("Spring tides", "Spring"),
            ("Spring tides are the highest.",),
            "Tides/001.txt",
            None,
            ("Tides",),
        ),
        Case("2", "Who painted tides?", (), (), "Tides/001.txt", None, ("Tides",)),
        Case("3", "What?", ("band",), ("A band.",), "AC_DC/001.txt", None, ("AC/DC",)),
        Case("4", "Since when?", (), (), "AC_DC/001.txt", None, ("AC/DC",)),
    )


def test_two_articles_of_one_title_share_no_key(tmp_path: Path) -> None:
    article = SQUAD["data"][1]
    again = {**article, "paragraphs": [{"context": "B.", "qas": []}]}
    suite = load_suite(written(tmp_path, {"data": [article, again]}))
    assert [passage.key for passage in suite.passages] == ["AC_DC/001.txt", "AC_DC/002.txt"]


def test_sentences_without_a_blank_between_them_are_told_apart() -> None:
    assert sentences_around([(0, 2), (2, 4)], 0, 2) == (0, 2)
    assert sentences_around([(0, 2), (2, 4)], 2, 3) == (2, 4)


def test_a_title_of_dots_names_no_folder(tmp_path: Path) -> None:
    article = {**SQUAD["data"][1], "title": ".."}
    suite = load_suite(written(tmp_path, {"data": [article]}))
    assert suite.passages == (Passage("untitled/001.txt", "..", "A band."),)


def test_an_article_without_a_title_is_untitled(tmp_path: Path) -> None:
    paragraphs = SQUAD["data"][1]["paragraphs"]
    suite = load_suite(written(tmp_path, {"data": [{"paragraphs": paragraphs}]}))
    assert suite.passages == (Passage("untitled/001.txt", "untitled", "A band."),)


TIDE = "The tide rose. The tide fell. Then the tide rose again."


@pytest.mark.parametrize(
    ("context", "answers", "evidence"),
    [
        (TIDE, [{"text": "tide", "answer_start": 4}], ("The tide rose.",)),
        (TIDE, [{"text": "tide", "answer_start": 19}], ("The tide fell.",)),
        (TIDE, [{"text": "tide"}], ("The tide rose.",)),
        (TIDE, [{"text": "tide", "answer_start": None}], ("The tide rose.",)),
        (TIDE, [{"text": "tide", "answer_start": 30}], ("Then the tide rose again.",)),
        (TIDE, [{"text": "tide", "answer_start": -1}], ("The tide rose.",)),
        (TIDE, [{"text": "tide", "answer_start": 10**9}], ("Then the tide rose again.",)),
        (TIDE, [{"text": "rose. The tide", "answer_start": 9}], ("The tide rose. The tide fell.",)),
        (
            TIDE,
            [{"text": "again"}, {"text": "fell"}, {"text": "the tide rose again"}],
            ("Then the tide rose again.", "The tide fell."),
        ),
        (TIDE, [{"text": " The tide", "answer_start": 14}], ("The tide fell.",)),
        ("It is 3x5. It is 3.5.", [{"text": "3.5"}], ("It is 3.5.",)),
        ("On Tides\n\nThey rise\nand fall. So", [{"text": "rise"}], ("They rise\nand fall.",)),
        ("On Tides\n\nThey rise.", [{"text": "Tides"}], ("On Tides",)),
        ("They rise.\n\nThey fall.", [{"text": "rise.\n\nThey"}], ("They rise.\n\nThey fall.",)),
        ("1. They rise.\n2. They fall.", [{"text": "2."}], ("2.",)),
        ("1. They rise.\n2. They fall.", [{"text": "2. They"}], ("2. They fall.",)),
    ],
    ids=[
        "at its start",
        "at its start, not the first",
        "no start: the first",
        "null start: the first",
        "wrong start: the nearest",
        "start before the text",
        "start behind the text",
        "across two sentences",
        "several answers, in their order, none twice",
        "a blank in front",
        "an answer that would be a pattern",
        "a wrapped line",
        "a heading",
        "across paragraphs",
        "a list marker, in no sentence",
        "from a list marker on",
    ],
)
def test_evidence_is_the_sentences_an_answer_stands_in(
    tmp_path: Path, context: str, answers: list[dict[str, Any]], evidence: tuple[str, ...]
) -> None:
    suite = load_suite(written(tmp_path, asking(context, *answers)))
    assert suite.cases[0].evidence == evidence
    assert all(quote in suite.passages[0].text for quote in evidence)


def test_line_ends_become_what_a_library_keeps(tmp_path: Path) -> None:
    context = "\r\n" * 10 + "It ebbs\ragain. He ebbs. We ebb."
    assert context[23:27] == "ebbs"  # once line ends are single, the other one is nearer to 23
    suite = load_suite(written(tmp_path, asking(context, {"text": "ebbs", "answer_start": 23})))
    assert suite.passages[0].text == "\n" * 10 + "It ebbs\nagain. He ebbs. We ebb."
    assert suite.cases[0].evidence == ("It ebbs\nagain.",)


def test_every_fault_of_squad_json_is_named_by_place(tmp_path: Path) -> None:
    def row(id_: str, *answers: object, **more: object) -> dict[str, object]:
        return {"id": id_, "question": "Q?", "answers": list(answers), **more}

    faulty = {
        "data": [
            "no article",
            {"title": "T"},
            {
                "title": "T",
                "paragraphs": [
                    {"context": "", "qas": [row("1", "text"), row("2", {"text": "nowhere"})]},
                    {"context": "Good.", "qas": "none"},
                    {
                        "context": "Good. Text.",
                        "qas": [
                            row("3", {"text": "Bad"}, {"text": "Good"}, {"text": "good"}),
                            row("4", {"text": "Good", "answer_start": "0"}),
                            row("5", {"text": "Good", "answer_start": True}),
                            row("6", {"text": "  "}),
                            row("7", {}, is_impossible="false"),
                            {"id": "8", "question": "Q?"},
                            row("9", {"text": "Good", "answer_start": 0.5}),
                            {"question": "Q?", "answers": []},
                        ],
                    },
                ],
            },
            {"title": 3, "paragraphs": []},
        ]
    }
    assert refusal(written(tmp_path, faulty)) == [
        ": data[0]: a JSON object was expected",
        ": data[1].paragraphs: a list was expected",
        ": data[2].paragraphs[0]: context must be a text that is not empty, not ''",
        ": data[2].paragraphs[0].qas[0]: answers must be a list of objects",
        ": data[2].paragraphs[1].qas: a list was expected",
        ": data[2].paragraphs[2].qas[0]: 2 of 3 answers do not stand in the context; "
        "the first is 'Bad'",
        ": data[2].paragraphs[2].qas[1]: answer_start must be a whole number, not '0'",
        ": data[2].paragraphs[2].qas[2]: answer_start must be a whole number, not True",
        ": data[2].paragraphs[2].qas[3]: text must be a text that is not empty, not '  '",
        ": data[2].paragraphs[2].qas[4]: is_impossible must be true or false, not 'false'",
        ": data[2].paragraphs[2].qas[5]: answers must be a list of objects",
        ": data[2].paragraphs[2].qas[6]: answer_start must be a whole number, not 0.5",
        ": data[2].paragraphs[2].qas[7]: id must be a text that is not empty, not None",
        ": data[3]: title must be a text that is not empty, not 3",
    ]


@pytest.mark.parametrize("given", ["A band.", [], 3, None])
def test_data_that_is_no_list_of_articles_is_refused(tmp_path: Path, given: object) -> None:
    lines = refusal(written(tmp_path, {"data": given}))
    assert lines[0].startswith(" has no cases" if given == [] else ": data: a list was expected")


def test_squad_json_that_was_cut_off_is_one_fault(tmp_path: Path) -> None:
    whole = json.dumps(SQUAD, indent=1)
    cut = whole[: whole.index('"paragraphs"')]
    assert refusal(written(tmp_path, cut)) == [
        ": not JSON (Expecting property name enclosed in double quotes, line 6, column 4)"
    ]


# JSON lines


def test_json_lines_with_all_fields_and_with_few(tmp_path: Path) -> None:
    full = {
        "id": "t1",
        "question": "Which?",
        "answers": ["a", "b"],
        "evidence": ["a\r\nis."],
        "document": "tides.md",
        "place": "Tides, line 3",
        "tags": ["name"],
    }
    few = {"id": "t2", "question": "Line\u2028separator?", "answers": [], "document": None}
    lines = "\ufeff" + json.dumps(full) + "\r\n\n" + json.dumps(few, ensure_ascii=False) + "\n"
    suite = load_suite(written(tmp_path, lines, "suite.json"))
    assert suite.passages == ()
    assert suite.cases == (
        Case("t1", "Which?", ("a", "b"), ("a\nis.",), "tides.md", "Tides, line 3", ("name",)),
        Case("t2", "Line\u2028separator?", ()),
    )


def test_one_json_line_is_enough(tmp_path: Path) -> None:
    suite = load_suite(written(tmp_path, {"id": "1", "question": "Q?", "answers": []}))
    assert suite.cases == (Case("1", "Q?", ()),)


def test_the_bundled_suite_loads() -> None:
    path = Path(__file__).parent.parent / "eval/suites/keeping_time/suite.jsonl"
    suite = load_suite(path)
    assert (suite.name, len(suite.cases), suite.passages) == ("suite.jsonl", 118, ())
    assert suite.hash == sha256(path.read_bytes()).hexdigest()
    assert sum(case.kind == "unanswerable" for case in suite.cases) == 34


def test_every_bad_line_is_named_with_its_number(tmp_path: Path) -> None:
    lines = [
        '{"id": "1", "question": "Good?", "answers": []}',
        "not json",
        '["a list"]',
        '{"id": "2", "question": "  ", "answers": []}',
        '{"id": "3", "question": "No answers?"}',
        '{"id": "4", "question": "Typo?", "answers": [], "answer": "x"}',
        '{"id": "5", "question": "Empty answer?", "answers": [""]}',
        "",
        '{"id": "1", "question": "Again?", "answers": []}',
        '{"id": 6, "question": "Number?", "answers": []}',
        '{"id": "7", "question": "Q?", "answers": [], "id": "8"}',
        '{"id": "9", "question": "\\ud800?", "answers": []}',
        '{"id": "10", "question": "Q?", "answers": ["\\u0000"]}',
        '{"id": "11", "question": "Q?", "answers": [], "document": ""}',
        '{"id": "12", "question": "Q?", "answers": [], "evidence": null}',
        "[" * 100_000,
        '{"id": ' + "1" * 5000 + "}",
        '{"id": "13", "question": "Q?", "answers": [' + "3, " * 50 + "3]}",
        '{"id": "14", "question": "Q?", "answers": [], "relevant": {}}',
    ]
    found = refusal(written(tmp_path, "\n".join(lines)))
    nested, number = found.pop(12), found.pop(12)  # in brackets is what Python says of them
    assert nested.startswith(":16: JSON that cannot be read (")
    assert number.startswith(":17: JSON that cannot be read (")
    fields = "the fields are id, question, answers, evidence, document, place, tags"
    assert found == [
        ":2: not JSON (Expecting value, column 1)",
        ':3: a JSON object was expected, not ["a list"]',
        ":4: question must be a text that is not empty, not '  '",
        ":5: answers must be a list of texts, not None",
        f":6: unknown field 'answer'; {fields}",
        ":7: answers must be a list of texts, not ['']",
        ":10: id must be a text that is not empty, not 6",
        ":11: the field 'id' stands in it twice",
        ":12: question holds a character that no text can hold, '\\ud800'; leave it out",
        ":13: answers holds a character that no text can hold, '\\x00'; leave it out",
        ":14: document must be a text that is not empty, not ''",
        ":15: evidence must be a list of texts, not None",
        ":18: answers must be a list of texts, not [" + "3, " * 26 + "…",
        f":19: unknown field 'relevant'; {fields}",
        ": 2 cases have the id '1'; ids must differ",
    ]


def test_of_many_faults_of_a_kind_twenty_are_told(tmp_path: Path) -> None:
    bad, empty = "x", '{"id": "1", "question": "", "answers": []}'
    found = refusal(written(tmp_path, "\n".join(["{}", *[bad] * 23, empty, *[bad] * 2])))
    assert found == [
        ":1: id must be a text that is not empty, not None",
        *[f":{number}: not JSON (Expecting value, column 1)" for number in range(2, 22)],
        ": and 5 more: not JSON",
        ":25: question must be a text that is not empty, not ''",
    ]


def test_faults_are_counted_by_kind_and_file() -> None:
    faults = Faults()
    for number in range(21):
        faults.note("a", f":{number}", Fault(f"bad {number}", kind="bad"))
        faults.note("b", f":{number}", Fault(f"bad {number}"))  # each a kind of its own
    told = faults.lines()
    assert [line for line in told if line.startswith("a")] == [
        *[f"a:{number}: bad {number}" for number in range(20)],
        "a: and 1 more: bad",
    ]
    assert [line for line in told if line.startswith("b")] == [
        f"b:{number}: bad {number}" for number in range(21)
    ]


# any file


def test_many_repeated_ids_are_cut_short_too(tmp_path: Path) -> None:
    rows = [{"id": str(number % 22), "question": "Q?", "answers": []} for number in range(44)]
    found = refusal(written(tmp_path, "\n".join(json.dumps(row) for row in rows)))
    assert found[0] == ": 2 cases have the id '0'; ids must differ"
    assert found[19:] == [
        ": 2 cases have the id '19'; ids must differ",
        ": and 2 more: ids must differ",
    ]


@pytest.mark.parametrize(
    "content", ["", "\n\n", '{"data": []}', "id,question,answers\n", "id;question;answers"]
)
def test_a_suite_without_cases_is_refused(tmp_path: Path, content: str) -> None:
    assert refusal(written(tmp_path, content)) == [
        " has no cases; the formats of suites are "
        "BEIR (a folder with corpus.jsonl, queries.jsonl and qrels/); "
        'SQuAD JSON (one JSON object with "data"); '
        "CSV (a header row with id, question and answers); "
        "JSON lines (one JSON object a line with id, question, answers, evidence, document, "
        "place, tags)"
    ]


def test_every_format_has_its_name_in_the_table() -> None:
    assert [form.name for form in FORMATS.values()] == list(FORMATS)
    assert list(FORMATS) == ["BEIR", "SQuAD JSON", "CSV", "JSON lines"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "caf\xe9"}', " is not UTF-8 ('utf-8' codec can't decode byte 0xe9 in position "),
        ('{"id": "1"}'.encode("utf-16-le"), " holds NUL bytes, so it is not UTF-8 text; save it"),
        ("id,question,answers".encode("utf-16"), " is not UTF-8 ("),
    ],
)
def test_what_is_not_utf_8_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "suite").write_bytes(content)
    (line,) = refusal(tmp_path / "suite")
    assert line.startswith(message)
    assert line.endswith("save it as UTF-8")


def test_a_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing") == [
        " cannot be read as a suite: No such file or directory"
    ]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "round"
    path.symlink_to(path)
    assert refusal(path) == [" cannot be read as a suite: Too many levels of symbolic links"]


def test_a_folder_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", closed)
    assert refusal(tmp_path) == [" cannot be read as a suite: Permission denied"]
