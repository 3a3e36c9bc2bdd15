"""The spoken lines of plays, counted by act and scene as they stand in the file.

A line is spoken where it is no heading, no speaker's name and no stage direction, and stands
between the list of persons and the end of the play. Does not know verse from prose.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from index.records import Mark

_ACT = re.compile(r"(?:act|akt|aufzug|acto)\s+([ivxlc]+|\d+)\b", re.IGNORECASE)
_SCENE = re.compile(r"(?:scene|szene|auftritt|escena)\s+([ivxlc]+|\d+)\b", re.IGNORECASE)
_OUTSIDE = re.compile(  # what no act and no scene goes on behind
    r"\*{3} ?END\b|(?:THE END|FINIS)[.]?$"
    r"|(?i:dramatis person|persons represented[.:]?$|(?:persons of|characters in) the play[.:]?$)"
)
_CAPITALS = "A-ZÀ-ÖØ-Þ"
_SPEAKER = re.compile(rf"[{_CAPITALS}][{_CAPITALS}0-9 .,'’&-]*[.:]?")
_NAMED = re.compile(  # a speaker alone, or in front of what they say
    rf"(?=[{_CAPITALS} .'’]*[{_CAPITALS}]{{2}})[{_CAPITALS}][{_CAPITALS}0-9 .,'’&-]*"
    r"(?:[.:]|[\[(]|[ \t]{2}|$)"
)
_SPEAKS_ON = re.compile(rf"[{_CAPITALS}][\w'’]*(?: [\w'’]+){{0,2}}[.:]\s+\S")  # "Ber. Who's there?"
_MOST_IN_FRONT = 3  # lines before a scene's first speaker; more are said by others, named otherwise
_DIRECTION = re.compile(r"[\[(_*].*[\])_*][.]?|(?:\[?_?)(?:Enter|Re-enter|Exit|Exeunt)\b.*")
_ENDS = re.compile(r"[.!?\])_*]$")  # of a sentence, or of what is set apart
_MOST_OF_A_DIRECTION = 12  # lines
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


class _Spoken(NamedTuple):
    """A spoken line, and the scene that it stands in."""

    scene: tuple[int, int, int]  # act, scene, and where in the text it begins
    start: int
    end: int
    is_named: bool  # a speaker was named since the scene began


class _Line(NamedTuple):
    """A line without blanks around it."""

    start: int
    words: str


def lines_of_plays(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """A mark for each spoken line below an act and a scene."""
    spoken = _spoken(text, marks)
    scenes = [list(lines) for _, lines in groupby(spoken, key=lambda line: line.scene)]
    return [
        Mark(line.start, line.end, "reference", "{}.{}.{}".format(*line.scene[:2], number))
        for lines in _played(scenes)
        for number, line in enumerate(lines, start=1)
    ]


def _played(scenes: Sequence[list[_Spoken]]) -> Iterator[list[_Spoken]]:
    """The scenes without the lines in front of their first speaker, which say where it is.

    Where nobody speaks in one, and somebody in another of the same number, it is no scene but a
    line in the table of contents.
    """
    with_speakers = {lines[0].scene[:2] for lines in scenes if lines[-1].is_named}
    for lines in scenes:
        in_front = sum(not line.is_named for line in lines)
        if in_front == len(lines):
            if lines[0].scene[:2] not in with_speakers:
                yield lines
        else:
            yield lines[in_front:] if in_front <= _MOST_IN_FRONT else lines


def _spoken(text: str, marks: Sequence[Mark]) -> Iterator[_Spoken]:
    act = scene = begin = 0
    is_named = False
    for start, words in _lines_without_directions(text, marks):
        if _OUTSIDE.match(words):
            act = scene = 0
        if match := _ACT.match(words):
            act, scene = _number(match[1]), 0
            words = words[match.end() :].lstrip(" .,:;-–—")
        if match := _SCENE.match(words):
            scene, begin, is_named = _number(match[1]), start, False
        elif act and scene and words:
            is_named = is_named or _NAMED.match(words) is not None
            if not _SPEAKER.fullmatch(words):
                yield _Spoken((act, scene, begin), start, start + len(words), is_named)


def _lines_without_directions(text: str, marks: Sequence[Mark]) -> Iterator[_Line]:
    """The lines of headings and paragraphs that are no part of a stage direction."""
    for mark in marks:
        if mark.kind in {"heading", "paragraph"}:
            lines = list(_lines(text, mark))
            number, opens = 0, True
            while number < len(lines):
                near = [line.words for line in lines[number : number + _MOST_OF_A_DIRECTION]]
                length = _direction_length(near, opens=opens)
                if not length:
                    yield lines[number]
                    opens = False
                number += length or 1


def _lines(text: str, mark: Mark) -> Iterator[_Line]:
    start = mark.start
    for line in text[mark.start : mark.end].split("\n"):
        words = line.strip().lstrip("#> ")
        yield _Line(start + line.find(words), words)
        start += len(line) + 1


def _direction_length(lines: Sequence[str], *, opens: bool) -> int:
    """How many lines the stage direction takes that the first one begins; 0 where none begins.

    One in brackets ends with them. Another goes on behind a comma; where it opens a paragraph,
    also behind a line that is full, up to the end of a sentence.

    >>> _direction_length(["[Exeunt all", "but Hamlet.]", "O that this flesh"], opens=True)
    2
    >>> _direction_length(["Enter Ghost,", "armed.", "Stay, illusion!"], opens=True)
    2
    """
    first = lines[0]
    is_direction = _DIRECTION.fullmatch(first) is not None
    if first.rfind("[") > first.rfind("]") and (is_direction or first.startswith("[")):
        for number, line in enumerate(lines[1:], start=1):
            if "]" in line:
                words_behind = line.rpartition("]")[2].strip("._*) ")
                return number if words_behind else number + 1
    if not is_direction or _OUTSIDE.match(first):
        return 0
    width = max(map(len, lines)) if opens else None
    length = 1
    while length < len(lines) and _goes_on(*lines[length - 1 : length + 1], width=width):
        length += 1
    return length


def _goes_on(line: str, following: str, *, width: int | None) -> bool:
    """Whether a stage direction that no bracket ends goes on in the following line.

    `width` is that of full lines, in characters; without it, none is full.
    """
    if not following or line.endswith(","):
        return bool(following)
    speaks = _NAMED.match(following) or _SPEAKS_ON.match(following)
    is_full = width is not None and len(line) + 1 + len(following.split()[0]) > width
    return is_full and not speaks and not _ENDS.search(line)


def _number(text: str) -> int:
    """The number in figures or in Roman letters.

    >>> _number("IV"), _number("12")
    (4, 12)
    """
    if text.isdigit():
        return int(text)
    values = [_ROMAN[letter] for letter in text.lower()]
    return sum(
        -value if value < after else value
        for value, after in zip(values, [*values[1:], 0], strict=True)
    )
