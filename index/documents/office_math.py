"""Formulas of Office files on one line, as people type them; ECMA-376, part 1, section 22.1."""

from index.documents.raised import raised
from index.documents.xml import Element, attribute, name_of


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
    return _joined(element)


def _joined(element: Element) -> str:
    return "".join(linear(child) for child in element if isinstance(child.tag, str))


def _part(element: Element, name: str) -> str:
    return "".join(linear(child) for child in element if name_of(child) == name)


def _grouped(text: str) -> str:
    """In brackets, unless it is one sign, number or word."""
    return text if text.isalnum() or len(text) < 2 else f"({text})"


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
    "ctrlPr": _nothing,
    "rPr": _nothing,
}
