"""Two runs side by side: pairs, differences, and what swapping the two does."""

import pytest

from eval.comparison import compare, comparison_json
from eval.reports.text import comparison_text
from index.errors import SuiteError
from tests.runs import outcome, run

FIRST = run(
    outcome("1"),
    outcome("2", "reader_missed", 0.5),
    outcome("3", "rightly_silent"),
    outcome("4", "retrieval_missed", 0.0),
    outcome("only-first"),
)
SECOND = run(
    outcome("4", "right", 1.0),
    outcome("3", "wrongly_answered", 0.0),
    outcome("2", "right", 0.75),
    outcome("1"),
    reader="second",
)


def compared(first=FIRST, second=SECOND):
    return compare(first, second, names=("a.json", "b.json"))


def test_cases_are_paired_by_id_in_the_order_of_the_first():
    comparison = compared()
    assert [(p.first.case.id, p.second.case.id, p.verdict) for p in comparison.pairs] == [
        ("1", "1", "tied"),
        ("2", "2", "won"),
        ("3", "3", "lost"),
        ("4", "4", "won"),
    ]
    assert comparison.left_out == 1
    assert comparison.differing == {"reader": ("first", "second")}


def test_differences_are_the_second_less_the_first_over_the_pairs():
    found = {each.name: each for each in compared().differences}
    f1 = found["F1"]
    assert (f1.first, f1.second, f1.cases) == (2.5 / 4, 2.75 / 4, 4)
    assert f1.difference == pytest.approx(0.25 / 4)
    assert f1.low < 0 < f1.high
    assert f1.p > 0.5


def test_swapping_the_files_flips_every_sign_and_nothing_else():
    there, back = compared(FIRST, SECOND), compared(SECOND, FIRST)
    other = {each.name: each for each in back.differences}
    assert there.differences != ()
    for each in there.differences:
        swapped = other[each.name]
        assert swapped.difference == -each.difference
        assert (swapped.low, swapped.high) == (-each.high, -each.low)
        assert swapped.p == each.p
    counted = [sum(p.verdict == v for p in c.pairs) for c in (there, back) for v in ("won", "lost")]
    assert counted == [2, 1, 1, 2]


def test_runs_of_different_suites_are_refused():
    with pytest.raises(SuiteError, match=r"a.json is a run of s.jsonl and b.json of t.jsonl, and"):
        compared(FIRST, run(outcome("1"), suite="t.jsonl", suite_hash="1"))
    with pytest.raises(SuiteError, match="have no case in common"):
        compared(FIRST, run(outcome("9")))


def test_the_text_names_what_differs_and_who_won():
    lines = comparison_text(compared()).split("\n")
    assert "4 cases in both" in lines
    assert "1 cases in one of them only, left out" in lines
    assert "  reader          first -> second" in lines
    (f1,) = [line for line in lines if line.startswith("F1 ")]
    assert f1.split()[:4] == ["F1", ".625", ".688", "+.062"]
    assert lines[lines.index("2 questions won by the second") + 1 :][:4] == [
        "  2: When, 2?",
        "      reader missed the answer in it -> right",
        "  4: When, 4?",
        "      retrieval missed the passage -> right",
    ]
    assert "1 questions lost by the second" in lines


def test_the_json_is_for_programs():
    row = comparison_json(compared())
    assert (row["kind"], row["cases"], row["left_out"]) == ("pincite comparison", 4, 1)
    assert (row["won"], row["lost"]) == (["2", "4"], ["3"])
    assert row["signature"] == {"reader": ["first", "second"]}
    assert row["measures"]["F1"]["difference"] == pytest.approx(0.0625)
