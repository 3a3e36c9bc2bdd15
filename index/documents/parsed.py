"""What a format makes of a file."""

from dataclasses import dataclass

from index.layout import Layout
from index.records import Mark


@dataclass(frozen=True, slots=True)
class Parsed:
    """The reading text of a file and what the file says of itself; `None` is what it does not."""

    text: str
    marks: tuple[Mark, ...]  # by start; headings and paragraphs hold all that is not blank
    encoding: str = "utf-8"  # how the bytes were decoded, for the summary
    title: str | None = None
    author: str | None = None  # semicolons stand between several
    date: str | None = None  # ISO 8601 where it could be told
    publisher: str | None = None
    language: str | None = None  # ISO 639-1 code
    address: str | None = None  # of the original on the web
    has_lines: bool = False  # its lines are the file's own, so that a place can name them
    warnings: tuple[str, ...] = ()  # what of the file is not in the text
    layout: Layout | None = None  # where it stands, in a format that has pages to look at


def opening_title(marks: tuple[Mark, ...]) -> str | None:
    """The label of the heading that a text opens with, or `None` where it opens otherwise."""
    return marks[0].label if marks and marks[0].kind == "heading" else None
