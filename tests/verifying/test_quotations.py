"""What counts as a quotation in a text, and what is only an apostrophe."""

import pytest

from rag.verifying.quotations import quotations_in

NONE = "nothing is marked"


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("straight", '"Bees," he said, "hum."', ["Bees,", "hum."]),
        ("curly", "“Bees” and ‘ants’", ["Bees", "ants"]),
        ("German", "„Bienen“, ‚Ameisen‘ und „Wespen”", ["Bienen", "Ameisen", "Wespen"]),
        ("guillemets", "«Bees» ‹ants› « guêpes »", ["Bees", "ants", "guêpes"]),
        ("guillemets inwards", "»Bienen« und ›Ameisen‹", ["Bienen", "Ameisen"]),
        ("Japanese", "「蜂」と『蟻』", ["蜂", "蟻"]),
        ("nested", "“he said ‘go’ and left”", ["he said ‘go’ and left"]),
        ("nested, British", "'he said \"go\" and left'", ['he said "go" and left']),
        ("nested, the same marks", 'He "said "go" and" left', ['said "go" and']),
        ("first thing in it", "“‘Go’, he said”", ["‘Go’, he said"]),
        ("dashes beside", '"It is"—"so"', ["It is", "so"]),
        ("brackets beside", '("Bees")["Ants"]', ["Bees", "Ants"]),
        ("Markdown", '*"Bees"* [“Ants”](/c/x)', ["Bees", "Ants"]),
        ("apostrophes", "It's the bees' hum; don’t, o’clock, '90s.", NONE),
        ("shortened words", "'Tis rock 'n' roll, 'twas the ants' way", NONE),
        ("a plural inside", "He wrote 'the bees' hum is loud' there", ["the bees' hum is loud"]),
        ("an apostrophe inside", "‘It’s so,’ he said", ["It’s so,"]),
        ("inches", 'A board of 5" by 6" stands', NONE),
        ("never closed", "He said “go and left", NONE),
        ("never opened", "He said go” and left", NONE),
        ("closed in another paragraph", '"go\n\n"and" left', ["and"]),
        ("over two paragraphs", "“One.\n\nTwo.” So.", ["One.\n\nTwo."]),
        ("each paragraph opened", "“One.\n\n“Two.” So.", ["One.", "Two."]),
        ("a block", "He:\n\n> Bees\n> hum.\n\nSo.", ["Bees\nhum."]),
        ("a block with marks", "> “Bees hum.”\n> — The Bees\n", ["Bees hum."]),
        ("a block with marks inside", "> Bees “hum”.\n", ["Bees “hum”."]),
        ("blocks and marks", "> One\n\n“two”\n\n> three", ["One", "two", "three"]),
        ("nothing in it", "“” and ''", NONE),
        ("only blanks in it", "“ ” and '\n'", NONE),
    ],
)
def test_quotations(label, text, expected):
    found = [quotation.text for quotation in quotations_in(text)]
    assert found == ([text.strip()] if expected is NONE else expected)


def test_offsets_are_of_the_text_and_leave_blanks_out():
    text = "He: « Bees hum »,\n> Ants\n>  walk.  \n"
    first, second = quotations_in(text)
    assert text[first.start : first.end] == "Bees hum"
    assert text[second.start : second.end] == "Ants\n>  walk."
    assert second.text == "Ants\nwalk."


MANY = {
    "opened": "“" * 20_000,
    "nested": "“" * 10_000 + "”" * 10_000,
    "plurals": "'a s' b " * 2_500,
    "blocks": "\n>" * 10_000,
    "paragraphs": "' \n\n" * 5_000,
}


@pytest.mark.parametrize("text", MANY.values(), ids=MANY)
def test_many_marks_are_read(text):
    assert len(quotations_in(text)) == 1
