"""What the web interface says, in each of its languages: one file of `ui/languages/` for each.

Does not translate what comes from elsewhere: texts, titles, citations and the sentences of errors
that `index/` and `rag/` raise stay as they are. The command line, the log and the documentation of
the API speak English.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "de", "es")
ENGLISH = LANGUAGES[0]  # for whoever asks for none of them

_RANGE = re.compile(  # RFC 9110, sections 12.4.2 and 12.5.4
    r"([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)(?:\s*;\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?", re.I
)


def words(key: str, language: str, **values: object) -> str:
    """The sentence of that key, `values` in the places that it has for them.

    Raises `KeyError` for a key that there is not, a language that there is not, or a value that
    the sentence wants and is not given: each is a bug.

    >>> words("reading.page_of", "de", number=2, count=9)
    'Seite 2 von 9'
    """
    return sentences(language)[key].format(**values)


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Every sentence of a language by its key, with its places for values still open."""
    if language not in LANGUAGES:
        raise KeyError(language)
    file = Path(__file__).parent / "languages" / f"{language}.toml"
    parts = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        f"{part}.{name}": sentence
        for part, named in parts.items()
        for name, sentence in named.items()
    }


def sentences_below(part: str, language: str) -> dict[str, str]:
    """The sentences of one part of the file, each by its name in it.

    >>> sentences_below("number", "es")
    {'decimal': ','}
    """
    return {
        key.removeprefix(f"{part}."): sentence
        for key, sentence in sentences(language).items()
        if key.startswith(f"{part}.")
    }


def chosen_language(accept_language: str, *, asked: str = "") -> str:
    """The language that is `asked` for, else the first of ours in an Accept-Language header.

    A header says how much each language is wanted; of those wanted alike the first counts. English
    is the answer to one that wants none of ours.

    >>> chosen_language("fr, de-AT;q=0.8, en;q=0.9"), chosen_language("de-AT"), chosen_language("")
    ('en', 'de', 'en')
    >>> chosen_language("de", asked="es"), chosen_language("de", asked="tlh")
    ('es', 'de')
    """
    return language_of(asked) or next(_wanted(accept_language), ENGLISH)


def language_of(tag: str) -> str:
    """The language of ours that a tag is of; empty where it is of none.

    >>> language_of("de-AT"), language_of("ES"), language_of("deu")
    ('de', 'es', '')
    """
    primary = tag.strip().lower().partition("-")[0]
    return primary if primary in LANGUAGES else ""


def _wanted(accept_language: str) -> Iterator[str]:
    """The languages of ours that a header wants, the most wanted first."""
    ranges = [
        (found[1].lower(), float(found[2] or 1))
        for part in accept_language.split(",")
        if (found := _RANGE.fullmatch(part.strip()))
    ]
    refused = {tag for tag, quality in ranges if quality == 0}
    named = {language_of(tag) for tag, _ in ranges}
    for tag, quality in sorted(ranges, key=lambda wanted: -wanted[1]):
        if quality == 0:
            return
        if tag == "*":  # whichever is not named itself
            yield from (language for language in LANGUAGES if language not in named)
        elif (language := language_of(tag)) and language not in refused:
            yield language
