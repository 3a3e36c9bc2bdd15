"""Where a span of a document stands."""

import pytest

from index.records import Document, Mark, Place

TEXT = "Tides\n\nThe Moon pulls.\n\nThe Sun does too."
HEADING = Mark(0, 5, "heading", "Tides", 1)
PARAGRAPHS = (Mark(7, 22, "paragraph"), Mark(24, 41, "paragraph"))


def place(*marks: Mark, has_lines: bool = False) -> Place:
    """Where the second paragraph stands, among these marks too."""
    every = tuple(sorted((HEADING, *PARAGRAPHS, *marks), key=lambda mark: (mark.start, -mark.end)))
    return Document("d", "v", "T", "t", TEXT, every, has_lines=has_lines).place(24, 41)


@pytest.mark.parametrize(
    ("label", "marks", "expected"),
    [
        ("nothing else", (), Place(("Tides",), paragraph=2)),
        (
            "a page, and one before",
            (
                Mark(0, 22, "page", "iii", data={"number": 3}),
                Mark(24, 41, "page", "iv", data={"number": 4}),
            ),
            Place(("Tides",), page="iv", page_number=4),
        ),
        (
            "a page without a label",
            (Mark(0, 41, "page", data={"number": 1}),),
            Place(("Tides",), page_number=1),
        ),
        (
            "a page that ended",
            (Mark(0, 24, "page", "x", data={"number": 1}),),
            Place(("Tides",), 2),
        ),
        (
            "the notes of a slide",
            (Mark(0, 41, "slide", data={"number": 9}), Mark(24, 41, "notes")),
            Place(("Tides",), slide=9, notes=True),
        ),
        ("a cell", (Mark(24, 41, "cell", data={"number": 2}),), Place(("Tides",), cell=2)),
        (
            "a moment",
            (Mark(24, 41, "time", "Ada", data={"seconds": 61.5}),),
            Place(("Tides",), time=61.5, speaker="Ada"),
        ),
        ("a chapter", (Mark(0, 41, "chapter", "One"),), Place(("Tides",), 2, chapter="One")),
        (
            "what people cite it by",
            (Mark(24, 41, "reference", "3.1.56"),),
            Place(("Tides",), 2, reference="3.1.56"),
        ),
        (
            "the nearest anchor before",
            (Mark(0, 0, "anchor", "a"), Mark(9, 9, "anchor", "b"), Mark(30, 30, "anchor", "c")),
            Place(("Tides",), 2, anchor="b"),
        ),
    ],
)
def test_a_place_is_made_of_the_marks_around_it(
    label: str, marks: tuple[Mark, ...], expected: Place
) -> None:
    assert place(*marks) == expected


def test_lines_are_counted_where_they_are_the_files_own() -> None:
    assert place(has_lines=True) == Place(("Tides",), paragraph=2, line=5)
