"""What a format makes of a file."""

from dataclasses import dataclass

from index.records import Mark


@dataclass(frozen=True, slots=True)
class Parsed:
    """The reading text of a file and what the file says of itself."""

    text: str
    marks: tuple[Mark, ...]  # headings and paragraphs, in order; every other character is blank
    encoding: str  # how the bytes were decoded, for the summary
    title: str | None = None  # None where the file names none


def opening_title(marks: tuple[Mark, ...]) -> str | None:
    """The label of the heading that a text opens with, or `None` where it opens otherwise."""
    return marks[0].label if marks and marks[0].kind == "heading" else None
