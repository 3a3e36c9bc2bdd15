"""A run for other programs: what is printed, JUnit XML, Markdown, SQuAD's predictions."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from eval.cases import Case
from eval.figures import figures
from eval.gates import Verdict
from eval.outcomes import KeptQuote, Outcome, Ranks
from eval.reports.junit import junit_xml, miss_words
from eval.reports.markdown import markdown_summary
from eval.reports.predictions import predictions_json
from eval.reports.text import run_text
from eval.reports.words import ratio_words, value_words
from tests.runs import outcome, run

HOSTILE = "<b>|*x*</b> \x00\x1b ]]> & `y` [a](http://x.test)"
MISS = Outcome(
    case=Case("2", HOSTILE, ("1682",), ("In 1682.",), "a.md", "line 3"),
    status="not_found",
    label="wrongly_silent",
    guess="In 1683.",
    ranks=Ranks(2, None, 1),
    values={"f1": 0.0, "exact_match": 0.0, "right": 0.0},
    seconds=0.5,
)
FAILED = Outcome(
    Case("3", "Boom?", ()),
    None,
    "failed",
    values={"f1": 0.0, "exact_match": 0.0, "right": 0.0},
    error="RuntimeError: \x07",
)
RUN = run(outcome("1", seconds=0.25), MISS, FAILED)
VERDICTS = [
    Verdict("--fail-under F1=0.3", False, "F1 is .333; at least .300 was expected"),
    Verdict("--fail-under EM=0.5", True, "EM is .333; at least .500 was expected"),
]


def test_predictions_leave_out_what_failed():
    assert predictions_json(RUN) == {"1": "1682", "2": ""}


def test_the_text_has_outcomes_figures_and_signature():
    lines = run_text(RUN, figures(RUN.outcomes)).split("\n")
    assert lines[:4] == [
        "     3 cases",
        "     1   right",
        "     1   abstained wrongly",
        "     1   failed",
    ]
    (f1,) = [line for line in lines if line.startswith("  F1 ")]
    assert f1.split()[:2] == ["F1", ".333"]
    assert "  reader          first" in lines


class TestJUnit:
    @pytest.fixture
    def root(self):
        return ElementTree.fromstring(junit_xml(RUN, VERDICTS))

    def test_misses_are_failures_and_failures_errors(self, root):
        suite, gates = root
        assert suite.attrib == {
            "name": "s.jsonl",
            "tests": "3",
            "failures": "1",
            "errors": "1",
            "time": "0.750",
        }
        first, second, third = suite.findall("testcase")
        assert (first.get("name"), list(first)) == ("1: When, 1?", [])
        assert [child.tag for child in second] == ["failure"]
        assert second[0].attrib == {"message": "abstained wrongly", "type": "wrongly_silent"}
        assert third[0].attrib == {"message": "RuntimeError: \ufffd", "type": "failed"}
        assert (gates.get("tests"), gates.get("failures")) == ("2", "1")

    def test_any_text_is_xml(self, root):
        (case,) = [each for each in root.iter("testcase") if each.get("name").startswith("2")]
        assert case.get("name") == "2: " + HOSTILE.replace("\x00", "\ufffd").replace(
            "\x1b", "\ufffd"
        )

    def test_a_gate_is_a_test(self, root):
        kept, broken = root[1].findall("testcase")
        assert list(kept) == []
        assert broken[0].get("message") == "EM is .333; at least .500 was expected"

    def test_the_signature_is_kept(self, root):
        properties = {row.get("name"): row.get("value") for row in root.iter("property")}
        assert properties["reader"] == "first"


def test_a_miss_is_told_so_that_it_can_be_mended():
    assert miss_words(MISS).split("\n") == [
        f"question: {HOSTILE}",
        "expected: 1682",
        "given:    (not answered)",
        "withheld: In 1683.",
        "right place: a.md, line 3",
        "rank of the right passage: 2 (by meaning not found, by words 1)",
    ]
    quotes = (KeptQuote("In 1683.", True, "b.md", place="line 1"), KeptQuote("Made up.", False))
    answered = replace(MISS, prediction="1683", quotes=quotes, ranks=None)
    assert miss_words(answered).split("\n")[2:5] == [
        "given:    1683",
        "quote:    'In 1683.' (b.md, line 1)",
        "quote:    'Made up.' (stands nowhere in the texts)",
    ]
    retrieval = Outcome(Case("4", "q", None, relevant={"d": 1}), "related", "retrieval_missed")
    assert "expected: d" in miss_words(retrieval)
    silence = Outcome(Case("5", "q", ()), "answered", "wrongly_answered", "x")
    assert "expected: (no answer)" in miss_words(silence)


class TestMarkdown:
    def test_gates_figures_and_outcomes_are_tables(self):
        lines = markdown_summary(RUN, figures(RUN.outcomes), VERDICTS).split("\n")
        assert lines[0] == "## s\\.jsonl: 3 cases"
        assert any(line.startswith("| `--fail-under EM=0.5` | **broken** |") for line in lines)
        assert any(line.startswith("| F1 (`F1`) | .333 |") for line in lines)
        assert "| abstained wrongly | 1 |" in lines

    def test_texts_of_a_suite_make_no_markup(self):
        summary = markdown_summary(RUN, figures(RUN.outcomes))
        (row,) = [line for line in summary.split("\n") if line.startswith("| 2 |")]
        assert "<b>" not in row
        assert "\\<b\\>\\|\\*x\\*" in row
        assert "\\[a\\]\\(http\\:" in row

    def test_many_misses_are_counted(self):
        many = run(*(outcome(str(n), "reader_missed", 0.0) for n in range(25)))
        summary = markdown_summary(many, figures(many.outcomes))
        assert "and 5 more" in summary.split("\n")


def test_numbers_in_words():
    assert ratio_words(0.99996) == "1.000"
    assert ratio_words(-0.00001, signed=True) == "+.000"
    assert ratio_words(float("inf")) == "none"
    assert value_words("p50", 1.5) == "1500 ms"
