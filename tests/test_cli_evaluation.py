"""`eval`, `compare` and `case` on the command line: what is printed, written and refused."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from ui.main import main

HASHING = ("--embedder", "hashing", "--cache", "cache")
SQUAD: dict[str, Any] = {
    "data": [
        {
            "title": "Tides",
            "paragraphs": [
                {
                    "context": "Spring tides are the highest of all tides.",
                    "qas": [
                        {
                            "id": "1",
                            "question": "Which tides are the highest of all tides?",
                            "answers": [{"text": "Spring tides", "answer_start": 0}],
                        }
                    ],
                }
            ],
        },
        {
            "title": "Moon",
            "paragraphs": [
                {
                    "context": "The Moon is grey.",
                    "qas": [{"id": "2", "question": "Who paints gladly?", "answers": []}],
                }
            ],
        },
    ]
}


@pytest.fixture(autouse=True)
def _own_folder(own_folder: None) -> None:
    """Every command runs there."""


@pytest.fixture
def suite(tmp_path: Path) -> str:
    (tmp_path / "squad.json").write_text(json.dumps(SQUAD), encoding="utf-8")
    return "squad.json"


def written(name: str, rows: Sequence[object]) -> str:
    Path(name).write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return name


def figure(path: str, name: str) -> float:
    value = json.loads(Path(path).read_text(encoding="utf-8"))["figures"][name]["value"]
    assert isinstance(value, float)
    return value


class TestEval:
    @pytest.mark.parametrize("mode", ["open", "reading"])
    def test_a_suite_with_passages_is_asked_about_them_and_every_file_is_written(
        self, suite: str, mode: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = {
            "--predictions": "predictions.json",
            "--json": "run.json",
            "--report": "report.html",
            "--junit": "junit.xml",
            "--markdown": "summary.md",
        }
        options = [part for pair in files.items() for part in pair]
        assert main(["eval", suite, *HASHING, "--threshold", "-9", "--mode", mode, *options]) == 0
        out = capsys.readouterr().out
        assert "     2 cases" in out
        assert f"  mode            {mode}" in out
        assert set(json.loads(Path("predictions.json").read_text("utf-8"))) == {"1", "2"}
        run = json.loads(Path("run.json").read_text("utf-8"))
        assert [case["label"] for case in run["cases"]] == ["right", "wrongly_answered"]
        assert ("recall@1" in run["figures"]) == (mode == "open")
        report = Path("report.html").read_text("utf-8")
        assert "Which tides are the highest of all tides?" in report
        assert ElementTree.parse("junit.xml").getroot()[0].get("failures") == "1"
        assert "answered what has no answer" in Path("summary.md").read_text("utf-8")
        assert len(list(Path("cache").iterdir())) == 1
        assert not Path("run.json.partial").exists()

    def test_tags_and_samples_narrow_it(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["eval", suite, *HASHING, "--tag", "Moon"]) == 0
        assert "     1 cases" in capsys.readouterr().out
        assert main(["eval", suite, *HASHING, "--sample", "1", "--seed", "3"]) == 0
        assert "  sample          1 of 2, seed 3" in capsys.readouterr().out

    def test_a_library_that_lacks_the_documents_is_refused(
        self, suite: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "a.txt").write_text("Bees hum.", encoding="utf-8")
        assert main(["add", "a.txt", "--embedder", "hashing"]) == 0
        assert main(["eval", suite, "--library", "library"]) == 1
        assert "asks about 2 of 2 documents that the library lacks" in capsys.readouterr().err

    def test_faults_are_told_before_anything_is_asked(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["eval", suite, "--json", "nowhere/run.json"]) == 1
        assert "nowhere/run.json cannot be written" in capsys.readouterr().err
        Path("bad.jsonl").write_text("{}\n[]\n", encoding="utf-8")
        assert main(["eval", "bad.jsonl"]) == 1
        assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()] == [
            "bad.jsonl:1",
            "bad.jsonl:2",
        ]

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--mode", "closed"], "'closed' is none of open, reading"),
            (["--resume"], "--resume needs --json FILE"),
            (["--baseline", "a.json"], "--baseline FILE and --max-drop NAME=X go together"),
            (["--max-drop", "F1=.1"], "--baseline FILE and --max-drop NAME=X go together"),
            (["--fail-under", "F1"], "'F1' is not NAME=NUMBER, such as F1=.70"),
            (["--fail-over", "speed=1"], "'speed' is no measure; they are EM, F1"),
            (["--jobs", "0"], "should be greater than or equal to 1"),
            (["--seed", "-1"], "should be greater than or equal to 0"),
            (["--fail-under", "F1=70"], "F1 is a ratio, from 0 to 1; 70 is not"),
            (["--answers", "x", "--mode", "reading"], "--answers scores a file, and --mode says"),
        ],
    )
    def test_wrong_usage(
        self, suite: str, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["eval", suite, *options]) == 2
        assert said in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--markdown", "squad.json"], "squad.json is read by this command"),
            (["--json", "a.json", "--report", "./a.json"], "a.json was named for another output"),
            (["--json", "b.json", "--baseline", "b.json", "--max-drop", "F1=0"], "is read by this"),
            (["--report", "."], ". cannot be written (Is a directory)"),
            (["--report", "x" * 300], "File name too long"),
            (["--threshold", "nan"], "threshold is nan; a finite number was expected"),
        ],
    )
    def test_no_file_is_written_over_another_and_nothing_is_asked_before_that_is_sure(
        self, suite: str, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = Path(suite).read_bytes()
        assert main(["eval", suite, *HASHING, *options]) == 1
        assert said in capsys.readouterr().err
        assert Path(suite).read_bytes() == before
        assert not Path("a.json").exists()

    @pytest.mark.slow
    def test_gates_are_told_one_a_line(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        gates = ["--fail-under", "right=1", "--fail-over", "p95=60", "--fail-under", "recall@5=1"]
        base = ["eval", suite, *HASHING, "--reader", "sentence"]
        assert main([*base, "--threshold", "-9", *gates]) == 4
        assert capsys.readouterr().err.splitlines() == [
            "pincite: gate broken: --fail-under right=1: right is .500; at least 1.000 was expected"
        ]
        assert main([*base, "--json", "all.json", "--threshold", "-9"]) == 0
        drop = ["--baseline", "all.json", "--max-drop", "HasAns_EM=0", "--max-drop", "right=0"]
        assert main([*base, "--threshold", "9", *drop]) == 0  # says nothing: right as often
        capsys.readouterr()
        drop[-1] = "quote_holds=.5"
        assert main([*base, "--threshold", "9", *drop]) == 4
        note, line = capsys.readouterr().err.splitlines()
        assert note == (
            "pincite: note: all.json was made otherwise: reader was 'sentence/1 threshold=-9' and "
            "is 'sentence/1 threshold=9'"
        )
        assert "quote_holds went from 1.000 to .000" in line
        assert main([*base, "--threshold", "9", *drop, "--significant"]) == 0

    def test_a_case_that_fails_counts_0_and_is_in_the_log(
        self, suite: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("no")

        monkeypatch.setattr("eval.asking.ask", broken)
        assert main(["eval", suite, *HASHING]) == 1
        printed = capsys.readouterr()
        assert "     2   failed" in printed.out
        assert "2 cases failed and count 0; the first is 1: RuntimeError: no" in printed.err

    @pytest.mark.slow
    def test_a_bug_leaves_its_traceback_in_the_log_and_nowhere_else(
        self, suite: str, tmp_path: Path
    ) -> None:
        code = f"""
import sys
import eval.asking
from ui.main import main
def broken(*_, **__):
    raise RuntimeError("no")
eval.asking.ask = broken
sys.exit(main(["eval", {suite!r}, "--embedder", "hashing", "--cache", "cache"]))
"""
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        log = tmp_path / "log" / "pincite.log"
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert f"their tracebacks are in {log}" in done.stderr
        assert log.read_text(encoding="utf-8").count("RuntimeError: no") == 2

    def test_a_quote_that_does_not_stand_in_the_texts_fails_the_run(
        self, suite: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from dataclasses import replace

        from rag import ask

        def tampering(*arguments: Any, **options: Any) -> Any:
            answer = ask.ask(*arguments, **options)
            quotes = tuple(replace(quote, text=quote.text.upper()) for quote in answer.quotes)
            return replace(answer, quotes=quotes)

        monkeypatch.setattr("eval.asking.ask", tampering)
        options = ["--threshold", "-9", "--json", "run.json"]
        assert main(["eval", suite, *HASHING, *options]) == 70
        assert "3 quotes do not stand in the texts (cases 1, 2)" in capsys.readouterr().err
        assert figure("run.json", "verbatim") == 0.0


class TestAnswers:
    def test_another_system_is_scored_on_the_same_suite(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [
            {"id": "1", "answer": "spring tides", "quotes": ["Spring tides are the highest"]},
            {"id": "2", "answer": None},
        ]
        options = ["--answers", written("theirs.jsonl", rows), "--json", "run.json"]
        assert main(["eval", suite, *options]) == 0
        out = capsys.readouterr().out
        assert "  mode            answers" in out
        assert "  answers         theirs.jsonl " in out
        assert (figure("run.json", "EM"), figure("run.json", "verbatim")) == (1.0, 1.0)
        assert not Path("cache").exists()  # nothing was embedded

    def test_our_own_predictions_come_to_the_same_figures(self, suite: str) -> None:
        ask = ["--threshold", "-9", "--predictions", "p.json", "--json", "ours.json"]
        assert main(["eval", suite, *HASHING, *ask]) == 0
        assert main(["eval", suite, "--answers", "p.json", "--json", "again.json"]) == 0
        for name in ("EM", "F1", "HasAns_F1", "NoAns", "right"):
            assert figure("again.json", name) == figure("ours.json", name)

    def test_invented_quotes_are_counted_and_are_no_bug_of_ours(self, suite: str) -> None:
        rows = [
            {"id": "1", "answer": "Spring tides", "quotes": ["Neap tides.", "highest of all"]},
            {"id": "2", "answer": "mine", "quotes": ["grey"]},
        ]
        options = ["--answers", written("theirs.jsonl", rows), "--json", "run.json"]
        assert main(["eval", suite, *options]) == 0
        assert figure("run.json", "verbatim") == pytest.approx(2 / 3, abs=1e-6)

    def test_missing_answers_count_0_and_unknown_ones_are_refused(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = written("theirs.jsonl", [{"id": "1", "answer": "Spring tides"}])
        assert main(["eval", suite, "--answers", path]) == 1
        printed = capsys.readouterr()
        assert "theirs.jsonl lacks 1 of the 2 cases, which count 0: 2" in printed.err
        assert "     1   failed" in printed.out
        path = written("theirs.jsonl", [{"id": "9", "answer": "x"}])
        assert main(["eval", suite, "--answers", path]) == 1
        assert "9" in capsys.readouterr().err

    def test_a_tag_leaves_out_answers_without_complaint(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [{"id": "1", "answer": "Spring tides"}, {"id": "2", "answer": ""}]
        path = written("theirs.jsonl", rows)
        assert main(["eval", suite, "--answers", path, "--tag", "Moon"]) == 0
        assert capsys.readouterr().err == ""


class TestResume:
    OPTIONS = (*HASHING, "--threshold", "-9", "--json", "run.json")

    def test_an_interrupted_run_goes_on_where_it_stopped(
        self, suite: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from rag import ask

        asked: list[str] = []

        def interrupted(question: str, *rest: Any, **options: Any) -> Any:
            asked.append(question)
            if len(asked) == 2:
                raise KeyboardInterrupt
            return ask.ask(question, *rest, **options)

        monkeypatch.setattr("eval.asking.ask", interrupted)
        assert main(["eval", suite, *self.OPTIONS]) == 130
        assert "stopped after 1 of 2 cases; they are kept" in capsys.readouterr().err
        assert not Path("run.json").exists()
        assert main(["eval", suite, *self.OPTIONS, "--resume"]) == 0
        assert len(asked) == 3  # the first case was not asked again
        assert not Path("run.json.partial").exists()
        assert main(["eval", suite, *self.OPTIONS, "--resume"]) == 0  # nothing left to ask
        assert len(asked) == 3

    def test_other_answers_under_the_same_name_are_another_run(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = [{"id": "1", "answer": "Spring tides"}, {"id": "2", "answer": ""}]
        base = ["eval", suite, "--json", "run.json", "--answers"]
        assert main([*base, written("theirs.jsonl", rows)]) == 0
        rows[0]["answer"] = "Neap tides"
        assert main([*base, written("theirs.jsonl", rows), "--resume"]) == 1
        assert "answers was 'theirs.jsonl" in capsys.readouterr().err

    def test_it_goes_on_only_with_what_began_it(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["eval", suite, *self.OPTIONS]) == 0
        assert main(["eval", suite, *self.OPTIONS, "--resume", "--reader", "cosine"]) == 1
        assert "run.json was made otherwise (reader was 'span/1" in capsys.readouterr().err


class TestCompare:
    @pytest.mark.slow
    def test_two_readers_are_compared_both_ways(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for reader in ("sentence", "cosine"):
            options = ["--reader", reader, "--json", f"{reader}.json"]
            assert main(["eval", suite, *HASHING, *options]) == 0
        capsys.readouterr()
        files = ["--json", "there.json", "--report", "there.html"]
        assert main(["compare", "sentence.json", "cosine.json", *files]) == 0
        out = capsys.readouterr().out
        assert "2 cases in both" in out
        assert "  reader          sentence/1 threshold=1.3 -> cosine/1 threshold=-1" in out
        assert "<html" in Path("there.html").read_text("utf-8")
        assert main(["compare", "cosine.json", "sentence.json", "--json", "back.json"]) == 0
        there, back = (
            json.loads(Path(name).read_text("utf-8"))["measures"]
            for name in ("there.json", "back.json")
        )
        assert there["NoAns"]["difference"] == -1.0
        assert {name: row["difference"] for name, row in back.items()} == {
            name: -row["difference"] for name, row in there.items()
        }

    def test_what_is_no_run_is_refused(
        self, suite: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["compare", suite, "gone.json"]) == 1
        assert "squad.json is no run" in capsys.readouterr().err


class TestCase:
    @pytest.fixture(autouse=True)
    def _library(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "bees.md").write_text("# Bees\n\nBees hum. They dance.\n", encoding="utf-8")
        assert main(["add", "bees.md", "--embedder", "hashing"]) == 0
        capsys.readouterr()

    def test_a_case_is_checked_appended_and_measured(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        add = ["case", "add", "bees.jsonl"]
        assert main([*add, "--question", "What do bees do?", "--answer", "hum", "--tag", "x"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "added bees-001: bees.md, Bees, paragraph 1, line 3",
            "  “Bees hum.”",
        ]
        assert main([*add, "--question", "Who are they?", "--no-answer"]) == 0
        assert "added bees-002: the texts do not answer it" in capsys.readouterr().out
        assert main(["eval", "bees.jsonl", "--library", "library", "--json", "run.json"]) == 0
        assert len(json.loads(Path("run.json").read_text("utf-8"))["cases"]) == 2

    def test_an_answer_that_does_not_stand_there_is_refused(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        options = ["--question", "What?", "--answer", "sing"]
        assert main(["case", "add", "bees.jsonl", *options]) == 1
        assert "'sing' does not stand in the library" in capsys.readouterr().err
        assert not Path("bees.jsonl").exists()

    def test_answer_and_no_answer_exclude_each_other(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for options in ([], ["--answer", "hum", "--no-answer"]):
            assert main(["case", "add", "bees.jsonl", "--question", "What?", *options]) == 2
        assert "give --answer TEXT, or --no-answer" in capsys.readouterr().err
