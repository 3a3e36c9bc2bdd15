"""The commands about courses: name one, look it over, link to it."""

import json
import re
from pathlib import Path

import jwt
import pytest

from index.embedding import load_embedder
from index.library import Library
from index.sources import text_source
from rag.answer import Answer, Status
from rag.question_log import QuestionLog
from rag.settings import load_settings
from ui.main import main
from ui.web.keys import is_valid, secret_in

pytestmark = pytest.mark.usefixtures("own_folder")

FILE = Path("pincite.toml")
ADDRESS = "https://ask.example.edu/texts"


@pytest.fixture
def library() -> Path:
    path = Path("tides-library")
    with Library.create(path) as made:
        source = text_source("t", "tides.md", "# Tides\n\nThe tide rises twice a day.\n")
        list(made.add([source], embedder=load_embedder("hashing"), max_bytes=1_000))
    return path


def make(*arguments: str, library: str = "tides-library") -> int:
    return main(["course", "new", "tides", "--library", library, *arguments])


def test_a_new_course_is_served_and_the_rest_of_the_file_stays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    FILE.write_text('# ours\nport = 8000  # not 7860\n\n[courses.moon]\nlibrary = "moon"\n')
    before = FILE.read_text()
    arguments = ["--title", 'The "tides"', "--origin", "https://a.test", "--access", "key"]
    assert make(*arguments) == 0
    assert "course tides written into pincite.toml" in capsys.readouterr().out
    assert FILE.read_text().startswith(before)
    moon, tides = load_settings().courses
    assert (moon.id, moon.library) == ("moon", Path("moon"))
    assert (tides.id, tides.title, tides.access) == ("tides", 'The "tides"', "key")
    assert tides.origins == ("https://a.test",)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--origin", "https://a.test/path"], "the origin of a page"),
        (["--access", "open"], "'open' is none of public, key"),
    ],
)
def test_a_wrong_course_is_not_written(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert make(*arguments) in {1, 2}
    assert message in capsys.readouterr().err
    assert not FILE.exists()


def test_an_id_is_taken_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert make() == 0
    written = FILE.read_text()
    assert make() == 1
    assert "has a course 'tides' already" in capsys.readouterr().err
    assert FILE.read_text() == written


def test_courses_are_listed_with_their_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    make("--title", "The tides")
    capsys.readouterr()
    assert main(["course", "list", "--address", ADDRESS]) == 0
    assert capsys.readouterr().out.split("  ") == [
        "tides",
        f"{ADDRESS}/c/tides/",
        "public",
        "tides-library",
        "The tides\n",
    ]


def test_without_courses_the_library_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["course", "list"]) == 0
    assert capsys.readouterr().out.startswith("default  http://127.0.0.1:7860/c/default/  public")


def test_a_course_without_problems_passes(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make("--origin", "https://moodle.example.edu")
    capsys.readouterr()
    assert main(["course", "check", "tides", "--address", ADDRESS]) == 0
    assert capsys.readouterr().out == "nothing found that would keep it from working\n"


def test_every_problem_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    make("--origin", "http://moodle.example.edu", library="nowhere")
    with FILE.open("a") as file:
        file.write('language = "fr"\n')
    capsys.readouterr()
    assert main(["course", "check", "tides", "--address", "http://ask.example.edu"]) == 1
    library, address, origin, language = capsys.readouterr().out.splitlines()
    assert "there is no library at nowhere" in library
    assert "http://ask.example.edu is not encrypted" in address
    assert "http://moodle.example.edu is not encrypted" in origin
    assert "language is 'fr'" in language


def test_a_course_that_nobody_can_frame_or_open_is_told(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make("--access", "key")
    capsys.readouterr()
    assert main(["course", "check", "tides"]) == 1
    key, address, origins = capsys.readouterr().out.splitlines()
    assert key.startswith("no link was made yet")
    assert address.startswith("no address is set")
    assert origins.startswith("it lists no origins")


def test_an_unknown_course_is_told_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make()
    assert main(["course", "check", "moon"]) == 1
    assert "there is no course 'moon'; known: tides." in capsys.readouterr().err


def test_a_link_opens_its_course_until_it_expires(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make("--access", "key")
    capsys.readouterr()
    link = ["course", "link", "tides", "--address", ADDRESS, "--expires"]
    assert main([*link, "2999-07-01"]) == 0
    said = re.fullmatch(rf"{ADDRESS}/k/([^/]+)/c/tides/\n", capsys.readouterr().out)
    assert said is not None
    assert is_valid(said[1], "tides", secret=secret_in(library))
    claims = jwt.decode(said[1], secret_in(library), algorithms=["HS256"], audience="tides")
    assert claims == {"aud": "tides", "exp": 32487868800}  # the end of that day
    for when in ("2001-01-01", "0", "soon", "9" * 12):
        assert main([*link, when]) == 1
    assert "says no time" in capsys.readouterr().err


def test_a_public_course_needs_no_link(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make()
    assert main(["course", "link", "tides", "--expires", "9"]) == 1
    assert "http://127.0.0.1:7860/c/tides/" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["ask.example.edu", "ftp://a.test", "https://a.test/?x=1"])
def test_an_address_that_is_none_is_told(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["course", "list", "--address", address]) == 1
    assert "the address of the server was expected" in capsys.readouterr().err


def test_a_teacher_sees_what_was_asked_where_the_course_keeps_it(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make()
    assert main(["course", "questions", "tides"]) == 1
    assert "course tides keeps no questions; set keep_questions_days" in capsys.readouterr().err
    with FILE.open("a") as file:
        file.write("keep_questions_days = 30\n")
    with QuestionLog(library, keep_days=30) as log:
        for question in ("How often does it rise?", "how often does it rise", "Who is Tycho?"):
            status: Status = "not_found" if "Tycho" in question else "answered"
            log.add(Answer(question, status, None, None, (), (), {}, {}))
    assert main(["course", "questions", "tides", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(row["times"], row["unanswered"]) for row in told["most_asked"]] == [(2, 0), (1, 1)]
    assert [row["question"] for row in told["unanswered"]] == ["Who is Tycho?"]


def test_that_kept_questions_will_be_deleted_is_told_beforehand(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make("--origin", "https://moodle.example.edu")
    with QuestionLog(library, keep_days=30) as log:
        log.add(Answer("Who is Tycho?", "not_found", None, None, (), (), {}, {}))
    capsys.readouterr()
    check = ["course", "check", "tides", "--address", ADDRESS]
    assert main(check) == 1
    assert capsys.readouterr().out.startswith("questions that were kept: 1; they will be deleted")
    with FILE.open("a") as file:
        file.write(f'[courses.moon]\nlibrary = "{library}"\nkeep_questions_days = 30\n')
    assert main(check) == 0  # another course of the same library wants them


def test_a_snippet_is_printed_and_where_to_paste_it_is_told(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make("--title", "The tides")
    capsys.readouterr()
    assert main(["course", "snippet", "tides", "--for", "mkdocs", "--address", ADDRESS]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("extra_javascript:")
    assert f"{ADDRESS}/static/embed.js?course=tides&title=The%20tides" in said.out
    assert "mkdocs.yml" in said.err
    assert main(["course", "snippet", "tides", "--for", "geocities"]) == 2
    assert "'geocities' is none of canvas, moodle" in capsys.readouterr().err
