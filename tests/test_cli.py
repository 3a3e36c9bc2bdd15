"""The command line: exit codes, what goes to stdout and stderr, what never reaches a terminal."""

import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from index.checking import Problem
from index.errors import QuestionError
from index.library import Library
from rag.answer import Answer
from rag.settings import Settings
from ui.console import visible
from ui.main import main
from ui.printed import shortened, where

REPOSITORY = Path(__file__).parent.parent
START = "import sys; from ui.main import main; code = main(sys.argv[1:])"
TIDES = "# Tides\n\nThe Moon pulls the sea. Spring tides are the highest of all tides.\n"
HASHING = ("--embedder", "hashing")


@pytest.fixture(autouse=True)
def _own_folder(own_folder: None) -> None:
    """Every command runs there."""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "tides.md").write_text(TIDES, encoding="utf-8")
    (folder / "moon.txt").write_text("The Moon is grey and far away.\n", encoding="utf-8")
    return folder


@pytest.fixture
def library(notes: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["add", str(notes), *HASHING]) == 0
    capsys.readouterr()
    return Path("library")


def process(
    *arguments: str,
    start: str = START,
    **options: Any,  # subprocess's own
) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen([sys.executable, "-c", start, *arguments], env=environment, **options)


class TestUsage:
    def test_nothing_at_all_prints_the_help(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([]) == 2
        assert re.search(r"^  add +Add texts", capsys.readouterr().err, re.MULTILINE)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["adds"], "No such command 'adds'"),
            (["ask"], "Missing argument 'QUESTION'"),
            (["ask", "Why?", "--limits", "3"], "No such option"),
            (["ask", "Why?", "--limit", "0"], "should be greater than or equal to 1"),
            (["ask", "Why?", "--precision", "int8"], "'int8' is none of auto, float32, bfloat16"),
            (["ask", "Why?", "--reader", "magic"], "'magic' is none of "),
            (["ask", "Why?", "--fusion", "cold"], "'cold' is none of "),
            (["eval", "suite.json", "--mode", "closed"], "'closed' is none of open, reading"),
        ],
    )
    def test_wrong_usage_is_told_in_one_line(
        self, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(arguments) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("\n") == 1
        assert said in printed.err

    @pytest.mark.parametrize("arguments", [["--help"], ["list"], ["ask", "--help"]])
    def test_nothing_heavy_is_imported(self, arguments: list[str], library: Path) -> None:
        heavy = "{'torch', 'sentence_transformers', 'gradio', 'transformers', 'sklearn'}"
        start = f"{START}; sys.exit(code or str({heavy} & set(sys.modules)) != 'set()')"
        assert process(*arguments, start=start, stdout=subprocess.DEVNULL).wait(60) == 0


class TestAdd:
    def test_each_document_is_named_once_it_is_on_disk(
        self, notes: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["add", str(notes), *HASHING]) == 0
        lines = capsys.readouterr().out.splitlines()
        with Library.open(Path("library")) as opened:
            stored = {(row.id, row.source) for row in opened.documents()}
        assert {tuple(line.split()[1:]) for line in lines[:-1]} == stored
        assert lines[-1].startswith("2 added; 2 new passages, in ")

    def test_again_and_changed_and_pruned(
        self, notes: Path, library: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["add", str(notes), *HASHING]) == 0
        assert capsys.readouterr().out.startswith("2 unchanged, in ")
        (notes / "tides.md").write_text(TIDES + "More.\n", encoding="utf-8")
        (notes / "moon.txt").unlink()
        assert main(["add", str(notes), *HASHING, "--prune"]) == 0
        verbs = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
        assert verbs == ["replaced", "removed", "1"]

    def test_a_refused_file_keeps_no_other_out(
        self, notes: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (notes / "bad.txt").write_bytes(b"a\0b")
        assert main(["add", str(notes), *HASHING]) == 1
        printed = capsys.readouterr()
        assert printed.err.startswith("pincite: refused bad.txt: ")
        assert printed.err.count("\n") == 1
        assert "2 added, 1 refused" in printed.out.splitlines()[-1]

    def test_the_summary_names_what_was_read_by_a_guess(
        self, notes: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (notes / "old.txt").write_bytes("A café stood here.".encode("cp1252"))
        assert main(["add", str(notes), *HASHING]) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        assert last.endswith("; not UTF-8, read by a guess: old.txt as cp1252")

    def test_of_many_guesses_the_summary_names_a_few(
        self, notes: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for number in range(7):
            (notes / f"old{number}.txt").write_bytes(f"Café {number}.".encode("cp1252"))
        assert main(["add", str(notes), *HASHING]) == 0
        last = capsys.readouterr().out.splitlines()[-1]
        assert last.endswith("old3.txt as cp1252, old4.txt as cp1252 and 2 more")

    def test_a_missing_path_makes_no_library(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["add", "missing", *HASHING]) == 1
        assert capsys.readouterr().err.startswith("pincite: missing does not exist")
        assert not Path("library").exists()

    def test_ctrl_c_says_what_is_kept(
        self, notes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        whole = Library.add

        def interrupted(*given: Any, **options: Any) -> Iterator[Any]:
            for event in whole(*given, **options):
                yield event
                if type(event).__name__ == "Added":
                    raise KeyboardInterrupt

        monkeypatch.setattr(Library, "add", interrupted)
        assert main(["add", str(notes), *HASHING]) == 130
        printed = capsys.readouterr()
        assert printed.out.startswith("added ")
        assert printed.err.startswith("pincite: stopped; documents added and kept: 1;")

    def test_the_bar_is_on_a_terminal_only_and_never_in_the_output(self, notes: Path) -> None:
        outer, inner = pty.openpty()
        running = process("add", str(notes), *HASHING, stdout=subprocess.PIPE, stderr=inner)
        out, _ = running.communicate(timeout=60)
        os.close(inner)
        assert [line.split()[0] for line in out.decode().splitlines()] == ["added", "added", "2"]
        assert b"\x1b[" in os.read(outer, 65536)
        os.close(outer)


class TestListRemoveCheck:
    def test_list(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["list"]) == 0
        assert "Tides  (tides.md)\n" in capsys.readouterr().out
        assert main(["list", "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert printed["schema_version"] == 1
        assert [row["source"] for row in printed["documents"]] == ["moon.txt", "tides.md"]

    def test_remove(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        main(["list", "--json"])
        first = json.loads(capsys.readouterr().out)["documents"][0]["id"]
        assert main(["remove", first]) == 0
        assert capsys.readouterr().out == f"removed {first} moon.txt\n"
        assert main(["remove", first]) == 1
        assert capsys.readouterr().err.startswith(f"pincite: the library has no document '{first}'")

    def test_a_library_that_is_not_there(self, capsys: pytest.CaptureFixture[str]) -> None:
        for command in (["list"], ["check"], ["remove", "x"], ["ask", "Why?"]):
            assert main([*command, "--library", "nowhere"]) == 1
            printed = capsys.readouterr()
            assert (printed.out, printed.err.count("\n")) == ("", 1)
            assert "there is no library at nowhere" in printed.err

    def test_check_finds_nothing(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check"]) == 0
        assert capsys.readouterr().out == "no damage found\n"

    def test_check_reports_damage(
        self, library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        problem = Problem("vectors", "a row is missing", mended=True)
        monkeypatch.setattr(Library, "check", lambda _: [problem])
        assert main(["check"]) == 1
        assert capsys.readouterr().out == "vectors: a row is missing (mended)\n"
        assert main(["check", "--json"]) == 1
        assert json.loads(capsys.readouterr().out) == {
            "schema_version": 1,
            "problems": [{"part": "vectors", "message": "a row is missing", "mended": True}],
        }


class TestAsk:
    def test_an_answer_in_json_is_an_exact_slice(
        self, library: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        question = "Which tides are the highest of all tides?"
        assert main(["ask", question, "--json", "--threshold", "-9"]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert (printed["question"], printed["status"]) == (question, "answered")
        for quote in printed["quotes"]:
            source = (Path("notes") / quote["document"]["source"]).read_text("utf-8")
            assert source[quote["start"] : quote["end"]] == quote["text"]

    def test_an_answer_for_people(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        question = "Which tides are the highest of all tides?"
        assert main(["ask", question, "--threshold", "-9", "--limit", "1"]) == 0
        printed = capsys.readouterr().out
        assert printed.startswith("“")
        assert "highest of all tides.”\n    Tides, paragraph 1, line 3 [" in printed
        assert "\x1b" not in printed

    def test_no_answer(self, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["ask", "Who painted the tides?", "--threshold", "1e9"]) == 3
        printed = capsys.readouterr().out
        assert printed.startswith("These texts do not answer this.\n")
        assert ", not an answer:\n" in printed

    @pytest.mark.parametrize("question", ["", "  ", "x" * 2001])
    def test_a_question_that_cannot_be_asked(
        self, library: Path, question: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["ask", question]) == 1
        assert capsys.readouterr().err.count("\n") == 1


class TestAskFromStdin:
    @pytest.fixture(autouse=True)
    def _fake_answers(self, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def ask(
            question: str, pipeline: object, *, documents: Collection[str] | None = None
        ) -> Answer:
            if question == "bad":
                raise QuestionError("it cannot be asked")
            status = "answered" if question == "yes" else "related"
            # mypy sees any string here, and these two are statuses
            return Answer(question, status, None, None, (), (), {}, {})  # type: ignore[arg-type]

        monkeypatch.setattr("ui.asking.ask", ask)

    @pytest.mark.parametrize(
        ("lines", "code"),
        [
            ("yes\n\nno\n", 0),
            ("no\nno", 3),
            ("yes\r\nbad\n", 1),
            ("yes\u2028no\n", 3),  # only line ends end a question
        ],
    )
    def test_each_line_gives_a_line(
        self,
        lines: str,
        code: int,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        stdin = io.TextIOWrapper(io.BytesIO(lines.encode()), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", stdin)
        assert main(["ask", "-"]) == code
        printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        questions = [line.strip() for line in lines.split("\n") if line.strip()]
        assert [row["question"] for row in printed] == questions
        assert {row["schema_version"] for row in printed} == {1}
        errors = [row["error"] for row in printed if "error" in row]
        assert errors == ["it cannot be asked"] * questions.count("bad")

    def test_no_question_at_all(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("\n \n"))
        assert main(["ask", "-"]) == 1
        assert "stdin held no question" in capsys.readouterr().err


class TestFailure:
    def test_a_bug_goes_to_the_log(
        self, library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def broken(_: object) -> None:
            raise RuntimeError("impossible")

        monkeypatch.setattr(Library, "documents", broken)
        assert main(["list"]) == 70
        printed = capsys.readouterr()
        log = Path("log/pincite.log").resolve()
        assert printed.out == ""
        assert printed.err == (
            "pincite: this is a bug in Pincite (RuntimeError: impossible); "
            f"its traceback is in {log}\n"
        )
        assert "in broken\n    raise RuntimeError" in log.read_text("utf-8")

    def test_a_log_that_cannot_be_written_loses_nothing(
        self, library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(Library, "documents", lambda _: 1 / 0)
        monkeypatch.setenv("PINCITE_LOG", "notes/tides.md/log")
        assert main(["list"]) == 70
        assert "ZeroDivisionError" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (KeyboardInterrupt(), 130),
            (PermissionError(13, "Permission denied", "library.db"), 1),
            (OSError(28, "No space left on device", "library.db"), 1),
            (OSError(22, "Invalid argument"), 70),
        ],
    )
    def test_exit_codes(
        self, library: Path, error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def failing(_: object) -> None:
            raise error

        monkeypatch.setattr(Library, "documents", failing)
        assert main(["list"]) == code

    def test_a_setting_that_is_wrong(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PINCITE_LIMIT", "many")
        assert main(["list"]) == 1
        assert "PINCITE_LIMIT is 'many'" in capsys.readouterr().err

    def test_a_reader_that_goes_away(self, library: Path) -> None:
        ends, start = os.pipe()
        running = process(
            "list", start=f"{START}; sys.exit(code)", stdout=start, stderr=subprocess.PIPE
        )
        os.close(start)
        os.close(ends)  # long before the first line is printed
        _, complaint = running.communicate(timeout=60)
        assert (running.returncode, complaint) == (141, b"")

    @pytest.mark.slow
    def test_a_terminal_that_lacks_the_characters(self, library: Path) -> None:
        running = process(
            "ask",
            "Which tides are the highest of all tides?",
            "--threshold=-9",
            start=f"import sys; sys.stdout.reconfigure(encoding='ascii'); {START}; sys.exit(code)",
            stdout=subprocess.PIPE,
        )
        out, _ = running.communicate(timeout=60)
        assert running.returncode == 0
        assert out.startswith(b"\\u201c")


class TestOutput:
    HOSTILE = "red\x1b[31m \x9b2J \u202egnp\u2066.\r\nbell\x07\x7f"

    def test_nothing_of_a_text_steers_the_terminal(self) -> None:
        assert visible(self.HOSTILE) == ("red␛[31m <U+009B>2J <U+202E>gnp<U+2066>.␍␊bell␇␡")

    def test_titles_and_texts_of_documents_are_made_visible_and_json_is_exact(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = tmp_path / "x\x1b[2J.md"
        harmless = "Nothing else in this text would do anything to a terminal at all. " * 9
        text = f"# Ti\x1b]0;owned\x07tle\n\nThe \u202emoon is\x1b[31m red.\n\n{harmless}\n"
        path.write_text(text, encoding="utf-8")
        assert main(["add", str(path), *HASHING]) == 0
        assert main(["list"]) == 0
        assert main(["ask", "Is the moon red?", "--threshold", "-9"]) == 0
        assert main(["ask", "Is the moon red?", "--threshold", "1e9"]) == 3
        printed = capsys.readouterr().out
        assert not set(printed) & {"\x1b", "\x07", "\u202e"}
        assert "␛[31m red" in printed
        assert main(["ask", "Is the moon red?", "--threshold", "-9", "--json"]) == 0
        raw = capsys.readouterr().out
        assert raw.isascii()
        assert "\u202emoon is\x1b[31m red." in json.loads(raw)["quotes"][0]["text"]

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("short", "short"),
            ("one two three", "one two …"),
            ("exactly10.", "exactly10."),
            ("unbreakable", "unbreakabl …"),
        ],
    )
    def test_long_passages_are_cut_at_a_word(self, text: str, shown: str) -> None:
        assert shortened(text, 10) == shown

    def test_a_place_that_begins_with_the_title_is_told_once(self) -> None:
        quote = {"document": {"id": "d", "title": "T"}, "place": {"label": "T > U, line 3"}}
        assert where(quote) == "T > U, line 3 [d]"


class TestServe:
    @pytest.fixture
    def served(self, monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
        settings: list[Settings] = []
        monkeypatch.setattr("ui.web.serving.serve", lambda _, given, __: settings.append(given))
        monkeypatch.setattr("ui.web.serving._listen", lambda *_: nullcontext())
        return settings

    def test_it_serves_the_library_as_it_is_told_to(
        self, library: Path, served: list[Settings]
    ) -> None:
        arguments = ["--host", "::1", "--port", "0", "--root-path", "/behind", "--limit", "2"]
        assert main(["serve", *arguments]) == 0
        (given,) = served
        assert (given.host, given.port, given.root_path, given.limit) == ("::1", 0, "/behind", 2)
        assert given.library == Path("library")

    def test_by_default_only_this_machine_reaches_it(
        self, library: Path, served: list[Settings]
    ) -> None:
        assert main(["serve"]) == 0
        assert (served[0].host, served[0].port) == ("127.0.0.1", 7860)

    def test_the_demo_serves_its_own_library(self, served: list[Settings]) -> None:
        assert main(["demo", "--port", "9", *HASHING]) == 0
        assert (served[0].library, served[0].port) == (Path("demo-library"), 9)


class TestDemo:
    def test_it_indexes_the_sample_course_into_a_folder_of_its_own(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("PINCITE_LIBRARY", "mine")
        assert main(["demo", "--no-serve", *HASHING]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[-5] == "Questions to try:"
        assert all(line.endswith("?") for line in lines[-4:])
        assert not Path("mine").exists()
        with Library.open(Path("demo-library")) as opened:
            assert 8 <= len(opened.documents()) <= 10
