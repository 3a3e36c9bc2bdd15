"""Formulas of Office files on one line, as people type them; ECMA-376, part 1, section 22.1."""

import re
from collections.abc import Iterable

from index.documents.raised import raised
from index.documents.xml import Element, attribute, name_of

_ACCENT = r"\u0300-\u036f\u20d0-\u20ff"
_ACCENTS = re.compile(f"[{_ACCENT}]")
_ENDS = re.compile(rf"[\w)\]{_ACCENT}]\Z")
_BEGINS = re.compile(r"[\w(\[√]")
_HAT, _LINE_ABOVE, _LINE_BELOW = "\u0302", "\u0305", "\u0332"  # on the character before


def linear(element: Element) -> str:
    """The formula in the element, on one line.

    >>> from index.documents.xml import root_of
    >>> space = "xmlns:m='http://schemas.openxmlformats.org/officeDocument/2006/math'"
    >>> fraction = "<m:f><m:num><m:t>a+b</m:t></m:num><m:den><m:t>2</m:t></m:den></m:f>"
    >>> linear(root_of(f"<m:oMath {space}>{fraction}</m:oMath>".encode()))
    '(a+b)/2'
    """
    name = name_of(element)
    if name == "t":
        return element.text or ""
    if name in _FORMS:
        return _FORMS[name](element)
    return _joined(child for child in element if name_of(child))


def _joined(elements: Iterable[Element]) -> str:
    """Formulas after each other; a blank keeps a function's name and argument to themselves."""
    words, was_apart = [""], False
    for element in elements:
        said, is_apart = linear(element), name_of(element) in _APART
        if (is_apart or was_apart) and _ENDS.search(words[-1]) and _BEGINS.match(said):
            words.append(" ")
        words.append(said)
        was_apart = is_apart
    return "".join(words)


def _part(element: Element, name: str) -> str:
    return _joined(child for child in element if name_of(child) == name)


def _grouped(text: str) -> str:
    """In brackets, unless it is one sign, number or word."""
    bare = _ACCENTS.sub("", text)
    return text if bare.isalnum() or len(bare) < 2 else f"({text})"


def _fraction(element: Element) -> str:
    return f"{_grouped(_part(element, 'num'))}/{_grouped(_part(element, 'den'))}"


def _above(element: Element) -> str:
    return f"{_grouped(_part(element, 'e'))}{_below_and_above(element)}"


def _below_and_above(element: Element) -> str:
    sub, sup = _part(element, "sub"), _part(element, "sup")
    below = f"_{_grouped(sub)}" if sub else ""
    above = raised(sup) if sup else ""
    return below + (f"^{above}" if above.isalpha() and above.isascii() else above)


def _root(element: Element) -> str:
    return f"{raised(_part(element, 'deg'))}√{_grouped(_part(element, 'e'))}"


def _sum(element: Element) -> str:
    sign = _property(element, "chr") or "∫"
    return f"{sign}{_below_and_above(element)} {_part(element, 'e')}"


def _brackets(element: Element) -> str:
    inner = [linear(child) for child in element if name_of(child) == "e"]
    opening, closing = _property(element, "begChr"), _property(element, "endChr")
    between = _property(element, "sepChr") or "|"
    left, right = "(" if opening is None else opening, ")" if closing is None else closing
    return f"{left}{between.join(inner)}{right}"


def _matrix(element: Element) -> str:
    rows = [
        ", ".join(linear(cell) for cell in row if name_of(cell) == "e")
        for row in element
        if name_of(row) == "mr"
    ]
    return f"[{'; '.join(rows)}]"


def _rows(rows: Iterable[str]) -> str:
    return "; ".join(row for row in map(str.strip, rows) if row)


def _equations(element: Element) -> str:
    return _rows(linear(each) for each in element if name_of(each) == "oMath")


def _array(element: Element) -> str:
    return _rows(_unaligned(linear(row)) for row in element if name_of(row) == "e")


def _unaligned(row: str) -> str:
    """The row without the signs that align it with others: each second parts what it stands in."""
    parts = row.split("&")
    return parts[0] + "".join(" " * (number % 2) + part for number, part in enumerate(parts[1:]))


def _accent(element: Element) -> str:
    sign = _property(element, "chr")
    return _marked(element, _HAT if sign is None else sign)


def _bar(element: Element) -> str:
    return _marked(element, _LINE_ABOVE if _property(element, "pos") == "top" else _LINE_BELOW)


def _marked(element: Element, sign: str) -> str:
    """The letter with a sign that belongs to it; more than one in brackets."""
    words = _part(element, "e")
    if len(words) > 1:
        words = f"({words})"
    return words and f"{words}{sign}"


def _lower_limit(element: Element) -> str:
    return f"{_grouped(_part(element, 'e'))}_{_grouped(_part(element, 'lim'))}"


def _upper_limit(element: Element) -> str:
    return f"{_grouped(_part(element, 'e'))}^{_grouped(_part(element, 'lim'))}"


def _function(element: Element) -> str:
    return f"{_part(element, 'fName').strip()} {_part(element, 'e').strip()}".strip()


def _before(element: Element) -> str:
    return f"{_below_and_above(element)}{_part(element, 'e')}"


def _nothing(element: Element) -> str:
    return ""


def _property(element: Element, name: str) -> str | None:
    """A sign that the element's properties name; `None` where they do not."""
    for child in element.iter():
        if name_of(child) == name:
            return attribute(child, "val")
        if name_of(child) == "e":
            return None
    return None


_FORMS = {
    "f": _fraction,
    "sSub": _above,
    "sSup": _above,
    "sSubSup": _above,
    "rad": _root,
    "nary": _sum,
    "d": _brackets,
    "m": _matrix,
    "eqArr": _array,
    "oMathPara": _equations,
    "acc": _accent,
    "bar": _bar,
    "limLow": _lower_limit,
    "limUpp": _upper_limit,
    "func": _function,
    "sPre": _before,
    "ctrlPr": _nothing,
    "rPr": _nothing,
}
_APART = frozenset({"func", "limLow", "limUpp", "sPre"})
