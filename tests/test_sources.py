import os

import pytest

from index.errors import SourceError
from index.events import Added, Refused
from index.library import Library
from index.patterns import Patterns
from index.sources import sources_below
from tests.libraries import add, named, texts_of, write

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


COURSE = ("a.txt", "b.md", "drafts/a.txt", "week-1/b.md", "week-1/drafts/c.txt", "week-2/a.txt")


@pytest.mark.parametrize(
    ("include", "exclude", "found"),
    [
        ((), (), COURSE),
        (("*.md",), (), ("b.md", "week-1/b.md")),
        (("/*.md",), (), ("b.md",)),
        (("week-1",), (), ("week-1/b.md", "week-1/drafts/c.txt")),
        (("week-*/*.txt",), (), ("week-2/a.txt",)),
        (("week-*/**/*.txt",), (), ("week-1/drafts/c.txt", "week-2/a.txt")),
        (("*.md", "a.txt"), ("drafts/",), ("a.txt", "b.md", "week-1/b.md", "week-2/a.txt")),
        ((), ("/drafts/", "week-?"), ("a.txt", "b.md")),
        (("week-1/",), ("*.md",), ("week-1/drafts/c.txt",)),
        (("/.hidden.md", "b.md"), (), ("b.md", "week-1/b.md")),
    ],
)
def test_patterns_choose_among_the_files_of_a_folder(tmp_path, include, exclude, found):
    for name in (*COURSE, ".hidden.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(BEES)
    sources = sources_below([tmp_path], patterns=Patterns(include, exclude))
    assert sorted(source.key for source in sources) == list(found)


def test_a_folder_of_which_the_patterns_leave_nothing(tmp_path):
    write(tmp_path, a=BEES)
    patterns = Patterns(("*.md", "x y"), ("drafts/",))
    message = r"holds no texts that --include '\*\.md' --include 'x y' --exclude drafts/ leaves; "
    with pytest.raises(SourceError, match=message):
        sources_below([tmp_path], patterns=patterns)
    assert sources_below([tmp_path / "a.txt"], patterns=patterns)  # it was named itself


@pytest.mark.parametrize("pattern", ["", " ", "/", "!a", "#a", "a\\"])
def test_what_is_no_pattern(pattern):
    with pytest.raises(SourceError, match="is no pattern"):
        Patterns(exclude=(pattern,))


def test_what_is_left_out_by_a_pattern_is_not_pruned(tmp_path, library):
    texts = write(tmp_path / "texts", a=BEES, b="Ants walk.")
    add(library, texts)
    left = sources_below([texts], patterns=Patterns(exclude=("b.txt",)))
    assert named(add(library, sources=left, prune=True)) == [("Unchanged", "a.txt")]


def test_a_link_that_leads_out_of_its_folder_is_refused_unless_it_was_named(tmp_path, library):
    write(tmp_path / "elsewhere", secret="Wasps sting.")
    texts = write(tmp_path / "texts", a=BEES)
    (texts / "within.txt").symlink_to("a.txt")
    (texts / "out.txt").symlink_to(tmp_path / "elsewhere" / "secret.txt")
    (texts / "nowhere.txt").symlink_to("gone.txt")
    events = add(library, texts)
    refused = {event.source: event.reason for event in events if isinstance(event, Refused)}
    assert {event.source for event in events if isinstance(event, Added)} == {"a.txt", "within.txt"}
    assert refused == {
        "nowhere.txt": "is no file that can be read; a text was expected",
        "out.txt": "is a link that leads out of its folder; add by itself what it leads to",
    }
    assert "out.txt" in {event.source for event in add(library, texts / "out.txt")}
