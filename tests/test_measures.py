"""Measures against values computed by hand and by other people's libraries."""

import json
import os
import random
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import (
    MEASURES,
    Bin,
    Overlap,
    abstention_precision,
    abstention_recall,
    answer_in_quote,
    area_under_risk_coverage,
    auroc,
    best_threshold,
    exact_match,
    expected_calibration_error,
    normalized,
    percentile,
    quote_overlap,
    reliability,
    retrieval_values,
    risk_coverage,
    token_f1,
)
from tests.support import need

SHARED = Path(os.environ.get("PINCITE_SHARED") or Path(__file__).parent.parent.parent / "shared")

HAND_COMPUTED = [  # prediction, answers, exact match, F1
    ("France", ["France"], 1.0, 1.0),
    ("the France!", ["France"], 1.0, 1.0),  # article and punctuation do not count
    ("", ["France"], 0.0, 0.0),
    ("", [], 1.0, 1.0),  # rightly silent
    ("France", [], 0.0, 0.0),  # spoke where there is no answer
    ("the", [], 1.0, 1.0),  # nothing is left of it, as in SQuAD's own script
    ("France", ["the"], 0.0, 0.0),  # an answer of no words is no answer
    ("in Normandy, France", ["France"], 0.0, 0.5),  # 1 of 3 words, all of 1: 2*(1/3)/(4/3)
    ("10th century", ["10th and 11th centuries"], 0.0, 1 / 3),  # 1 of 2, 1 of 4: 2*.125/.75
    ("one one two", ["one two two"], 0.0, 2 / 3),  # one and two are shared once each
    ("Rollo", ["Rolf", "Rollo of Normandy"], 0.0, 0.5),  # best answer: 1 of 1, 1 of 3
    ("well-known", ["well known"], 0.0, 0.0),  # the hyphen goes and leaves one word
]


@pytest.mark.parametrize(("prediction", "answers", "exact", "f1"), HAND_COMPUTED)
def test_exact_match_and_f1(prediction: str, answers: list[str], exact: float, f1: float) -> None:
    assert exact_match(prediction, answers) == exact
    assert token_f1(prediction, answers) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A  Tale of\nthe an Other", "tale of other"),
        ("Theatre and Anthem", "theatre and anthem"),  # articles are whole words
        ("U.S.A.", "usa"),
        ("“quoted”", "“quoted”"),  # only ASCII punctuation, as SQuAD has it
        ("...", ""),
    ],
)
def test_normalisation(text: str, expected: str) -> None:
    assert normalized(text) == expected


def variants(answer: str, context: str, other: str, chance: random.Random) -> dict[str, str]:
    words = answer.split()
    start = max(0, context.find(answer) - chance.randrange(1, 40))
    return {
        "right": answer,
        "fewer words": " ".join(words[: chance.randrange(len(words))]),
        "more words": context[start : start + len(answer) + chance.randrange(1, 60)],
        "wrong": other,
        "doubled": f"{answer} {chance.choice(words)}",
        "shuffled": " ".join(chance.sample(words, len(words))),
        "quoted": chance.choice(["“{}”", '"{}".', "‘{}’", "({})", "'{}',", "«{}»"]).format(answer),
        "hyphens": answer.replace(" ", chance.choice(["-", "–", "—", " - ", " — ", "\u2011"])),
        "articles": f"The {words[0]} a {' an '.join(words[1:])} the",
        "case": chance.choice([answer.upper(), answer.swapcase(), answer.title()]),
    }


def squad_predictions() -> list[tuple[str, str, list[str]]]:
    """What was changed, the prediction and the answers: 600 of them, the same at each call."""
    path = SHARED / "qa" / "squad2-part-a.json"
    need("shared", path.is_file(), f"{path} is missing")
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    asked = [
        ([answer["text"] for answer in question["answers"]], paragraph["context"])
        for article in articles
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
        if question["answers"]
    ]
    chance = random.Random(16)
    drawn, others = chance.sample(asked, 60), chance.sample(asked, 60)
    return [
        (change, prediction, answers)
        for (answers, context), (other, _) in zip(drawn, others, strict=True)
        for change, prediction in variants(answers[0], context, other[0], chance).items()
    ]


def test_exact_match_and_f1_equal_those_of_torchmetrics():
    from torchmetrics.functional.text import squad  # takes seconds

    rows = squad_predictions()
    ours = [(exact_match(said, answers), token_f1(said, answers)) for _, said, answers in rows]
    theirs = [
        squad(
            [{"prediction_text": said, "id": "0"}],
            [{"answers": {"answer_start": [0] * len(answers), "text": answers}, "id": "0"}],
        )
        for _, said, answers in rows
    ]
    expected = [(float(row["exact_match"]) / 100, float(row["f1"]) / 100) for row in theirs]
    assert len(rows) == 600
    assert [exact for exact, _ in ours] == [exact for exact, _ in expected]
    # torchmetrics computes in float32
    assert [f1 for _, f1 in ours] == pytest.approx([f1 for _, f1 in expected], abs=1e-6)


def test_the_predictions_that_were_compared_are_of_every_kind():
    outcomes: dict[str, list[tuple[float, float]]] = {}
    for change, said, answers in squad_predictions():
        outcomes.setdefault(change, []).append(
            (exact_match(said, answers), token_f1(said, answers))
        )
    assert all(row == (1.0, 1.0) for change in ("right", "articles") for row in outcomes[change])
    partial = {change: sum(0 < f1 < 1 for _, f1 in rows) for change, rows in outcomes.items()}
    for change in ("fewer words", "more words", "doubled", "quoted"):
        assert partial[change] >= 10, change
    assert partial["hyphens"] >= 5
    assert sum(f1 == 0 for _, f1 in outcomes["wrong"]) >= 40
    assert sum(exact < f1 for exact, f1 in outcomes["shuffled"]) >= 10  # the same words, F1 1


NO_ANSWER = [  # prediction, answers, exact match, F1: what torchmetrics lacks
    ("", [], 1.0, 1.0),  # nothing expected, nothing said
    ("1066", [], 0.0, 0.0),  # said, where each word is one too many: precision 0 of 1
    ("...", [], 1.0, 1.0),  # punctuation is no word, so nothing was said
    ("The", [], 1.0, 1.0),  # nor is an article
    ("a, the?", [], 1.0, 1.0),
    ("—", [], 0.0, 0.0),  # a dash that is not ASCII stays and is one word
    ("", [""], 1.0, 1.0),  # an empty answer is none
    ("1066", ["", "the"], 0.0, 0.0),
    ("", ["", "1066"], 0.0, 0.0),  # one of the two has a word: 0 of 1 words found
    ("1066", ["", "1066"], 1.0, 1.0),  # and that one is what is expected
    ("the", ["1066"], 0.0, 0.0),  # no words said where one was expected
]


@pytest.mark.parametrize(("prediction", "answers", "exact", "f1"), NO_ANSWER)
def test_no_answer(prediction, answers, exact, f1):
    assert (exact_match(prediction, answers), token_f1(prediction, answers)) == (exact, f1)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_exact_match_and_f1_are_ratios_and_the_answers_have_no_order(prediction, answers):
    exact, f1 = exact_match(prediction, answers), token_f1(prediction, answers)
    assert exact in (0.0, 1.0)
    assert exact <= f1 <= 1.0
    assert (exact, f1) == (
        exact_match(prediction, answers[::-1]),
        token_f1(prediction, answers[::-1]),
    )


@given(st.text(), st.text())
def test_f1_is_the_same_both_ways(one, other):
    if normalized(one) and normalized(other):
        assert token_f1(one, [other]) == token_f1(other, [one])


@pytest.mark.parametrize(
    ("quote", "answers", "expected"),
    [
        ("It was in 1066, at Hastings.", ["1066"], 1.0),
        ("It was in 10660, at Hastings.", ["1066"], 0.0),
        ("It was at Hastings in 1066.", ["in 1066 at"], 0.0),  # not side by side
        ("It was at the great Hastings.", ["at great Hastings"], 1.0),  # but for the article
        ("It was at Hastings.", ["1067", "hastings"], 1.0),
        ("It was at Hastings.", ["the"], 0.0),
        ("It was at Hastings.", [], 0.0),
    ],
)
def test_answer_in_quote(quote: str, answers: list[str], expected: float) -> None:
    assert answer_in_quote(quote, answers) == expected


@pytest.mark.parametrize(
    ("quote", "evidence", "expected"),
    [
        # 2 of 4 words, 2 of 3: 2 * (1/2 * 2/3) / (1/2 + 2/3) = (2/3) / (7/6) = 4/7
        ("it was at Hastings", ["at Hastings, 1066"], Overlap(1 / 2, 2 / 3, 4 / 7)),
        # the second shares more: 2 of 2 words, 2 of 4; the first only 1 of 2, 1 of 1: both 2/3
        ("at Hastings", ["Hastings", "it was at Hastings"], Overlap(1 / 2, 1.0, 2 / 3)),
        ("at Hastings", ["Rollo", "it was at Hastings"], Overlap(1.0, 1 / 2, 2 / 3)),
        ("one one two", ["one two two"], Overlap(2 / 3, 2 / 3, 2 / 3)),  # one and two once each
        ("", ["at Hastings"], Overlap(0.0, 0.0, 0.0)),
        ("Rollo", ["at Hastings"], Overlap(0.0, 0.0, 0.0)),
        ("The Hastings!", ["hastings"], Overlap(1.0, 1.0, 1.0)),
    ],
)
def test_quote_overlap(quote, evidence, expected):
    found = quote_overlap(quote, evidence)
    assert found.precision == pytest.approx(expected.precision)
    assert found.recall == pytest.approx(expected.recall)
    assert found.f1 == pytest.approx(expected.f1)


def test_a_quote_without_evidence_is_refused():
    with pytest.raises(ValueError, match="no evidence"):
        quote_overlap("It was at Hastings.", [])


def zeros(**others):
    return {"recall@1": 0, "recall@5": 0, "recall@10": 0, "MRR": 0, "nDCG@10": 0} | others


@pytest.mark.parametrize(
    ("relevant", "ranked", "expected"),
    [
        ({"a": 1}, ["a", "b"], dict.fromkeys(zeros(), 1.0)),
        ({"a": 1}, ["z", "y", "a"], zeros() | {"recall@5": 1, "recall@10": 1, "MRR": 1 / 3}
         | {"nDCG@10": 0.5}),  # 1 / log2(3 + 1)
        ({"a": 1}, ["z", "y"], zeros()),
        ({"a": 1}, [], zeros()),  # nothing was found, which must count all the same
        # the gain is 1/log2(2) + 2/log2(4) = 2, at best 2/log2(2) + 1/log2(3) = 2.63093
        ({"a": 2, "b": 1}, ["b", "x", "a"], {"recall@1": 0.5, "recall@5": 1, "recall@10": 1,
         "MRR": 1, "nDCG@10": 2 / 2.63093}),
        # eleventh: outside all but MRR
        ({"a": 1}, [*"zyxwvutsrq", "a"], zeros(MRR=1 / 11)),
        # sixth: 1/log2(7) = .35621
        ({"a": 1}, [*"zyxwv", "a"], zeros(MRR=1 / 6) | {"recall@10": 1, "nDCG@10": 0.35621}),
    ],
)  # fmt: skip
def test_retrieval(relevant, ranked, expected):
    assert retrieval_values(relevant, ranked) == pytest.approx(expected, abs=1e-5)


@given(st.permutations("abcdefgh"))
def test_the_order_of_a_ranking_is_its_own_and_not_that_of_names(ranked):
    first = min(ranked.index("c"), ranked.index("f")) + 1
    assert retrieval_values({"c": 1, "f": 1}, ranked)["MRR"] == pytest.approx(1 / first)


def test_a_ranking_that_cannot_be_measured_is_refused():
    with pytest.raises(ValueError, match="nothing relevant"):
        retrieval_values({}, ["a"])
    with pytest.raises(ValueError, match="more than once"):
        retrieval_values({"a": 1}, ["b", "a", "b"])


def array(*values):
    return np.array(values, float)


def squad_best_threshold(scores, values, answerable, said):
    """`find_best_thresh` of SQuAD's evaluate-v2.0.py, line by line."""
    na_probs = {case: -score for case, score in enumerate(scores)}
    cur_score = sum(1 for case in na_probs if not answerable[case])
    best_score, best_thresh = cur_score, -np.inf
    for case in sorted(na_probs, key=lambda k: na_probs[k]):
        wrong = -1 if said[case] else 0
        cur_score += values[case] if answerable[case] else wrong
        if cur_score > best_score:
            best_score, best_thresh = cur_score, na_probs[case]
    return best_score / len(scores), -best_thresh


def mean_at(threshold, scores, values, answerable, said):
    total = 0.0
    for score, value, has_answer, spoke in zip(scores, values, answerable, said, strict=True):
        sure = threshold != np.inf and (score >= threshold or threshold == -np.inf)
        total += (value if sure else 0) if has_answer else float(not (sure and spoke))
    return total / len(scores)


def random_cases(seed, *, ties):
    draw = np.random.default_rng(seed)
    scores = draw.permutation(40) / 40
    return (
        scores.round(1) if ties else scores,
        draw.integers(5, size=40) / 4,  # quarters, so that sums are exact
        (draw.random(40) < 0.5).astype(float),
        (draw.random(40) < 0.8).astype(float),
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_best_threshold_is_that_of_squad(seed):
    cases = random_cases(seed, ties=False)
    found = best_threshold(*cases)
    assert (found.value, found.threshold) == pytest.approx(squad_best_threshold(*cases))


@pytest.mark.parametrize("seed", range(20))
def test_the_best_threshold_is_the_best_of_all(seed):
    cases = random_cases(seed, ties=True)
    means = {threshold: mean_at(threshold, *cases) for threshold in (np.inf, *set(cases[0]))}
    found = best_threshold(*cases)
    assert found.value == pytest.approx(max(means.values()))
    assert found.threshold == max(t for t, mean in means.items() if mean == max(means.values()))


def test_the_best_threshold_by_hand():
    # silent: 2 of 4; .9: + 1 = 3; .8: - 1 = 2; .7: + 1 = 3, no better; .6: says nothing
    found = best_threshold(
        array(0.9, 0.8, 0.7, 0.6), array(1, 1, 1, 0), array(1, 0, 1, 0), array(1, 1, 1, 0)
    )
    assert (found.value, found.threshold) == (3 / 4, 0.9)


def test_cases_of_equal_score_are_said_together():
    # in SQuAD's script the first order gives 1.0 and the second .5
    for order in ([0, 1], [1, 0]):
        cases = array(0.5, 0.5), array(1, 1), array(1, 0)[order], array(1, 1)
        found = best_threshold(*cases)
        assert (found.value, found.threshold) == (1 / 2, np.inf)


def test_an_unknown_score_is_the_least_sure():
    # silent: 1 of 3; .1: + 1 = 2; then the two unknown ones: - 1 + 0
    found = best_threshold(array(np.nan, 0.1, np.nan), array(1, 1, 0), array(0, 1, 1), np.ones(3))
    assert (found.value, found.threshold) == (2 / 3, 0.1)
    assert auroc(array(np.nan, -9), array(0, 1)) == 1.0
    assert risk_coverage(array(np.nan, -9), array(0, 1)).risk.tolist() == [0, 0.5]


def test_the_last_digits_of_sums_do_not_move_the_threshold():
    # .9: 1 + .3333; then - 1 + .3 + .3 + .4 comes back to it, and in floats to a little more
    values = array(1 / 3, 0, 0.3, 0.3, 0.4)
    found = best_threshold(array(0.9, 0.8, 0.7, 0.6, 0.5), values, array(1, 0, 1, 1, 1), np.ones(5))
    assert found.threshold == 0.9


def test_where_saying_everything_is_best_the_threshold_is_below_all():
    # silent: 0 of 2; .5: + 0; the unknown one: + 1
    found = best_threshold(array(0.5, np.nan), array(0, 1), array(1, 1), array(1, 1))
    assert (found.value, found.threshold) == (1 / 2, -np.inf)


flags = st.integers(0, 1).map(float)
rows = st.lists(
    st.tuples(st.sampled_from([0.1, 0.2, 0.5, np.nan, -3.0]), flags, flags, flags), min_size=1
)


@given(rows, st.randoms())
def test_no_measure_of_scores_depends_on_the_order_of_cases(cases, chance):
    def measured(rows):
        score, right, answerable, said = (np.array(column) for column in zip(*rows, strict=True))
        best = best_threshold(score, right, answerable, said)
        area = area_under_risk_coverage(score, right)
        return best.value, best.threshold, area, auroc(score, answerable)

    value, threshold, area, chances = measured(cases)
    shuffled = chance.sample(cases, len(cases))
    again = measured(shuffled)
    assert (value, threshold) == again[:2]
    assert area == pytest.approx(again[2])
    assert chances == again[3]
    assert 0 <= value <= 1
    assert 0 <= area <= 1
    assert chances is None or 0 <= chances <= 1


@given(rows)
def test_auroc_of_the_other_class_is_the_rest(cases):
    score, _, positive, _ = (np.array(column) for column in zip(*cases, strict=True))
    one, other = auroc(score, positive), auroc(score, 1 - positive)
    assert (one is None) == (other is None)
    assert one is None or one + other == pytest.approx(1)


@pytest.mark.parametrize("decimals", [1, 2, 15])
def test_auroc_equals_that_of_scikit_learn(decimals):
    from sklearn.metrics import roc_auc_score

    draw = np.random.default_rng(decimals)
    positive = (draw.random(500) < 0.3).astype(float)
    scores = (draw.random(500) + 0.3 * positive).round(decimals)
    assert auroc(scores, positive) == pytest.approx(roc_auc_score(positive, scores), abs=1e-12)


def test_auroc_needs_both_classes():
    assert auroc(array(0.1, 0.2), array(1, 1)) is None
    assert auroc(array(0.1, 0.2), array(0, 0)) is None


def test_abstention_by_hand():
    abstained, answerable = array(1, 1, 1, 0, 0), array(0, 0, 1, 0, 1)
    assert abstention_precision(abstained, answerable) == pytest.approx(2 / 3)  # 2 of 3 silent
    assert abstention_recall(abstained, answerable) == pytest.approx(2 / 3)  # 2 of 3 without answer
    assert abstention_precision(array(0, 0), array(0, 1)) is None
    assert abstention_recall(array(1, 0), array(1, 1)) is None


def test_risk_and_coverage_by_hand():
    curve = risk_coverage(array(0.2, 0.9, 0.7, 0.4), array(0, 1, 0, 1))
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    area = area_under_risk_coverage(array(0.2, 0.9, 0.7, 0.4), array(0, 1, 0, 1))
    assert area == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


def test_risk_of_equal_scores_is_the_mean_over_all_their_orders():
    scores, right = array(0.9, 0.5, 0.5, 0.5, 0.1), array(1, 1, 0, 0, 1)
    orders = [(0, *middle, 4) for middle in permutations((1, 2, 3))]
    risks = [np.cumsum(1 - right[list(order)]) / np.arange(1, 6) for order in orders]
    assert risk_coverage(scores, right).risk == pytest.approx(np.mean(risks, axis=0))


@pytest.mark.parametrize("measure", [risk_coverage, expected_calibration_error])
def test_nothing_can_be_said_of_no_cases(measure):
    with pytest.raises(ValueError, match="no cases"):
        measure(array(), array())


def test_the_best_threshold_of_no_cases_is_refused():
    with pytest.raises(ValueError, match="no cases"):
        best_threshold(array(), array(), array(), array())


def test_bins_hold_their_upper_edge():
    edges = [number / 10 for number in range(11)]
    assert [found.cases for found in reliability(array(*edges), np.ones(11))] == [2] + [1] * 9
    assert [found.high for found in reliability(array(), array())] == edges[1:]
    assert reliability(array(0.05), array(1))[1] == Bin(0.1, 0.2, 0, None, None)


@pytest.mark.parametrize("wrong", [-0.1, 1.2, np.nan])
def test_a_confidence_is_a_ratio(wrong):
    with pytest.raises(ValueError, match="a confidence is a ratio"):
        reliability(array(0.5, wrong), array(1, 1))


def confident_cases():
    draw = np.random.default_rng(7)
    confidences = draw.beta(4, 2, size=800)
    return confidences, (draw.random(800) < confidences**2).astype(float)


def test_the_calibration_error_equals_that_of_torchmetrics():
    import torch
    from torchmetrics.functional.classification import binary_calibration_error

    confidences, right = confident_cases()
    theirs = binary_calibration_error(
        torch.tensor(confidences), torch.tensor(right).int(), n_bins=10, norm="l1"
    )
    assert expected_calibration_error(confidences, right) == pytest.approx(float(theirs), abs=1e-6)


def test_the_reliability_table_equals_that_of_scikit_learn():
    from sklearn.calibration import calibration_curve

    confidences, right = confident_cases()
    found = [each for each in reliability(confidences, right) if each.cases]
    ratios, means = calibration_curve(right, confidences, n_bins=10)
    assert [each.right for each in found] == pytest.approx(ratios)
    assert [each.confidence for each in found] == pytest.approx(means)
    assert sum(each.cases for each in found) == 800


@given(st.lists(st.tuples(st.floats(0, 1), flags), min_size=1))
def test_the_calibration_error_is_a_ratio(cases):
    confidences, right = (np.array(column) for column in zip(*cases, strict=True))
    assert 0 <= expected_calibration_error(confidences, right) <= 1
    assert sum(found.cases for found in reliability(confidences, right)) == len(cases)


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(0.0, 1.0), (0.2, 1.0), (0.21, 2.0), (0.5, 3.0), (0.95, 5.0), (1.0, 5.0)],
)
def test_percentile_is_one_of_the_values(ratio: float, expected: float) -> None:
    assert percentile([5.0, 3.0, 1.0, 2.0, 4.0], ratio) == expected


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_the_table_of_measures_is_in_the_order_that_is_shown():
    assert " ".join(MEASURES) == (
        "EM F1 HasAns_EM HasAns_F1 NoAns best_EM best_EM_threshold best_F1 best_F1_threshold "
        "right quote_holds any_quote_holds quote_precision quote_recall quote_F1 right_place "
        "verbatim recall@1 recall@5 recall@10 MRR nDCG@10 paragraph_recall@1 paragraph_recall@5 "
        "paragraph_recall@10 paragraph_MRR paragraph_nDCG@10 abstain_precision abstain_recall "
        "AUROC AURC ECE p50 p95 errors"
    )
    lower = [name for name, measure in MEASURES.items() if measure.better == "lower"]
    assert lower == ["AURC", "ECE", "p50", "p95", "errors"]
    words = [measure.words for measure in MEASURES.values()]
    assert len(set(words)) == len(words)
    assert all(" over " in measure.explained for measure in MEASURES.values())
