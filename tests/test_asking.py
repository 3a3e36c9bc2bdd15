"""A suite put to a library: what each outcome holds and how it is labelled, in both modes."""

import pytest

from eval.asking import LibraryExamination
from eval.cases import Case, Suite
from eval.outcomes import KeptQuote, Ranks
from eval.run import outcomes_of, run_suite
from index.errors import SuiteError
from rag.ask import ask
from tests.examinations import BEES, TEXTS, TIDES, scripted
from tests.libraries import add

WHEN = "When was the first gauge of Amsterdam read?"
READ_IN_1682 = "The first gauge of Amsterdam was read in 1682."
CASES = (
    Case("right", WHEN, ("1682",), (READ_IN_1682,), "tides.md", tags=("a", "b")),
    Case("wrong-place", "When again?", ("1682",), (READ_IN_1682,), "tides.md"),
    Case("missed", "Which tide?", ("spring tide",), document="tides.md"),
    Case("silent", "Where?", ("a sluice",), ("It stood at a sluice.",), "tides.md"),
    Case("rightly", "Who?", ()),
    Case("wrongly", "Whose?", (), document="bees.txt", tags=("b",)),
    Case("broken", "Boom?", ("hum",), document="bees.txt"),
    Case("broken-silence", "Bang?", ()),
)
SCRIPT = {
    WHEN: (READ_IN_1682, 0.9),
    "When again?": ("They dance to tell the way to 1682 flowers.", 0.8),
    "Which tide?": ("Tides are the rise and fall of the sea.", 0.7),
    "Where?": ("It stood at a sluice.", -0.5),
    "Who?": ("Bees hum in the lime tree.", -0.9),
    "Whose?": ("Bees hum in the lime tree.", 0.2),
}
SUITE = Suite("tides.jsonl", CASES, (), "0" * 64)


@pytest.fixture
def library(make_library):
    return make_library(TEXTS)


@pytest.fixture
def outcomes(library):
    run = run_suite(LibraryExamination(SUITE, scripted(library, SCRIPT)))
    return {outcome.case.id: outcome for outcome in run.outcomes}


def test_every_case_is_labelled_by_what_went_wrong(outcomes):
    assert {id: outcome.label for id, outcome in outcomes.items()} == {
        "right": "right",
        "wrong-place": "right",
        "missed": "reader_missed",
        "silent": "wrongly_silent",
        "rightly": "rightly_silent",
        "wrongly": "wrongly_answered",
        "broken": "failed",
        "broken-silence": "failed",
    }


def test_what_was_said_and_what_was_withheld_are_kept_apart(outcomes):
    rows = {
        id: (outcome.status, outcome.prediction, outcome.guess, outcome.score, outcome.confidence)
        for id, outcome in outcomes.items()
    }
    assert rows["right"] == ("answered", READ_IN_1682, READ_IN_1682, 0.9, 0.9)
    assert rows["silent"] == ("not_found", "", "It stood at a sluice.", -0.5, None)
    assert rows["rightly"] == ("not_found", "", "Bees hum in the lime tree.", -0.9, None)
    assert rows["broken"] == (None, "", "", None, None)
    assert outcomes["broken"].error == "RuntimeError: the reader fell over"


def test_the_values_of_a_case_that_is_answered(outcomes):
    values = outcomes["right"].values
    # prediction: first gauge of amsterdam was read in 1682 (8 words without "the"), answer: 1682
    assert values["f1"] == pytest.approx(2 * (1 / 8) * 1 / (1 / 8 + 1))
    assert {name: values[name] for name in values if name != "f1" and name != "guess_f1"} == {
        "quotes": 1,
        "verbatim_quotes": 1,
        "exact_match": 0,
        "guess_said": 1,
        "guess_exact_match": 0,
        "right": 1,
        "guess_right": 1,
        "quote_holds": 1,
        "any_quote_holds": 1,
        "quote_precision": 1,
        "quote_recall": 1,
        "quote_F1": 1,
        "right_place": 1,
        "recall@1": 1,
        "recall@5": 1,
        "recall@10": 1,
        "MRR": 1,
        "nDCG@10": 1,
        "paragraph_recall@1": 1,
        "paragraph_recall@5": 1,
        "paragraph_recall@10": 1,
        "paragraph_MRR": 1,
        "paragraph_nDCG@10": 1,
    }


def test_a_passage_counts_for_the_paragraphs_that_it_brings(library):
    evidence = "They dance to tell the way to 1682 flowers."  # the second paragraph of its passage
    case = Case("x", "Bees hum in the lime tree?", ("1682",), (evidence,), "bees.txt")
    suite = Suite("s", (case,), (), "0")
    script = {case.question: (evidence, 0.5)}
    outcome = LibraryExamination(suite, scripted(library, script)).outcome(case)
    assert outcome.ranks.fused == 1
    assert outcome.values["paragraph_recall@1"] == 1


def test_where_no_passage_is_known_to_be_right_reading_mode_blames_no_search(make_library):
    """The answer crosses from one passage to the next, so none holds it whole."""
    library = make_library({"a.md": "# A\n\nIt begins here.\n\n# B\n\nAnd ends there.\n"})
    case = Case("x", "Where?", ("here.\n\n# B\n\nAnd",), document="a.md")
    suite = Suite("s", (case,), (), "0")
    pipeline = scripted(library, {"Where?": ("It begins here.", 0.5)})
    outcome = LibraryExamination(suite, pipeline, mode="reading").outcome(case)
    assert outcome.label == "reader_missed"


def test_a_quote_with_the_right_words_from_the_wrong_place_is_told_apart(outcomes):
    values = outcomes["wrong-place"].values
    assert (values["quote_holds"], values["right_place"]) == (1, 0)
    # they dance to tell way to 1682 flowers / first gauge of amsterdam was read in 1682
    assert (values["quote_precision"], values["quote_recall"]) == (1 / 8, 1 / 8)


def test_without_evidence_the_document_is_the_place(outcomes):
    values = outcomes["missed"].values
    assert (values["quote_holds"], values["right_place"]) == (0, 1)
    assert not {"quote_F1", "paragraph_MRR"} & values.keys()


def test_silence_and_failure_score_nothing_where_an_answer_stands(outcomes):
    assert (outcomes["silent"].values["f1"], outcomes["silent"].values["guess_right"]) == (0, 1)
    assert outcomes["silent"].values["right_place"] == 0
    assert set(outcomes["broken"].values.values()) == {0}
    assert outcomes["broken"].values.keys() == outcomes["missed"].values.keys()


def test_silence_is_right_where_nothing_answers_but_a_failure_is_not(outcomes):
    rows = {id: outcomes[id].values for id in ("rightly", "wrongly", "broken-silence")}
    scores = {
        id: (row["exact_match"], row["right"], row["guess_right"]) for id, row in rows.items()
    }
    assert scores == {"rightly": (1, 1, 0), "wrongly": (0, 0, 0), "broken-silence": (0, 0, 0)}


def test_a_quote_is_kept_with_its_surroundings(outcomes):
    start = TIDES.index(READ_IN_1682)
    assert outcomes["right"].quotes == (
        KeptQuote(
            text=READ_IN_1682,
            verbatim=True,
            document="tides.md",
            title="Tides",
            place="Tides > Gauges, paragraph 3, line 11",
            start=start,
            end=start + len(READ_IN_1682),
            before=TIDES[:start],
            after=" It stood at a sluice.\n",
        ),
    )


def test_the_ranks_of_the_right_passage_are_kept(outcomes):
    assert outcomes["right"].ranks == Ranks(fused=1, vectors=1, words=1)
    assert outcomes["rightly"].ranks is None


def test_reading_mode_gives_the_right_passages_and_measures_no_retrieval(library):
    pipeline = scripted(library, SCRIPT)
    run = run_suite(LibraryExamination(SUITE, pipeline, mode="reading"))
    seen = pipeline.reader.seen
    assert all(READ_IN_1682 in text for text in seen[WHEN])
    assert all("spring tide" in text for text in seen["Which tide?"])
    assert all(text in BEES for text in seen["Whose?"])
    assert len(seen["Who?"]) == 4  # no document answers it: the whole library is read
    assert all("MRR" not in outcome.values for outcome in run.outcomes)
    assert run.signature["mode"] == "reading"


def test_reading_mode_needs_to_know_where_the_answer_stands(library):
    lost = Suite("s.jsonl", (Case("x", WHEN, ("1682",)), *CASES), (), "0")
    with pytest.raises(SuiteError, match=r"1 of 9 cases of s.jsonl name neither: the first is 'x'"):
        LibraryExamination(lost, scripted(library, SCRIPT), mode="reading")


def test_a_passage_that_retrieval_missed_is_labelled_so(library, monkeypatch):
    suite = Suite("s", (Case("x", "Bees dance?", ("1682",), (READ_IN_1682,), "tides.md"),), (), "0")
    pipeline = scripted(library, {"Bees dance?": ("", 0.5)})
    examination = LibraryExamination(suite, pipeline)
    (bees,) = [row.id for row in library.documents() if row.source == "bees.txt"]

    monkeypatch.setattr(
        "eval.asking.ask", lambda question, asked: ask(question, asked, documents=[bees])
    )
    outcome = examination.outcome(suite.cases[0])
    assert outcome.label == "retrieval_missed"


def test_retrieval_alone_is_measured_where_no_answers_are_known(library):
    cases = (
        Case("q1", "spring tide moon", None, relevant={"tides.md": 2}),
        Case("q2", "bees hum", None, relevant={"bees.txt": 1, "tides.md": 1}),
    )
    suite = Suite("beir", cases, (), "0")
    script = {"spring tide moon": ("", -1.0), "bees hum": ("", -1.0)}
    run = run_suite(LibraryExamination(suite, scripted(library, script)))
    assert [outcome.label for outcome in run.outcomes] == ["right", "right"]
    assert [outcome.values["recall@1"] for outcome in run.outcomes] == [1.0, 0.5]
    assert [outcome.values["recall@5"] for outcome in run.outcomes] == [1.0, 1.0]
    assert "exact_match" not in run.outcomes[0].values
    with pytest.raises(SuiteError, match="2 of 2 cases of beir name no answers"):
        LibraryExamination(suite, scripted(library, script), mode="reading")


def test_several_are_asked_at_once_and_none_twice(library):
    examination = LibraryExamination(SUITE, scripted(library, SCRIPT))
    came = [outcome.case.id for outcome in outcomes_of(examination, jobs=4, done={"right"})]
    assert sorted(came) == sorted(case.id for case in CASES if case.id != "right")
    one, many = run_suite(examination), run_suite(examination, jobs=4)
    assert [outcome.label for outcome in one.outcomes] == [each.label for each in many.outcomes]
    assert [outcome.case for outcome in many.outcomes] == list(CASES)


def test_an_interrupt_is_no_outcome(library, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("eval.asking.ask", interrupt)
    examination = LibraryExamination(SUITE, scripted(library, SCRIPT))
    with pytest.raises(KeyboardInterrupt):
        run_suite(examination)


def test_the_signature_names_everything_that_makes_the_figures(library):
    signature = LibraryExamination(SUITE, scripted(library, SCRIPT)).signature
    assert {name: signature[name] for name in signature if name not in ("texts", "pincite")} == {
        "suite": "tides.jsonl",
        "suite_hash": "0" * 64,
        "tags": "all",
        "sample": "all",
        "mode": "open",
        "chunker": "sentences/1 chunks/1 window=254 overlap=1",
        "embedder": signature["embedder"],
        "stores": "faiss fts5",
        "retriever": "weighted depth=100 passages=8",
        "reader": "scripted",
        "limit": "3",
    }
    assert signature["embedder"].startswith("hashing float32")
    assert signature["texts"].startswith("2 documents ")


def test_a_library_changed_meanwhile_stops_the_run(library):
    examination = LibraryExamination(SUITE, scripted(library, SCRIPT))
    for row in library.documents():
        library.remove(row.id)
    for key in ("tides", "other"):
        folder = library.path.parent / key
        folder.mkdir()
        (folder / "tides.md").write_text(f"{READ_IN_1682} {key}", encoding="utf-8")
        add(library, folder)
    with pytest.raises(SuiteError, match=r"changed .*while the suite was asked"):
        examination.outcome(CASES[0])
