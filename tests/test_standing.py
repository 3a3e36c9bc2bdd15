"""Where the words of a former text stand now: exactly, in other typography, or nowhere."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.standing import Standing, where_now

QUOTE = "The treaty was signed in 1905."
FORMER = f"Nobody knew why. {QUOTE} The delegates had gone home."


def stands(former, words, text):
    """What is at the place where the words stand now, and whether it is exactly they."""
    start = former.index(words)
    found = where_now(former, (start, start + len(words)), text)
    return found and (text[slice(*found.span)], found.exact)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("unchanged", FORMER),
        ("text in front", f"A new preface.\n\n{FORMER}"),
        ("all around changed", f"Much later: {QUOTE} No more is known."),
        ("alone", QUOTE),
        ("in quotation marks", f"“{QUOTE}”"),
        ("in brackets and stars", f"(**{QUOTE}**)"),
    ],
)
def test_the_same_words_are_found(label, text):
    assert stands(FORMER, QUOTE, text) == (QUOTE, True)


@pytest.mark.parametrize(
    ("label", "words", "text", "expected"),
    [
        ("wrapped", "in the lime tree", "in the\n    lime tree", "in the\n    lime tree"),
        ("unwrapped", "in the\nlime tree", "in the lime tree", "in the lime tree"),
        ("no-break blanks", "in 1905", "in\u00a01905", "in\u00a01905"),
        ("double quotes", '"Bees" hum', "so “Bees” hum!", "“Bees” hum"),
        ("guillemets", "„Bees“ hum", "«Bees» hum", "«Bees» hum"),
        ("single quotes", "bees' and ants'", "bees’ and ants’", "bees’ and ants’"),
        ("apostrophe", "It's so.", "It’s so.", "It’s so."),
        ("dashes", "then — now - 1905–1910", "then – now − 1905-1910", "then – now − 1905-1910"),
        ("blanks at the ends", " Bees hum. ", "Ants.\tBees hum.\n\n", "Bees hum."),
        ("all at once", "“a”  —\tb", "a 'b' 🐝 \"a\"\n– b", '"a"\n– b'),
    ],
)
def test_other_typography_is_found_and_told_of(label, words, text, expected):
    assert stands(f"Once: {words} And so on.", words, text) == (expected, False)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("gone", "Nobody knew why. The delegates had gone home."),
        ("a digit", FORMER.replace("1905", "1906")),
        ("a negation", FORMER.replace("was signed", "was not signed")),
        ("a capital", FORMER.replace("The treaty", "the treaty")),
        ("a letter", FORMER.replace("treaty", "treaties")),
        ("a comma", FORMER.replace("signed in", "signed, in")),
        ("its end", FORMER.replace("1905.", "1905?")),
        ("an accent", FORMER.replace("treaty", "tréaty")),
        ("a blank in mid-word", FORMER.replace("treaty", "trea ty")),
        ("no blank between words", FORMER.replace("was signed", "wassigned")),
        ("two pieces", FORMER.replace("was signed", "was, as some say, signed")),
    ],
)
def test_other_words_are_not_found(label, text):
    assert stands(FORMER, QUOTE, text) is None


def test_marks_of_another_kind_are_other_words():
    assert stands("“Bees” hum.", "“Bees” hum.", "‘Bees’ hum.") is None
    assert stands("Bees – hum.", "Bees – hum.", "Bees -- hum.") is None


@pytest.mark.parametrize(
    ("label", "words", "text"),
    [
        ("a longer number", "Deadline: May 1", "Deadline: May 15"),
        ("a decimal", "The fee is 5", "The fee is 5.50"),
        ("a decimal behind the end", "The fee is 5.", "The fee is 5.50 now."),
        ("a time", "Lecture at 10", "Lecture at 10:30"),
        ("a range", "Read pages 10", "Read pages 10–20"),
        ("a number before", "5 euros", "1.5 euros"),
        ("a longer word", "for the treaty", "for the treatyless"),
        ("a word before", "he was there", "she was there"),
        ("a contraction", "Yes, he can", "Yes, he can’t"),
        ("an elision", "homme", "l'homme"),
        ("in other typography too", "“It is” 5", '"It is" 50'),
    ],
)
def test_words_that_only_begin_or_end_another_are_not_found(label, words, text):
    assert stands(f"\n{words}\n", words, text) is None
    assert stands(f"\n{words}\n", words, f"{text}\n{words}") == (words, True)


def test_a_span_that_was_cut_in_mid_word_stands_where_it_is_cut_again():
    assert stands("the treaties", "treat", "of treaties") == ("treat", True)


def place(former, start, text, *, length):
    found = where_now(former, (start, start + length), text)
    return found.span[0] if found else None


def test_of_several_places_the_one_with_the_same_surroundings():
    rows = [f"Room {number}: open all day.\n" for number in range(50)]
    former, words = "".join(rows), "open all day."
    wanted = former.index("Room 31:") + len("Room 31: ")
    for label, kept in {
        "the first thirty gone": rows[30:],
        "the last gone": rows[:32],
        "the other way round": rows[::-1],
        "new ones in front": ["Room 99: open all day.\n"] * 60 + rows,
    }.items():
        text = "".join(kept)
        expected = text.index("Room 31:") + len("Room 31: ")
        assert (label, place(former, wanted, text, length=len(words))) == (label, expected)


def test_surroundings_that_were_altered_right_beside_the_words_are_still_alike():
    former = "A storm was coming up. Yes. The captain gave a nod. Yes. He was a man of one word."
    text = "Yes. The end. A storm was coming up!! Yes. And the captain gave a nod! Yes. He left."
    first, second = (former.index("Yes."), former.rindex("Yes."))
    assert place(former, first, text, length=4) == text.index("Yes. And")
    assert place(former, second, text, length=4) == text.index("Yes. He")


def test_surroundings_far_away_decide_where_those_near_by_are_equal():
    page = "Filler words, the same on every page. " * 10 + "Yes. " + "More filler words. " * 20
    former = f"One. {page} Two. {page} Three. {page}"
    text = f"Two. {page} Three. {page} One. {page}"
    for name in ("One.", "Two.", "Three."):
        start = former.index("Yes.", former.index(name))
        assert place(former, start, text, length=4) == text.index("Yes.", text.index(name))


@pytest.mark.parametrize(("start", "expected"), [(0, 0), (30, 60), (57, 114)])
def test_among_equals_the_one_at_the_nearest_relative_position(start, expected):
    assert place("   " * 20, start, "   " * 40, length=3) == expected
    assert place("?! " * 10, 0, "?! " * 9, length=2) == 0


def test_of_several_places_in_other_typography_the_one_with_the_same_surroundings():
    former = 'One: "a b".\nTwo: "a b".\nThree: "a b".\n'
    text = "Zero: “a  b”.\n" + former.replace('"a b"', "“a  b”")
    for name in ("One", "Two", "Three"):
        start = former.index('"', former.index(name))
        expected = text.index("“", text.index(name))
        assert place(former, start, text, length=5) == expected


@pytest.mark.parametrize("span", [(-1, 3), (3, 3), (4, 3), (0, 10)])
def test_what_is_no_span_of_the_former_text_is_refused(span):
    with pytest.raises(ValueError, match=rf"{span[0]}\.\.{span[1]} is no span of .* 9 characters"):
        where_now("Bees hum.", span, "Bees hum.")


def test_blanks_alone_are_found_as_they_were_or_not_at_all():
    assert where_now("a \n b", (1, 4), "a b \n c") == Standing((3, 6), exact=True)
    assert where_now("a \n b", (1, 4), "a b") is None
    assert where_now("a", (0, 1), "") is None


texts = st.text("ab .\n-“🐝", max_size=30)


@st.composite
def edits(draw, text):
    """The text with something inserted, deleted or replaced, up to three times."""
    for _ in range(draw(st.integers(0, 3))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        text = text[:start] + draw(texts) + text[end:]
    return text


@given(before=texts, words=texts, after=texts, data=st.data())
def test_words_are_found_exactly_where_they_moved_to(before, words, after, data):
    words = f"§{words}!"  # its first character stands nowhere else
    former, span = before + words + after, (len(before), len(before) + len(words))
    before, after = data.draw(edits(before)), data.draw(edits(after))
    moved = (len(before), len(before) + len(words))
    assert where_now(former, span, before + words + after) == Standing(moved, exact=True)


KINDS = [r"\s+", "['‘’]", '["“”]', "[-–—]"]
marks = st.text(" \n'‘’\"“”-–—!?", max_size=12)  # none is part of a word


def pattern_of(words):
    """What the words look like in any typography, as an expression that is slow and plain."""
    parts = re.findall(r"\s+|.", words.strip())
    kinds = [next((kind for kind in KINDS if re.fullmatch(kind, part)), None) for part in parts]
    return "".join(kind or re.escape(part) for kind, part in zip(kinds, parts, strict=True))


@given(before=marks, words=marks.filter(str.strip), after=marks, text=marks)
def test_what_is_found_is_what_a_plain_search_finds(before, words, after, text):
    span = (len(before), len(before) + len(words))
    found = where_now(before + words + after, span, text)
    if words in text:
        assert found.exact
        assert text[slice(*found.span)] == words
    elif re.search(pattern_of(words), text):
        assert not found.exact
        assert re.fullmatch(pattern_of(words), text[slice(*found.span)])
    else:
        assert found is None


MILLIONS = 5_000_000
AS = "a" * MILLIONS
PAIRS = "a-" * (MILLIONS // 2)
ROWS = "Bees hum in the lime tree, and so on for a while.\n" * (MILLIONS // 50)


@pytest.mark.parametrize(
    ("label", "former", "span", "text", "expected"),
    [
        ("letters", AS, (2_000_000, 2_000_300), AS, (2_000_000, 2_000_300)),
        ("letters, other words", f"{'a' * 150}b{'a' * 149}", (0, 300), AS, None),
        ("letters in mid-word", f" {'a' * 300} ", (1, 301), AS, None),
        ("pairs, other words", f"{'a-' * 150}b", (0, 301), PAIRS, None),
        ("blanks", f"a{' ' * 5_000}b", (0, 5_002), f"a{' ' * 50}" * (MILLIONS // 51), None),
        ("rows", ROWS, (4_000_000, 4_000_050), f"{ROWS}\nEnd.", (4_000_000, 4_000_050)),
        ("half a text", AS, (0, MILLIONS // 2), AS, (0, MILLIONS // 2)),
        ("rows, deep in the first", ROWS, (50, 99), f"New\n{ROWS}", (54, 103)),
    ],
)
def test_a_text_of_five_million_characters_is_no_matter(label, former, span, text, expected):
    began = time.process_time()
    found = where_now(former, span, text)
    seconds = time.process_time() - began
    assert (found and found.span) == expected
    assert seconds < 1  # some 50 ms; quadratic time would be hours
