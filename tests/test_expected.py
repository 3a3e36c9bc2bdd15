"""What a suite expects, found in the texts; and what is wrong with it, told with numbers."""

import pytest

from eval.cases import Case, Passage, Suite
from eval.expected import Expected, expectations
from eval.texts import Located, Texts
from index.errors import SuiteError
from index.records import Document

TIDES = "The spring tide\nis high. The tide turns. The spring tide is high."
TEXTS = Texts.of_passages([Passage("a.txt", "A", TIDES), Passage("b.txt", "B", "Bees hum.")])


def suite(*cases: Case) -> Suite:
    return Suite("s.jsonl", cases, (), "0")


def test_evidence_is_found_wherever_it_stands_whatever_its_blanks():
    case = Case("1", "?", ("high",), ("The spring tide is high.",), "a.txt")
    assert expectations(suite(case), TEXTS)["1"] == Expected(
        {"a.txt": 1}, (Located("a.txt", 0, 24), Located("a.txt", 41, 65))
    )


def test_evidence_without_a_document_is_looked_for_in_all():
    case = Case("1", "?", ("hum",), ("Bees hum.",))
    assert expectations(suite(case), TEXTS)["1"] == Expected(
        {"b.txt": 1}, (Located("b.txt", 0, 9),)
    )


def test_a_case_without_an_answer_has_no_right_document():
    case = Case("1", "?", (), document="a.txt")
    assert expectations(suite(case), TEXTS)["1"] == Expected()


def test_missing_documents_are_named_with_their_cases():
    cases = [Case(str(n), "?", ("x",), document="gone.md") for n in range(3)]
    judged = Case("q", "?", None, relevant={"lost.txt": 1, "a.txt": 2})
    with pytest.raises(SuiteError) as caught:
        expectations(suite(*cases, judged, Case("ok", "?", ("hum",), document="b.txt")), TEXTS)
    assert str(caught.value) == (
        "s.jsonl asks about 2 of 4 documents that the library lacks: gone.md (3 cases), "
        "lost.txt (1 cases); add them, or ask the library they are in"
    )


def test_evidence_and_answers_that_stand_nowhere_are_all_named():
    cases = [
        Case("good", "?", ("Nobody", "the TIDE"), document="a.txt"),
        Case("answer", "?", ("ebb", "flow"), document="a.txt"),
        Case("quote", "?", ("hum",), ("Bees hum loudly.",), "b.txt"),
        Case("sign", "?", ("?!",), document="b.txt"),
        Case("lost", "?", ("ebb",)),
        Case("composed", "?", ("the TIDE",)),
    ]
    with pytest.raises(SuiteError) as caught:
        expectations(suite(*cases), TEXTS)
    assert str(caught.value).split("\n") == [
        "s.jsonl: case 'answer': none of its answers ('ebb', 'flow') stands in a.txt",
        "s.jsonl: case 'quote': its evidence 'Bees hum loudly.' does not stand in b.txt",
        "s.jsonl: case 'sign': none of its answers ('?!') stands in b.txt",
        "s.jsonl: case 'lost': none of its answers ('ebb') stands in any document",
    ]


def test_of_very_many_faults_the_first_are_named_and_the_others_counted():
    cases = [Case(str(n), "?", ("ebb",), document="a.txt") for n in range(25)]
    with pytest.raises(SuiteError) as caught:
        expectations(suite(*cases), TEXTS)
    lines = str(caught.value).split("\n")
    assert len(lines) == 21
    assert lines[-1] == "s.jsonl: and 5 more of 25 cases"


@pytest.mark.parametrize(
    ("start", "end", "right"),
    [
        (0, 24, True),  # all of the evidence
        (10, 40, True),  # part of it, with the answer
        (0, 15, False),  # part of it, without the answer
        (25, 40, False),  # none of it, though it has the answer's word
    ],
)
def test_a_passage_is_right_that_holds_the_evidence_or_part_of_it_with_the_answer(
    start, end, right
):
    case = Case("1", "?", ("high",), ("The spring tide is high.",), "a.txt")
    expected = Expected({"a.txt": 1}, (Located("a.txt", 0, 24),))
    text = TIDES[start:end] if right or start == 0 else "high"
    assert expected.is_right(Located("a.txt", start, end), text, case) is right


def test_without_evidence_the_document_and_the_answer_decide():
    case, expected = Case("1", "?", ("high",), document="a.txt"), Expected({"a.txt": 1})
    assert expected.is_right(Located("a.txt", 0, 9), "It is high.", case)
    assert not expected.is_right(Located("a.txt", 0, 9), "It is low.", case)
    assert not expected.is_right(Located("b.txt", 0, 9), "It is high.", case)
    assert Expected().is_right(Located("b.txt", 0, 9), "It is high.", case)


class TestTexts:
    def test_quotes_are_found_character_for_character(self):
        assert list(TEXTS.places_of("Bees  \n hum.")) == [Located("b.txt", 0, 9)]
        assert list(TEXTS.places_of("bees hum.")) == []
        assert list(TEXTS.places_of("Bees hum.", source="a.txt")) == []
        assert list(TEXTS.places_of("Bees hum.", source="nowhere")) == []
        assert list(TEXTS.places_of(" ")) == []
        assert list(TEXTS.places_of(".")) == [
            Located("a.txt", 23, 24),
            Located("a.txt", 39, 40),
            Located("a.txt", 64, 65),
            Located("b.txt", 8, 9),
        ]

    def test_what_is_around_a_span_is_cut_between_words(self):
        text = "x" * 10 + " word " * 60 + "HERE" + " word" * 60
        texts = Texts({"a": Document("a", "v", "A", "a", text)})
        at = text.index("HERE")
        before, after = texts.around(Located("a", at, at + 4))
        assert text[: at + 4].endswith(before + "HERE")
        assert text[at:].startswith("HERE" + after)
        assert 150 <= len(before) <= 160
        assert before.startswith("word")
        assert after.endswith("word")
        assert texts.around(Located("a", 0, 10))[0] == ""

    def test_paragraphs_are_counted_from_one(self):
        texts = Texts.of_passages([Passage("p.txt", "P", "One.\n\nTwo.\n\nThree.")])
        assert list(texts.paragraphs_of(Located("p.txt", 0, 4))) == [1]
        assert list(texts.paragraphs_of(Located("p.txt", 2, 8))) == [1, 2]
        assert list(texts.paragraphs_of(Located("p.txt", 12, 18))) == [3]
        assert texts.have_paragraphs
        assert not TEXTS.have_paragraphs

    def test_the_fingerprint_changes_with_any_text_or_title(self):
        def fingerprint(title: str, text: str) -> str:
            passages = [Passage("b.txt", title, text), Passage("a.txt", "A", TIDES)]
            return Texts.of_passages(passages).fingerprint

        assert fingerprint("B", "Bees hum.") == TEXTS.fingerprint
        others = {fingerprint("B", "Bees hum!"), fingerprint("C", "Bees hum."), TEXTS.fingerprint}
        assert len(others) == 3
        assert all(other.startswith("2 documents ") for other in others)

    def test_a_library_gives_its_documents(self, make_library):
        texts = Texts.of_library(make_library({"a.txt": TIDES, "b.txt": "Bees hum."}))
        assert texts.fingerprint == TEXTS.fingerprint
        assert {document.source for document in texts.by_id.values()} == {"a.txt", "b.txt"}
