"""How likely the best answer is right: features of the candidates, and a logistic regression."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.readers.span.candidates import Candidate

FEATURES = (
    "margin",  # by how much the best answer beats "not answered here" in its own window
    "highest_margin",  # the same of whichever answer beats it by most
    "no_answer",  # the score of "not answered here" in the window of the best answer
    "gap",  # how far the best of any other passage ranks behind it; 0 where there is no other
    "retrieval",  # the score of its passage
    "words",  # the ratio of the question's words in its sentence
    "cosine",  # of its passage; the lowest of all where only the words found it
    "agreement",  # 1 where the best answer of another passage has the same words, else 0
)
_WORD = re.compile(r"\w+")
_ARTICLES = frozenset({"a", "an", "the"})


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression on some of the features."""

    intercept: float
    weights: Mapping[str, float]  # by the name of the feature


def features_of(candidates: Sequence[Candidate]) -> dict[str, float]:
    """What says how far the first of the candidates can be trusted, by name; all are finite.

    `candidates` are as `ranked` gives them, at least one.
    """
    best = candidates[0]
    rivals: dict[int, Candidate] = {}  # the best of every other passage
    for candidate in candidates:
        if candidate.hit.chunk.id != best.hit.chunk.id:
            rivals.setdefault(candidate.hit.chunk.id, candidate)
    words = words_of(best.text)
    return {
        "margin": best.margin,
        "highest_margin": max(candidate.margin for candidate in candidates),
        "no_answer": best.no_answer,
        "gap": best.ranking - max((each.ranking for each in rivals.values()), default=best.ranking),
        "retrieval": best.hit.score,
        "words": best.words,
        "cosine": best.cosine,
        "agreement": float(any(words_of(each.text) == words for each in rivals.values())),
    }


def words_of(text: str) -> tuple[str, ...]:
    """The words by which two answers are told to be the same: no case, no articles.

    >>> words_of("The Treaty of Paris") == words_of("treaty of paris,")
    True
    """
    return tuple(word for word in _WORD.findall(text.casefold()) if word not in _ARTICLES)


def log_odds(features: Mapping[str, float], calibration: Calibration) -> float:
    """The intercept and the sum of each weight times its feature.

    >>> log_odds({"margin": 2.0, "gap": 1.0}, Calibration(-1.0, {"margin": 0.5}))
    0.0
    """
    weighted = (weight * features[name] for name, weight in calibration.weights.items())
    return calibration.intercept + math.fsum(weighted)


def ratio_of(odds: float) -> float:
    """1 / (1 + exp(-x)), the probability whose log odds are x.

    >>> ratio_of(0.0), round(ratio_of(math.log(3)), 6), ratio_of(-5_000.0)
    (0.5, 0.75, 0.0)
    """
    return (1 + math.tanh(odds / 2)) / 2


def probability(features: Mapping[str, float], calibration: Calibration) -> float:
    """How likely the best answer is right, a ratio 0..1.

    >>> probability({"margin": 2.0, "gap": 1.0}, Calibration(-1.0, {"margin": 0.5}))
    0.5
    """
    return ratio_of(log_odds(features, calibration))
