"""What files say of themselves, brought into one form."""

import re
from collections.abc import Iterable

from index.documents.building import one_line

_MOST = 500  # characters of a title or name; more is not one
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?=$|[T\s])")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


def words_or_none(text: object) -> str | None:
    """The text on one line; `None` where it says nothing.

    >>> words_or_none(" Of Bees "), words_or_none("  "), words_or_none(None)
    ('Of Bees', None, None)
    """
    return one_line(text)[:_MOST] or None if isinstance(text, str) else None


def names_or_none(names: Iterable[object]) -> str | None:
    """The names with semicolons between them, each once.

    >>> names_or_none(["Ada", "", "Grace", "Ada"])
    'Ada; Grace'
    """
    given = [words_or_none(name) for name in names]
    return "; ".join(dict.fromkeys(name for name in given if name)) or None


def date_or_none(text: object) -> str | None:
    """The day, month or year in ISO 8601; a date of another form as it stands.

    >>> [date_or_none(text) for text in ("2021-3-09T10:00Z", "1999", "May 1999", "")]
    ['2021-03-09', '1999', 'May 1999', None]
    """
    words = words_or_none(text)
    match = _DATE.match(words) if words else None
    if not match:
        return words
    return "-".join([match[1], *(part.zfill(2) for part in match.groups()[1:] if part)])


def language_or_none(text: object) -> str | None:
    """The ISO 639-1 code that a language tag begins with.

    >>> language_or_none("en-GB"), language_or_none("x-default")
    ('en', None)
    """
    tag = words_or_none(text) or ""
    match = re.match(r"([A-Za-z]{2})(?![A-Za-z])", tag)
    return match[1].lower() if match else None


def address_or_none(text: object) -> str | None:
    """An address on the web; `None` for anything else.

    >>> address_or_none("https://a.org/b"), address_or_none("b.html")
    ('https://a.org/b', None)
    """
    words = words_or_none(text)
    return words if words and _ADDRESS.fullmatch(words) else None
