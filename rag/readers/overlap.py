"""How much of a question's words a sentence has, whatever their endings."""

import functools
import re
import threading

import snowballstemmer

from index.words import content_words

_WORD = re.compile(r"\w+")
_stemmers = threading.local()  # a stemmer keeps state while it works


def question_stems(question: str) -> frozenset[str]:
    """The stems of a question's content words.

    >>> sorted(question_stems("Which treaties did they ratify?"))
    ['ratifi', 'treati']
    """
    return frozenset(_stem(word) for word in content_words(question))


def stems_of(text: str) -> frozenset[str]:
    """The stems of every word of a text.

    >>> sorted(stems_of("They ratified treaties."))
    ['ratifi', 'thei', 'treati']
    """
    return frozenset(_stem(word) for word in _WORD.findall(text.lower()))


def coverage(wanted: frozenset[str], had: frozenset[str]) -> float:
    """The ratio of the wanted stems that are had; 0 where none is wanted.

    >>> coverage(frozenset({"treati", "ratifi"}), frozenset({"treati", "of"}))
    0.5
    """
    return len(wanted & had) / len(wanted) if wanted else 0.0


@functools.lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    if not hasattr(_stemmers, "porter"):
        _stemmers.porter = snowballstemmer.stemmer("porter")  # the stemmer of the word search
    return str(_stemmers.porter.stemWord(word))
