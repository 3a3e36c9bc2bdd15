"""A case made from use: found in the texts, or refused with what to do."""

import pytest

from eval.cases import Case, Passage, Suite
from eval.formats import load_suite
from eval.new_case import Asked, append_case, new_case, suite_to_add_to
from eval.texts import Texts
from index.errors import QuestionError, SuiteError

TEXTS = Texts.of_passages(
    [
        Passage("tides.txt", "", "The tide turns twice. It was read in 1682.\n\nA sluice of 1682."),
        Passage("bees.txt", "", "Bees hum. They dance."),
    ]
)


def made(asked: Asked, suite: Suite | None = None) -> Case:
    return new_case(asked, TEXTS, suite, name="course")


def test_the_sentence_and_the_place_are_named():
    assert made(Asked("When do bees dance?", ("dance",), tags=("bees",))) == Case(
        "course-001",
        "When do bees dance?",
        ("dance",),
        ("They dance.",),
        "bees.txt",
        "paragraph 1, line 1",
        ("bees",),
    )


def test_an_answer_across_sentences_has_both_as_evidence():
    case = made(Asked("?", ("hum. They",)))
    assert case.evidence == ("Bees hum. They dance.",)


def test_a_case_without_an_answer_says_so():
    case = made(Asked("Who?", (), tags=("x",)))
    assert (case.answers, case.tags, case.document) == ((), ("x", "unanswerable"), None)


def test_an_answer_in_several_places_must_be_told_apart():
    with pytest.raises(SuiteError) as caught:
        made(Asked("When?", ("1682",)))
    assert str(caught.value) == (
        "'1682' stands in 2 places: tides.txt, paragraph 1, line 1: “It was read in 1682.”; "
        "tides.txt, paragraph 2, line 3: “A sluice of 1682.”; say which with --document or "
        "--evidence"
    )
    case = made(Asked("When?", ("1682",), evidence="sluice of 1682"))
    assert case.evidence == ("A sluice of 1682.",)
    assert case.place == "paragraph 2, line 3"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked("?", ("1700",)), "'1700' does not stand in the library; give the words as"),
        (Asked("?", ("hum",), "tides.txt"), "'hum' does not stand in tides.txt; give the words"),
        (Asked("?", ("hum",), "no.txt"), "the library has no document 'no.txt'"),
        (Asked("?", ("hum",), evidence="Bees sing."), "evidence 'Bees sing.' does not stand in"),
        (
            Asked("?", ("hum",), evidence="They dance."),
            "'hum' does not stand in the library with",
        ),
        (Asked("?", ("hum", "1682")), "'1682' does not stand in bees.txt; leave it out"),
        (Asked("?", ("hum",), tags=("",)), "this makes no case: tags must be"),
        (Asked("?", ("hum",), id=" "), "this makes no case: id must be a text"),
    ],
)
def test_what_does_not_stand_there_is_refused(asked, message):
    with pytest.raises(SuiteError, match=message):
        made(asked)


def test_a_question_that_cannot_be_asked_is_refused():
    for question in ("  ", "x" * 3000):
        with pytest.raises(QuestionError):
            made(Asked(question, ("hum",)))


def test_the_same_sentence_in_two_documents_must_be_told_apart():
    twice = Texts.of_passages(
        [Passage("a.txt", "", "Bees hum."), Passage("b.txt", "", "Bees hum.")]
    )
    with pytest.raises(SuiteError, match="'hum' stands in 2 places"):
        new_case(Asked("Who?", ("hum",)), twice, None, name="x")
    assert new_case(Asked("Who?", ("hum",), "b.txt"), twice, None, name="x").document == "b.txt"


def test_a_case_is_appended_as_a_line_that_loads(tmp_path):
    path = tmp_path / "course.jsonl"
    assert suite_to_add_to(path) is None
    for question, answers in (("One é?", ("hum",)), ("Two?", ())):
        append_case(path, made(Asked(question, answers), suite_to_add_to(path)))
    suite = load_suite(path)
    assert [(case.id, case.question) for case in suite.cases] == [
        ("course-001", "One é?"),
        ("course-002", "Two?"),
    ]
    assert suite.cases[0] == made(Asked("One é?", ("hum",)))


def test_a_last_line_without_its_end_is_kept_whole(tmp_path):
    path = tmp_path / "course.jsonl"
    path.write_text('{"id": "course-002", "question": "?", "answers": []}', encoding="utf-8")
    append_case(path, made(Asked("Two?", ("hum",)), suite_to_add_to(path)))
    assert [case.id for case in load_suite(path).cases] == ["course-002", "course-003"]


def test_an_id_that_is_taken_is_refused(tmp_path):
    suite = Suite("s", (Case("x", "?", ()),), (), "0")
    with pytest.raises(SuiteError, match="the suite has a case 'x' already"):
        made(Asked("?", ("hum",), id="x"), suite)


def test_only_json_lines_are_added_to(tmp_path):
    path = tmp_path / "suite.csv"
    path.write_text("id,question,answers\n1,Who?,x\n", encoding="utf-8")
    with pytest.raises(SuiteError, match="a case can be added to JSON lines only"):
        suite_to_add_to(path)
