"""A course's own colour, so that it can be read: a variant for each theme, and its style sheet.

The page keeps its paper and ink; the colour takes the place of the accent, in which links, the
title and the button that asks are set.
"""

from collections.abc import Sequence

LIGHT_GROUNDS = ("#fbf8f1", "#fffdf8")  # paper and sheet, as `ui/static/book.css` has them
DARK_GROUNDS = ("#1a1714", "#211d19")
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3, level AA


def style_sheet(colour: str) -> str:
    r"""The style sheet that makes a colour "#rrggbb" the accent of our pages.

    >>> style_sheet("#ffd200")
    ':root { --accent: light-dark(#876f00, #ffd200); }\n'
    """
    light = readable(colour, on=LIGHT_GROUNDS)
    dark = readable(colour, on=DARK_GROUNDS)
    return f":root {{ --accent: light-dark({light}, {dark}); }}\n"


def readable(colour: str, *, on: Sequence[str]) -> str:
    """The colour if it can be read on all these grounds, else as near to it as can be.

    It becomes darker on light grounds and lighter on dark ones, in hundredths of the way to black
    or white.

    >>> readable("#8a2b2b", on=LIGHT_GROUNDS), readable("#8a2b2b", on=DARK_GROUNDS)
    ('#8a2b2b', '#b37575')
    """
    end = 0 if luminance(on[0]) > 0.5 else 255
    for hundredths in range(100):
        mixed = _mixed(colour, end, hundredths / 100)
        if all(contrast(mixed, ground) >= READABLE for ground in on):
            return mixed
    return _mixed(colour, end, 1)


def contrast(one: str, other: str) -> float:
    """How well one colour is seen on another, from 1 to 21: WCAG 2.2, "contrast ratio".

    >>> contrast("#ffffff", "#000000")
    21.0
    """
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """How light a colour "#rrggbb" is, from 0 to 1: WCAG 2.2, "relative luminance".

    >>> round(luminance("#ff0000"), 4)
    0.2126
    """
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _mixed(colour: str, end: int, share: float) -> str:
    """The colour on its way to black (0) or white (255)."""
    parts = (round(part + (end - part) * share) for part in _parts(colour))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _parts(colour: str) -> tuple[int, ...]:
    """Red, green and blue, each from 0 to 255."""
    return tuple(bytes.fromhex(colour.removeprefix("#")))
