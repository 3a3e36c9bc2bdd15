"""What is added, replaced, renamed, pruned, removed, refused."""

import re
import shutil

import numpy as np
import pytest

from index.embedding import load_embedder
from index.errors import LibraryError
from index.events import Finished, Renamed
from index.library import Library
from index.sources import sources_below, text_source
from tests.libraries import Counting, add, ids_of, named, texts_of, write

BEES = "Bees hum in the lime tree."


@pytest.fixture
def library(tmp_path):
    with Library.create(tmp_path / "library") as library:
        yield library


def test_adding_replacing_and_leaving_alone(library, tmp_path):
    texts = write(tmp_path / "texts", a=BEES, b="Ants walk.")
    counting = Counting()
    assert named(add(library, texts, embedder=counting)) == [("Added", "a.txt"), ("Added", "b.txt")]
    ids, encoded = ids_of(library), counting.encoded
    assert named(add(library, texts, embedder=counting)) == [
        ("Unchanged", "a.txt"),
        ("Unchanged", "b.txt"),
    ]
    assert counting.encoded == encoded
    write(texts, b="Ants march.")
    assert named(add(library, texts, embedder=counting)) == [
        ("Unchanged", "a.txt"),
        ("Replaced", "b.txt"),
    ]
    assert counting.encoded == encoded + 1
    assert ids_of(library) == ids
    assert texts_of(library) == {"a.txt": BEES, "b.txt": "Ants march."}
    assert library.check() == []


def test_what_finished_counts(library, tmp_path):
    texts = write(tmp_path / "texts", a=BEES, b=b"\0", c="One.", d="Two.")
    add(library, texts)
    write(texts, a="Bees dance.", e="New.")
    (texts / "c.txt").rename(texts / "z.txt")
    (texts / "d.txt").unlink()
    *_, told = library.add(
        sources_below([texts]), embedder=load_embedder("hashing"), max_bytes=10_000, prune=True
    )
    assert isinstance(told, Finished)
    assert (told.added, told.replaced, told.renamed, told.unchanged) == (1, 1, 1, 0)
    assert (told.refused, told.removed, told.chunks) == (1, 1, 2)


def test_a_renamed_file_keeps_its_id_and_is_not_embedded_again(library, tmp_path):
    texts, counting = write(tmp_path / "texts", old_name=BEES), Counting()
    add(library, texts, embedder=counting)
    (id,), encoded = ids_of(library).values(), counting.encoded
    (texts / "old_name.txt").rename(texts / "new_name.txt")
    (event,) = add(library, texts, embedder=counting)
    assert event == Renamed(id, "new_name.txt", "old_name.txt")
    assert counting.encoded == encoded
    (row,) = library.documents()
    assert (row.id, row.source, row.title) == (id, "new_name.txt", "New name")
    write(texts, old_name=BEES)  # a new file in the old place is another document
    add(library, texts)
    assert ids_of(library)["new_name.txt"] == id
    assert len(set(ids_of(library).values())) == 2


def test_a_rename_gives_way_to_a_name_that_waits_to_be_stored(library, tmp_path):
    first, second = write(tmp_path / "first", other="Other."), write(tmp_path / "second", z=BEES)
    add(library, second)
    (second / "z.txt").rename(second / "other.txt")
    assert named(add(library, first, second)) == [
        ("Renamed", "other~2.txt"),
        ("Added", "other.txt"),
    ]
    assert texts_of(library) == {"other.txt": "Other.", "other~2.txt": BEES}


def test_two_files_with_one_text_are_two_documents(library, tmp_path):
    add(library, write(tmp_path / "texts", a=BEES, b=BEES))
    assert texts_of(library) == {"a.txt": BEES, "b.txt": BEES}
    assert len(set(ids_of(library).values())) == 2


def test_two_roots_with_one_key(library, tmp_path):
    one, two = write(tmp_path / "one", a=BEES), write(tmp_path / "two", a="Ants walk.")
    add(library, one, two)
    assert texts_of(library) == {"a.txt": BEES, "a~2.txt": "Ants walk."}
    write(two, a="Ants march.")
    assert named(add(library, two)) == [("Replaced", "a~2.txt")]
    assert texts_of(library) == {"a.txt": BEES, "a~2.txt": "Ants march."}


def test_a_moved_folder_keeps_its_documents(library, tmp_path):
    texts = write(tmp_path / "texts", a=BEES, b="Ants walk.", c="Wasps sting.")
    add(library, texts)
    ids = ids_of(library)
    moved = texts.rename(tmp_path / "moved")
    write(moved, c="Wasps fly.")
    assert named(add(library, moved)) == [
        ("Unchanged", "a.txt"),
        ("Unchanged", "b.txt"),
        ("Replaced", "c.txt"),
    ]
    assert ids_of(library) == ids


def test_another_folder_with_the_same_names_is_no_moved_one(library, tmp_path):
    texts = write(tmp_path / "course 1", lecture1=BEES, lecture2="Ants walk.")
    add(library, texts)
    shutil.rmtree(texts)
    add(library, write(tmp_path / "course 2", lecture1="Stars shine.", lecture2="Moons orbit."))
    assert sorted(texts_of(library).values()) == [
        "Ants walk.",
        BEES,
        "Moons orbit.",
        "Stars shine.",
    ]


def test_pruning_removes_what_is_gone_from_the_folders_that_were_named(library, tmp_path):
    one = write(tmp_path / "one", a=BEES, b="Ants walk.")
    two = write(tmp_path / "two", c="Wasps sting.")
    add(library, one, two)
    (one / "a.txt").unlink()
    (two / "c.txt").unlink()
    assert named(add(library, one)) == [("Unchanged", "b.txt")]
    assert named(add(library, one / "b.txt", prune=True)) == [
        ("Unchanged", "b.txt"),
        ("Removed", "a.txt"),
    ]
    assert texts_of(library) == {"b.txt": "Ants walk.", "c.txt": "Wasps sting."}
    assert library.check() == []


def test_removing(library, tmp_path):
    add(library, write(tmp_path / "texts", a=BEES, b="Ants walk."))
    ids = ids_of(library)
    assert library.remove(ids["a.txt"]).source == "a.txt"
    assert texts_of(library) == {"b.txt": "Ants walk."}
    with pytest.raises(LibraryError, match=rf"no document '{ids['a.txt']}'.*pincite list"):
        library.remove(ids["a.txt"])
    with library.snapshot() as snapshot:
        assert snapshot.search_words("bees", 5) == []
        assert len(snapshot.search_vectors(np.ones((1, 256), np.float32), 5)[0]) == 1
    assert library.check() == []


def test_chunk_ids_are_never_used_again(library, tmp_path):
    texts, seen = tmp_path / "texts", set()
    for number in range(4):
        add(library, write(texts, a=f"Version {number}."))
        with library.snapshot() as snapshot:
            (found,) = snapshot.search_vectors(np.ones((1, 256), np.float32), 5)
        assert seen.isdisjoint(scored.chunk_id for scored in found)
        seen.update(scored.chunk_id for scored in found)
        library.remove(ids_of(library)["a.txt"])
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("label", "content", "reason"),
    [
        ("empty", b"", "is empty"),
        ("blank", b" \n\t", "is empty"),
        ("NUL", b"a\0b", "holds NUL bytes"),
        ("binary", bytes(range(1, 32)) * 9, "is binary"),
        ("too large", b"x" * 10_001, r"0\.0 MB.*--max-megabytes"),
    ],
)
def test_a_refused_file_leaves_everything_else(library, tmp_path, label, content, reason):
    texts = write(tmp_path / "texts", a=BEES, bad="Once it was good.", z="Ants walk.")
    add(library, texts)
    before = texts_of(library)
    write(texts, bad=content, new="Wasps sting.")
    events = add(library, texts, prune=True)
    assert named(events) == [
        ("Unchanged", "a.txt"),
        ("Refused", "bad.txt"),
        ("Unchanged", "z.txt"),
        ("Added", "new.txt"),
    ]
    assert re.search(reason, events[1].reason)
    assert texts_of(library) == before | {"new.txt": "Wasps sting."}
    assert library.check() == []


def test_texts_that_are_no_files(library):
    sources = [text_source("memory", key, f"About {key}.", title="T") for key in ("a", "b", "a")]
    assert named(add(library, sources=sources)) == [("Added", "a"), ("Added", "b")]
    assert named(add(library, sources=sources[1:2], prune=True)) == [
        ("Unchanged", "b"),
        ("Removed", "a"),
    ]
    assert [row.title for row in library.documents()] == ["T"]


def test_a_new_version_of_the_chunker_reads_everything_again(library, tmp_path, monkeypatch):
    texts = write(tmp_path / "texts", a=BEES)
    add(library, texts)
    monkeypatch.setattr("index.chunking.VERSION", 1_000)
    assert named(add(library, texts)) == [("Replaced", "a.txt")]
    assert named(add(library, texts)) == [("Unchanged", "a.txt")]


def test_what_a_library_says_of_itself(library, tmp_path):
    assert (library.facts().embedder, library.facts().documents) == (None, 0)
    assert library.check() == []
    with library.snapshot() as snapshot:
        assert snapshot.search_vectors(np.ones((2, 256), np.float32), 5) == [[], []]
    add(library, write(tmp_path / "texts", a=BEES))
    facts = library.facts()
    assert (facts.embedder, facts.precision, facts.dimension) == ("hashing", "float32", 256)
    assert (facts.format, facts.generation, facts.documents, facts.chunks) == (5, 1, 1, 1)
