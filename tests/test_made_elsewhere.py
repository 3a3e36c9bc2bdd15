"""Real files, made by other programs of the recipes beside: their words, places and facts."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from index.documents import format_of
from index.records import Document
from rag.places import place_words
from tests.documents import check_marks
from tests.elsewhere import by_office, by_pandoc

RECIPES = Path(__file__).parent / "recipes"
pytestmark = pytest.mark.slow


def pandoc(source: str, suffix: str) -> Callable[[Path], Path]:
    return lambda folder: by_pandoc(RECIPES / source, folder / f"made.{suffix}", "--standalone")


def office(source: str, suffix: str) -> Callable[[Path], Path]:
    return lambda folder: by_office(RECIPES / source, folder / f"made.{suffix}")


def office_after_pandoc(source: str, first: str, suffix: str) -> Callable[[Path], Path]:
    """LibreOffice's file of pandoc's."""

    def make(folder: Path) -> Path:
        made = by_pandoc(RECIPES / source, folder / f"first.{first}")
        return by_office(made, folder / f"made.{suffix}")

    return make


FACTS = ("Of Clocks", "Ada Roe")
CLOCKS = {  # of headings that a paragraph's number goes on below
    "A water clock drips.¹ Its hours were unequal.": "Early clocks > Water, paragraph 3",
    "• It freezes in winter.": "Early clocks > Water, paragraph 5",
    "large | 60": "Early clocks > Sand, paragraph 7",
}
TALK = {
    "Huygens built it in 1656.": "Late clocks, slide 2",
    "Tell them of his father’s letters.": "Late clocks, slide 2, notes",
    "large | sixty": "Seconds, slide 3",
}
BOOK = {
    "Its hours were unequal.": "Early clocks, paragraph 1",
    "Nobody trusted him on a cold night.": "Early clocks > Sand, paragraph 4",
    "large | sixty": "Early clocks > Sand, paragraph 7",
    "• It freezes in winter.": "Early clocks > Sand, paragraph 9",
    "השעון הראשון היה שעון מים.": "Early clocks > Sand, paragraph 10",
}


@pytest.mark.parametrize(
    ("label", "make", "facts", "places"),
    [
        (
            "a book of pandoc's in Word",
            pandoc("clocks.md", "docx"),
            FACTS,
            {
                "Its hours were unequal.": "Of Clocks > Early clocks > Water, paragraph 3",
                "¹ The Greeks called it": "Of Clocks > Early clocks > Water, notes, paragraph 4",
                "small | 3": "Of Clocks > Early clocks > Sand, paragraph 9",
                "T=2π√(ℓ/g), as Huygens": "Of Clocks > Late clocks, paragraph 10",
                "The “first” pendulum": "Of Clocks > Late clocks, paragraph 12",
            },
        ),
        (
            "its web page",
            pandoc("clocks.md", "html"),
            FACTS,
            CLOCKS | {"1. The Greeks called it a thief of water.": "Late clocks, paragraph 12"},
        ),
        (
            "its e-book",
            pandoc("clocks.md", "epub"),
            FACTS,
            CLOCKS
            | {"1. The Greeks called it a thief of water.": "Early clocks > Sand, paragraph 9"},
        ),
        ("its slides", pandoc("talk.md", "pptx"), FACTS, TALK),
        (
            "its notebook",
            pandoc("cells.md", "ipynb"),
            ("Late clocks", None),
            {
                "The clock beats seconds.": "Late clocks, cell 1",
                "beat = 0.5": "Late clocks, cell 2",
                "It was built in 1656.": "Late clocks, cell 3",
            },
        ),
        (
            "a book of LibreOffice's in Word",
            office("book.fodt", "docx"),
            FACTS,
            BOOK | {"¹ The Greeks called it": "Early clocks, notes, paragraph 2"},
        ),
        (
            "its PDF, in columns, with a note, a running head, ligatures and Hebrew",
            office("book.fodt", "pdf"),
            FACTS,
            {
                "Officials in the first offices found it efficient.": "Early clocks, page 1",
                "1 The Greeks called it": "Early clocks > Sand, page 1, notes",
                "had to be awake when the last": "Early clocks > Sand, page 1",
                "Nobody trusted him on a cold night.": "Early clocks > Sand, page 1",
                "large | sixty": "Early clocks > Sand, page 2",
                "• It freezes in winter.": "Early clocks > Sand, page 3",
                "השעון הראשון היה שעון מים.": "Early clocks > Sand, page 3",
            },
        ),
        (
            "its e-book, whose headings are no headings but for the contents",
            office("book.fodt", "epub"),
            FACTS,
            {
                "Its hours were unequal.": "Early clocks, paragraph 2",
                "Nobody trusted him on a cold night.": "Early clocks, paragraph 5",
                "¹The Greeks called it": "Early clocks, paragraph 12",
            },
        ),
        (
            "its web page",
            office("book.fodt", "html"),
            ("Early clocks", "Ada Roe"),
            {
                "Its hours were unequal.": "Early clocks, paragraph 1",
                "Nobody trusted him on a cold night.": "Early clocks > Sand, paragraph 3",
                "• It freezes in winter.": "Early clocks > Sand, paragraph 8",
                "¹The Greeks called it": "Early clocks > Sand, paragraph 10",
            },
        ),
        ("its slides", office_after_pandoc("talk.md", "pptx", "pptx"), FACTS, TALK),
        (
            "its slides as a PDF",
            office_after_pandoc("talk.md", "pptx", "pdf"),
            FACTS,
            {
                "Huygens built it in 1656.": "Late clocks, page 2",
                "large | sixty": "Seconds, page 3",
            },
        ),
    ],
)
def test_words_of_a_file_stand_where_people_cite_them(
    label: str,
    make: Callable[[Path], Path],
    facts: tuple[str, str | None],
    places: Mapping[str, str],
    tmp_path: Path,
) -> None:
    path = make(tmp_path)
    form = format_of(path.name)
    assert form is not None
    parsed = form.parse(path.read_bytes())
    check_marks(parsed)
    document = Document("d", "v", "T", path.name, parsed.text, parsed.marks, has_lines=False)
    found = {}
    for words in places:
        assert parsed.text.count(words) == 1, words
        start = parsed.text.index(words)
        found[words] = place_words(document.place(start, start + len(words)))
    assert found == places
    assert (parsed.title, parsed.author) == facts
