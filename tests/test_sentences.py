import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.plain import plain_marks
from index.sentences import sentence_spans
from tests.support import need

ROOT = Path(__file__).parent.parent
CORPUS = Path(os.environ.get("PINCITE_SHARED") or ROOT.parent / "shared") / "corpus"

CASES = {  # "| " stands in front of every sentence but the first
    "two": "Bees hum. | Ants walk.",
    "question and exclamation": "Do bees hum? | They do! | Ants walk.",
    "an abbreviated country": "She stayed in the U.S. Army for years. | He left the U.S. in May.",
    "a country at the end": "He left the U.S. | She stayed in the U.K. | It rained.",
    "e.g. and i.e.": "Insects, e.g. bees, hum. | Some, i.e. ants, walk.",
    "etc.": "Bees, ants, etc. are insects. | We like bees, ants, etc. | They are small.",
    "decimals": "It rose by 3.5 metres to 4.25 m. | Then it fell by .5 m.",
    "a version": "Python 3.11 came out. | Version 2.0.1 did not.",
    "money": "It cost $3.50. | We paid £2.99 and left.",
    "approx.": "It rained approx. 3 mm. | The sun came.",
    "equations": "See Eq. 3 and Eqs. (4) to (6). | They hold.",
    "figures": "See Fig. 2. | It shows a bee (cf. Fig. 3).",
    "numbers": "He lives at No. 10 Downing Street. | She came.",
    "pages": "See p. 12 and pp. 14–16. | They tell all.",
    "a volume": "It is in vol. 2, ch. 3, sec. 4. | Read it.",
    "titles": "Dr. Bee met Mrs. Ant and Prof. Wasp. | They talked.",
    "initials": "J. R. R. Tolkien wrote it. | T.S. Eliot did not.",
    "a middle initial": "John F. Kennedy spoke. | Harry S. Truman listened.",
    "hours": "It begins at 9 a.m. and ends at 5 p.m. on Monday. | Come at 8 a.m. | We open then.",
    "months": "It was on Jan. 3 and Feb. 4. | Then it was over.",
    "firms": "Bee Inc. and Ant Ltd. merged. | Wasp Corp. did not.",
    "streets and saints": "St. Mary lived on Oak St. in May. | She moved.",
    "et al.": "Smith et al. found bees. | Bee et al. (1927) saw them dance.",
    "degrees": "She holds a Ph.D. in biology. | He does not.",
    "years before": "It fell in 44 B.C. in March. | Rome stood.",
    "a superscript note": "Bees hum.¹ | Ants walk.² | Moths fly.",
    "two superscripts": "Bees hum.¹² | Ants walk.",
    "a note in brackets": "Bees hum.[12] | Ants walk.[3][4] | Moths fly.",
    "a note in brackets, apart": "Bees hum. [12] | Ants walk.",
    "a note of digits": "The bees are old.12 | It rained.3 | She left.",
    "a note behind quotation marks": "He said “they hum.”12 | She left.",
    "a note within a sentence": "Bees¹ hum and ants [2] walk. | Moths fly.",
    "straight quotation marks": 'He said, "Bees hum." | She left.',
    "curly quotation marks": "He said, “Bees hum.” | She left.",
    "single quotation marks": "He said, ‘Bees hum.’ | She left.",
    "angle quotation marks": "Il dit: « Bees hum. » | She left.",
    "a question within marks": "“Do they hum?” he asked. | “Yes.” | She left.",
    "marks that open the next": "Bees hum. | “Ants walk,” he said.",
    "three dots within": "Bees ... hum and hum. | Ants walk.",
    "three dots at the end": "Bees hum... | Ants walk.",
    "one character of three dots": "Bees hum… | Ants walk.",
    "several signs": "Do bees hum?! | They do!! | Ants walk.",
    "in round brackets": "Bees hum (loudly). | Ants walk.",
    "a sentence in brackets": "Bees hum. | (Ants walk.) | Moths fly.",
    "a stop in brackets": "Bees (Apis sp.) hum. | Ants walk.",
    "a hard-wrapped line": "Bees hum in the\nlime tree. | Ants\nwalk.",
    "an abbreviation at a line's end": "They met Dr.\nBee. | She left.",
    "a stop at a line's end": "Bees hum.\n| Ants walk.",
    "an address": "See www.bees.org for more. | Write to bee@hive.co.uk today.",
    "a file": "Open notes.txt first. | Then read.me too.",
    "a colon": "He said: bees hum. | She left.",
    "a semicolon": "Bees hum; ants walk. | Moths fly.",
    "a number first": "Bees hum. | 12 ants walk. | 3.5 m is much.",
    "a year last": "It was 1927. | Bees hummed.",
    "No, the word": "Did he say no? | No. | She left.",
    "a section sign": "See art. § 5 and Art. 6. | They hold.",
    "versus": "It was Bee v. Ant in court. | Bee won vs. all.",
    "accents": "Élan came. | Été follows. | Ça va.",
    "emoji": "Bees hum 🐝. | Ants walk 🐜!",
    "no end": "Bees hum. | Ants walk",
    "a number without a blank": "No.12 Squadron flew. | It won.",
    "a figure without a blank": "See Fig.12 Bees hum there. | It won.",
    "capitals at the end": "He works at NASA. | She works at the UN. | They talk.",
    "an abbreviated body": "He works at the U.N. Security Council. | She left.",
    "marks and small letters": "“Bees hum.” he said. | She left.",
    "two blanks and a tab": "Bees hum.  | Ants walk.\t| Moths fly.",
    "items within a line": "He named (1) bees and (2) ants. | Then he left.",
    "a year in brackets first": "(1927) was a year. | Bees hummed.",
    "an initial first": "A. Bee came. | B. Ant left.",
}


def sentences(text):
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text))]


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES)
def test_tricky_cases(marked):
    expected = [part.strip() for part in marked.split("|")]
    assert sentences(marked.replace("| ", "")) == expected


@pytest.mark.parametrize(
    ("label", "marker"),
    [
        ("bullet", "- "),
        ("dot", "• "),
        ("number", "12. "),
        ("number in a bracket", "3) "),
        ("number in brackets", "(4) "),
        ("letter in brackets", "(a) "),
        ("Roman number in brackets", "(iii)\t"),
    ],
)
def test_a_list_marker_belongs_to_no_sentence(label, marker):
    assert sentences(f"{marker}Bees hum. Ants walk.") == ["Bees hum.", "Ants walk."]


def test_offsets_are_of_the_whole_text():
    text = "🐝 Before. 1. Bees hum 🐝.  Ants walk. After."
    start, end = text.index("1."), text.index(" After")
    assert [text[a:b] for a, b in sentence_spans(text, start, end)] == [
        "Bees hum 🐝.",
        "Ants walk.",
    ]


@pytest.mark.parametrize(
    ("label", "text", "expected"),
    [
        ("nothing", "", []),
        ("blanks", " \n\t", []),
        ("only a marker", "-", ["-"]),
        ("a marker and blanks", "-  ", ["-"]),
        ("only a note", "[12]", ["[12]"]),
        ("only signs", "...", ["..."]),
    ],
)
def test_what_is_hardly_a_sentence(label, text, expected):
    assert sentences(text) == expected


parts = st.sampled_from(
    [
        "Bees hum",
        ". ",
        ".12 ",
        "[4] ",
        "¹ ",
        "“",
        "” ",
        "(",
        ") ",
        "e.g. ",
        "Fig. 3",
        "…",
        "! ",
        "\n",
    ]
)
texts = st.lists(st.one_of(parts, st.text(st.characters(exclude_categories=["Cs"])))).map("".join)


@given(texts)
def test_sentences_are_in_order_and_hold_every_character(text):
    spans = sentence_spans(text, 0, len(text))
    place, between = 0, ""
    for start, end in spans:
        assert place <= start < end
        assert text[start:end] == text[start:end].strip()
        between += text[place:start]
        place = end
    between += text[place:]
    assert between.strip() in ("", *("-*+•‣▪")) or between.strip()[-1] in ".)"
    assert len("".join(between.split())) <= 11  # nothing but one list marker


def test_a_text_longer_than_the_window_is_cut_as_a_short_one():
    text = "This is sentence number one of many. " * 4_000
    assert set(sentences(text)) == {"This is sentence number one of many."}
    assert len(sentences(text)) == 4_000


@pytest.fixture(scope="module")
def essay():
    need("shared", CORPUS.is_dir(), f"{CORPUS} is missing")
    return (CORPUS / "russian-foreign-policy.txt").read_text(encoding="utf-8")


def test_the_headings_of_the_essay_belong_to_no_sentence(essay):
    marks = plain_marks(essay)
    headings = [mark for mark in marks if mark.kind == "heading"]
    assert [mark.label for mark in headings] == [
        "Shrinking Resources Linked to Global Designs: the Role of the United Nations",
        "The UN School of Multilateralism",
        "Invigorated Diplomacy: Some Issue Areas",
    ]
    found = [
        " ".join(essay[start:end].split())
        for mark in marks
        if mark.kind == "paragraph"
        for start, end in sentence_spans(essay, mark.start, mark.end)
    ]
    assert len(found) == 54
    for mark in headings:
        assert not any(mark.label in sentence for sentence in found)
    for opening in (
        "Official assessments of global political trends",
        "More recently, Russian diplomats have been",
    ):
        assert any(sentence.startswith(opening) for sentence in found)
    for sentence in found:
        assert sentence.endswith((".", ".”"))
        assert sentence[0].isupper() or sentence[0] in '“"'
