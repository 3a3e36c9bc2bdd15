"""PDF: reading order, whole words, what stands around the text, pages as printed and counted."""

import pytest

from index.documents import FORMATS, Parsed
from index.documents.pdf_words import Words as KnownWords
from index.errors import SourceError
from tests.documents import blocks, check_marks, marked
from tests.pdfs import Page, Words, column, pdf

LEFT, RIGHT, TOP = 60, 330, 700  # where columns of 42 letters begin
WORDS = (
    "Bees tell one another where the flowers are by a dance on the comb that was understood "
    "only in the last century, after many years of watching, and it is still being argued about "
    "by people who keep bees and by people who do not, in letters that are longer than the "
    "dances. "
)


def lines(text: str, letters: int) -> list[str]:
    """The text in lines of at most so many letters."""
    found = [""]
    for word in text.split():
        if len(found[-1]) + len(word) >= letters:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found


def parsed(*pages: Page, **options: object) -> Parsed:
    result = FORMATS["pdf"].parse(pdf(pages, **options))  # type: ignore[arg-type]
    check_marks(result)
    return result


def pages_of(document: Parsed) -> list[tuple[str, int, str]]:
    """The label, the number and the first and last word of each page's text."""
    found = []
    for mark in document.marks:
        if mark.kind == "page":
            words = document.text[mark.start : mark.end].split()
            found.append((mark.label, int(mark.data["number"]), f"{words[0]} {words[-1]}"))
    return found


def test_lines_become_paragraphs() -> None:
    first, second = "One " + WORDS, "Two " + WORDS
    page = [
        *column(LEFT, TOP, lines(first, 80)),
        *column(LEFT, TOP - 80, lines(second, 80)),  # four lines and a half below
    ]
    assert blocks(parsed(page)) == [first.strip(), second.strip()]


def test_an_indent_begins_a_paragraph() -> None:
    text = [*lines("One " + WORDS, 80), *lines("Two " + WORDS, 80)]
    page = [
        Words(words.x + (12 if words.text.startswith("Two") else 0), *words[1:])
        for words in column(LEFT, TOP, text)
    ]
    assert blocks(parsed(page)) == [f"One {WORDS}".strip(), f"Two {WORDS}".strip()]


def test_two_columns_are_read_one_after_the_other_below_their_title() -> None:
    left, right = "Left " + WORDS * 2, "right " + WORDS * 2
    page = [
        Words(LEFT, TOP + 40, "Of Bees and of Their Dances on the Comb in the Dark", 18),
        *(  # row by row, as some programs write
            words
            for row in zip(
                column(LEFT, TOP, lines(left, 42)),
                column(RIGHT, TOP, lines(right, 42)),
                strict=False,
            )
            for words in row
        ),
    ]
    document = parsed(page)
    heading, *text = blocks(document)
    assert heading == "# Of Bees and of Their Dances on the Comb in the Dark"
    words = " ".join(text).split()
    assert words.index("right") > words.index("Left") + 60
    assert document.title == "Of Bees and of Their Dances on the Comb in the Dark"


def test_a_paragraph_runs_on_over_columns_and_pages_and_broken_words_are_whole() -> None:
    one = [*lines(WORDS, 80)[:3], "and in the dark of the hive they feel the pendu-"]
    two = [
        "lum of the dance with their feelers. A well-known thing, and it is well-",
        "known to all.",
    ]
    document = parsed(column(LEFT, 200, one), column(LEFT, TOP, two))
    (text,) = blocks(document)
    assert "feel the pendulum of the dance" in text
    assert "it is well-known to all." in text
    assert [(number, words) for _, number, words in pages_of(document)] == [
        (1, "Bees pendu"),
        (2, "lum all."),
    ]


@pytest.mark.parametrize(
    ("label", "known", "before", "after", "expected"),
    [
        ("nothing is known", "", "extra-", "ordinary", "extraordinary"),
        ("known as one", "extraordinary extra ordinary", "extra-", "ordinary", "extraordinary"),
        ("known as a compound", "well-known", "well-", "known", "well-known"),
        ("a name follows", "", "Anglo-", "Saxon", "Anglo-Saxon"),
        ("a number", "", "1914-", "18", "1914-18"),
        ("a dash", "", "bees -", "hum", "bees - hum"),
        ("no hyphen", "", "bees", "hum", "bees hum"),
        ("a soft one", "", "extra\u00ad", "ordinary", "extraordinary"),
    ],
)
def test_broken_words(label: str, known: str, before: str, after: str, expected: str) -> None:
    assert "".join(KnownWords([known, before, after]).joined(before, after)) == expected


def test_where_no_words_are_broken_every_hyphen_stays() -> None:
    whole = KnownWords(["twenty-", "four"], breaks=False)
    assert "".join(whole.joined("twenty-", "four")) == "twenty-four"
    told_to = KnownWords(["pendu-", "lum", "a pendulum", "twenty-", "four"], breaks=False)
    assert "".join(told_to.joined("twenty-", "four")) == "twentyfour"


def test_the_program_that_made_a_file_says_whether_words_are_broken() -> None:
    page = column(
        LEFT,
        TOP,
        [*lines(WORDS, 80), "and they dance on the comb all through the day of twenty-", "four."],
    )
    assert parsed(page).text.endswith("day of twentyfour.")
    assert parsed(page, facts={"Producer": "LibreOffice 7.4"}).text.endswith("day of twenty-four.")


def test_running_heads_and_page_numbers_are_left_out_and_name_the_pages() -> None:
    pages = [
        [
            Words(LEFT, 760, f"{number}   On Bees" if number % 2 else f"The Dance   {number}"),
            *column(LEFT, TOP, lines(f"Page {word} begins. {WORDS}", 80)),
            Words(300, 30, str(number)),
        ]
        for number, word in zip(range(11, 15), ("one", "two", "three", "four"), strict=True)
    ]
    document = parsed(*pages)
    assert [block.split(".")[0] for block in blocks(document)] == [
        "Page one begins",
        "Page two begins",
        "Page three begins",
        "Page four begins",
    ]
    assert [(label, number) for label, number, _ in pages_of(document)] == [
        ("11", 1),
        ("12", 2),
        ("13", 3),
        ("14", 4),
    ]


def test_pages_are_called_as_the_file_says() -> None:
    text = column(LEFT, TOP, lines(WORDS, 80))
    document = parsed(text, text, text, labels="0 << /S /r >> 2 << /S /D /St 1 >>")
    assert [(label, number) for label, number, _ in pages_of(document)] == [
        ("i", 1),
        ("ii", 2),
        ("1", 3),
    ]


def test_notes_stand_apart_below_the_paragraph_that_runs_past_them() -> None:
    text = lines(WORDS, 80)
    page = [
        *column(LEFT, 200, [*text[:2], "for as they say of bees"]),
        Words(LEFT + 138, 179.5, "1", 6),
        *column(
            LEFT, 80, ["1 They say it in Brunnwinkl, where the hives", "stood in the garden."], 8
        ),
    ]
    document = parsed(page, column(LEFT, TOP, ["and of ants, they dance.", "They do."]))
    assert blocks(document) == [
        f"{' '.join(text[:2])} for as they say of bees¹ and of ants, they dance. They do.",
        "1 They say it in Brunnwinkl, where the hives stood in the garden.",
    ]
    assert [words for _, words in marked(document, "notes")] == [blocks(document)[1]]
    assert [number for _, number, _ in pages_of(document)] == [1, 2, 1]


def test_headings_by_the_size_of_their_type() -> None:
    page = [
        Words(LEFT, TOP + 50, "Of Bees", 20),
        Words(LEFT, TOP + 22, "Their Dances", 14),
        *column(LEFT, TOP, lines(WORDS, 80)),
        Words(LEFT, TOP - 70, "Their Hum", 14),
        *column(LEFT, TOP - 90, lines(WORDS, 80)),
    ]
    assert [block for block in blocks(parsed(page)) if block.startswith("#")] == [
        "# Of Bees",
        "## Their Dances",
        "## Their Hum",
    ]


def test_headings_of_the_outline() -> None:
    page = [
        Words(LEFT, TOP + 22, "Their Dances", 10),
        *column(LEFT, TOP, lines(WORDS, 80)),
        Words(LEFT, TOP - 70, "SET LARGE", 14),
        *column(LEFT, TOP - 90, lines(WORDS, 80)),
    ]
    document = parsed(page, outline=[(0, "Their  dances"), (0, "Not there")])
    assert [block for block in blocks(document) if block.startswith("#")] == ["# Their Dances"]


NUMBERED = [
    *column(LEFT, TOP, ["1 Introduction"], 14),
    *column(LEFT, TOP - 20, lines(WORDS, 80)),
    *column(LEFT, TOP - 90, ["1.1 Motivation"], 12),
    *column(LEFT, TOP - 110, lines(WORDS, 80)),
    *column(LEFT, TOP - 180, ["2 Related Work on the Dances of Bees", "and Their Hum"], 14),
    *column(LEFT, TOP - 220, lines(WORDS, 80)),
]


def headings(document: Parsed) -> list[str]:
    return [block for block in blocks(document) if block.startswith("#")]


def test_headings_whose_numbers_the_outline_leaves_out() -> None:
    named = ["Introduction", "Motivation", "Related Work on the Dances of Bees and Their Hum"]
    document = parsed(NUMBERED, outline=[(0, title) for title in named])
    assert headings(document) == [
        "# 1 Introduction",
        "# 1.1 Motivation",
        "# 2 Related Work on the Dances of Bees and Their Hum",
    ]


@pytest.mark.parametrize(
    "number",
    ["1", "1.", "12.3.4", "IV", "A", "A.1", "B.", "Chapter 1:", "Appendix A", "Kapitel II.", "§ 3"],
)
def test_numbers_of_headings(number: str) -> None:
    page = column(LEFT, TOP, [f"{number} Hum", *lines(WORDS, 80)])
    assert headings(parsed(page, outline=[(0, "Hum")])) == [f"# {number} Hum"]


@pytest.mark.parametrize("words", ["a hum", "5hum", "The hum", "1 hum."])
def test_what_is_no_number_of_a_heading(words: str) -> None:
    page = column(LEFT, TOP, [words, *lines(WORDS, 80)])
    assert headings(parsed(page, outline=[(0, "Hum")])) == []


def test_headings_by_their_type_where_the_outline_names_hardly_any() -> None:
    outline = [(0, title) for title in ("Slide 1", "Cover", "Motivation", "Contents")]
    assert headings(parsed(NUMBERED, outline=outline)) == [
        "# 1 Introduction",
        "## 1.1 Motivation",
        "# 2 Related Work on the Dances of Bees and Their Hum",
    ]


def test_rows_of_a_table() -> None:
    rows = ["Dance|Distance|Tempo", "Round|50 m|fast", "Waggle|5 km|slow"]
    cells = [
        Words(LEFT + 120 * place, 500 - 14 * number, words)
        for number, row in enumerate(rows)
        for place, words in enumerate(row.split("|"))
    ]
    text = column(LEFT, TOP, lines(WORDS, 80))
    assert blocks(parsed([*text, *cells]))[1:] == [row.replace("|", " | ") for row in rows]


def test_a_page_that_is_turned() -> None:
    page = column(LEFT, 500, lines(WORDS, 80))
    assert blocks(parsed(page, rotate=90)) == [WORDS.strip()]


def test_pages_without_text_are_named() -> None:
    text = column(LEFT, TOP, lines(WORDS, 80))
    document = parsed(text, [], text, [])
    assert document.warnings == (
        "has no text on page 2, 4; if that is a scan, recognise its letters (OCR)",
    )


def test_what_the_file_says_of_itself() -> None:
    text = column(LEFT, TOP, lines(WORDS, 80))
    facts = {"Title": "Of Bees", "Author": "Ann Roe; Jo Doe", "CreationDate": "D:19270504100000Z"}
    document = parsed(text, facts=facts, language="en-GB")
    assert (document.title, document.author) == ("Of Bees", "Ann Roe; Jo Doe")
    assert (document.date, document.language) == ("1927-05-04", "en")
    for title in ("Microsoft Word - bees.doc", "bees.tex", "Untitled"):
        assert parsed(text, facts={"Title": title}).title is None


@pytest.mark.parametrize(
    ("label", "data", "message"),
    [
        ("no PDF", b"Bees hum.", "is no PDF, or a damaged one"),
        ("nothing", b"", "is no PDF, or a damaged one"),
        ("cut short", pdf([column(LEFT, TOP, ["Bees hum."])])[:200], "is no PDF|holds no text"),
        ("no pages", pdf([]), "is no PDF|holds no text"),
        ("only images", pdf([[]]), "holds no text: its pages are images"),
    ],
)
def test_what_has_no_text_is_refused(label: str, data: bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        FORMATS["pdf"].parse(data)
