"""Measures against values computed by hand."""

import pytest

from eval.measures import answer_in_quote, exact_match, normalized, percentile, token_f1

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
    ("ratio", "expected"),
    [(0.0, 1.0), (0.2, 1.0), (0.21, 2.0), (0.5, 3.0), (0.95, 5.0), (1.0, 5.0)],
)
def test_percentile_is_one_of_the_values(ratio: float, expected: float) -> None:
    assert percentile([5.0, 3.0, 1.0, 2.0, 4.0], ratio) == expected


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)
