"""Measures of the answer's words against the expected ones, as SQuAD has them. Ratios are 0..1.

A case without expected answers is one that the texts do not answer: saying nothing is right there
and saying anything is wrong.
"""

import re
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.measures.measure import Values
from eval.measures.overlap import overlap
from eval.measures.ties import surest_first

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalized(text: str) -> str:
    """The text as SQuAD compares it: lower case, without punctuation, articles and extra blanks.

    Source: Rajpurkar et al. 2016, evaluate-v1.1.py, `normalize_answer`; unchanged in v2.0. Letters
    are composed first (Unicode's NFC), so that an accent typed apart makes no other word.

    >>> normalized("The  Battle of Hastings, (1066)")
    'battle of hastings 1066'
    """
    composed = unicodedata.normalize("NFC", text).lower()
    return " ".join(_ARTICLES.sub(" ", composed.translate(_PUNCTUATION)).split())


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """1.0 where the prediction equals an answer after normalisation, else 0.0.

    Source: Rajpurkar et al. 2018, evaluate-v2.0.py, `compute_exact` and `get_raw_scores`. Where
    normalisation leaves nothing of any answer (blood group "A"), case and blanks alone are put
    aside; there, SQuAD's script takes silence for right.

    >>> exact_match("The Normans", ["Normans", "the Norse"])
    1.0
    >>> exact_match("", [])  # nothing said where there is nothing to say
    1.0
    """
    said, wanted = _compared(prediction, answers)
    return float(said in wanted)


def token_f1(prediction: str, answers: Sequence[str]) -> float:
    """The best F1 of the prediction's words over the answers, each word as often as it occurs.

    Where either side has no words, 1.0 if both have none, else 0.0.
    Source: Rajpurkar et al. 2018, evaluate-v2.0.py, `compute_f1` and `get_raw_scores`.

    >>> token_f1("in the year 1066", ["1066", "year 1066"])  # precision 2/3, recall 1
    0.8
    >>> token_f1("1066", [])
    0.0
    """
    said, wanted = _compared(prediction, answers)
    return max(overlap(said.split(), answer.split()).f1 for answer in wanted)


@dataclass(frozen=True, slots=True)
class BestThreshold:
    """How good the answers would be if only the surest were said, at the best place to stop."""

    value: float  # mean over all cases
    threshold: float  # the least score that is said; infinity: none is, -infinity: all are


def best_threshold(
    scores: Values, values: Values, answerable: Values, said: Values
) -> BestThreshold:
    """The best mean that a threshold on the scores can reach, and the threshold. All (n,).

    With nothing said, each case without an answer counts 1. Then the cases are said from the surest
    on: one with an answer adds its value (exact match or F1), one without takes 1 away where words
    were `said` (1, else 0). The first best stop counts, which is the highest threshold.

    Source: Rajpurkar et al. 2018, evaluate-v2.0.py, `find_best_thresh`, which sorts by the
    probability of no answer; here a higher score means surer of an answer. One thing differs: cases
    of equal score are said together, because no threshold parts them, while there the order in
    the file decides. A score of NaN is less sure than any. Raises `ValueError` without cases.

    >>> scores, values = np.array([0.9, 0.8, 0.3]), np.array([1.0, 0.0, 1.0])
    >>> best_threshold(scores, values, answerable=np.array([1, 0, 1]), said=np.ones(3))
    BestThreshold(value=0.6666666666666666, threshold=0.9)
    """
    if not len(scores):
        raise ValueError("the best threshold of no cases was asked for; give at least one")
    order, starts = surest_first(scores)
    gains = np.where(answerable == 1, values, -said)[order]
    silent = np.sum(answerable != 1, keepdims=True)
    totals = np.cumsum(np.concatenate((silent, np.add.reduceat(gains, starts))))
    best = int(np.argmax(totals.round(9)))  # rounded: sums of thirds must not part equal stops
    threshold = np.inf if best == 0 else scores[order[starts[best - 1]]]
    return BestThreshold(
        value=float(totals[best] / len(scores)),
        threshold=-np.inf if np.isnan(threshold) else float(threshold),
    )


def _compared(prediction: str, answers: Sequence[str]) -> tuple[str, list[str]]:
    """The prediction and the answers in the form in which they are compared; "" is silence."""
    wanted = [words for answer in answers if (words := normalized(answer))]
    if answers and not wanted:
        return _written(prediction), [_written(answer) for answer in answers]
    return normalized(prediction), wanted or [""]


def _written(text: str) -> str:
    return " ".join(text.lower().split())
