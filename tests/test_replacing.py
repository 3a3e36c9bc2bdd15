"""A library that is replaced while it is asked: what stands there now is what answers."""

import shutil
import threading

import pytest

from index.embedding.hashing import HashingEmbedder
from index.errors import LibraryError, LibraryMismatchError, LibraryNotFoundError
from index.library import Library
from rag.ask import ask, open_pipeline
from rag.settings import Settings
from tests.libraries import add, change, write

QUESTION = "Where was the treaty signed?"
PARIS = "The treaty was signed in Paris in 1905."
ROME = "The treaty was signed in Rome in 1848."


@pytest.fixture
def paris(make_library):
    return make_library({"treaty.txt": PARIS, "bees.txt": "Bees hum."}, "paris").path


@pytest.fixture
def rome(make_library):
    """Another library, of the same generation and with the same ids."""
    library = make_library({"treaty.txt": ROME, "bees.txt": "Bees sting."}, "rome")
    library.close()
    return library.path


@pytest.fixture
def pipeline(paris):
    pipeline = open_pipeline(Settings(library=paris, reader="sentence"))
    with pipeline.library:
        yield pipeline


def said(pipeline):
    return [quote.text for quote in ask(QUESTION, pipeline).quotes]


def folder_swapped(paris, rome):
    paris.rename(paris.with_name("before"))
    rome.rename(paris)


def file_swapped(paris, rome):
    (rome / "library.db").rename(paris / "library.db")


SWAPS = pytest.mark.parametrize("swap", [folder_swapped, file_swapped])


@SWAPS
def test_what_stands_there_now_is_what_answers(pipeline, paris, rome, swap):
    before = pipeline.library.state()
    assert said(pipeline) == [PARIS]
    swap(paris, rome)
    assert said(pipeline) == [ROME]
    after = pipeline.library.state()
    assert before.generation == after.generation
    assert before.file != after.file
    assert before.library != after.library


@SWAPS
def test_a_library_that_is_being_read_is_read_to_its_end(pipeline, paris, rome, swap):
    with pipeline.library.snapshot() as old:
        swap(paris, rome)
        if swap is folder_swapped:
            assert said(pipeline) == [ROME]
        else:  # SQLite would mix what it keeps beside the two
            with pytest.raises(LibraryError, match="replaced while somebody reads the one before"):
                said(pipeline)
        assert {old.document(row.id).text for row in old.documents()} == {PARIS, "Bees hum."}
    assert said(pipeline) == [ROME]


@SWAPS
def test_swapped_again_and_again_under_many_askers(pipeline, paris, rome, swap, tmp_path):
    texts = {PARIS: "Bees hum.", ROME: "Bees sting."}
    kept = {PARIS: tmp_path / "kept paris", ROME: tmp_path / "kept rome"}
    shutil.copytree(paris, kept[PARIS])
    shutil.copytree(rome, kept[ROME])
    stop, standing, wrong, answered, errors = threading.Event(), [PARIS], [], [], set()

    def asking():
        while not stop.is_set():
            before = list(standing)  # None where a swap is just being done
            try:
                answer = ask(QUESTION, pipeline)
            except LibraryError as error:
                errors.add(str(error))
                continue
            (quote,) = answer.quotes
            possible = before[-1:] if None not in before[-1:] and before == standing else texts
            if quote.text not in possible or {hit.chunk.text for hit in answer.hits} != {
                quote.text,
                texts[quote.text],
            }:
                wrong.append((before, quote.text, answer.hits))
            answered.append(before)

    askers = [threading.Thread(target=asking, daemon=True) for _ in range(4)]
    for asker in askers:
        asker.start()
    for number in range(12):
        new = tmp_path / f"new {number}"
        text = [ROME, PARIS][number % 2]
        shutil.copytree(kept[text], new)
        standing.append(None)
        if swap is folder_swapped:
            paris.rename(tmp_path / f"before {number}")
            new.rename(paris)
        else:
            (new / "library.db").rename(paris / "library.db")
        standing.append(text)
        while sum(before == standing for before in answered) < 6:
            threading.Event().wait(0.005)
    stop.set()
    for asker in askers:
        asker.join()
    assert wrong == []
    assert [each for each in errors if "replaced" not in each and "no library" not in each] == []
    assert pipeline.library.check() == []


def test_a_library_that_is_gone_for_a_moment_is_an_error_and_then_works_again(pipeline, paris):
    away = paris.with_name("away")
    paris.rename(away)
    for _ in range(2):
        with pytest.raises(LibraryNotFoundError, match=r"there is no library at .*; put it back"):
            said(pipeline)
    away.rename(paris)
    assert said(pipeline) == [PARIS]


def test_one_that_another_embedder_made_is_refused_until_it_is_replaced_again(
    pipeline, paris, tmp_path
):
    class Other(HashingEmbedder):
        name, fingerprint = "other", "other-1"

    with Library.create(tmp_path / "other") as other:
        add(other, write(tmp_path / "texts", treaty=ROME), embedder=Other())
    before = paris.with_name("before")
    paris.rename(before)
    (tmp_path / "other").rename(paris)
    for _ in range(2):
        with pytest.raises(LibraryMismatchError, match=r"'other'.*'hashing'.*--embedder other"):
            said(pipeline)
    paris.rename(tmp_path / "other")
    before.rename(paris)
    assert said(pipeline) == [PARIS]


def test_a_backup_that_is_put_back_answers_as_it_did(pipeline, paris, tmp_path):
    shutil.copy(paris / "library.db", tmp_path / "backup.db")
    with Library.open(paris) as library:
        add(library, write(tmp_path / "more", later=ROME))
    assert sorted(said(pipeline)) == [PARIS, ROME]
    assert (paris / "library.db-wal").stat().st_size == 0  # the file alone is the library
    (tmp_path / "backup.db").rename(paris / "library.db")
    assert said(pipeline) == [PARIS]
    with Library.open(paris) as library:
        assert library.check() == []


def test_a_file_that_would_get_the_log_of_the_one_before_is_refused(pipeline, paris, rome):
    change(pipeline.library, "INSERT INTO meta VALUES ('note', 'in the log')")
    assert (paris / "library.db-wal").stat().st_size > 0
    file_swapped(paris, rome)
    for _ in range(2):
        with pytest.raises(LibraryError, match=r"library\.db-wal beside it is of the one before"):
            said(pipeline)
    (paris / "library.db-wal").unlink()
    (paris / "library.db-shm").unlink()
    assert said(pipeline) == [ROME]


def test_a_generation_that_goes_back_in_the_same_file_does_not_hang(pipeline):
    query = HashingEmbedder().encode_queries([PARIS])
    change(pipeline.library, "UPDATE meta SET value = '5' WHERE key = 'generation'")
    with pipeline.library.snapshot() as snapshot:
        assert snapshot.generation == 5
    change(pipeline.library, "UPDATE meta SET value = '1' WHERE key = 'generation'")
    with pipeline.library.snapshot() as snapshot:
        assert snapshot.generation == 1
        assert len(snapshot.search_vectors(query, 9)[0]) == 2
