"""What people cite parts of a text by, and what only looks like it."""

import pytest

from index.documents import FORMATS, Parsed
from tests.documents import check_marks, marked


def references(text: str, form: str = "plain") -> list[tuple[str, str]]:
    parsed: Parsed = FORMATS[form].parse(text.encode())
    check_marks(parsed)
    return marked(parsed, "reference")


BIBLE = """Genesis

1:1 In the beginning God created the heaven and the earth.

1:2 And the earth was without form, and void; and darkness was upon
the face of the deep. 1:99 is not here.

1:3 And God said, Let there be light.

2:1 Thus the heavens and the earth were finished.

Exodus

1:1 Now these are the names.
"""


def test_verses_reach_to_the_next_or_to_a_heading() -> None:
    assert references(BIBLE) == [
        ("1:1", "1:1 In the beginning God created the heaven and the earth."),
        (
            "1:2",
            "1:2 And the earth was without form, and void; and darkness was upon\n"
            "the face of the deep. 1:99 is not here.",
        ),
        ("1:3", "1:3 And God said, Let there be light."),
        ("2:1", "2:1 Thus the heavens and the earth were finished."),
        ("1:1", "1:1 Now these are the names."),
    ]


PLAY = """# Hamlet

## ACT III

### SCENE I. A room in the castle.

Enter KING and QUEEN.

KING.
And can you, by no drift of circumstance,
Get from him why he puts on this confusion?

[_Exeunt._]

HAMLET.
To be, or not to be, that is the question:

### Scene 2

HAMLET. Speak the speech, I pray you.

## Act IV

KING.
There's matter in these sighs.
"""


def test_speakers_of_plays_in_other_languages_have_other_capitals() -> None:
    text = "AKT II. SZENE IV.\n\nKÖNIG.\nGuten Morgen euch beiden.\n\nÜBERALL-HIN\nEr geht."
    assert references(text) == [("2.4.1", "Guten Morgen euch beiden."), ("2.4.2", "Er geht.")]


def test_lines_of_a_play_are_counted_by_scene() -> None:
    assert references(PLAY, "markdown") == [
        ("3.1.1", "And can you, by no drift of circumstance,"),
        ("3.1.2", "Get from him why he puts on this confusion?"),
        ("3.1.3", "To be, or not to be, that is the question:"),
        ("3.2.1", "HAMLET. Speak the speech, I pray you."),
    ]


def test_act_and_scene_on_one_line() -> None:
    text = "ACT II. SCENE IV. A street.\n\nROMEO.\nGood morrow to you both.\n\nHe leaves."
    assert references(text) == [
        ("2.4.1", "Good morrow to you both."),
        ("2.4.2", "He leaves."),
    ]


WITH_CONTENTS = """Hamlet

Contents

ACT I
Scene I. Elsinore.
Scene II. A room of state.

Dramatis Personæ

HAMLET, Prince of Denmark.
CLAUDIUS, King of Denmark.

ACT I

SCENE I. Elsinore.

Enter Francisco.

BARNARDO.
Who’s there?

SCENE II.

A room of state.

Enter Claudius King of Denmark, Gertrude the Queen, Polonius,
Laertes, Voltemand,
Cornelius and Attendant.

KING.
Though yet of Hamlet our dear brother’s death
The memory be green.

 [_Flourish. Exeunt all
but Hamlet._]

HAMLET.
O that this flesh would melt.
[Aside to
Horatio] Thaw, and resolve itself.

*** END OF THE PROJECT GUTENBERG EBOOK HAMLET ***

Updated editions will replace the previous one.
"""


@pytest.mark.parametrize("persons", ["Dramatis Personæ", "DRAMATIS PERSONAE.", "Who is who"])
def test_neither_persons_nor_directions_nor_what_follows_a_play_is_spoken(persons: str) -> None:
    assert references(WITH_CONTENTS.replace("Dramatis Personæ", persons)) == [
        ("1.1.1", "Who’s there?"),
        ("1.2.1", "Though yet of Hamlet our dear brother’s death"),
        ("1.2.2", "The memory be green."),
        ("1.2.3", "O that this flesh would melt."),
        ("1.2.4", "Horatio] Thaw, and resolve itself."),
    ]


def test_a_scene_whose_first_speakers_look_otherwise_is_counted_from_its_beginning() -> None:
    clowns = "First Clown\nA grave.\n\nSecond Clown\nIs it?\n\nHAMLET\nWhose grave is this?"
    assert [words for _, words in references(f"ACT V\n\nSCENE I\n\n{clowns}\n\nHe goes.")] == [
        *("First Clown", "A grave.", "Second Clown", "Is it?", "Whose grave is this?", "He goes.")
    ]


IN_SMALL_LETTERS = """ACT I. Scene I.

Enter Ghost
Stay, illusion, and speak to me!

Enter several very old Gentlemen and
Players
Ber. Who's there?
Fran. Stand
(As I am thy friend
And a soldier) and unfold yourself.
Persons of the court, come.
Exit Ghost
[Kneels.
'Tis gone!

THE END

Another text.
"""


def test_names_in_small_letters_and_directions_without_a_full_stop() -> None:
    assert [words for _, words in references(IN_SMALL_LETTERS)] == [
        "Stay, illusion, and speak to me!",
        "Ber. Who's there?",
        "Fran. Stand",
        "(As I am thy friend",
        "And a soldier) and unfold yourself.",
        "Persons of the court, come.",
        "[Kneels.",  # nothing tells that it is not spoken
        "'Tis gone!",
    ]


TRACTATUS = """1 The world is all that is the case.

1.1 It is of facts.

1.11 It is by the facts.

1.12 For the totality.

1.13 The facts in logical space.

More of it.

2 What is.

2.01 A state of affairs.
"""


def test_numbered_paragraphs() -> None:
    assert [label for label, _ in references(TRACTATUS)] == ["1.1", "1.11", "1.12", "1.13", "2.01"]
    assert dict(references(TRACTATUS))["1.13"].startswith(
        "1.13 The facts in logical space.\n\nMore"
    )


def test_paragraphs_with_a_section_sign() -> None:
    text = "\n\n".join(
        f"§ {number}. Of the bees in this garden, they hum." for number in range(1, 6)
    )
    assert [label for label, _ in references(text)] == ["1", "2", "3", "4", "5"]


def test_a_letter_after_a_number_is_a_place_of_its_own() -> None:
    law = [f"§ {number} Of the bees: they hum." for number in ("312", "312a", "312b", "313")]
    assert references("\n\n".join(law)) == list(
        zip(("312", "312a", "312b", "313"), law, strict=True)
    )
    points = [f"{number} They hum." for number in ("4.1", "4.1a", "4.2", "4.3")]
    assert [label for label, _ in references("\n\n".join(points))] == ["4.1", "4.1a", "4.2", "4.3"]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (
            "times of day",
            "\n\n".join(f"{hour}:15 The train leaves." for hour in (9, 14, 8, 21, 11)),
        ),
        ("too few", "1:1 Bees hum.\n\n1:2 They do."),
        ("versions", "\n\n".join(f"{n} was better." for n in ("2.1", "1.4", "3.0", "1.1", "0.9"))),
        ("an act without scenes", "ACT I\n\nBees hum.\n\nThey do.\n\nAnts walk.\n\nSo."),
        ("acts of parliament", "Act 3 was passed.\n\nScene of crime.\n\nBees hum."),
    ],
)
def test_what_only_looks_like_a_scheme(label: str, text: str) -> None:
    assert references(text) == []
