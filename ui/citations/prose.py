"""MLA, APA and Chicago: citations that are read."""

import re
from collections.abc import Sequence

from index.records import Document, Place
from ui.citations.parts import (
    MONTHS,
    address_of,
    date_parts,
    heading_of,
    listed,
    marked,
    names_of,
    natural_order,
    pinpoint_of,
    quoted,
    single_marks,
    spaced,
    title_of,
    under,
    without_stop,
)

MOST_APA_NAMES = 20  # of more, the first 19 and the last are given (APA 9.8)
MOST_CHICAGO_NAMES = 3  # of more, the first is given (Chicago 14.76)
MLA_MONTHS = ["", *"Jan. Feb. Mar. Apr. May June July Aug. Sept. Oct. Nov. Dec.".split()]
_PROTOCOL = re.compile(r"https?://(?!(?:dx\.)?doi\.org/)", re.IGNORECASE)


def mla(document: Document, place: Place) -> str:
    """The entry of the works cited; the pinpoint stands where MLA has page numbers.

    >>> document = Document("t", "v", "On Tides", "t.md", "", date="1881-08-02")
    >>> mla(document, Place(paragraph=12))
    '“On Tides.” 2 Aug. 1881, par. 12.'
    """
    year, month, day = date_parts(document)
    pinpoint = pinpoint_of(place, page="p. ", paragraph="par. ")
    location = [
        spaced([day, MLA_MONTHS[month], year]),
        pinpoint if year else pinpoint[:1].upper() + pinpoint[1:],
        _PROTOCOL.sub("", address_of(document)),
    ]
    parts = [_mla_names(names_of(document)), quoted(title_of(document)), listed(location)]
    return spaced(marked(part, ".") for part in parts)


def apa(document: Document, place: Place) -> str:
    """The entry of the references; the pinpoint stands in brackets after the title.

    >>> document = Document("t", "v", "On tides", "t.md", "", author="Darwin, George")
    >>> apa(document, Place(headings=("Springs",), paragraph=12))
    'Darwin, George. (n.d.). On tides (para. 12, “Springs” section).'
    """
    year, month, day = date_parts(document)
    heading = heading_of(document, place)
    section = f"“{single_marks(heading)}” section" if heading else ""
    pinpoint = listed([pinpoint_of(place, page="p. ", paragraph="para. "), section])
    title = title_of(document)
    names = marked(_apa_names(names_of(document)), ".")
    dated = f"({listed([year or 'n.d.', spaced([MONTHS[month], day])])})."
    titled = marked(spaced([without_stop(title), f"({pinpoint})"]) if pinpoint else title, ".")
    opening = [names, dated, titled] if names else [titled, dated]
    return spaced([*opening, address_of(document)])


def chicago(document: Document, place: Place) -> str:
    """The full note. A comma also follows a title that ends in a question mark (Chicago 6.125).

    >>> document = Document("t", "v", "Why Tides?", "t.md", "", date="1881-08-02")
    >>> chicago(document, Place(headings=("Springs",), paragraph=12))
    '“Why Tides?,” August 2, 1881, para. 12, under “Springs.”'
    """
    year, month, day = date_parts(document)
    elements = [
        _chicago_names(names_of(document)),
        quoted(title_of(document)),
        spaced([MONTHS[month], f"{day}," if day else "", year]),
        pinpoint_of(place, page="", paragraph="para. "),
        under(document, place),
        address_of(document),
    ]
    *first, last = [element for element in elements if element] or [""]
    return spaced([*(marked(element, ",") for element in first), marked(last, ".")])


def _mla_names(names: Sequence[str]) -> str:
    """The names as MLA has them; a comma parts the first from the next where it holds one.

    >>> _mla_names(["Darwin, George", "Doe, Ann"]), _mla_names(["Plato", "Doe, Ann", "Roe, Jo"])
    ('Darwin, George, and Ann Doe', 'Plato et al.')
    """
    if len(names) < 2:
        return "".join(names)
    comma = "," if "," in names[0] else ""
    others = f"and {natural_order(names[1])}" if len(names) == 2 else "et al."
    return f"{names[0]}{comma} {others}"


def _apa_names(names: Sequence[str]) -> str:
    """The names as APA has them, given names unshortened.

    >>> _apa_names(["Darwin, George", "Doe, Ann"])
    'Darwin, George, & Doe, Ann'
    """
    if len(names) < 2:
        return "".join(names)
    if len(names) > MOST_APA_NAMES:
        return ", ".join([*names[: MOST_APA_NAMES - 1], f". . . {names[-1]}"])
    return ", ".join([*names[:-1], f"& {names[-1]}"])


def _chicago_names(names: Sequence[str]) -> str:
    """The names as a note of Chicago's has them.

    >>> _chicago_names(["Darwin, George", "Doe, Ann", "Plato"])
    'George Darwin, Ann Doe, and Plato'
    """
    natural = [natural_order(name) for name in names]
    if len(natural) > MOST_CHICAGO_NAMES:
        return f"{natural[0]} et al."
    if len(natural) == 3:
        return f"{natural[0]}, {natural[1]}, and {natural[2]}"
    return " and ".join(natural)
