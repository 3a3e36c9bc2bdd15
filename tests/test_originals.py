"""Originals and layouts in a library: kept once, while they are needed; checked; migrated to."""

import hashlib
import re
import shutil
import sqlite3

import pytest

from index import database
from index.documents import FORMATS
from index.embedding import load_embedder
from index.errors import LibraryDamagedError
from index.layout import Layout, LinePart, Sheet, regions_in, what_is_wrong
from index.library import Library
from index.sources import sources_below
from tests.libraries import add, change, ids_of, named, texts_of, write
from tests.pdfs import column, pdf
from tests.test_former_texts import format_at

BEES = pdf([column(60, 700, ["Bees dance on the comb in the dark of the hive.", "They hum."])])
ANTS = pdf([column(60, 700, ["Ants walk to the flower."]), column(60, 500, ["They come back."])])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A library of two PDFs and a plain text, and the files beside it."""
    folder = tmp_path_factory.mktemp("made")
    with Library.create(folder / "library") as library:
        pages = put(folder / "pages", bees=BEES, ants=ANTS)
        add(library, pages, write(folder / "plain", a="Bees hum."))
    return folder


@pytest.fixture
def texts(made, tmp_path):
    return shutil.copytree(made / "pages", tmp_path / "pages")


@pytest.fixture
def library(made, texts, tmp_path):
    """The same library, whose PDFs came from `texts`."""
    shutil.copytree(made / "library", tmp_path / "library")
    with Library.open(tmp_path / "library") as library:
        moved = "UPDATE roots SET path = ? WHERE path = ?"
        change(library, moved, str(texts), str(made / "pages"))
        yield library


def put(folder, **files):
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.pdf").write_bytes(data)
    return folder


def hash_of(data):
    return hashlib.sha256(data).hexdigest()


def kept(library):
    """The hashes of the originals, and of how many documents there is a layout."""
    connection = sqlite3.connect(library.path / "library.db")
    hashes = connection.execute("SELECT hash FROM originals ORDER BY id").fetchall()
    (sheets,) = connection.execute("SELECT count(DISTINCT document_id) FROM sheets").fetchone()
    (lines,) = connection.execute("SELECT count(DISTINCT document_id) FROM line_parts").fetchone()
    connection.close()
    assert sheets == lines
    return [hash for (hash,) in hashes], sheets


def test_the_original_of_a_pdf_is_kept_and_where_its_text_stands(library):
    bees = ids_of(library)["bees.pdf"]
    with library.snapshot() as snapshot:
        version = snapshot.document(bees).version
        assert snapshot.original(bees, version) == hash_of(BEES)
        assert snapshot.original(bees, "a former one") is None
        assert snapshot.original_data(hash_of(BEES)) == BEES
        assert snapshot.sheets(bees) == (Sheet(612, 792),)
        text = snapshot.text(bees)
        start, end = text.index("hive"), text.index(" hum")
        both = snapshot.regions(bees, start, end)
        assert [(region.sheet, round(region.left * 612)) for region in both] == [
            (0, 60 + 6 * 42),
            (0, 60),
        ]
        assert both == list(regions_in(FORMATS["pdf"].parse(BEES).layout.parts, start, end))
        assert len(snapshot.regions(bees, start, start + 4)) == 1
        ants = ids_of(library)["ants.pdf"]
        assert [region.sheet for region in snapshot.regions(ants, 0, 99)] == [0, 1]
    assert library.check() == []


def test_a_plain_text_keeps_none(library):
    with library.snapshot() as snapshot:
        plain = ids_of(library)["a.txt"]
        version = snapshot.document(plain).version
        assert (snapshot.original(plain, version), snapshot.sheets(plain)) == (None, ())
        assert snapshot.regions(plain, 0, 9) == []
        assert snapshot.original_data(hash_of(b"nothing")) is None
    assert len(kept(library)[0]) == 2


def test_one_original_of_two_documents_is_kept_once_and_until_both_are_gone(library, texts):
    add(library, put(texts, again=BEES))
    assert kept(library) == ([hash_of(ANTS), hash_of(BEES)], 3)
    library.remove(ids_of(library)["bees.pdf"])
    assert kept(library) == ([hash_of(ANTS), hash_of(BEES)], 2)
    library.remove(ids_of(library)["again.pdf"])
    assert kept(library) == ([hash_of(ANTS)], 1)
    assert library.check() == []


def test_a_replaced_document_leaves_no_original(library, texts):
    add(library, put(texts, bees=ANTS))
    assert kept(library) == ([hash_of(ANTS)], 2)
    (texts / "ants.pdf").unlink()
    add(library, texts, prune=True)
    assert kept(library) == ([hash_of(ANTS)], 1)
    assert library.check() == []


def test_a_file_that_is_read_again_keeps_its_original(library, texts, monkeypatch):
    monkeypatch.setattr("index.chunking.VERSION", 1_000)
    assert ("Replaced", "bees.pdf") in named(add(library, texts))
    assert sorted(kept(library)[0]) == sorted([hash_of(ANTS), hash_of(BEES)])
    assert library.check() == []


def test_nothing_is_kept_of_an_addition_that_fails(library, texts, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    before = kept(library)
    with monkeypatch.context() as patch:
        patch.setattr("index.storing.marks_to_json", interrupted)
        with pytest.raises(KeyboardInterrupt):
            add(library, put(texts, wasps=pdf([column(60, 700, ["Wasps sting."])])))
    assert kept(library) == before


def test_many_large_originals_do_not_wait_for_one_batch(library, texts, monkeypatch):
    monkeypatch.setattr("index.adding._MOST_WAITING", 1)
    committed = []
    connection = sqlite3.connect(library.path / "library.db")
    more = {name: pdf([column(60, 700, [f"A {name} is no bee."])]) for name in ("bat", "cat")}
    for _ in library.add(
        sources_below([put(texts, **more)]), embedder=load_embedder("hashing"), max_bytes=10_000
    ):
        committed.append(connection.execute("SELECT count(*) FROM originals").fetchone()[0])
    connection.close()
    assert sorted(set(committed)) == [2, 3, 4]


@pytest.mark.parametrize(
    ("label", "statement", "part", "message"),
    [
        ("bytes", "UPDATE originals SET data = x'00'", "originals", "the file that bees.pdf came"),
        ("lost", "DELETE FROM originals", "database", "of documents belongs to nothing"),
        ("no pages", "DELETE FROM sheets", "layouts", r"bees.pdf stands was changed \(0 pages\)"),
        ("no lines", "UPDATE line_parts SET edges = x'00'", "layouts", "1 bytes for"),
        ("no bytes", "UPDATE line_parts SET edges = 7", "layouts", "a line that cannot be read"),
        ("beyond", "UPDATE line_parts SET end = 9999 WHERE start > 0", "layouts", r"9999 of"),
        ("page", "UPDATE line_parts SET sheet = 9", "layouts", "page 9 of 1"),
        ("turn", "UPDATE line_parts SET turn = 4", "layouts", "turned by 4"),
        ("height", "UPDATE line_parts SET top = bottom", "layouts", "a line from"),
    ],
)
def test_check_finds_what_was_changed(library, label, statement, part, message):
    change(library, statement)
    told = [problem.message for problem in library.check() if problem.part == part]
    assert any(re.search(message, each) for each in told), told


def test_what_check_advises_mends_it(library, texts):
    change(library, "UPDATE originals SET data = x'00'")
    change(library, "UPDATE line_parts SET turn = 4")
    for problem in library.check():
        advised = re.search("pincite remove ([0-9a-f]+)", problem.message)[1]
        if advised in ids_of(library).values():
            library.remove(advised)
    add(library, texts)
    assert library.check() == []
    assert len(kept(library)[0]) == 2


def test_a_damaged_original_is_not_given(library):
    change(library, "UPDATE originals SET data = x'00'")
    with library.snapshot() as snapshot, pytest.raises(LibraryDamagedError, match="is damaged"):
        snapshot.original_data(hash_of(BEES))


def test_a_damaged_line_is_no_guess(library):
    change(library, "UPDATE line_parts SET edges = x'000000'")
    with (
        library.snapshot() as snapshot,
        pytest.raises(LibraryDamagedError, match="`pincite check` says"),
    ):
        snapshot.regions(ids_of(library)["bees.pdf"], 0, 9)


LINE = LinePart(0, 2, 0, 0, 100, 200, bytes(8))


@pytest.mark.parametrize(
    ("label", "sheets", "parts", "message"),
    [
        ("a page without end", (Sheet(float("inf"), 1),), (LINE,), "a page of inf"),
        ("no page", (Sheet(float("nan"), 1),), (LINE,), "a page of nan"),
        ("nothing", (Sheet(1, 0),), (LINE,), "a page of 1"),
        ("behind the text", (Sheet(1, 1),), (LinePart(8, 11, 0, 0, 1, 2, bytes(12)),), "8..11 of"),
        ("before it", (Sheet(1, 1),), (LinePart(-1, 1, 0, 0, 1, 2, bytes(8)),), "-1..1 of"),
        ("on no page", (), (LINE,), "page 0 of 0"),
        ("off the page", (Sheet(1, 1),), (LinePart(0, 1, 0, 0, 0, 70_000, bytes(4)),), "to 70000"),
        ("letters lost", (Sheet(1, 1),), (LinePart(0, 2, 0, 0, 1, 2, bytes(4)),), "4 bytes for 2"),
        ("backwards", (Sheet(1, 1),), (LinePart(0, 1, 0, 0, 1, 2, b"\1\0\0\0"),), "ends before"),
        ("twice", (Sheet(1, 1),), (LINE, LINE), "out of order"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(label, sheets, parts, message):
    assert message in what_is_wrong(Layout(sheets, parts), 10)
    assert what_is_wrong(Layout((Sheet(1, 1),), (LINE,)), 10) == ""


@pytest.fixture
def third_format(library):
    """Where a library in format 3 stands: what the later migration added is taken away again."""
    library.close()
    connection = sqlite3.connect(library.path / "library.db")
    connection.executescript(
        f"""DROP TABLE web_pages;
        DROP TABLE line_parts;
        DROP TABLE sheets;
        DROP INDEX documents_of_original;
        ALTER TABLE documents DROP COLUMN original;
        DROP TABLE originals;
        UPDATE documents SET made_by = replace(made_by, 'pdf/{FORMATS["pdf"].version}', 'pdf/1');
        PRAGMA user_version = 3;"""
    )
    schema = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1"
    third = sqlite3.connect(":memory:")
    for number in (1, 2, 3):
        third.executescript(database.migrations()[number])
    assert connection.execute(schema).fetchall() == third.execute(schema).fetchall()
    third.close()
    connection.close()
    assert format_at(library.path) == 3
    return library.path


def test_a_library_of_the_third_format_is_migrated_and_reads_its_pdfs_again(third_format, texts):
    with Library.open(third_format) as library:
        before, ids = texts_of(library), ids_of(library)
        assert format_at(third_format) == database.FORMAT
        assert kept(library) == ([], 0)
        assert library.check() == []
        events = named(add(library, texts))
        assert events == [("Replaced", "ants.pdf"), ("Replaced", "bees.pdf")]
        assert (texts_of(library), ids_of(library)) == (before, ids)
        assert kept(library) == ([hash_of(ANTS), hash_of(BEES)], 2)
        assert library.check() == []
