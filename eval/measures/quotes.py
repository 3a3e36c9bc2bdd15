"""Measures of a quote against the expected answers and the evidence. Ratios are 0..1."""

import re
from collections.abc import Sequence

from eval.measures.answers import normalized
from eval.measures.overlap import Overlap, overlap


def answer_in_quote(quote: str, answers: Sequence[str]) -> float:
    """1.0 where the words of an answer stand side by side in the quote, else 0.0.

    An answer counts as whole words: "art" is not in "party". Both are compared as SQuAD normalises
    them and, since that makes one word of "William's", as they are written but for case. Source:
    the "answer in span" check of DrQA (Chen et al. 2017, `pipeline/eval.py`, `has_answer`). Where
    no answer is expected nothing can be in the quote: 0.0.

    >>> answer_in_quote("William won the Battle of Hastings.", ["battle of Hastings"])
    1.0
    >>> answer_in_quote("It was William's battle.", ["William"])
    1.0
    >>> answer_in_quote("He went to a party.", ["art"])
    0.0
    """
    padded = f" {normalized(quote)} "
    wanted = [answer for answer in answers if normalized(answer)]
    return float(
        any(f" {normalized(answer)} " in padded for answer in wanted)
        or any(_stands_in(quote, answer) for answer in wanted)
    )


def _stands_in(quote: str, answer: str) -> bool:
    """Whether the answer stands in the quote as it is written, with no letter on either side."""
    written = rf"(?<!\w){re.escape(answer.strip())}(?!\w)"
    return re.search(written, quote, re.IGNORECASE) is not None


def quote_overlap(quote: str, evidence: Sequence[str]) -> Overlap:
    """The words that the quote shares with the evidence it shares most with, by F1.

    Each piece of evidence is enough by itself, so a quote need not cover the others. Words are
    those that SQuAD's normalisation leaves, each as often as it occurs. Source: the evidence F1
    of DeYoung et al. 2020 (ERASER), on words instead of positions, so that any text compares.
    Raises `ValueError` without evidence.

    >>> quote_overlap("It began in 1066, the year.", ["It began in 1066."])
    Overlap(precision=0.8, recall=1.0, f1=0.888888888888889)
    """
    if not evidence:
        raise ValueError("a quote was compared with no evidence; give at least one quote")
    words = normalized(quote).split()
    overlaps = [overlap(words, normalized(piece).split()) for piece in evidence]
    return max(overlaps, key=lambda found: found.f1)
