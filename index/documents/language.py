"""The language of a text, where enough of it stands there to tell."""

import functools

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SAMPLE = 4_000  # characters from the beginning
_LEAST_LETTERS = 40
_LEAST_PROBABILITY = 0.95


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of the language, or `None` where it cannot be told.

    >>> language_of("The quick brown fox jumps over the lazy dog, and then it sleeps until noon.")
    'en'
    """
    sample = text[:_SAMPLE]
    if sum(character.isalpha() for character in sample) < _LEAST_LETTERS:
        return None
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= _LEAST_PROBABILITY else None


@functools.cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
