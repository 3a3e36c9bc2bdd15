"""Damaged files, files put back from a backup, a change log that was cut: noticed, and mended."""

import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from index.errors import (
    LibraryDamagedError,
    LibraryError,
    LibraryNotFoundError,
)
from index.library import Library
from tests.libraries import QUERY, add, answers, change, named, texts_of, write


def delete(path):
    path.unlink()


def flip(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 0xFF
    path.write_bytes(content)


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize("damage", [delete, flip, cut])
def test_a_damaged_vector_file_is_made_anew_with_the_same_answers(library, damage):
    before, file = answers(library), library.path / "vectors.faiss"
    written = file.read_bytes()
    damage(file)
    with Library.open(library.path) as other:
        assert answers(other) == before
    assert file.read_bytes() == written
    damage(file)
    expected = [] if damage is delete else [("vector file", True)]  # not there yet is no damage
    assert [(problem.part, problem.mended) for problem in library.check()] == expected
    assert file.read_bytes() == written
    assert library.check() == []


def test_a_vector_file_that_cannot_be_written_is_no_error(library, tmp_path, monkeypatch):
    before = answers(library)
    delete(library.path / "vectors.faiss")

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with Library.open(library.path) as other:
        assert answers(other) == before
        add(other, write(tmp_path / "more", d="Stars shine."))
        assert len(texts_of(other)) == 4
    assert sorted(path.name for path in library.path.glob("vectors*")) == []


def test_a_database_put_back_from_a_backup_outdates_the_vector_file(library, tmp_path):
    library.close()
    backup = shutil.copytree(library.path, tmp_path / "backup")
    with Library.open(library.path) as later:
        add(later, write(tmp_path / "texts", a="Moths fly.", d="Stars shine."))
    for side in ("library.db-wal", "library.db-shm"):
        (library.path / side).unlink(missing_ok=True)
    shutil.copy(backup / "library.db", library.path)
    with Library.open(library.path) as restored:
        add(restored, write(tmp_path / "texts", a="Bats hang.", d="Bees hum."))
        with restored.snapshot() as snapshot:
            (best, *_), *_ = snapshot.search_vectors(QUERY, 9)
            assert snapshot.chunks([best.chunk_id])[best.chunk_id].text == "Bees hum."
        assert restored.check() == []


def test_a_newer_vector_file_never_holds_up_a_question(library, tmp_path):
    before = answers(library)
    library.close()
    backup = (library.path / "library.db").read_bytes()
    with Library.open(library.path) as later:
        add(later, write(tmp_path / "more", d="Stars shine.", e="Moons orbit."))
    (library.path / "library.db").write_bytes(backup)
    with Library.open(library.path) as restored:
        assert answers(restored) == before


def test_a_process_that_lags_behind_a_pruned_change_log_catches_up(library, tmp_path):
    with Library.open(library.path) as lagging:
        answers(lagging)
        for number in range(8):
            add(library, write(tmp_path / "texts", a=f"Bees hum {number} times."))
        change_log = sqlite3.connect(library.path / "library.db")
        (kept,) = change_log.execute("SELECT count(*) FROM changes").fetchone()
        change_log.close()
        assert kept < 16  # two a version would be 16
        assert answers(lagging) == answers(library)
        (found,), _ = answers(lagging)
        assert len(found) == 3


@pytest.mark.parametrize(
    ("label", "statement", "part", "mended"),
    [
        ("text", "UPDATE documents SET text = 'Bees hem.' WHERE source = 'a.txt'", "documents", 0),
        ("chunk", "UPDATE chunks SET start = 1 WHERE id = 1", "chunks", 0),
        ("sentences", "UPDATE chunks SET sentences = x'01' WHERE id = 1", "chunks", 0),
        ("no vector", "DELETE FROM vectors WHERE chunk_id = 1", "vectors", 0),
        ("short vector", "UPDATE vectors SET vector = x'0102' WHERE chunk_id = 1", "vectors", 0),
        ("zeros", "UPDATE vectors SET vector = zeroblob(1024) WHERE chunk_id = 1", "vectors", 0),
        (
            "words",
            """INSERT INTO chunk_words (chunk_words, rowid, headings, text)
               VALUES ('delete', 1, '[]', 'Bees hum.')""",
            "words",
            1,
        ),
        ("orphan", "DELETE FROM documents WHERE source = 'a.txt'", "database", 0),
    ],
)
def test_check_finds_and_says_what_mends_it(library, tmp_path, label, statement, part, mended):
    change(library, statement)
    problems = library.check()
    assert (part, bool(mended)) in [(problem.part, problem.mended) for problem in problems]
    again = library.check()
    assert again == [problem for problem in problems if not problem.mended]
    if told := re.search("pincite remove ([0-9a-f]+)", again[0].message if again else ""):
        library.remove(told[1])
        assert named(add(library, tmp_path / "texts")).count(("Added", "a.txt")) == 1
        assert library.check() == []


def test_check_reports_a_database_with_broken_pages(library, tmp_path):
    library.close()
    file = library.path / "library.db"
    content = bytearray(file.read_bytes())
    content[3 * 4096 : 20 * 4096] = b"\xab" * (17 * 4096)  # the schema is on pages 1 and 21
    file.write_bytes(content)
    with Library.open(library.path) as broken:
        assert {problem.part for problem in broken.check()} == {"database"}
        with pytest.raises(LibraryDamagedError, match=r"is damaged.*pincite check"):
            answers(broken)


@pytest.mark.parametrize(
    ("label", "make", "expected"),
    [
        ("nothing", lambda path: None, LibraryNotFoundError),
        ("an empty folder", Path.mkdir, LibraryNotFoundError),
        ("a plain file", Path.touch, LibraryError),
    ],
)
def test_what_cannot_be_opened(tmp_path, label, make, expected):
    path = tmp_path / "here"
    make(path)
    with pytest.raises(expected, match="--library"):
        Library.open(path)


def test_a_library_cannot_be_made_in_or_under_a_file(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "library"):
        with pytest.raises(LibraryError, match=r"--library|another folder"):
            Library.create(path)
    assert (tmp_path / "file").read_bytes() == b""
