"""What documents said before they were replaced: kept, bounded, removed, checked, migrated to."""

import hashlib
import sqlite3
import threading

import pytest

from index import database
from index.errors import LibraryDamagedError
from index.former_texts import packed
from index.library import Library
from index.storing import MOST_FORMER_TEXTS
from tests.libraries import add, answers, change, ids_of, named, texts_of, write


def version_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


def kept(library, id, *texts):
    """Those of the texts that the document is known to have had before."""
    with library.snapshot() as snapshot:
        return [text for text in texts if snapshot.former_text(id, version_of(text)) == text]


def rows(library):
    connection = sqlite3.connect(library.path / "library.db")
    found = connection.execute("SELECT document_id, version FROM former_texts ORDER BY id")
    pairs = found.fetchall()
    connection.close()
    return pairs


@pytest.fixture
def texts(library, tmp_path):
    return tmp_path / "texts"


@pytest.fixture
def a(library):
    """The id of the document that says "Bees hum." first."""
    return ids_of(library)["a.txt"]


def test_the_text_of_a_replaced_document_is_kept_under_its_version(library, texts, a):
    assert rows(library) == []
    add(library, write(texts, a="Bees dance."))
    add(library, write(texts, a="Bees “sleep” in the 🌳."))
    add(library, write(texts, a="Bees wake."))
    former = ["Bees hum.", "Bees dance.", "Bees “sleep” in the 🌳."]
    assert rows(library) == [(a, version_of(text)) for text in former]
    assert kept(library, a, *former, "Bees wake.") == former
    assert kept(library, ids_of(library)["b.txt"], *former) == []
    with library.snapshot() as snapshot:
        assert snapshot.document(a).text == "Bees wake."
        assert snapshot.former_text(a, version_of("Bees wake.")) is None  # it is the present one
        assert snapshot.former_text("nobody", version_of("Bees hum.")) is None
    assert library.check() == []


def test_it_is_stored_compressed(library, texts, a):
    long = "Bees hum in the lime tree. " * 300
    add(library, write(texts, a=long))
    add(library, write(texts, a="Bees wake."))
    connection = sqlite3.connect(library.path / "library.db")
    (size,) = connection.execute("SELECT length(text) FROM former_texts WHERE id = 2").fetchone()
    connection.close()
    assert size < len(long) / 40
    assert kept(library, a, long) == [long]


def test_the_same_text_read_again_is_no_former_one(library, texts, a, monkeypatch):
    monkeypatch.setattr("index.chunking.VERSION", 1_000)
    assert named(add(library, texts))[0] == ("Replaced", "a.txt")
    assert rows(library) == []


def test_a_renamed_document_keeps_what_it_said(library, texts, a):
    add(library, write(texts, a="Bees dance."))
    (texts / "a.txt").rename(texts / "z.txt")
    assert ("Renamed", "z.txt") in named(add(library, texts))
    assert kept(library, a, "Bees hum.") == ["Bees hum."]


def test_a_text_that_comes_back_is_the_present_one_and_no_version_is_lost(library, texts, a):
    add(library, write(texts, a="Bees dance."))
    add(library, write(texts, a="Bees hum."))
    assert rows(library) == [(a, version_of("Bees dance."))]
    add(library, write(texts, a="Bees sleep."))
    assert rows(library) == [(a, version_of("Bees dance.")), (a, version_of("Bees hum."))]
    assert kept(library, a, "Bees hum.", "Bees dance.") == ["Bees hum.", "Bees dance."]


def test_the_newest_twenty_of_each_document_are_kept(library, texts, a):
    said = ["Bees hum.", *(f"Bees hum {number} times." for number in range(23))]
    add(library, write(texts, b="Ants march."))
    for text in said[1:]:
        add(library, write(texts, a=text))
    assert MOST_FORMER_TEXTS == 20
    assert kept(library, a, *said) == said[3:-1]
    assert kept(library, ids_of(library)["b.txt"], "Ants walk.") == ["Ants walk."]
    add(library, write(texts, a=said[3]))  # the oldest that is kept comes back,
    add(library, write(texts, a="Bees rest."))  # and is then the newest
    assert kept(library, a, *said) == [said[3], *said[5:]]
    assert rows(library)[-1] == (a, version_of(said[3]))


@pytest.mark.parametrize("way", ["remove", "prune"])
def test_what_a_removed_document_said_is_gone(library, texts, a, way):
    add(library, write(texts, a="Bees dance.", b="Ants march."))
    (texts / "a.txt").unlink()
    if way == "remove":
        library.remove(a)
    else:
        add(library, texts, prune=True)
    b = ids_of(library)["b.txt"]
    assert rows(library) == [(b, version_of("Ants walk."))]
    add(library, write(texts, a="Bees sleep."))
    assert ids_of(library)["a.txt"] == a
    assert kept(library, a, "Bees hum.", "Bees dance.") == []
    assert library.check() == []


def test_a_replacement_that_fails_keeps_nothing(library, texts, a, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.storing.marks_to_json", interrupted)  # in mid-transaction
        with pytest.raises(KeyboardInterrupt):
            add(library, write(texts, a="Bees dance."))
    assert rows(library) == []
    assert texts_of(library)["a.txt"] == "Bees hum."
    add(library, texts)
    assert kept(library, a, "Bees hum.") == ["Bees hum."]


@pytest.mark.parametrize(
    ("label", "column", "value"),
    [
        ("other words", "text", packed("Bees hem.")),
        ("cut", "text", packed("Bees hum.")[:-3]),
        ("no compressed text", "text", b"Bees hum."),
        ("nothing", "text", b""),
        ("no bytes", "text", "Bees hum."),
    ],
)
def test_a_former_text_that_was_changed_is_never_given(library, texts, a, label, column, value):
    add(library, write(texts, a="Bees dance.", b="Ants march."))
    change(library, f"UPDATE former_texts SET {column} = ? WHERE document_id = ?", value, a)
    version = version_of("Bees hum.")
    with (
        library.snapshot() as snapshot,
        pytest.raises(LibraryDamagedError, match=rf"{version} .*'{a}' is damaged; `pincite check`"),
    ):
        snapshot.former_text(a, version)
    (problem,) = library.check()
    assert (problem.part, problem.mended) == ("former texts", True)
    assert problem.message == f"version {version} of a.txt was changed; removed"
    assert library.check() == []
    assert kept(library, a, "Bees hum.") == []
    assert kept(library, ids_of(library)["b.txt"], "Ants walk.") == ["Ants walk."]


def test_a_former_text_under_another_version_is_never_given(library, texts, a):
    add(library, write(texts, a="Bees dance."))
    lie = version_of("Bees lie.")
    change(library, "UPDATE former_texts SET version = ?", lie)
    with library.snapshot() as snapshot, pytest.raises(LibraryDamagedError, match=lie):
        snapshot.former_text(a, lie)
    assert [problem.mended for problem in library.check()] == [True]
    assert rows(library) == []


def test_a_former_text_of_no_document_is_found(library, texts):
    add(library, write(texts, a="Bees dance."))
    change(library, "UPDATE former_texts SET document_id = 'nobody'")
    messages = [problem.message for problem in library.check()]
    assert messages == ["row 1 of former_texts belongs to nothing"]


@pytest.fixture
def first_format(tmp_path):
    """Where a library in format 1 stands: what later migrations added is taken away again."""
    with Library.create(tmp_path / "first") as library:
        add(library, write(tmp_path / "old", a="Bees hum.", b="Ants walk."))
    connection = sqlite3.connect(tmp_path / "first" / "library.db")
    connection.executescript(
        """DROP TABLE web_pages;
        DROP TABLE line_parts;
        DROP TABLE sheets;
        DROP INDEX documents_of_original;
        ALTER TABLE documents DROP COLUMN original;
        DROP TABLE originals;
        DROP TABLE former_texts;
        ALTER TABLE documents DROP COLUMN publisher;
        ALTER TABLE documents DROP COLUMN has_lines;
        PRAGMA user_version = 1;"""
    )
    columns = """SELECT tables.name, columns.name
        FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
        WHERE tables.type = 'table' ORDER BY 1, cid"""
    first = sqlite3.connect(":memory:")
    first.executescript(database.migrations()[1])
    assert connection.execute(columns).fetchall() == first.execute(columns).fetchall()
    first.close()
    connection.close()
    assert format_at(tmp_path / "first") == 1
    return tmp_path / "first"


def format_at(path):
    connection = sqlite3.connect(path / "library.db")
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return found


def test_a_library_of_the_first_format_is_migrated_with_all_it_holds(first_format, tmp_path):
    with Library.open(first_format) as library:
        assert format_at(first_format) == library.facts().format == database.FORMAT
        assert texts_of(library) == {"a.txt": "Bees hum.", "b.txt": "Ants walk."}
        assert [len(found) for found in (*answers(library)[0], answers(library)[1])] == [2, 1]
        assert library.check() == []
        events = named(add(library, write(tmp_path / "old", a="Bees dance.")))
        assert events == [("Unchanged", "b.txt"), ("Replaced", "a.txt")]
        assert kept(library, ids_of(library)["a.txt"], "Bees hum.") == ["Bees hum."]
        library.remove(ids_of(library)["a.txt"])
        assert library.check() == []


def test_several_may_migrate_one_library_at_once(first_format):
    barrier, found = threading.Barrier(8), []

    def open_it():
        barrier.wait()
        with Library.open(first_format) as library:
            found.append(library.facts().documents)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 8
    assert format_at(first_format) == database.FORMAT


def test_a_snapshot_sees_the_present_text_and_the_former_ones_of_one_moment(library, texts, a):
    said = ["Bees hum.", *(f"Bees hum {number} times." for number in range(15))]
    versions = [version_of(text) for text in said]
    stop, failures = threading.Event(), []

    def look():
        while not stop.is_set():
            with library.snapshot() as snapshot:
                now = versions.index(snapshot.document(a).version)
                former = [snapshot.former_text(a, version) for version in versions]
                if former != [*said[:now], *[None] * (len(said) - now)]:
                    failures.append((now, former))

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    with library.snapshot() as first:
        for text in said[1:]:
            add(library, write(texts, a=text))
        assert first.document(a).text == "Bees hum."
        assert [first.former_text(a, version) for version in versions] == [None] * len(said)
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert kept(library, a, *said) == said[:-1]
