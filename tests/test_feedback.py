"""Feedback becomes a suite where it tells what is right; the rest is left to a person."""

import json
from pathlib import Path

import pytest

from eval.cases import Case, Passage
from eval.feedback import Export, Undecided, case_id, export_of
from eval.formats import load_suite
from eval.formats.json_lines import line_of
from eval.texts import Texts
from rag.activity import VERDICTS, Activity, Feedback, FirstQuote
from ui.main import main

TEXTS = Texts.of_passages(
    [
        Passage("clocks.md", "", "Huygens made his first\nclock in 1656. It ran well."),
        Passage("bees.txt", "", "Bees hum. They dance."),
    ]
)
CLOCK = FirstQuote("clocks.md", "v", 0, 36, "Huygens made his first\nclock in 1656.", "1656")
HUM = FirstQuote("bees.txt", "v", 0, 9, "Bees hum.")
GONE = FirstQuote("bees.txt", "v", 0, 9, "Bees sing.", "sing")


def said(question, verdict, quote=None, day=1):
    status = "answered" if quote else "not_found"
    return Feedback(f"2026-03-{day:02d}T05:06:07+00:00", question, status, verdict, quote)


def unanswerable(question):
    return Case(case_id(question), question, (), tags=("unanswerable",))


WHEN = said("When was the first clock made?", "right", CLOCK)
WHEN_CASE = Case(
    case_id(WHEN.question), WHEN.question, ("1656",), (CLOCK.text,), document="clocks.md"
)
HUMS_CASE = Case(
    case_id("What hums?"), "What hums?", ("Bees hum.",), ("Bees hum.",), document="bees.txt"
)


class TestOneVerdict:
    @pytest.mark.parametrize(
        ("label", "row", "case"),
        [
            ("the short answer", WHEN, WHEN_CASE),
            ("the quote where no answer is marked", said("What hums?", "right", HUM), HUMS_CASE),
            ("silence that was right", said("Who?", "right"), unanswerable("Who?")),
            (
                "an answer where none was due",
                said("Who?", "should not have answered", HUM),
                unanswerable("Who?"),
            ),
        ],
    )
    def test_what_is_known_makes_a_case(self, label, row, case):
        assert export_of([row], TEXTS) == Export((case,), (), 0)

    @pytest.mark.parametrize("verdict", ["wrong place", "incomplete", "wrong answer"])
    def test_what_is_only_known_to_be_wrong_is_left_to_a_person(self, verdict):
        row = said("What hums?", verdict, HUM)
        assert export_of([row], TEXTS) == Export((), (Undecided(row, verdict),), 0)

    @pytest.mark.parametrize(
        ("label", "row", "reason"),
        [
            (
                "a quote that was edited away",
                said("What sings?", "right", GONE),
                "right, but its quote no longer stands in bees.txt",
            ),
            (
                "a document that was removed",
                said("What?", "right", FirstQuote("old.md", "v", 0, 9, "Bees hum.")),
                "right, but its quote no longer stands in old.md",
            ),
            (
                "a question that no suite can hold",
                said("Wh\0o?", "right"),
                "right, but question holds a character that no text can hold, '\\x00'; "
                "leave it out",
            ),
        ],
    )
    def test_what_no_run_could_use_is_left_to_a_person_too(self, label, row, reason):
        assert export_of([row], TEXTS) == Export((), (Undecided(row, reason),), 0)

    def test_nothing_comes_to_nothing(self):
        assert export_of([], TEXTS) == Export((), (), 0)


class TestOneQuestionSeveralTimes:
    def test_the_same_said_again_is_one_case(self):
        rows = [WHEN, said(f" {WHEN.question.replace(' ', '  ')}", "right", CLOCK), WHEN]
        assert export_of(rows, TEXTS) == Export((WHEN_CASE,), (), 0)

    @pytest.mark.parametrize(
        ("label", "first", "second", "contradicted"),
        [
            ("right, then wrong", ("right", HUM), ("wrong answer", HUM), 1),
            ("wrong, then right", ("incomplete", HUM), ("right", HUM), 1),
            ("answered, then silent, both right", ("right", HUM), ("right", None), 1),
            ("wrong in two ways", ("incomplete", HUM), ("wrong place", HUM), 0),
            (
                "should be silent, then is",
                ("should not have answered", HUM),
                ("right", None),
                0,
            ),
        ],
    )
    def test_the_newest_counts_and_contradictions_are_counted(
        self, label, first, second, contradicted
    ):
        older, newer = said("What hums?", *first, day=1), said("What hums?", *second, day=2)
        alone = export_of([newer], TEXTS)
        for rows in ([older, newer], [newer, older]):
            export = export_of(rows, TEXTS)
            assert (export.cases, export.undecided) == (alone.cases, alone.undecided)
            assert export.contradicted == contradicted

    def test_within_a_second_the_last_one_added_counts(self):
        rows = [said("What hums?", "right", HUM), said("What hums?", "right")]
        assert export_of(rows, TEXTS).cases == (unanswerable("What hums?"),)

    def test_cases_stand_by_the_time_of_what_counts(self):
        rows = [
            said("C?", "right", day=3),
            said("A?", "right", day=1),
            said("B?", "right", day=2),
            said("A?", "right", day=4),
        ]
        assert [case.question for case in export_of(rows, TEXTS).cases] == ["B?", "C?", "A?"]

    def test_ids_are_those_of_every_export(self):
        assert case_id("Who was Rollo?") == "feedback-182910e04da0"
        assert case_id("Who  was\nRollo?") == case_id("Who was Rollo?") != case_id("Who was rollo?")


def test_the_file_gives_the_cases_back(tmp_path):
    rows = [WHEN, said("What\r\nhums?", "right", HUM, 2), said("Wer? “é”", "right", day=3)]
    cases = export_of(rows, TEXTS).cases
    path = tmp_path / "suite.jsonl"
    path.write_text("".join(map(line_of, cases)), encoding="utf-8")
    assert load_suite(path).cases == cases
    assert [case.question for case in cases] == [WHEN.question, "What\nhums?", "Wer? “é”"]


class TestCommands:
    HASHING = ("--embedder", "hashing")

    @pytest.fixture(autouse=True)
    def _library(self, tmp_path, own_folder, capsys):
        (tmp_path / "bees.txt").write_text("Bees hum. They dance.\n", encoding="utf-8")
        assert main(["add", "bees.txt", *self.HASHING]) == 0
        capsys.readouterr()

    @staticmethod
    def keep(*rows):
        for row in rows:
            Activity(Path("library")).add(row)

    def test_the_suite_that_was_exported_is_evaluated(self, capsys):
        wrong = said("What walks?", "wrong place", HUM, day=4)
        self.keep(
            said("What hums?", "wrong answer", HUM, day=1),
            said("What hums?", "right", HUM, day=2),
            said("Who?", "right", day=3),
            wrong,
        )
        assert main(["feedback", "export", "--out", "mine.jsonl"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "cases written to mine.jsonl: 2",
            "questions on which feedback disagrees; the newest counts: 1",
            "left to a person, who adds them with `pincite case add mine.jsonl`: 1",
            "  wrong place: What walks? (bees.txt: “Bees hum.”)",
        ]
        assert load_suite(Path("mine.jsonl")).cases == (HUMS_CASE, unanswerable("Who?"))
        run = ["--library", "library", "--reader", "sentence", "--json", "run.json"]
        assert main(["eval", "mine.jsonl", *run]) == 0
        assert len(json.loads(Path("run.json").read_text("utf-8"))["cases"]) == 2

    def test_a_case_may_be_added_to_what_was_exported(self):
        self.keep(said("Who?", "right"))
        assert main(["feedback", "export", "--out", "mine.jsonl"]) == 0
        what = ["--question", "What do they do?", "--answer", "dance"]
        assert main(["case", "add", "mine.jsonl", *what]) == 0
        assert [case.question for case in load_suite(Path("mine.jsonl")).cases] == [
            "Who?",
            "What do they do?",
        ]

    def test_no_file_is_written_over(self, capsys):
        self.keep(said("Who?", "right"))
        Path("mine.jsonl").write_text("mine\n", encoding="utf-8")
        assert main(["feedback", "export", "--out", "mine.jsonl"]) == 1
        assert capsys.readouterr().err == (
            "pincite: mine.jsonl exists already; name a new file, or move this one away\n"
        )
        assert Path("mine.jsonl").read_text("utf-8") == "mine\n"
        before = Activity(Path("library")).all()
        assert main(["feedback", "export", "--out", "library/activity.db"]) == 1
        assert "is read by this command" in capsys.readouterr().err
        assert Activity(Path("library")).all() == before

    def test_feedback_that_makes_no_case_makes_no_file(self, capsys):
        self.keep(said("What hums?", "incomplete", HUM))
        assert main(["feedback", "export", "--out", "mine.jsonl"]) == 1
        printed = capsys.readouterr()
        assert "  incomplete: What hums? (bees.txt: “Bees hum.”)" in printed.out
        assert printed.err == (
            "pincite: mine.jsonl was not written: no case can be made of the feedback in library "
            "(1 given); say of an answer in the chat that it is right\n"
        )
        assert not Path("mine.jsonl").exists()

    def test_the_list(self, capsys):
        assert main(["feedback", "list"]) == 0
        assert capsys.readouterr().out == "no feedback\n"
        self.keep(said("What\x1b hums?", "right", HUM), said("Who?", "wrong answer", day=2))
        assert main(["feedback", "list"]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "2026-03-01T05:06:07+00:00  right: What␛ hums? (bees.txt: “Bees hum.”)",
            "2026-03-02T05:06:07+00:00  wrong answer: Who? (not answered)",
        ]

    def test_the_list_in_json(self, capsys):
        self.keep(said("What hums?", "right", HUM))
        assert main(["feedback", "list", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "schema_version": 1,
            "feedback": [
                {
                    "when": "2026-03-01T05:06:07+00:00",
                    "question": "What hums?",
                    "status": "answered",
                    "verdict": "right",
                    "quote": {
                        "source": "bees.txt",
                        "version": "v",
                        "start": 0,
                        "end": 9,
                        "text": "Bees hum.",
                        "answer": None,
                    },
                    "signature": {},
                }
            ],
        }

    @pytest.mark.parametrize("command", [["list"], ["export", "--out", "mine.jsonl"]])
    def test_what_cannot_be_read_is_told_in_one_line(self, command, capsys):
        assert main(["feedback", *command, "--library", "nowhere"]) == 1
        assert "there is no library at nowhere" in capsys.readouterr().err
        Path("library/activity.db").write_bytes(b"garbage")
        assert main(["feedback", *command]) == 1
        printed = capsys.readouterr()
        assert (printed.out, printed.err.count("\n")) == ("", 1)
        assert "activity.db is not Pincite's file of feedback" in printed.err
        assert not Path("mine.jsonl").exists()

    def test_an_export_without_a_file_is_wrong_usage(self, capsys):
        assert main(["feedback", "export"]) == 2
        assert "Missing option '--out'" in capsys.readouterr().err


def test_every_verdict_comes_to_a_case_or_to_a_person():
    rows = [said(f"{verdict}?", verdict, HUM) for verdict in VERDICTS]
    export = export_of(rows, TEXTS)
    told = {case.question for case in export.cases}
    told |= {each.feedback.question for each in export.undecided}
    assert told == {row.question for row in rows}
