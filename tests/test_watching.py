"""`pincite add --watch`: the library follows the files until Ctrl-C."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from index.library import Library
from index.patterns import Patterns
from index.watching import Watched
from tests.archives import archive
from tests.libraries import add, texts_of, write
from tests.support import eventually
from ui.main import main

ROOT = Path(__file__).parent.parent
START = "import sys; from ui.main import main; sys.exit(main(sys.argv[1:]))"
PATIENCE = 30  # seconds; a busy machine takes long to start anything


def keys(look):
    return [file.key for file in look.files], [key for _, key in look.gone]


def test_what_a_look_finds(tmp_path):
    folder = write(tmp_path / "texts", a="Bees hum.", b="Ants walk.", left="Flies buzz.")
    watched = Watched([folder], Patterns(exclude=("left.txt",)))
    assert keys(watched.look()) == (["a.txt", "b.txt"], [])
    assert keys(watched.look()) == ([], [])
    write(folder, a="Bees hum loudly.", c="Wasps sting.")
    (folder / "b.txt").unlink()
    (folder / ".hidden.txt").write_text("Lice crawl.")
    assert keys(watched.look()) == (["a.txt", "c.txt"], ["b.txt"])


def test_a_folder_that_is_away_for_a_while_loses_nothing(tmp_path):
    folder = write(tmp_path / "texts", a="Bees hum.")
    watched = Watched([folder], Patterns())
    watched.look()
    folder.rename(tmp_path / "away")
    assert watched.look() == ([], [], [folder])
    (tmp_path / "away").rename(folder)
    assert watched.look() == ([], [], [])


def test_a_file_that_was_named_is_followed_by_itself(tmp_path):
    folder = write(tmp_path / "texts", a="Bees hum.", b="Ants walk.")
    watched = Watched([folder / "a.txt"], Patterns())
    assert keys(watched.look()) == (["a.txt"], [])
    next(watched.happenings())
    (folder / "a.txt").unlink()
    assert keys(watched.look()) == ([], ["a.txt"])


def test_only_what_is_named_is_pruned(tmp_path, library):
    folder = tmp_path / "texts"
    (folder / "course.zip").write_bytes(archive({"d.txt": "Lice crawl.", "e.txt": "Bugs creep."}))
    add(library, folder)
    for name in ("a.txt", "b.txt"):
        (folder / name).unlink()
    (folder / "course.zip").write_bytes(archive({"e.txt": "Bugs creep."}))
    named = [(str(folder), "b.txt"), (str(folder), "course.zip")]
    removed = add(library, sources=[], prune_below=named)
    assert [event.source for event in removed] == ["b.txt", "course.zip/d.txt"]
    assert list(texts_of(library)) == ["a.txt", "c.txt", "course.zip/e.txt"]


@pytest.fixture
def watching(tmp_path, own_folder):
    """Starts `pincite add --watch`, and gives the process and what it prints, line by line."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", START, "add", "--watch", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        lines = queue.Queue()
        threading.Thread(target=lambda: [*map(lines.put, process.stdout)], daemon=True).start()
        started.append(process)
        return process, lambda: lines.get(timeout=PATIENCE).rstrip()

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def until(line, start):
    """The next line that begins so."""
    while not (said := line()).startswith(start):
        pass
    return said


@pytest.mark.slow
def test_the_library_follows_a_folder_until_it_is_stopped(tmp_path, watching, capsys):
    notes = write(tmp_path / "notes", tides="The Moon pulls the sea.")
    process, line = watching("notes", "--embedder", "hashing", "--exclude", "*.md")
    first = until(line, "added ").split()
    assert first[2] == "tides.txt"
    assert until(line, "pincite: ") == "pincite: watching notes; Ctrl-C stops"

    (notes / "left.md").write_text("Left out.")
    began = time.monotonic()
    write(notes, moon="The Moon is grey.")
    assert until(line, "added ").endswith(" moon.txt")
    print(f"a new file was told of after {time.monotonic() - began:.1f} s")
    write(notes, tides="The Moon and the Sun pull the sea.")
    assert until(line, "replaced ") == f"replaced {first[1]} tides.txt"
    (notes / "week-1").mkdir()
    (notes / "tides.txt").rename(notes / "week-1" / "tides.txt")
    assert until(line, "renamed ") == f"renamed {first[1]} week-1/tides.txt"
    (notes / "moon.txt").unlink()
    assert until(line, "removed ").endswith(" moon.txt")

    other = write(tmp_path / "other", sun="The Sun is bright.")
    adding = ["add", str(other), "--embedder", "hashing"]
    eventually(lambda: main(adding) == 0)  # the lock is free between two looks
    process.send_signal(signal.SIGINT)
    assert until(line, "pincite: ") == "pincite: stopped watching; what was told is kept"
    assert process.wait(PATIENCE) == 130
    with Library.open(tmp_path / "library") as library:
        assert list(texts_of(library)) == ["sun.txt", "week-1/tides.txt"]


@pytest.mark.slow
def test_it_waits_for_whoever_else_writes(tmp_path, watching):
    notes = write(tmp_path / "notes", tides="The Moon pulls the sea.")
    _, line = watching("notes", "--embedder", "hashing")
    until(line, "pincite: watching")
    with Library.open(tmp_path / "library") as library, library._writing("check"):
        write(notes, moon="The Moon is grey.")
        assert "is being written to by process" in until(line, "pincite: library")
    assert until(line, "added ").endswith(" moon.txt")


def test_a_path_where_nothing_is(own_folder, capsys):
    assert main(["add", "--watch", "missing"]) == 1
    assert capsys.readouterr().err == "pincite: missing does not exist; name a file or a folder\n"
