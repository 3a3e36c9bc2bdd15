"""Suites from BEIR folders."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, Passage
from eval.formats import load_suite
from eval.formats.beir import key_of
from tests.test_formats import refusal

CORPUS = [
    {"_id": "d1", "title": "Tides", "text": "They rise.", "metadata": {}},
    {"_id": "d2", "title": "", "text": "They fall."},
    {"_id": "d3", "title": "A title alone", "text": ""},
    {"_id": "d4", "title": " ", "text": None},
    {"_id": "d5", "text": "No title."},
]
QUERIES = [
    {"_id": "q2", "text": "What falls?", "metadata": {}},
    {"_id": "q1", "text": "What rises?"},
    {"_id": "q3", "text": "Not judged?"},
    {"_id": "q4", "text": "Nothing relevant?"},
    {"_id": "q5", "text": "Only what is empty?"},
]
JUDGED = [("q1", "d1", 2), ("q1", "d2", 0), ("q1", "d5", 1), ("q2", "d2", 1)]
UNMEASURED = [("q4", "d1", 0), ("q4", "d2", -1), ("q5", "d4", 1)]
HEADER = "query-id\tcorpus-id\tscore\n"


def lines_of(rows: list[Any]) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def judgements(rows: list[tuple[str, str, Any]]) -> str:
    return HEADER + "".join(f"{query}\t{passage}\t{grade}\n" for query, passage, grade in rows)


def folder(
    path: Path,
    *,
    corpus: list[Any] = CORPUS,
    queries: list[Any] = QUERIES,
    qrels: str = judgements(JUDGED),
    split: str = "test.tsv",
) -> Path:
    made = path / "tides"
    (made / "qrels").mkdir(parents=True)
    (made / "corpus.jsonl").write_text(lines_of(corpus), encoding="utf-8")
    (made / "queries.jsonl").write_text(lines_of(queries), encoding="utf-8")
    (made / "qrels" / split).write_text(qrels, encoding="utf-8")
    return made


def test_passages_and_the_queries_that_can_be_measured(tmp_path: Path) -> None:
    made = folder(tmp_path, qrels=judgements([*JUDGED, *UNMEASURED]))
    suite = load_suite(made)
    assert suite.passages == (
        Passage("d1.txt", "Tides", "Tides\n\nThey rise."),
        Passage("d2.txt", "", "They fall."),
        Passage("d3.txt", "A title alone", "A title alone"),
        Passage("d5.txt", "", "No title."),
    )
    assert suite.cases == (
        Case("q2", "What falls?", None, relevant={"d2.txt": 1}),
        Case("q1", "What rises?", None, relevant={"d1.txt": 2, "d5.txt": 1}),
    )
    assert [case.kind for case in suite.cases] == ["retrieval", "retrieval"]
    files = (made / name for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"))
    assert suite.hash == sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    assert suite.name == "tides"


def test_the_name_is_the_folders_wherever_it_is_named_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder(tmp_path))
    assert load_suite(Path()).name == "tides"
    assert load_suite(Path("qrels/..")).name == "tides"


@pytest.mark.parametrize(
    "qrels", ["q1 0 d1 2\nq2 Q0 d2 1\n", "q1\t0\td1\t2\n\nq2\t0\td2\t1", "q1\t0 d1  2\nq2 0 d2 1"]
)
def test_judgements_in_four_columns(tmp_path: Path, qrels: str) -> None:
    suite = load_suite(folder(tmp_path, qrels=qrels))
    assert {case.id: case.relevant for case in suite.cases} == {
        "q1": {"d1.txt": 2},
        "q2": {"d2.txt": 1},
    }


def test_ids_with_blanks_in_three_columns(tmp_path: Path) -> None:
    suite = load_suite(
        folder(
            tmp_path,
            corpus=[{"_id": "d 1", "text": "They rise."}],
            queries=[{"_id": "q 1", "text": "What rises?"}],
            qrels=judgements([("q 1", "d 1", 1)]),
        )
    )
    assert suite.cases == (Case("q 1", "What rises?", None, relevant={"d%201.txt": 1}),)


def test_a_judgement_that_is_said_again_changes_nothing(tmp_path: Path) -> None:
    suite = load_suite(folder(tmp_path, qrels=judgements([*JUDGED, JUDGED[0]])))
    assert suite.cases[1].relevant == {"d1.txt": 2, "d5.txt": 1}


@pytest.mark.parametrize(
    ("splits", "read"),
    [
        (["train.tsv", "dev.tsv", "test.tsv"], "test.tsv"),
        (["train.tsv", "dev.tsv"], "dev.tsv"),
        (["train.tsv", "odd.txt"], "train.tsv"),
        (["odd.txt"], "odd.txt"),
    ],
)
def test_which_judgements_are_read(tmp_path: Path, splits: list[str], read: str) -> None:
    made = folder(tmp_path, split=read)
    for split in set(splits) - {read}:
        (made / "qrels" / split).write_text("not judgements")
    assert len(load_suite(made).cases) == 2


@pytest.mark.parametrize(("splits", "held"), [([], "none"), (["a.tsv", "b.tsv"], "a.tsv, b.tsv")])
def test_judgements_that_cannot_be_chosen_are_refused(
    tmp_path: Path, splits: list[str], held: str
) -> None:
    made = folder(tmp_path)
    (made / "qrels/test.tsv").unlink()
    for split in splits:
        (made / "qrels" / split).write_text(judgements(JUDGED))
    assert refusal(made) == [
        f"/qrels must hold test.tsv, dev.tsv, train.tsv, or one file only; it holds {held}"
    ]


def test_a_folder_that_lacks_files_is_refused(tmp_path: Path) -> None:
    expected = (
        " is a folder, so a BEIR suite was expected, which has corpus.jsonl, queries.jsonl, "
        "qrels/; it lacks "
    )
    assert refusal(tmp_path) == [f"{expected}corpus.jsonl, queries.jsonl, qrels/"]
    made = folder(tmp_path)
    (made / "queries.jsonl").unlink()
    assert refusal(made) == [f"{expected}queries.jsonl"]


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    made = folder(tmp_path)
    (made / "queries.jsonl").write_bytes(b"caf\xe9")
    (line,) = refusal(made)
    assert line.startswith("/queries.jsonl is not UTF-8")


@pytest.mark.parametrize(
    ("ids", "keys"),
    [
        (["doc-7", "émile_3.x"], ["doc-7.txt", "émile_3.x.txt"]),
        (["a/b", "a_b", "a%2Fb"], ["a%2Fb.txt", "a_b.txt", "a%252Fb.txt"]),
        (["..", "a\\b", "a:b", "a\nb"], ["...txt", "a%5Cb.txt", "a%3Ab.txt", "a%0Ab.txt"]),
    ],
)
def test_every_id_has_a_key_of_its_own(ids: list[str], keys: list[str]) -> None:
    assert [key_of(id_) for id_ in ids] == keys


def test_every_fault_is_named_by_file_and_line(tmp_path: Path) -> None:
    made = folder(
        tmp_path,
        corpus=[CORPUS[0], "not json", {"title": "x"}, {"_id": "d9", "title": 3}, CORPUS[0]],
        queries=[QUERIES[0], {"_id": "q1"}, "", {**QUERIES[0], "text": "Again?"}, "[]"],
        qrels=HEADER + "q2\td1\t1\n\nq2\td1\nq2\td1\t0.5\nq2\td1\t1_0\nq2\td1\t2\nq8\td8\t1\n",
    )
    assert refusal(made) == [
        "/corpus.jsonl:2: not JSON (Expecting value, column 1)",
        "/corpus.jsonl:3: _id must be a text that is not empty, not None",
        "/corpus.jsonl:4: title must be a text, not 3",
        "/corpus.jsonl:5: the id 'd1' stands in line 1 already; ids must differ",
        "/queries.jsonl:2: text must be a text that is not empty, not None",
        "/queries.jsonl:5: a JSON object was expected, not []",
        "/queries.jsonl:4: the id 'q2' stands in line 1 already; ids must differ",
        "/qrels/test.tsv:4: three columns with tabs between them were expected "
        "(query-id, corpus-id, score), not 2",
        "/qrels/test.tsv:5: the grade must be a whole number, not '0.5'",
        "/qrels/test.tsv:6: the grade must be a whole number, not '1_0'",
        "/qrels/test.tsv:7: query 'q2' with passage 'd1' has the grade 1 already, not 2",
    ]


def test_four_columns_are_expected_where_there_is_no_header(tmp_path: Path) -> None:
    assert refusal(folder(tmp_path, qrels="q1\td1\t1\nq1 0 d1 1\nq2 0 d2 x\n")) == [
        "/qrels/test.tsv:1: a first line of query-id, corpus-id, score was expected, or without it "
        "four columns (query, iteration, passage, grade), not 3",
        "/qrels/test.tsv:3: the grade must be a whole number, not 'x'",
    ]


def test_judgements_of_what_is_not_there_are_counted(tmp_path: Path) -> None:
    unknown = [("q1", f"x{number}", 1) for number in range(1000)]
    made = folder(tmp_path, qrels=judgements([*JUDGED, *unknown, ("q9", "d1", 0)]))
    assert refusal(made) == [
        *[
            f"/qrels/test.tsv:{number + 6}: no passage has the id 'x{number}'"
            for number in range(20)
        ],
        "/qrels/test.tsv: and 980 more: no passage has the id",
        "/qrels/test.tsv:1006: no query has the id 'q9'",
    ]


@pytest.mark.parametrize("rows", [[], UNMEASURED])
def test_a_folder_that_leaves_nothing_to_measure_is_refused(
    tmp_path: Path, rows: list[tuple[str, str, Any]]
) -> None:
    (line,) = refusal(folder(tmp_path, qrels=judgements(rows)))
    assert line.startswith(" has no cases; the formats of suites are BEIR (a folder with ")
