"""Files of every format in a library: added, found again, quoted with their place."""

import pytest

from index.documents import FORMATS
from index.events import Added, Refused
from index.library import Library
from index.sources import text_source
from rag.places import place_words
from tests.libraries import add
from tests.pdfs import column, pdf
from tests.small_files import WHOLE, added

PLACES = {
    "bees.html": "Of Bees, paragraph 1",
    "bees.epub": "Of Bees, paragraph 1",
    "bees.docx": "paragraph 1",
    "bees.pptx": "Of Bees, slide 1",
    "bees.ipynb": "cell 1",
    "bees.vtt": "at 0:01, Ada",
    "bees.srt": "at 0:01",
    "bees.pdf": "page i",
    "bees.md": "Of Bees, paragraph 1, line 7",
    "bees.txt": "Of Bees, paragraph 1, line 3",
}


def test_every_format_is_tried_here():
    suffixes = {name.partition(".")[2] for name in WHOLE}
    assert all(
        any(suffix.lstrip(".") in suffixes for suffix in form.suffixes) for form in FORMATS.values()
    )


@pytest.fixture
def library(tmp_path):
    with Library.create(tmp_path / "library") as library:
        yield library


def test_each_is_quoted_with_the_place_of_its_format(library, tmp_path):
    (tmp_path / "texts").mkdir()
    for name, data in WHOLE.items():
        (tmp_path / "texts" / name).write_bytes(data)
    events = added(library, tmp_path / "texts")
    assert {event.source for event in events if isinstance(event, Added)} == WHOLE.keys()
    places = {}
    with library.snapshot() as snapshot:
        chunks = snapshot.chunks(range(1, 100))
        for chunk in chunks.values():
            document = snapshot.document(chunk.document_id)
            assert document.text[chunk.start : chunk.end] == chunk.text
            place = document.place(*chunk.sentences[-1])
            places[document.source] = place_words(place)
    assert places == PLACES


def test_what_a_file_says_of_itself_is_kept(library, tmp_path):
    page = """<html lang=en><title>t</title><meta name=author content="Ann Roe">
        <meta name=dc.publisher content=Springer><meta name=date content=1927-05>
        <link rel=canonical href=https://example.org/bees><p>Hm."""
    (tmp_path / "bees.html").write_text(page)
    add(library, tmp_path / "bees.html")
    with library.snapshot() as snapshot:
        (row,) = snapshot.documents()
        document = snapshot.document(row.id)
    assert (document.author, document.publisher, document.date) == (
        "Ann Roe",
        "Springer",
        "1927-05",
    )
    assert (document.address, document.language) == ("https://example.org/bees", "en")
    assert document.has_lines is False


def test_the_language_of_each_is_told_by_its_words_and_kept(library, tmp_path):
    spanish = "El zorro salta sobre el perro perezoso y luego duerme hasta las doce. "
    texts = {
        "a.txt": "The quick brown fox jumps over the lazy dog, and then it sleeps until noon.",
        "b.txt": "Der schnelle braune Fuchs springt über den faulen Hund und schläft bis Mittag.",
        "c.html": f"<p>{spanish * 3}",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    add(library, *(tmp_path / name for name in texts))
    kept = {row.source: row.language for row in library.documents()}
    assert kept == {"a.txt": "en", "b.txt": "de", "c.html": "es"}


def test_texts_of_one_title_stay_two(library, tmp_path):
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("# Bees\n\nThey hum.")
    add(library, tmp_path / "a.md", tmp_path / "b.md")
    rows = library.documents()
    assert [(row.title, row.source) for row in rows] == [("Bees", "a.md"), ("Bees", "b.md")]
    assert len({row.id for row in rows}) == 2


def test_what_could_not_be_read_is_a_warning(library, tmp_path):
    (tmp_path / "bees.pdf").write_bytes(pdf([column(60, 700, ["Bees hum."]), []]))
    (event,) = add(library, tmp_path / "bees.pdf")
    assert event.warnings == (
        "has no text on page 2; if that is a scan, recognise its letters (OCR)",
    )


def test_a_text_that_is_no_file_is_plain_whatever_it_is_called(library):
    add(library, sources=[text_source("suite", "bees.pdf", "Bees hum.")])
    assert [row.source for row in library.documents()] == ["bees.pdf"]


def test_a_file_with_the_wrong_suffix_is_refused_and_its_document_kept(library, tmp_path):
    path = tmp_path / "bees.docx"
    path.write_bytes(WHOLE["bees.docx"])
    add(library, path)
    path.write_bytes(WHOLE["bees.pdf"])
    (event,) = add(library, path)
    assert isinstance(event, Refused)
    assert event.reason.startswith("is no Word file, or a damaged one")
    assert [row.source for row in library.documents()] == ["bees.docx"]
