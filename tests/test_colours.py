"""A course's colour can be read in both themes, whatever it is."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.colours import DARK_GROUNDS, LIGHT_GROUNDS, READABLE, contrast, readable, style_sheet

BOOK = Path(__file__).parent.parent / "ui" / "static" / "book.css"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),  # the grey that famously fails
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_any_colour_is_made_readable(colour: str) -> None:
    for grounds in (LIGHT_GROUNDS, DARK_GROUNDS):
        made = readable(colour, on=grounds)
        assert min(contrast(made, ground) for ground in grounds) >= READABLE
        already = min(contrast(colour, ground) for ground in grounds) >= READABLE
        assert (made == colour) == already


def test_the_grounds_are_those_of_the_pages() -> None:
    book = BOOK.read_text("utf-8")
    for name, light, dark in zip(("paper", "sheet"), LIGHT_GROUNDS, DARK_GROUNDS, strict=True):
        assert f"--{name}: light-dark({light}, {dark});" in book


def test_the_style_sheet_is_one_rule_of_two_colours() -> None:
    assert re.fullmatch(
        r":root { --accent: light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\); }\n", style_sheet("#808080")
    )
