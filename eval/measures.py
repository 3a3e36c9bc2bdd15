"""Measures of one answer against the expected ones: pure functions, each with source and example.

Ratios are 0..1. A case without expected answers is one that the texts do not answer: saying nothing
is right there and saying anything is wrong.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence
from math import ceil

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalized(text: str) -> str:
    """The text as SQuAD compares it: lower case, without punctuation, articles and extra blanks.

    Source: Rajpurkar et al. 2016, evaluate-v1.1.py, `normalize_answer`; unchanged in v2.0.

    >>> normalized("The  Battle of Hastings, (1066)")
    'battle of hastings 1066'
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """1.0 where the prediction equals an answer after normalisation, else 0.0.

    Source: Rajpurkar et al. 2018, evaluate-v2.0.py, `compute_exact` and `get_raw_scores`.

    >>> exact_match("The Normans", ["Normans", "the Norse"])
    1.0
    >>> exact_match("", [])  # nothing said where there is nothing to say
    1.0
    """
    return float(normalized(prediction) in map(normalized, _expected(answers)))


def token_f1(prediction: str, answers: Sequence[str]) -> float:
    """The best F1 of the prediction's words over the answers, each word as often as it occurs.

    Where either side has no words, 1.0 if both have none, else 0.0.
    Source: Rajpurkar et al. 2018, evaluate-v2.0.py, `compute_f1` and `get_raw_scores`.

    >>> token_f1("in the year 1066", ["1066", "year 1066"])  # precision 2/3, recall 1
    0.8
    >>> token_f1("1066", [])
    0.0
    """
    words = normalized(prediction).split()
    return max(_f1(words, normalized(answer).split()) for answer in _expected(answers))


def answer_in_quote(quote: str, answers: Sequence[str]) -> float:
    """1.0 where the words of an answer stand side by side in the quote, else 0.0.

    Both are normalised first. An answer counts as whole words: "art" is not in "party". Source: the
    "answer in span" check of DrQA (Chen et al. 2017, `pipeline/eval.py`, `has_answer`), on SQuAD's
    normalisation. Where no answer is expected nothing can be in the quote: 0.0.

    >>> answer_in_quote("William won the Battle of Hastings.", ["battle of Hastings"])
    1.0
    >>> answer_in_quote("He went to a party.", ["art"])
    0.0
    """
    padded = f" {normalized(quote)} "
    wanted = filter(None, map(normalized, answers))
    return float(any(f" {answer} " in padded for answer in wanted))


def percentile(values: Sequence[float], ratio: float) -> float:
    """The least value that at least `ratio` of the values do not exceed (nearest rank).

    Source: Hyndman and Fan 1996, definition 1. Raises `ValueError` where there are no values.

    >>> percentile([40, 10, 30, 20], 0.5)
    20
    >>> percentile([40, 10, 30, 20], 0.95)
    40
    """
    if not values:
        raise ValueError("a percentile of no values was asked for; give at least one")
    rank = max(1, ceil(ratio * len(values)))
    return sorted(values)[rank - 1]


def _expected(answers: Sequence[str]) -> Sequence[str]:
    """The answers that hold a word; where none does, silence is the expected answer."""
    return [answer for answer in answers if normalized(answer)] or [""]


def _f1(prediction: list[str], answer: list[str]) -> float:
    if not prediction or not answer:
        return float(prediction == answer)
    common = (Counter(prediction) & Counter(answer)).total()
    if not common:
        return 0.0
    precision, recall = common / len(prediction), common / len(answer)
    return 2 * precision * recall / (precision + recall)
