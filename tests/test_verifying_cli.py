"""`pincite verify`: what it prints and its exit codes."""

import io
import json
from pathlib import Path

import pytest

from index.library import Library
from rag.verifying.attributing import Titles
from rag.verifying.quotations import quotations_in
from ui.addresses import Site, Target, reader_url
from ui.main import main

TIDES = "# Tides\n\nThe Moon pulls the sea. Spring tides are the highest of all tides.\n"
HASHING = ("--embedder", "hashing")


@pytest.fixture(autouse=True)
def _library(own_folder, tmp_path, capsys):
    (tmp_path / "tides.md").write_text(TIDES, encoding="utf-8")
    (tmp_path / "moon.txt").write_text("The Moon is grey. The Moon pulls too.\n", encoding="utf-8")
    assert main(["add", str(tmp_path / "tides.md"), str(tmp_path / "moon.txt"), *HASHING]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("the highest of all", ["exact: “the highest of all”", "Tides, paragraph 1, line 3"], 0),
        ("spring tides", ["typographic: “spring tides”", "Tides, paragraph 1, line 3"], 0),
        (
            "Neap tides are the highest of all.",
            ["altered: “[-Spring-] {+Neap+} tides are the highest of all”", "Tides, paragraph 1"],
            3,
        ),
        ("zeppelins", ["absent: “zeppelins”"], 3),
        ("'highest of all' and ‘zeppelins’", ["exact: “highest of all”", "Tides", "absent"], 3),
    ],
)
def test_what_is_printed(text, expected, code, capsys):
    assert main(["verify", text]) == code
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line]
    for line, beginning in zip(lines, expected, strict=True):
        assert line.startswith(beginning)


def test_only_the_first_places_are_printed(capsys):
    assert main(["verify", "the"]) == 0
    assert capsys.readouterr().out.splitlines()[-2].strip() == "and 2 more"


def test_stdin_is_read_and_json_printed(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("He: “The Moon pulls the\nsea,” (Tides) ok\n"))
    assert main(["verify", "-", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    (quotation,) = printed["quotations"]
    with Library.open(Path("library")) as library:
        tides = next(row for row in library.documents() if row.source == "tides.md")
    assert (printed["schema_version"], quotation["kind"]) == (1, "typographic")
    assert quotation["attributed_to"] == [tides.id]
    assert quotation["places"][0]["text"] == "The Moon pulls the sea"


def test_a_document_can_be_named(capsys):
    with Library.open(Path("library")) as library:
        ids = {row.source: row.id for row in library.documents()}
    assert main(["verify", "The Moon is grey", "--document", ids["moon.txt"]]) == 0
    assert main(["verify", "The Moon is grey", "--document", ids["tides.md"]]) == 3
    assert "misattributed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([" "], "there is no quotation to check"),
        (["x", "--document", "none"], "the library has no document 'none'"),
        (["x", "--library", "nowhere"], "there is no library at nowhere"),
    ],
)
def test_what_cannot_be_checked_is_told_in_one_line(arguments, said, capsys):
    assert main(["verify", *arguments]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert said in printed.err


@pytest.mark.parametrize("site", [Site(), Site(course="a b", root_path="/x/y")])
def test_the_readers_own_links_are_understood(site):
    with Library.open(Path("library")) as library:
        row = library.documents()[0]
    url = reader_url(Target(row.id, row.version, (3, 9)), site=site)
    text = f"“Bees hum” [here]({url})"
    said = Titles([row]).said_of(quotations_in(text)[0], text)
    assert (said.documents, said.span) == ((row.id,), (3, 9))
