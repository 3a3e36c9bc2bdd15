"""What people cite parts of a text by: chapter and verse, act, scene and line, numbered paragraphs.

Only what follows a whole text's scheme counts: a time of day at the beginning of a line is no
verse. Lines of a play are counted as they stand in the file, spoken ones only, as editions do; an
edition with other line breaks counts otherwise.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from string import ascii_letters

from index.documents.plays import lines_of_plays
from index.records import Mark

_VERSE = re.compile(r"^[ \t]*\[?(\d{1,3}):(\d{1,3})\]?(?=[ \t]+\S)", re.MULTILINE)
_SECTION = re.compile(
    r"(?:§+[ \t]*)(\d{1,4}(?:\.\d{1,3})*[a-zA-Z]?)\b"
    r"|(\d{1,3}(?:\.\d{1,6})+[a-zA-Z]?)\.?(?=\s+\S)"
)
_LEAST_PARTS = 4  # of a scheme; fewer are chance
_LEAST_IN_ORDER = 0.9  # ratio of parts that follow the one before as the scheme says


def with_references(text: str, marks: Iterable[Mark]) -> tuple[Mark, ...]:
    r"""The marks, and those of what people cite the parts of the text by.

    >>> text = "ACT III\n\nSCENE I\n\nHAMLET.\nTo be, or not to be,\nThat is the question."
    >>> marks = [Mark(0, 7, "heading", "ACT III", 1), Mark(9, 16, "heading", "SCENE I", 2)]
    >>> paragraph = Mark(18, len(text), "paragraph")
    >>> [mark.label for mark in with_references(text, [*marks, paragraph]) if mark.label]
    ['ACT III', 'SCENE I', '3.1.1', '3.1.2']
    """
    marks = list(marks)
    found = _verses(text, marks) or lines_of_plays(text, marks) or _sections(text, marks)
    return tuple(sorted([*marks, *found], key=lambda mark: (mark.start, -mark.end)))


def _verses(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """Chapter and verse at the beginning of a line, up to the next or to a heading."""
    found = list(_VERSE.finditer(text))
    numbers = [(int(match[1]), int(match[2])) for match in found]
    if not _is_scheme([_follows_verse(*step) for step in pairwise(numbers)]):
        return []
    stops = [match.start() for match in found]
    stops += [mark.start for mark in marks if mark.kind == "heading"]
    return [
        Mark(start, end, "reference", f"{chapter}:{verse}")
        for (chapter, verse), (start, end) in zip(
            numbers, _up_to_next(text, [match.start() for match in found], stops), strict=True
        )
    ]


def _sections(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """Paragraphs that begin with a number of several parts or a section sign."""
    found = [
        (match, mark)
        for mark in marks
        if mark.kind == "paragraph" and (match := _SECTION.match(text, mark.start, mark.end))
    ]
    labels = [match[1] or match[2] for match, _ in found]
    if not _is_scheme([before < after for before, after in pairwise(map(_section_key, labels))]):
        return []
    starts = [mark.start for _, mark in found]
    stops = starts + [mark.start for mark in marks if mark.kind == "heading"]
    spans = _up_to_next(text, starts, stops)
    return [
        Mark(start, end, "reference", label)
        for label, (start, end) in zip(labels, spans, strict=True)
    ]


def _section_key(label: str) -> tuple[list[int], str]:
    """What the order of sections is told by: one that was put in later has a letter.

    >>> _section_key("312") < _section_key("312a") < _section_key("312b") < _section_key("313")
    True
    """
    number = label.rstrip(ascii_letters)
    return [int(part) for part in number.split(".")], label[len(number) :].lower()


def _is_scheme(steps: Sequence[bool]) -> bool:
    """Whether there are enough parts, and nearly every one follows the one before."""
    return len(steps) + 1 >= _LEAST_PARTS and sum(steps) >= _LEAST_IN_ORDER * len(steps)


def _follows_verse(before: tuple[int, int], after: tuple[int, int]) -> bool:
    (chapter, verse), (next_chapter, next_verse) = before, after
    return (next_chapter, next_verse) == (chapter, verse + 1) or next_verse == 1


def _up_to_next(text: str, starts: Iterable[int], stops: Iterable[int]) -> list[tuple[int, int]]:
    """From each start to the next stop behind it, without blanks at the end."""
    spans = []
    ends = iter(sorted({*stops, len(text)}))
    end = -1
    for start in starts:
        while end <= start:
            end = next(ends)
        spans.append((start, start + len(text[start:end].rstrip())))
    return spans
