"""Figures of outcomes, the arithmetic beside each."""

import numpy as np
import pytest

from eval.cases import Case
from eval.figures import (
    COLUMNS,
    TagFigures,
    columns_of,
    differences,
    figures,
    figures_by_tag,
    plain_figures,
    reliability_of,
    risk_coverage_of,
)
from eval.measures import MEASURES
from eval.outcomes import Outcome

ANSWERS = {"answerable": ("Rollo",), "unanswerable": (), "retrieval": None}


def outcome(name, kind, status, *, score=None, confidence=None, tags=(), seconds=0.0, **values):
    case = Case(name, f"{name}?", ANSWERS[kind], tags=tags)
    error = "RuntimeError: the reader fell over" if status is None else None
    return Outcome(
        case,
        status,
        "failed" if status is None else "right",
        score=score,
        confidence=confidence,
        values=values,
        seconds=seconds,
        error=error,
    )


def scored(exact, f1, right, *, guess=None, **others):
    """The values of an answer; `guess` where it was held back: its exact match, F1 and right."""
    guess_exact, guess_f1, guess_right = guess or (exact, f1, right)
    return {
        "exact_match": exact,
        "f1": f1,
        "right": right,
        "guess_exact_match": guess_exact,
        "guess_f1": guess_f1,
        "guess_right": guess_right,
        "guess_said": 1.0,
        **others,
    }


RIGHTLY_SILENT = scored(1.0, 1.0, 1.0, guess=(0.0, 0.0, 0.0))

OUTCOMES = [
    outcome(
        "exact",
        "answerable",
        "answered",
        score=0.9,
        confidence=0.85,
        tags=("a", "b"),
        seconds=0.1,
        quotes=2.0,
        verbatim_quotes=2.0,
        **scored(1.0, 1.0, 1.0, quote_holds=1.0, any_quote_holds=1.0, quote_F1=0.5),
    ),
    outcome(
        "partly",
        "answerable",
        "answered",
        score=0.5,
        confidence=0.65,
        tags=("a",),
        seconds=0.2,
        quotes=1.0,
        verbatim_quotes=0.0,
        **scored(0.0, 0.5, 0.0, quote_holds=0.0, any_quote_holds=1.0),
    ),
    outcome(
        "held back",
        "answerable",
        "related",
        score=0.3,
        confidence=0.2,
        seconds=0.3,
        quotes=0.0,
        verbatim_quotes=0.0,
        **scored(0.0, 0.0, 0.0, guess=(1.0, 1.0, 1.0), quote_holds=0.0, any_quote_holds=0.0),
    ),
    outcome("silent", "unanswerable", "not_found", score=0.2, seconds=0.4, **RIGHTLY_SILENT),
    outcome(
        "invented",
        "unanswerable",
        "answered",
        score=0.6,
        confidence=0.7,
        seconds=0.5,
        quotes=1.0,
        verbatim_quotes=1.0,
        **scored(0.0, 0.0, 0.0),
    ),
    outcome("broke", "answerable", None, seconds=0.6),
    outcome("broke too", "unanswerable", None, tags=("b",), seconds=0.7),
    outcome(
        "found",
        "retrieval",
        "answered",
        score=0.99,
        confidence=1.0,
        seconds=0.8,
        quotes=1.0,
        verbatim_quotes=1.0,
        right=1.0,
        MRR=0.5,
    ),
]

EXPECTED = {  # value, cases
    "EM": ((1 + 0 + 0 + 1 + 0 + 0 + 0) / 7, 7),
    "F1": ((1 + 0.5 + 0 + 1 + 0 + 0 + 0) / 7, 7),
    "HasAns_EM": (1 / 4, 4),
    "HasAns_F1": (1.5 / 4, 4),
    "NoAns": (1 / 3, 3),  # the failed one is not silent
    # silent 2 of 7 (the failed one gains nothing); .9: + 1 = 3; .6: - 1 = 2; .5: + 0; .3: + 1 = 3
    "best_EM": (3 / 7, 7),
    "best_EM_threshold": (0.9, 7),
    # silent 2; .9: + 1 = 3; .6: - 1 = 2; .5: + .5 = 2.5; .3: + 1 = 3.5; .2: - 1 = 2.5
    "best_F1": (3.5 / 7, 7),
    "best_F1_threshold": (0.3, 7),
    "right": ((1 + 0 + 0 + 1 + 0 + 0 + 0 + 1) / 8, 8),
    "quote_holds": (1 / 4, 4),  # the failed one among them
    "any_quote_holds": (2 / 4, 4),
    "quote_F1": (0.5, 1),
    "verbatim": ((2 + 0 + 1 + 1) / (2 + 1 + 1 + 1), 4),
    "MRR": (0.5, 1),
    "abstain_precision": (1 / 2, 2),  # held back and silent; failing is not abstaining
    "abstain_recall": (1 / 3, 3),
    # with an answer .9 .5 .3 and unknown, without .6 .2 and unknown, 12 pairs: .9 beats three,
    # .5 and .3 two each, and the unknown ones tie
    "AUROC": (7.5 / 12, 7),
    # .9 right, .6 .5 wrong, .3 right, .2 wrong, two unknown wrong
    "AURC": ((0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5 + 4 / 6 + 5 / 7) / 7, 7),
    # answered: .85 right, in (.8, .9]; .65 and .7 wrong, both in (.6, .7]: mean .675
    "ECE": (1 / 3 * (1 - 0.85) + 2 / 3 * (0.675 - 0), 3),
    "p50": (0.4, 8),
    "p95": (0.8, 8),
    "errors": (2 / 8, 8),
}


def test_figures_by_hand():
    found = figures(OUTCOMES, resamples=200)
    assert {name: figure.cases for name, figure in found.items()} == {
        name: cases for name, (_, cases) in EXPECTED.items()
    }
    values = {name: value for name, (value, _) in EXPECTED.items()}
    assert {name: figure.value for name, figure in found.items()} == pytest.approx(values)
    assert plain_figures(OUTCOMES) == pytest.approx(values)
    assert [name for name in MEASURES if name in found] == list(found)


def test_the_interval_of_a_figure_surrounds_it():
    found = figures(OUTCOMES, resamples=500)
    assert all(figure.low <= figure.value <= figure.high for figure in found.values())
    # about four of the draws count, each 1 with chance .25: all 1 comes in .004, all 0 in .3
    assert (found["quote_holds"].low, found["quote_holds"].high) == (0.0, 0.75)
    assert (found["MRR"].low, found["MRR"].high) == (0.5, 0.5)
    assert figures(OUTCOMES, resamples=500) == found
    assert figures(OUTCOMES, resamples=500, seed=1) != found


def test_columns_say_what_does_not_apply():
    columns = columns_of(OUTCOMES)
    assert tuple(columns) == COLUMNS
    nan = np.nan
    expected = {
        "answerable": [1, 1, 1, 0, 0, 1, 0, nan],
        "answered": [1, 1, 0, 0, 1, 0, 0, 1],
        "abstained": [0, 0, 1, 1, 0, 0, 0, 0],
        "failed": [0, 0, 0, 0, 0, 1, 1, 0],
        "score": [0.9, 0.5, 0.3, 0.2, 0.6, nan, nan, 0.99],
        "confidence": [0.85, 0.65, 0.2, nan, 0.7, nan, nan, 1.0],
        "right": [1, 0, 0, 1, 0, 0, 0, 1],
        "guess_said": [1, 1, 1, 1, 1, 0, 0, nan],
        "quote_holds": [1, 0, 0, nan, nan, 0, nan, nan],
        "recall@1": [nan] * 8,
    }
    for name, column in expected.items():
        np.testing.assert_array_equal(columns[name], column, err_msg=name)


def test_every_column_that_a_measure_uses_is_made():
    assert {name for measure in MEASURES.values() for name in measure.uses} == set(COLUMNS)


def test_a_case_that_failed_scores_0_whatever_its_values_say():
    broken = outcome("broken", "unanswerable", None, score=0.9, **scored(1.0, 1.0, 1.0), MRR=1.0)
    found = plain_figures([broken])
    assert {
        "EM": 0.0,
        "NoAns": 0.0,
        "right": 0.0,
        "MRR": 0.0,
        "errors": 1.0,
    }.items() <= found.items()
    assert found["abstain_recall"] == 0.0
    assert "AURC" not in found  # no case has a score
    assert "best_EM" not in found


def test_nothing_is_said_of_no_cases():
    assert figures([]) == {}
    assert figures_by_tag([]) == {}
    assert differences([], []) == ()
    assert reliability_of([]) == ()
    assert risk_coverage_of([]) is None


def test_answers_that_were_never_asked_for_have_no_latency():
    found = plain_figures([outcome("given", "answerable", "answered", **scored(1.0, 1.0, 1.0))])
    assert found["EM"] == 1.0
    assert "p50" not in found


def test_a_threshold_that_answers_nothing_is_no_figure():
    wrong = outcome("wrong", "unanswerable", "answered", score=0.9, **scored(0.0, 0.0, 0.0))
    found = figures([wrong], resamples=10)
    assert found["best_EM"].value == 1.0  # had it said nothing
    assert "best_EM_threshold" not in found


def test_figures_by_tag():
    found = figures_by_tag(OUTCOMES)
    assert list(found) == ["a", "b"]
    assert [tag.cases for tag in found.values()] == [2, 2]
    assert found["a"].values["F1"] == pytest.approx((1 + 0.5) / 2)
    assert found["b"].values["F1"] == pytest.approx((1 + 0) / 2)  # one failed
    assert "NoAns" not in found["a"].values
    assert found["b"].values["NoAns"] == 0.0
    assert found["a"] == TagFigures(2, plain_figures(OUTCOMES[:2]))


def test_a_case_counts_once_for_a_tag_that_it_bears_twice():
    twice = outcome("twice", "unanswerable", "not_found", tags=("a", "a"), **RIGHTLY_SILENT)
    assert figures_by_tag([twice])["a"].cases == 1


def test_the_curves_are_of_the_same_cases_as_their_figures():
    assert [found.cases for found in reliability_of(OUTCOMES)] == [0, 0, 0, 0, 0, 0, 2, 0, 1, 0]
    curve = risk_coverage_of(OUTCOMES)
    assert curve is not None
    assert curve.risk.mean() == pytest.approx(EXPECTED["AURC"][0])


def run(exact):
    """Outcomes of twelve cases, every third without an answer, with exact match as given."""
    draw = np.random.default_rng(len(exact))
    return [
        outcome(
            str(number),
            "answerable" if number % 3 else "unanswerable",
            "answered" if number % 3 else "not_found",
            score=round(float(draw.random()), 1),
            confidence=float(draw.random()),
            seconds=0.1 + 0.01 * number * (2 - right),
            quotes=1.0,
            verbatim_quotes=1.0,
            **scored(right, (1 + right) / 2, right),
        )
        for number, right in enumerate(exact)
    ]


FIRST = run([1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0])
SECOND = run([1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0])


@pytest.mark.slow
def test_differences_by_hand():
    found = {each.name: each for each in differences(FIRST, SECOND, resamples=2000)}
    exact = found["EM"]
    assert (exact.first, exact.second, exact.cases) == (4 / 12, 8 / 12, 12)
    assert exact.difference == pytest.approx(4 / 12)
    # six cases differ, five for the better: 5 or more of 6 coins agree in 2 * (6 + 1) of 64
    assert exact.p == pytest.approx(14 / 64, abs=0.03)
    assert exact.low < exact.difference < exact.high
    verbatim = found["verbatim"]
    assert (verbatim.difference, verbatim.low, verbatim.high, verbatim.p) == (0.0, 0.0, 0.0, 1.0)
    assert found["HasAns_EM"].cases == 8


def test_swapping_the_two_runs_mirrors_every_difference():
    there = differences(FIRST, SECOND, resamples=100)
    back = differences(SECOND, FIRST, resamples=100)
    assert len(there) == len(back) > 15
    for one, other in zip(there, back, strict=True):
        assert (one.name, one.first, one.second) == (other.name, other.second, other.first)
        assert (one.difference, one.low, one.high) == (-other.difference, -other.high, -other.low)
        assert (one.p, one.cases) == (other.p, other.cases)


def test_a_measure_that_one_run_lacks_is_no_difference():
    without = [outcome(str(n), "answerable", "answered", f1=1.0) for n in range(3)]
    with_both = [outcome(str(n), "answerable", "answered", f1=0.5, right=1.0) for n in range(3)]
    names = [each.name for each in differences(without, with_both, resamples=10)]
    assert names == ["F1", "HasAns_F1", "errors"]


def test_a_case_counts_towards_a_difference_where_it_counts_in_either_run():
    first = [
        outcome(str(n), "answerable", "answered", **({"f1": 1.0} if n else {})) for n in (0, 1)
    ]
    (f1, *_) = differences(first, first, resamples=10)
    assert (f1.name, f1.cases) == ("F1", 1)
    second = [outcome("0", "answerable", "answered", f1=0.5), *first[1:]]
    for runs in ((first, second), (second, first)):
        assert differences(*runs, resamples=10)[0].cases == 2


def test_only_the_same_cases_are_compared():
    with pytest.raises(ValueError, match="'0' stands beside '1'"):
        differences(FIRST, FIRST[1:] + FIRST[:1])
    with pytest.raises(ValueError, match="12 and 11"):
        differences(FIRST, FIRST[1:])
