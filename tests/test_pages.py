"""Pages hold whole sections where they can, and leave nothing out."""

from hypothesis import given
from hypothesis import strategies as st

from index.records import Document, Mark
from ui.pages import MOST_ENTRIES, OutlineEntry, outline, page_of, pages_of


def document(*parts: tuple[str, int, int]) -> Document:
    """A text of headings ("#") and paragraphs ("p"), each of so many characters and that level."""
    marks, start = [], 0
    for kind, length, level in parts:
        name = "heading" if kind == "#" else "paragraph"
        marks.append(Mark(start, start + length, name, f"{start}" if kind == "#" else "", level))
        start += length
    return Document("d", "v", "T", "t.md", "x" * start, tuple(marks))


def test_a_short_text_is_one_page() -> None:
    assert pages_of(document(("#", 5, 1), ("p", 10, 0)), most=15) == [(0, 15)]
    assert pages_of(document(), most=15) == [(0, 0)]


def test_sections_stay_whole() -> None:
    text = document(("#", 5, 1), ("p", 10, 0), ("#", 5, 2), ("p", 10, 0), ("#", 5, 1), ("p", 4, 0))
    assert pages_of(text, most=30) == [(0, 30), (30, 39)]
    assert pages_of(text, most=29) == [(0, 15), (15, 39)]
    assert pages_of(text, most=15) == [(0, 15), (15, 30), (30, 39)]


def test_a_long_section_is_cut_before_paragraphs_and_a_long_paragraph_within() -> None:
    text = document(("#", 5, 1), ("p", 10, 0), ("p", 10, 0), ("p", 10, 0))
    assert pages_of(text, most=20) == [(0, 15), (15, 35)]
    assert pages_of(document(("p", 50, 0)), most=20) == [(0, 20), (20, 40), (40, 50)]


PARTS = st.lists(st.tuples(st.sampled_from("#p"), st.integers(1, 40), st.integers(1, 6)))


@given(PARTS, st.integers(1, 60))
def test_pages_follow_each_other_and_are_no_longer_than_asked(
    parts: list[tuple[str, int, int]], most: int
) -> None:
    text = document(*parts)
    pages = pages_of(text, most=most)
    assert [start for start, _ in pages[1:]] == [end for _, end in pages[:-1]]
    assert (pages[0][0], pages[-1][1]) == (0, len(text.text))
    assert all(end - start <= most for start, end in pages)
    for number, (start, end) in enumerate(pages, start=1):
        assert start == end or page_of(start, pages) == page_of(end - 1, pages) == number


def test_the_outline_names_the_page_of_each_heading() -> None:
    text = document(("#", 5, 1), ("p", 10, 0), ("#", 5, 2), ("p", 10, 0))
    assert outline(text, [(0, 15), (15, 30)], page=1) == [
        OutlineEntry("0", 1, 0, 1),
        OutlineEntry("15", 2, 15, 2),
    ]


def test_of_too_many_headings_the_deeper_ones_of_other_pages_are_left_out() -> None:
    chapter = [("#", 1, 1), *[("#", 1, 2)] * MOST_ENTRIES]
    text = document(*chapter, *chapter)
    pages = pages_of(text, most=len(chapter))
    shown = outline(text, pages, page=2)
    assert [entry.start for entry in shown] == [0, *range(len(chapter), 2 * len(chapter))]


def test_no_page_is_before_the_first() -> None:
    assert page_of(0, [(0, 0)]) == 1
