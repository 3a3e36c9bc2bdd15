"""Measures of a quote against the expected answers and the evidence. Ratios are 0..1."""

import re
import unicodedata
from collections.abc import Sequence

from eval.measures.answers import normalized
from eval.measures.overlap import Overlap, overlap

_WORD = re.compile(r"\w+(?:[.,'’]\w+)*")
_POSSESSIVE = re.compile(r"['’]s$")
_ARTICLES = frozenset(("a", "an", "the"))


def answer_in_quote(quote: str, answers: Sequence[str]) -> float:
    """1.0 where the words of an answer stand side by side in the quote, else 0.0.

    Words are compared in lower case, without articles and without the punctuation around them. A
    stop, comma or apostrophe within a word belongs to it ("1.5", "U.S."), but for the ending of
    "William's". Source: the "answer in span" check of DrQA (Chen et al. 2017, `pipeline/eval.py`,
    `has_answer`), which compares words too. Where no answer is expected nothing can be in the
    quote: 0.0.

    >>> answer_in_quote("William won the Battle of Hastings.", ["battle of Hastings"])
    1.0
    >>> answer_in_quote("It was William's battle.", ["William"])
    1.0
    >>> answer_in_quote("It is 15 metres wide.", ["1.5 metres"])
    0.0
    """
    words = words_of(quote)
    return float(any(_stands_in(words_of(answer), words) for answer in answers))


def words_of(text: str) -> list[str]:
    """The words that `answer_in_quote` compares.

    >>> words_of("The U.S. paid $1,500 for William's well-known ship (1.5 m).")
    ['the', 'u.s', 'paid', '1,500', 'for', 'william', 'well', 'known', 'ship', '1.5', 'm']
    """
    composed = unicodedata.normalize("NFC", text).lower()
    return [_POSSESSIVE.sub("", word) for word in _WORD.findall(composed)]


def _stands_in(answer: list[str], quote: list[str]) -> bool:
    """Whether the answer's words stand side by side in the quote, articles in either aside."""
    if _is_run_of(answer, quote):
        return True
    bare = [word for word in answer if word not in _ARTICLES]
    return _is_run_of(bare, [word for word in quote if word not in _ARTICLES])


def _is_run_of(answer: list[str], quote: list[str]) -> bool:
    size = len(answer)
    return size > 0 and any(
        quote[start : start + size] == answer for start in range(len(quote) - size + 1)
    )


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
