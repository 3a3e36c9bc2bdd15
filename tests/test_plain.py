import pytest

from index.documents import FORMATS
from index.documents.plain import plain_marks

WRAPPED = (
    "Bees tell one another where the flowers are by a dance on the comb that\n"
    "was understood only in the last century, after many years of watching.\n"
)


def read(text):
    """Headings as `# label`, paragraphs as they stand."""
    return [
        f"# {mark.label}" if mark.kind == "heading" else text[mark.start : mark.end]
        for mark in plain_marks(text)
    ]


def headings(text):
    return [(mark.label, mark.level) for mark in plain_marks(text) if mark.kind == "heading"]


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("alone", "Of Bees\n\nThey hum.", [("Of Bees", 1)]),
        (
            "over two lines",
            "Of Bees and\nTheir Dances\n\nThey hum.",
            [("Of Bees and Their Dances", 1)],
        ),
        ("blanks around", "  Of   Bees  \n \t\nThey hum.", [("Of Bees", 1)]),
        ("inside", "They hum.\n\nOf Ants\n\nThey walk.", [("Of Ants", 2)]),
        ("two", "Bees\n\nThey hum.\n\nAnts\n\nThey walk.", [("Bees", 1), ("Ants", 2)]),
        (
            "title, author, chapter",
            "Bees\n\nA. Writer\n\nOne\n\nHum.",
            [("Bees", 1), ("A. Writer", 2), ("One", 2)],
        ),
        ("with a year", "The Summer of 1927\n\nIt was hot.", [("The Summer of 1927", 1)]),
        ("a question mark inside", "What? And Why\n\nBecause.", [("What? And Why", 1)]),
        ("in quotation marks", "“On Bees”\n\nThey hum.", [("“On Bees”", 1)]),
        ("numbered", "2 Dances\n\nThey waggle.", [("2 Dances", 1)]),
        ("another script", "Пчёлы\n\nОни жужжат.", [("Пчёлы", 1)]),
        ("on hard-wrapped text", f"The Dance of Bees\n{WRAPPED}", [("The Dance of Bees", 1)]),
        (
            "two lines on hard-wrapped text",
            f"The Dance of Bees and What It Says About\nthe Flowers\n{WRAPPED}",
            [("The Dance of Bees and What It Says About the Flowers", 1)],
        ),
    ],
)
def test_headings(label, text, expected):
    assert headings(text) == expected


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("a sentence", "Bees hum.\n\nThey do."),
        ("a question", "Do bees hum?\n\nThey do."),
        ("an end within quotation marks", "“Bees hum.”\n\nThey do."),
        ("a lead-in", "Bees do this:\n\nThey hum."),
        ("a comma at the end", "Dear bee,\n\nThank you."),
        ("a dash at the end", "Bees hum –\n\nthey do."),
        ("a caption", "Fig. 3. The dance of the bee.\n\nIt waggles."),
        ("small letters", "of bees\n\nThey hum."),
        ("no letters", "* * *\n\nThey hum."),
        ("a number", "1927\n\nIt was hot."),
        ("a bullet", "- Bees\n\nThey hum."),
        ("a numbered item", "1. Bees\n\nThey hum."),
        ("a lettered item", "(a) Bees\n\nThey hum."),
        ("a list", "Bees\n\nAnts\n\nWasps\n\nMoths\n\nThey all fly but one."),
        ("nothing behind", "They hum.\n\nThe End"),
        (
            "verse",
            "Where the bee sucks there suck I\nIn a bell I lie\nThere I couch\n\nHe sang.",
        ),
        ("too many words", f"{'Bee ' * 15}\n\nThey hum."),
        ("too many characters", f"{'B' * 101}\n\nThey hum."),
        ("three lines", "Bees\nand\nAnts\n\nThey fly."),
        ("only one line", "Bees"),
        ("a first line that is full", f"{WRAPPED}The end."),
        ("a name on text that is not wrapped", "Anna Bee\nShe said that they hum."),
        ("small words on wrapped text", f"it was said of bees\n{WRAPPED}"),
    ],
)
def test_no_headings(label, text):
    assert headings(text) == []


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("two paragraphs", "One.\nTwo.\n\n\nThree.", ["One.\nTwo.", "Three."]),
        ("blanks in the blank line", "One.\n \t\u3000\nTwo.", ["One.", "Two."]),
        ("indented", "  One.  \n  Two.", ["One.  \n  Two."]),
        ("a list", "- one\n- two\n  more\n- three", ["- one", "- two\n  more", "- three"]),
        ("a lead-in and a list", "We saw:\n1. one\n2. two", ["We saw:", "1. one", "2. two"]),
        ("one bullet is no list", "A sum of\n- 3 was found.", ["A sum of\n- 3 was found."]),
        (
            "feeds end no line",
            "One.\x0b\x0cTwo.\x85\u2028Three.",
            ["One.\x0b\x0cTwo.\x85\u2028Three."],
        ),
        ("a heading and its text", "Bees\n\nThey hum.", ["# Bees", "They hum."]),
        ("only blanks", " \n\n\t", []),
        ("nothing", "", []),
    ],
)
def test_paragraphs(label, text, expected):
    assert read(text) == expected


def test_the_title_is_the_heading_that_the_text_opens_with():
    plain = FORMATS["plain"]
    assert plain.parse("\ufeffOf Bees\r\n\r\nThey hum.".encode()).title == "Of Bees"
    assert plain.parse(b"They hum.\n\nOf Bees\n\nThey do.").title is None


def test_offsets_are_of_the_text_without_mark_and_carriage_returns():
    parsed = FORMATS["plain"].parse("\ufeffBees\r\n\r\nThey hum.\r\n".encode())
    assert parsed.text == "Bees\n\nThey hum.\n"
    assert [(mark.start, mark.end, mark.kind) for mark in parsed.marks] == [
        (0, 4, "heading"),
        (6, 15, "paragraph"),
    ]
