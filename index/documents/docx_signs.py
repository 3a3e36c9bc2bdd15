"""Signs that Word names by a font and a place in it: Insert > Symbol.

See ECMA-376, part 1, section 17.3.3.30. The font Symbol is known whole, as Unicode's table of
Adobe's encoding has it; of Wingdings ticks, arrows and bullets; of other fonts of pictures nothing.
"""

import re

UNKNOWN = "\ufffd"

_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{2,4}")
_IN_FONT = range(0xF000, 0xF100)  # where Unicode keeps room for the places of such fonts
_PICTURES = re.compile(r"dings|mt extra", re.IGNORECASE)
_SYMBOL = {
    0x20: " !∀#∃%&∋()∗+,−./0123456789:;<=>?",
    0x40: "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    0x60: "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼",
    0xA0: "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵",
    0xC0: "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    0xE0: "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪",
    0xF1: "〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
}
_WINGDINGS = {
    0x4A: "☺",
    0x4C: "☹",
    0x6C: "●",
    0x6E: "■□",
    0x71: "❑❒",
    0x75: "◆❖",
    0x9F: "•",
    0xA7: "▪◻",
    0xD8: "➢",
    0xDF: "←→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩",
    0xFB: "✗✔☒☑",
}


def sign_of(font: str, place: str) -> str:
    """The sign at a place of a font, in hexadecimal figures; U+FFFD where nobody knows it.

    >>> sign_of("Symbol", "F06D"), sign_of("Wingdings", "F0FC"), sign_of("Arial", "00E9")
    ('μ', '✔', 'é')
    """
    if not _HEXADECIMAL.fullmatch(place):
        return UNKNOWN
    code = int(place, 16)
    signs = _FONTS.get(font.lower())
    if signs is not None:
        return signs.get(code - _IN_FONT.start if code in _IN_FONT else code, UNKNOWN)
    return chr(code) if chr(code).isprintable() and not _PICTURES.search(font) else UNKNOWN


def _by_place(runs: dict[int, str]) -> dict[int, str]:
    """Each sign by its place, of runs by where they begin."""
    return {first + n: sign for first, signs in runs.items() for n, sign in enumerate(signs)}


_FONTS = {"symbol": _by_place(_SYMBOL), "wingdings": _by_place(_WINGDINGS)}
