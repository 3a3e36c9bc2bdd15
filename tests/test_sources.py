import os

import pytest

from index.errors import SourceError
from index.library import Library
from index.sources import sources_below
from tests.libraries import add, texts_of, write

BEES = "Bees hum in the lime tree."


@pytest.fixture
def library(tmp_path):
    with Library.create(tmp_path / "library") as library:
        yield library


@pytest.mark.parametrize(
    ("label", "make", "message"),
    [
        ("missing", lambda path: None, "does not exist; name a file or a folder"),
        ("a folder without texts", lambda path: path.mkdir(), r"holds no texts; .*\.txt, .*\.md"),
    ],
)
def test_a_path_that_leads_to_no_text(tmp_path, label, make, message):
    make(tmp_path / "here")
    with pytest.raises(SourceError, match=message):
        sources_below([tmp_path / "here"])


def test_what_is_found_in_a_folder(tmp_path, library):
    for name in ("a.txt", "b.MD", "c.py", ".hidden.txt", "sub/d.text", ".git/e.txt"):
        (tmp_path / "texts" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "texts" / name).write_text(BEES)
    Library.create(tmp_path / "texts" / "library").close()
    (tmp_path / "texts" / "library" / "f.txt").write_text(BEES)
    add(library, tmp_path / "texts", tmp_path / "texts" / "c.py", tmp_path / "texts" / "a.txt")
    assert list(texts_of(library)) == ["a.txt", "b.MD", "c.py", "sub/d.text"]


def test_a_pipe_is_refused_and_not_waited_for(library, tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (event,) = add(library, tmp_path / "pipe.txt")
    assert event.reason == "is no file that can be read; a text was expected"


def test_names_that_are_not_utf8_stay_apart_and_are_not_pruned(library, tmp_path):
    for byte, text in ((b"\xe8", BEES), (b"\xe9", "Ants walk.")):
        path = os.path.join(os.fsencode(tmp_path), b"caf" + byte + b".txt")
        with open(path, "wb") as file:
            file.write(text.encode())
    add(library, tmp_path)
    add(library, write(tmp_path, plain="Wasps sting.") / "plain.txt", prune=True)
    assert texts_of(library) == {
        "caf\\xe8.txt": BEES,
        "caf\\xe9.txt": "Ants walk.",
        "plain.txt": "Wasps sting.",
    }
