"""`Parsed` as JSON and back: what comes from a parser's process is believed only as checked."""

from itertools import pairwise

from pydantic import TypeAdapter, ValidationError

from index.documents.parsed import Parsed
from index.layout import what_is_wrong

KINDS = frozenset(  # of marks
    "heading paragraph page slide notes cell time chapter reference anchor".split()
)
_PARSED = TypeAdapter(Parsed)


def parsed_to_json(parsed: Parsed) -> bytes:
    """The fields by name, in UTF-8."""
    return _PARSED.dump_json(parsed)


def parsed_from_json(data: bytes) -> Parsed:
    """What `parsed_to_json` was given. Raises `ValueError` where that cannot have been one.

    >>> from index.records import Mark
    >>> parsed = Parsed("Bees hum.", (Mark(0, 9, "paragraph"),), title="Bees")
    >>> parsed_from_json(parsed_to_json(parsed)) == parsed
    True
    """
    try:
        parsed = _PARSED.validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    wrong = _what_is_wrong(parsed)
    if wrong:
        raise ValueError(wrong)
    return parsed


def _what_is_wrong(parsed: Parsed) -> str:
    """What contradicts itself; empty where nothing does."""
    if "\0" in parsed.text or not parsed.text.strip():
        return "the text is empty or holds NUL"
    for mark in parsed.marks:
        if not 0 <= mark.start <= mark.end <= len(parsed.text):
            return f"a mark at {mark.start}..{mark.end} of {len(parsed.text)} characters"
        if mark.kind not in KINDS:
            return f"a mark of the kind {mark.kind[:20]!r}"
    if any(before.start > after.start for before, after in pairwise(parsed.marks)):
        return "marks are out of order"
    return what_is_wrong(parsed.layout, len(parsed.text)) if parsed.layout else ""
