"""XML of a stranger: no entities of its own, no document from elsewhere, no endless depth."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from index.errors import SourceError

Element = Any  # lxml says nothing about its types


def root_of(data: bytes) -> Element:
    """The outermost element. Raises `SourceError` where the bytes are no XML."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise SourceError(f"is damaged: its XML cannot be read ({error})") from error


def elements(root: Element, name: str) -> Iterator[Element]:
    """The elements of that name below `root`, whatever their namespace, in order.

    >>> [element.text for element in elements(root_of(b"<a xmlns='x'><b>1</b><b>2</b></a>"), "b")]
    ['1', '2']
    """
    yield from root.iter(f"{{*}}{name}")


def name_of(element: Element) -> str:
    """The element's name without its namespace; empty for a comment and the like.

    >>> name_of(root_of(b"<a xmlns='x'/>"))
    'a'
    """
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child_of(element: Element | None, name: str) -> Element | None:
    """The first child of that name; `None` where there is none."""
    children = () if element is None else element
    return next((child for child in children if name_of(child) == name), None)


def children_of(element: Element, *, unread: frozenset[str] = frozenset()) -> Iterator[Element]:
    """The children but the `unread`; of what Office wrote in two forms, those of the first."""
    for child in element:
        name = name_of(child)
        if name == "AlternateContent":
            first = next(iter(child), None)
            if first is not None:
                yield from children_of(first, unread=unread)
        elif name and name not in unread:
            yield child


def attribute(element: Element, name: str) -> str:
    """The attribute of that name, whatever its namespace; empty where there is none.

    >>> attribute(root_of(b"<a xmlns:x='y' x:b='1'/>"), "b")
    '1'
    """
    plain = element.get(name)
    if plain is not None:
        return str(plain)
    ending = f"}}{name}"
    return next((str(said) for key, said in element.items() if key.endswith(ending)), "")


def words_in(element: Element) -> str:
    """All the text within an element."""
    return "".join(element.itertext())
