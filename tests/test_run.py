"""Runs of suites: what each outcome scores, what the figures add up to, what is written."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from eval.cases import Case, Passage, Suite
from eval.passages import index_passages, passages_path
from eval.report import figures, predictions_json, report_text, run_json
from eval.run import Run, run_suite
from index.errors import SuiteError
from index.library import Library
from index.records import DocumentSummary, Place
from rag.answer import Answer, Quote
from rag.ask import Pipeline
from rag.settings import Settings


def quote(text: str) -> Quote:
    return Quote("d1", "v1", "Tides", "tides.md", Place(), 0, len(text), text, 1.0)


def answer(question: str, *quotes: str, short: str | None = None) -> Answer:
    return Answer(
        question=question,
        status="answered" if quotes else "not_found",
        text=short,
        confidence=0.5,
        quotes=tuple(map(quote, quotes)),
        hits=(),
        signature={"reader": "fake"},
        seconds={},
    )


CASES = (
    Case("right", "Which?", ("spring tides",), document="tides.md", tags=("a",)),
    Case("second", "What pulls?", ("the Moon",), document="tides.md"),
    Case("silent", "How low?", ("very low",), document="tides.md"),
    Case("no-answer", "Who?", ()),
    Case("wrongly", "Whose?", ()),
    Case("broken", "Boom?", (), tags=("a",)),
)
ANSWERS = {
    "Which?": answer("Which?", "It is spring tides.", short="Spring tides"),
    "What pulls?": answer("What pulls?", "Tides are pulled.", "The Moon pulls tides."),
    "How low?": answer("How low?"),
    "Who?": answer("Who?"),
    "Whose?": answer("Whose?", "Somebody's."),
}
SUITE = Suite("fake.jsonl", CASES, (), "0" * 64)


@dataclass
class Asked:
    """Stands in for `ask` and remembers what it was to read."""

    documents: dict[str, Collection[str] | None]

    def __call__(
        self, question: str, pipeline: object, *, documents: Collection[str] | None = None
    ) -> Answer:
        self.documents[question] = documents
        if question == "Boom?":
            raise RuntimeError("the reader fell over")
        return ANSWERS[question]


def pipeline_over(*sources: str) -> Pipeline:
    rows = [DocumentSummary(f"id-{s}", "v1", "Tides", s, "en", 9, 1) for s in sources]
    library = SimpleNamespace(path="lib", documents=lambda: rows)
    return cast(Pipeline, SimpleNamespace(library=library))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    stand_in = Asked({})
    monkeypatch.setattr("eval.run.ask", stand_in)
    return stand_in


@pytest.fixture
def run(asked: Asked) -> Run:
    return Run(SUITE, "open", tuple(run_suite(SUITE, pipeline_over())))


def test_each_case_is_scored_by_what_came_of_it(run: Run) -> None:
    rows = {
        o.case.id: (
            o.status,
            o.prediction,
            o.exact_match,
            o.f1,
            o.top_quote_holds,
            o.any_quote_holds,
        )
        for o in run.outcomes
    }
    assert rows == {
        "right": ("answered", "Spring tides", 1.0, 1.0, 1.0, 1.0),
        "second": ("answered", "Tides are pulled.", 0.0, 0.0, 0.0, 1.0),
        "silent": ("not_found", "", 0.0, 0.0, 0.0, 0.0),
        "no-answer": ("not_found", "", 1.0, 1.0, None, None),
        "wrongly": ("answered", "Somebody's.", 0.0, 0.0, None, None),
        "broken": (None, "", 0.0, 0.0, None, None),
    }
    assert run.outcomes[-1].error == "RuntimeError: the reader fell over"


def test_the_figures_count_every_case(run: Run) -> None:
    found = figures(run)
    assert (found.cases, found.answered, found.abstained, found.failed) == (6, 3, 2, 1)
    assert found.exact_match == found.f1 == pytest.approx(2 / 6)
    assert (found.has_answer_cases, found.no_answer_cases) == (3, 3)
    assert found.has_answer_exact_match == pytest.approx(1 / 3)
    assert found.no_answer_f1 == pytest.approx(1 / 3)
    assert found.top_quote_holds == pytest.approx(1 / 3)
    assert found.any_quote_holds == pytest.approx(2 / 3)
    assert found.seconds_p95 is not None
    assert found.seconds_p50 is not None
    assert 0 <= found.seconds_p50 <= found.seconds_p95


def test_figures_of_no_cases_are_none_and_not_zero() -> None:
    found = figures(Run(SUITE, "open", ()))
    assert (found.cases, found.f1, found.top_quote_holds, found.seconds_p50) == (
        0,
        None,
        None,
        None,
    )


def test_the_report_prints_figures_and_signature(run: Run) -> None:
    lines = report_text(run).split("\n")
    assert "cases                                    6" in lines
    assert "F1                                   0.333" in lines
    assert "  any quote holds the answer         0.667" in lines
    assert "  suite           fake.jsonl" in lines
    assert "  mode            open" in lines
    assert "  reader          fake" in lines


def test_the_predictions_leave_out_what_failed(run: Run) -> None:
    assert predictions_json(run) == {
        "right": "Spring tides",
        "second": "Tides are pulled.",
        "silent": "",
        "no-answer": "",
        "wrongly": "Somebody's.",
    }


def test_the_json_keeps_every_case(run: Run) -> None:
    written = run_json(run)
    assert written["schema_version"] == 1
    assert written["signature"] == {
        "suite": "fake.jsonl",
        "suite_hash": "0" * 64,
        "tags": "all",
        "mode": "open",
        "reader": "fake",
    }
    assert written["figures"]["cases"] == 6
    assert [case["status"] for case in written["cases"]] == [
        "answered",
        "answered",
        "not_found",
        "not_found",
        "answered",
        "failed",
    ]
    assert written["cases"][1]["quotes"][1] == {
        "document": {"id": "d1", "source": "tides.md"},
        "start": 0,
        "end": 21,
        "text": "The Moon pulls tides.",
        "score": 1.0,
    }


def test_open_mode_asks_the_whole_library(run: Run, asked: Asked) -> None:
    assert set(asked.documents.values()) == {None}


def test_reading_mode_asks_the_document_that_answers(asked: Asked) -> None:
    list(run_suite(SUITE, pipeline_over("other.md", "tides.md"), "reading"))
    assert asked.documents == {
        "Which?": ("id-tides.md",),
        "What pulls?": ("id-tides.md",),
        "How low?": ("id-tides.md",),
        "Who?": None,  # no document answers these
        "Whose?": None,
        "Boom?": None,
    }


def test_reading_mode_names_what_the_library_lacks(asked: Asked) -> None:
    with pytest.raises(SuiteError, match=r"3 of 6 cases .* case 'right' with 'tides.md'"):
        run_suite(SUITE, pipeline_over("other.md"), "reading")
    assert asked.documents == {}


def test_an_interrupt_is_no_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> Answer:
        raise KeyboardInterrupt

    monkeypatch.setattr("eval.run.ask", interrupt)
    with pytest.raises(KeyboardInterrupt):
        list(run_suite(SUITE, pipeline_over()))


PASSAGES = (
    Passage("Tides/001.txt", "Tides", "Spring tides are the highest."),
    Passage("Tides/002.txt", "Tides", "Neap tides are low."),
)


@contextmanager
def indexed(suite: Suite, path: Path) -> Iterator[Library]:
    list(index_passages(suite, path, Settings(embedder="hashing")))
    with Library.open(path) as library:
        yield library


def test_a_suite_s_passages_become_documents_once(tmp_path: Path) -> None:
    suite = Suite("s", CASES, PASSAGES, "f" * 64)
    path = passages_path(suite, Settings(embedder="hashing"), tmp_path)
    with indexed(suite, path) as library:
        assert [(row.source, row.title) for row in library.documents()] == [
            ("Tides/001.txt", "Tides"),
            ("Tides/002.txt", "Tides"),
        ]
        generation = library.facts().generation
    with indexed(suite, path) as library:
        assert library.facts().generation == generation


def test_another_suite_embedder_or_precision_never_meets_the_same_library(tmp_path: Path) -> None:
    suite = Suite("s.json", CASES, PASSAGES, "f" * 64)
    paths = {
        passages_path(suite, Settings(embedder="hashing"), tmp_path),
        passages_path(suite, Settings(embedder="other"), tmp_path),
        passages_path(suite, Settings(embedder="other", precision="float32"), tmp_path),
        passages_path(Suite("s.json", CASES, PASSAGES, "e" * 64), Settings(), tmp_path),
    }
    assert len(paths) == 4
    assert {path.parent for path in paths} == {tmp_path}


def test_a_passage_that_is_refused_stops_the_run(tmp_path: Path) -> None:
    suite = Suite("s", (), (Passage("T/001.txt", "T", "NUL \0 byte"),), "f" * 64)
    with (
        pytest.raises(SuiteError, match=r"s: passage T/001.txt .*NUL"),
        indexed(suite, tmp_path / "library"),
    ):
        pass
