"""Raised figures in characters of their own, so that 10 to the 8th is not read as 108."""

import re

_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_WRITABLE = re.compile(r"[-+−=()ni]*[0-9][-+−=()ni0-9, ]*|[ni]|[-+−]")  # in characters of their own
_WORDS = re.compile(r"[^\W\d_]+\.?|\W.*")  # the th of 19th, a sign for a note


def raised(text: str) -> str:
    """The text as it is written above the line; words stay as they are.

    >>> raised("-8"), raised("1, 2"), raised("th"), raised("2n"), raised("k+m")
    ('⁻⁸', '¹, ²', 'th', '²ⁿ', '^(k+m)')
    """
    text = text.strip()
    if _WRITABLE.fullmatch(text):
        return text.translate(_RAISED)
    return text if not text or _WORDS.fullmatch(text) else f"^({text})"
