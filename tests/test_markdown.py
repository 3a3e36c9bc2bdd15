import pytest

from index.documents import FORMATS
from index.documents.markdown import markdown_marks


def read(text):
    """Headings as `level label`, everything else as it stands."""
    return [
        f"{mark.level} {mark.label}" if mark.kind == "heading" else text[mark.start : mark.end]
        for mark in markdown_marks(text)
    ]


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("levels", "# A\n## B\n###### F", ["1 A", "2 B", "6 F"]),
        ("no blank line needed", "One.\n# A\nTwo.", ["One.", "1 A", "Two."]),
        ("closing signs", "## A ##\n\nOne.", ["2 A", "One."]),
        ("indented by three", "   # A\n\nOne.", ["1 A", "One."]),
        ("setext", "A\n===\n\nB\n---\nOne.", ["1 A", "2 B", "One."]),
        ("setext over two lines", "A\nB\n===\nOne.", ["1 A B", "One."]),
        ("setext with a hard break", "A\\\nB\n===\nOne.", ["1 A B", "One."]),
        ("markup", "# *A* [b](c) `d` ![e](f) &amp; g", ["1 A b d e & g"]),
        ("blanks", "#   A   b  ", ["1 A b"]),
        ("without words", "#\n\nOne.", ["1 ", "One."]),
        ("no space", "#A\n\nOne.", ["#A", "One."]),
        ("seven signs", "####### A", ["####### A"]),
        ("escaped", r"\# A", [r"\# A"]),
        ("indented by four", "One.\n\n    # A", ["One.", "# A"]),
        ("in a fence", "```\n# A\n\n## B\n```\nOne.", ["```\n# A\n\n## B\n```", "One."]),
        ("in a tilde fence", "~~~ sh\n# A\n~~~", ["~~~ sh\n# A\n~~~"]),
        ("in a fence without end", "```\n# A\n\nOne.", ["```\n# A\n\nOne."]),
        ("in an item", "- # A\n- one", ["- # A", "- one"]),
        ("in a quotation", "> # A\n> One.", ["> # A", "> One."]),
        ("in HTML", "<div>\n# A\n</div>", ["<div>\n# A\n</div>"]),
    ],
)
def test_headings(label, text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("paragraphs", "One\ntwo.\n\nThree.", ["One\ntwo.", "Three."]),
        ("items", "- one\n- two\n  more\n\n- three", ["- one", "- two\n  more", "- three"]),
        (
            "items in items",
            "1. one\n   - two\n   - three\n2. four",
            ["1. one", "- two", "- three", "2. four"],
        ),
        ("two paragraphs of an item", "- one\n\n  two", ["- one", "two"]),
        ("a quotation", "> One.\n>\n> Two.", ["> One.", ">", "> Two."]),
        ("a table", "|a|b|\n|-|-|\n|c|d|", ["|a|b|", "|-|-|", "|c|d|"]),
        ("a rule", "One.\n\n***\n\nTwo.", ["One.", "***", "Two."]),
        ("a link's target", "One [a].\n\n[a]: b", ["One [a].", "[a]: b"]),
        (
            "feeds end no line",
            "One.\x0b\x0cTwo.\x85\u2028# Three.",
            ["One.\x0b\x0cTwo.\x85\u2028# Three."],
        ),
        ("only blanks", "\n \n\t\n", []),
        ("nothing", "", []),
    ],
)
def test_blocks(label, text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("label", "data", "encoding"),
    [
        ("CRLF", b"# A\r\n\r\nOne\r\ntwo.\r\n", "utf-8"),
        ("CR", b"# A\r\rOne\rtwo.\r", "utf-8"),
        ("a mark", b"\xef\xbb\xbf# A\n\nOne\ntwo.\n", "utf-8-sig"),
        ("utf-16", "# A\r\n\r\nOne\r\ntwo.\r\n".encode("utf-16"), "utf-16"),
    ],
)
def test_line_ends_and_encodings(label, data, encoding):
    parsed = FORMATS["markdown"].parse(data)
    assert (parsed.text, parsed.title, parsed.encoding) == ("# A\n\nOne\ntwo.\n", "A", encoding)
    assert read(parsed.text) == ["1 A", "One\ntwo."]


def test_the_title_is_the_heading_that_the_text_opens_with():
    markdown = FORMATS["markdown"]
    assert markdown.parse(b"# Of *Bees*\n\nThey hum.").title == "Of Bees"
    assert markdown.parse(b"They hum.\n\n# Of Bees").title is None
    assert markdown.parse(b"#\n\nThey hum.").title == ""


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("quotations in quotations", "> " * 3_000 + "x"),
        ("items in items", "\n".join(" " * 2 * depth + "- a" for depth in range(200))),
        ("brackets in a heading", "# " + "[" * 3_000),
        ("stars in a heading", "# " + "*a_" * 3_000),
        ("ticks in a heading", "# " + " ".join("`" * number for number in range(1, 100))),
    ],
)
def test_hostile_markup_holds_every_character(label, text):
    held = "".join(text[mark.start : mark.end] for mark in markdown_marks(text))
    assert "".join(held.split()) == "".join(text.split())
