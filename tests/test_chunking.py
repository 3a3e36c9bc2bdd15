import itertools
import re
import time
from importlib import resources

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.chunking import ChunkSettings, embedded_text, passages_of
from index.documents.markdown import markdown_marks
from index.documents.plain import plain_marks
from index.embedding import load_embedder
from index.records import Document, Mark
from index.sentences import sentence_spans

MARKS = {"plain": plain_marks, "markdown": markdown_marks}
LIST_MARKER = re.compile(r"(?:[-*+•‣▪]|\d{1,9}[.)]|\(\w{1,5}\))\s*")


def words(texts):
    return [len(text.split()) for text in texts]


COUNTS = {"words": words, "hashing": load_embedder("hashing").count_tokens}

characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")
parts = st.one_of(
    st.text(characters, max_size=80),
    st.sampled_from(
        [
            "# A heading\n\n",
            "## One below\n",
            "#\n\n",
            "Of Bees and Their Dances\n\n",
            "Setext\n===\n\n",
            "The bee hums. It dances! Does it sting? ",
            "- one\n- two\n1. three\n",
            "> quoted\n\n",
            "```\n# no heading\n```\n",
            "He said “yes.”12 She left approx. 3 p.m. [4] ",
            "\n",
            "\n\n",
            " \t\x0b\x0c\x85\u2028\u3000",
            "word " * 60,
            "x" * 2_100,
            "|a|b|\n|-|-|\n|c|d|\n",
        ]
    ),
)
texts = st.lists(parts, max_size=12).map("".join)


@pytest.mark.parametrize("count", COUNTS.values(), ids=COUNTS)
@pytest.mark.parametrize("marks_of", MARKS.values(), ids=MARKS)
@given(text=texts, window=st.integers(8, 60), overlap=st.integers(0, 2))
@example(text="x" * 5_000 + " y.", window=8, overlap=1)
@example(text="# A\n\nOne.\n\n## B\n\nTwo.\n\n# C\n\nThree.", window=8, overlap=1)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_passages_hold_the_body_and_nothing_else(text, window, overlap, marks_of, count):
    marks = marks_of(text)
    check_marks(text, marks)
    passages = list(passages_of(text, marks, count=count, settings=ChunkSettings(window, overlap)))
    headings = [(mark.start, mark.end) for mark in marks if mark.kind == "heading"]
    path_at = Document("d", "v", "t", "s", text, marks).heading_path
    whole = {
        span
        for mark in marks
        if mark.kind == "paragraph"
        for span in sentence_spans(text, mark.start, mark.end)
    }
    covered = set()
    for passage in passages:
        piece = text[passage.start : passage.end]
        assert piece == piece.strip() != ""
        assert count([embedded_text(passage.headings, piece)])[0] <= window
        assert len(piece) <= 2_000
        assert all(end <= passage.start or passage.end <= start for start, end in headings)
        path = path_at(passage.start)
        assert passage.headings == path[len(path) - len(passage.headings) :]
        check_sentences(text, passage, whole)
        covered.update(range(passage.start, passage.end))
    blank_or_heading = {place for start, end in headings for place in range(start, end)}
    missed = [
        place
        for place, character in enumerate(text)
        if not character.isspace() and place not in covered and place not in blank_or_heading
    ]
    assert missed == []
    assert [p.sentences[-1] for p in passages] == sorted({p.sentences[-1] for p in passages})


def check_marks(text, marks):
    """They are in order, never overlap, and hold every character that is not blank."""
    assert all(one.end <= other.start for one, other in itertools.pairwise(marks))
    assert all(mark.start < mark.end for mark in marks)
    held = {place for mark in marks for place in range(mark.start, mark.end)}
    assert [p for p, character in enumerate(text) if not character.isspace()] == sorted(
        place for place in held if not text[place].isspace()
    )


def check_sentences(text, passage, whole):
    """They are in order, whole where they fit, and between them stand blanks and list markers."""
    place = passage.start
    for start, end in passage.sentences:
        assert start < end
        between = text[place:start]
        assert place <= start
        assert between.isspace() or not between or LIST_MARKER.fullmatch(between.strip() + " ")
        if (start, end) not in whole:  # a piece of one that does not fit by itself
            assert any(first - 12 <= start and end <= last for first, last in whole)
        place = end
    assert place == passage.end


@pytest.mark.parametrize(
    ("label", "window", "overlap", "expected"),
    [
        ("all fits", 9, 1, ["One two. Three four. Five six."]),
        ("a sentence is shared", 4, 1, ["One two. Three four.", "Three four. Five six."]),
        ("none is shared", 4, 0, ["One two. Three four.", "Five six."]),
        ("no room to share", 2, 1, ["One two.", "Three four.", "Five six."]),
        ("a sentence does not fit", 1, 1, ["One", "two.", "Three", "four.", "Five", "six."]),
    ],
)
def test_windows_and_overlap(label, window, overlap, expected):
    text = "One two. Three four. Five six."
    passages = passages_of(
        text,
        [Mark(0, len(text), "paragraph")],
        count=words,
        settings=ChunkSettings(window, overlap),
    )
    assert [text[passage.start : passage.end] for passage in passages] == expected


@given(st.lists(st.integers(1, 6), min_size=2, max_size=20), st.integers(6, 15))
@settings(deadline=None)
def test_a_sentence_is_shared_wherever_it_fits(lengths, window):
    text = " ".join(" ".join(["Word"] * length) + "." for length in lengths)
    passages = list(
        passages_of(text, plain_marks(text), count=words, settings=ChunkSettings(window))
    )
    for one, other in itertools.pairwise(passages):
        last, new = one.sentences[-1], other.sentences[-1]
        if other.sentences[0] != last:
            assert words([text[last[0] : other.sentences[0][1]]])[0] > window
        assert new > last


def test_a_passage_stands_under_its_headings_and_keeps_them_short():
    text = "# Bees\n\nThey hum.\n\n## Dances of many kinds\n\nThey waggle.\n\n# Ants\n\nThey walk."
    passages = passages_of(
        text, markdown_marks(text), count=words, settings=ChunkSettings(window=20)
    )
    assert [(p.headings, text[p.start : p.end]) for p in passages] == [
        (("Bees",), "They hum."),
        (("Dances of many kinds",), "They waggle."),  # with "Bees >" more than a quarter
        (("Ants",), "They walk."),
    ]


def test_a_list_marker_belongs_to_the_passage_and_to_no_sentence():
    text = "1. Bees hum."
    (passage,) = passages_of(text, plain_marks(text), count=words, settings=ChunkSettings())
    assert (passage.start, passage.end, passage.sentences) == (0, 12, ((3, 12),))


@pytest.mark.parametrize(
    ("label", "unit", "passages"), [("words", "word ", 1_600), ("no blank", "x", 1_000)]
)
def test_two_million_characters_in_one_line(label, unit, passages):
    text = unit * (2_000_000 // len(unit))
    began = time.monotonic()
    found = list(
        passages_of(text, plain_marks(text), count=COUNTS["hashing"], settings=ChunkSettings())
    )
    assert len(found) == passages
    assert time.monotonic() - began < 30  # 3 s where nothing else runs


@pytest.mark.slow
def test_passages_fit_the_bundled_embedder():
    embedder, course = load_embedder(), resources.files("eval") / "suites/keeping_time/texts"
    for path in course.iterdir():
        text = path.read_text(encoding="utf-8")
        passages = list(
            passages_of(
                text,
                MARKS["markdown" if path.name.endswith(".md") else "plain"](text),
                count=embedder.count_tokens,
                settings=ChunkSettings(window=embedder.window),
            )
        )
        sizes = embedder.count_tokens(
            [embedded_text(p.headings, text[p.start : p.end]) for p in passages]
        )
        assert embedder.window == 254
        assert max(sizes) <= 254
