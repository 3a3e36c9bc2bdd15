"""PowerPoint: slides in order, a slide's title as heading, its notes marked as such.

See ECMA-376, part 1, section 19. Shapes are read in the order of the file, which is the one that
screen readers take. Does not read charts, diagrams and what stands on the master of the slides.
"""

from collections.abc import Iterator

from index.documents.archive import Archive
from index.documents.building import TextBuilder, one_line
from index.documents.office import Package
from index.documents.office_math import linear
from index.documents.parsed import Parsed
from index.documents.raised import raised
from index.documents.xml import Element, attribute, child_of, children_of, elements, name_of
from index.errors import SourceError

_TITLES = frozenset({"title", "ctrTitle"})
_AROUND = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})  # what stands on every slide
_NO_TITLES = frozenset({"PowerPoint Presentation", "PowerPoint-Präsentation", "Presentation"})


def parse(data: bytes) -> Parsed:
    """The text of the slides. Raises `SourceError`."""
    package = Package(Archive(data, kind="PowerPoint"), kind="PowerPoint")
    presentation = package.xml(package.main)
    if presentation is None or name_of(presentation) != "presentation":
        raise SourceError("is no PowerPoint file, or a damaged one: it has no slides")
    text, first = TextBuilder(), None
    for number, name in enumerate(_slides(package, presentation), start=1):
        slide = package.xml(name)
        if slide is not None:
            with text.within("slide", number=number):
                title = _add_slide(slide, text)
                _add_notes(package.xml(package.related(name, "notesSlide")), text)
            first = first or title
    facts = package.facts
    named = facts.pop("title", None)
    return text.parsed(title=first if named in _NO_TITLES else named or first, **facts)


def _slides(package: Package, presentation: Element) -> Iterator[str]:
    """The parts that are slides, in the order they are shown in."""
    parts = package.targets(package.main)
    listed = next(elements(presentation, "sldIdLst"), None)
    for slide in elements(listed, "sldId") if listed is not None else ():
        ids = [said for key, said in slide.items() if key.startswith("{") and key.endswith("}id")]
        yield from (parts[id] for id in ids if id in parts)


def _add_slide(slide: Element, text: TextBuilder) -> str | None:
    """Adds the title, then every other shape; returns the title."""
    shapes = [*_shapes(slide)]
    titles = [shape for shape in shapes if _placeholder(shape) in _TITLES]
    title = " ".join(map(_words_of_all, titles)).strip()
    text.heading(title, 1)
    for shape in shapes:
        if shape not in titles:
            _add_shape(shape, text)
    return title or None


def _add_notes(notes: Element | None, text: TextBuilder) -> None:
    with text.within("notes"):
        for shape in _shapes(notes) if notes is not None else ():
            _add_shape(shape, text)


def _shapes(slide: Element) -> Iterator[Element]:
    """Shapes, and those in groups, without what stands on every slide."""
    for tree in elements(slide, "spTree"):
        yield from _in_group(tree)


def _in_group(group: Element) -> Iterator[Element]:
    for shape in children_of(group):
        if name_of(shape) == "grpSp":
            yield from _in_group(shape)
        elif name_of(shape) in {"sp", "graphicFrame"} and _placeholder(shape) not in _AROUND:
            yield shape


def _placeholder(shape: Element) -> str:
    """What the layout of the slide keeps the shape's place for; empty for a shape of its own."""
    place = next(elements(shape, "ph"), None)
    return "" if place is None else attribute(place, "type") or "body"


def _add_shape(shape: Element, text: TextBuilder) -> None:
    """Adds the rows of a table, or the paragraphs of any other shape."""
    text.loosen()
    for row in elements(shape, "tr"):
        cells = [_words_of_all(cell) for cell in elements(row, "tc")]
        if any(cells):
            text.paragraph(" | ".join(cells), tight=True)
    body = child_of(shape, "txBody")
    for paragraph in elements(body, "p") if body is not None else ():
        text.paragraph(_words(paragraph), tight=True)


def _words_of_all(parent: Element) -> str:
    """The words of all paragraphs in an element, on one line."""
    words = (one_line(_words(paragraph)) for paragraph in elements(parent, "p"))
    return " ".join(part for part in words if part)


def _words(element: Element) -> str:
    """The words of a paragraph."""
    name = name_of(element)
    if name == "t":
        return element.text or ""
    if name == "br":
        return "\n"
    if name in {"oMath", "oMathPara"}:
        return linear(element)
    words = "".join(_words(child) for child in children_of(element))
    properties = child_of(element, "rPr")
    above = properties is not None and attribute(properties, "baseline")
    return raised(words) if above and not above.startswith(("-", "0")) else words
