"""Somebody else's answers, held against the same suite and its texts."""

import pytest

from eval.answers_file import GivenAnswer, GivenSpan
from eval.cases import Case, Passage, Suite
from eval.given import GivenExamination
from eval.run import run_suite
from eval.texts import Texts
from index.errors import SuiteError

TEXTS = Texts.of_passages(
    [
        Passage("tides.txt", "Tides", "The spring tide is high. It comes at new moon."),
        Passage("bees.txt", "Bees", "Bees hum."),
    ]
)
SUITE = Suite(
    "s.jsonl",
    (
        Case("quoted", "Which?", ("spring tide",), ("The spring tide is high.",), "tides.txt"),
        Case("bare", "When?", ("new moon",), document="tides.txt"),
        Case("invented", "How?", ("high",), document="tides.txt"),
        Case("elsewhere", "Who?", ("hum",), document="bees.txt"),
        Case("silent", "Where?", ("new moon",), document="tides.txt"),
        Case("rightly", "Whose?", ()),
        Case("missing", "Why?", ()),
    ),
    (),
    "0",
)
ANSWERS = {
    "quoted": GivenAnswer("Spring tide", (GivenSpan("The spring tide\nis high."),), 0.9),
    "bare": GivenAnswer("It comes at the new moon."),
    "invented": GivenAnswer("high", (GivenSpan("It is very high."), GivenSpan("tide is high."))),
    "elsewhere": GivenAnswer("hum", (GivenSpan("Bees hum.", "tides.txt"),)),
    "silent": GivenAnswer("", (GivenSpan("Bees hum."),), 0.2),
    "rightly": GivenAnswer(""),
}


@pytest.fixture
def outcomes():
    run = run_suite(GivenExamination(SUITE, ANSWERS, TEXTS, name="theirs.jsonl"))
    assert run.signature == {
        "suite": "s.jsonl",
        "suite_hash": "0",
        "tags": "all",
        "sample": "all",
        "mode": "answers",
        "texts": TEXTS.fingerprint,
        "pincite": run.signature["pincite"],
        "answers": "theirs.jsonl",
    }
    return {outcome.case.id: outcome for outcome in run.outcomes}


def test_each_answer_is_labelled(outcomes):
    assert {id: (outcome.status, outcome.label) for id, outcome in outcomes.items()} == {
        "quoted": ("answered", "right"),
        "bare": ("answered", "right"),
        "invented": ("answered", "reader_missed"),  # its first quote stands nowhere
        "elsewhere": ("answered", "reader_missed"),  # not where it was said to stand
        "silent": ("not_found", "wrongly_silent"),
        "rightly": ("not_found", "rightly_silent"),
        "missing": (None, "failed"),
    }
    assert outcomes["missing"].error == "the answers file has no answer to it"
    assert outcomes["missing"].values["exact_match"] == 0


def test_quotes_are_checked_and_those_that_do_not_stand_are_counted(outcomes):
    counts = {
        id: (outcome.values["verbatim_quotes"], outcome.values["quotes"])
        for id, outcome in outcomes.items()
    }
    assert counts == {
        "quoted": (1, 1),
        "bare": (0, 0),
        "invented": (1, 2),
        "elsewhere": (0, 1),
        "silent": (0, 0),  # a quote without an answer is none
        "rightly": (0, 0),
        "missing": (0, 0),
    }
    (quote,) = outcomes["quoted"].quotes
    assert (quote.document, quote.start, quote.end) == ("tides.txt", 0, 24)
    assert quote.text == "The spring tide is high."  # as the text has it
    assert quote.after == " It comes at new moon."
    assert outcomes["invented"].values["any_quote_holds"] == 1
    assert outcomes["invented"].values["right_place"] == 0


def test_scores_and_retrieval_are_only_what_the_file_says(outcomes):
    assert (outcomes["quoted"].score, outcomes["quoted"].confidence) == (0.9, 0.9)
    assert (outcomes["silent"].score, outcomes["silent"].confidence) == (None, None)
    assert outcomes["bare"].score is None
    assert all("MRR" not in outcome.values for outcome in outcomes.values())


def test_of_several_places_the_one_that_the_case_means_is_taken():
    twice = [Passage("a.txt", "A", "Bees hum."), Passage("b.txt", "B", "Ants walk. Bees hum.")]
    case = Case("1", "Who?", ("hum",), ("Bees hum.",), "b.txt")
    answers = {"1": GivenAnswer("hum", (GivenSpan("Bees hum."),))}
    suite, texts = Suite("s", (case,), (), "0"), Texts.of_passages(twice)
    (outcome,) = run_suite(GivenExamination(suite, answers, texts, name="x")).outcomes
    assert outcome.quotes[0].document == "b.txt"
    assert outcome.values["right_place"] == 1


def test_a_suite_of_retrieval_alone_is_refused():
    suite = Suite("beir", (Case("q", "?", None, relevant={"bees.txt": 1}),), (), "0")
    with pytest.raises(SuiteError, match="beir measures retrieval only"):
        GivenExamination(suite, {}, TEXTS, name="x")
