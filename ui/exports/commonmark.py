r"""Texts as CommonMark that renders as exactly their characters, in GitHub's dialect too.

A sign that could mean something is written as a numeric character reference, which no reader takes
for structure (CommonMark 0.31.2, section 2.5). A backslash would not do everywhere: formulas are
looked for before it is read, and many dialects know it before a few signs only.

A single line end is a hard break, an empty line parts paragraphs, any further line end is a
reference. NUL, half of a surrogate pair, and what some readers take for white space or a line end
though no reference can name it (`\x0b`, `\x1c` to `\x1f`, `\x85`) are written as U+FFFD.

Does not keep a site from making links of the finished text: GitHub makes one of an e-mail address,
and in comments of an @name or the number of an issue, however they are written in the file.
"""

import re
import unicodedata
from urllib.parse import quote as percent_encoded

from index.records import Span
from ui.exports.conversation import UNPAIRED

WRITTEN = {**UNPAIRED, **dict.fromkeys(map(ord, "\0\x0b\x1c\x1d\x1e\x1f\x85"), "\ufffd")}

_MEANINGFUL = re.compile(
    r"""
    [\\`*_{}\[\]<>\#~^|$@&=]
    | [\t\f\r\u2028\u2029]      # white space that readers change or end a line at
    | ^[-+:!(]                  # lists, rules, rows of a table, definitions
    | ^[0-9](?=[0-9]*[.)])      # the number of a list
    | [.:](?=[\w/]) | (?<=[wW]{3})\.  # addresses, :emoji:
    | ^[^\S\n] | [^\S\n]$       # white space that a reader strips
    | ^\ufeff | \ufeff$
    """,
    re.MULTILINE | re.VERBOSE,
)
_PARAGRAPH_END = re.compile(r"(?<=[^\n])\n\n(?=\n*[^\n])")
_HARD_BREAK = re.compile(r"(?<=[^\n])\n(?=[^\n])")


def line(text: str) -> str:
    r"""The text within one line, such as a heading's; a line end renders as a blank.

    >>> line("2 * 3\n# is *six*")
    '2 &#42; 3&#10;&#35; is &#42;six&#42;'
    """
    return "".join(_signs(text.translate(WRITTEN)))


def paragraphs(text: str, *, strong: Span | None = None) -> str:
    r"""The text as paragraphs, `text[strong[0]:strong[1]]` in bold in each that it reaches into.

    >>> paragraphs("- a\nb\n\nc.", strong=(2, 3))
    '&#45; **a**\\\nb\n\nc.'
    """
    text = text.translate(WRITTEN)
    signs = _signs(text)
    for found in _HARD_BREAK.finditer(text):
        signs[found.start()] = "\\\n"
    start = 0
    for end in (*(found.start() for found in _PARAGRAPH_END.finditer(text)), len(text)):
        if strong and max(start, strong[0]) < min(end, strong[1]):
            _embolden(signs, text, max(start, strong[0]), min(end, strong[1]))
        if end < len(text):
            signs[end : end + 2] = ["\n\n", ""]
        start = end + 2
    return "".join(signs)


def block_quote(markdown: str) -> str:
    r"""The Markdown as a block quote.

    >>> block_quote("a\n\nb")
    '> a\n>\n> b'
    """
    return "\n".join(f"> {row}" if row else ">" for row in markdown.split("\n"))


def link(words: str, url: str) -> str:
    """A link with words of our own; what an address needs no sign for is percent-encoded.

    >>> link("Here", "http://[::1]/a_(b)?v=1&char=3,9")
    '[Here](<http://[::1]/a_%28b%29?v=1&amp;char=3,9>)'
    """
    address = percent_encoded(url, safe="/:?#[]@%&=,;+~!").replace("&", "&amp;")
    return f"[{words}](<{address}>)"


def _signs(text: str) -> list[str]:
    """What is written for each character of the text; a reference for every line end."""
    signs = ["&#10;" if character == "\n" else character for character in text]
    for found in _MEANINGFUL.finditer(text):
        signs[found.start()] = _reference(found[0])
    return signs


def _embolden(signs: list[str], text: str, start: int, end: int) -> None:
    """Puts the stars of bold around `text[start:end]`, a part of one paragraph.

    Between a letter and a punctuation mark or blank, stars are stars (CommonMark 0.31.2, section
    6.2). A reference begins and ends with a punctuation mark, and between two such they are not;
    so both neighbours are written as one. Beside a character that none can name, such as a control
    character, there is no bold.
    """
    named: list[int] = []
    for inner, outer in ((start, start - 1), (end - 1, end)):
        if signs[inner] != text[inner] or _is_mark_or_blank(text[inner]):
            named.append(inner)
            if 0 <= outer < len(text) and text[outer] not in " \n":
                named.append(outer)
    if all(_can_be_named(text[position]) for position in named):
        for position in named:
            signs[position] = _reference(text[position])
        signs[start] = f"**{signs[start]}"
        signs[end - 1] = f"{signs[end - 1]}**"


def _is_mark_or_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] in "PSZ"


def _can_be_named(character: str) -> bool:
    """Whether a numeric reference to the character renders as the character."""
    return character in "\t\n\f\r" or unicodedata.category(character) not in {"Cc", "Cn"}


def _reference(character: str) -> str:
    return f"&#{ord(character)};"
