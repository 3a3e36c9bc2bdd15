"""What every style is made of: names, title, date, pinpoint, punctuation that is not doubled."""

import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import quote as percent_encoded

from index.records import Document, Place
from rag.places import clock

MONTHS = [
    "",  # the first month is at 1
    *"January February March April May June".split(),
    *"July August September October November December".split(),
]
_ISO_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_NOT_IN_AN_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f-\x9f{}\\]")
_QUOTED = re.compile(r"“([^“”„]*)”|(?<!\w)\"([^\"]+)\"(?!\w)")
_OPENING_OF = {"”": "“", "’": "‘", '"': '"'}
_STOPS = tuple(".?!…。？！؟۔।")
_UNSEEN = "".join(  # marks of direction and width, which may follow the last sign that is seen
    map(chr, (0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
ABBREVIATIONS = frozenset("al bros co corp dr ed eds esq etc inc jr ltd sr st".split())


def names_of(document: Document) -> list[str]:
    """The authors, each as the document writes it; semicolons stand between them."""
    names = [without_stop(_clean(name)) for name in (document.author or "").split(";")]
    return [name for name in names if name]


def family_and_given(name: str) -> tuple[str, str] | None:
    """The parts of a name of the form "Family, Given"; None where it may be something else.

    >>> family_and_given("von Humboldt, Alexander")
    ('von Humboldt', 'Alexander')
    >>> [family_and_given(name) for name in ("Acme, Inc.", "Jane Doe, PhD", "Jane Doe, Ann Roe")]
    [None, None, None]
    """
    family, _, given = name.partition(", ")
    *particles, last = family.split(" ")
    is_name = last[:1].isupper() and all(particle.islower() for particle in particles)
    is_given = given.istitle() and not re.search(r",|\w\w\.", given)
    words = re.findall(r"\w+", given.casefold())
    if not (is_name and is_given) or {"and", *ABBREVIATIONS} & {*words}:
        return None
    return family, given


def natural_order(name: str) -> str:
    """The name, given name first where it is known which that is.

    >>> natural_order("Darwin, George"), natural_order("Acme, Inc.")
    ('George Darwin', 'Acme, Inc.')
    """
    family, given = family_and_given(name) or ("", name)
    return spaced([given, family])


def title_of(document: Document) -> str:
    """The title; where it is blank, the source."""
    return _clean(document.title) or _clean(document.source)


def date_parts(document: Document) -> tuple[str, int, str]:
    """The year, the month from 1 and the day; a date that is not ISO's stands as the year.

    What there is none of is 0 for the month, else empty.

    >>> [date_parts(Document("d", "v", "", "", "", date=text)) for text in ("1881-08-02", "c. 18")]
    [('1881', 8, '2'), ('c. 18', 0, '')]
    """
    text = without_stop(_clean(document.date))
    parts = _ISO_DATE.fullmatch(text)
    if not parts:
        return text, 0, ""
    year, month, day = parts.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:  # there is no such day
        return text, 0, ""
    return year, int(month or 0), str(int(day)) if day else ""


def address_of(document: Document) -> str:
    r"""The address on the web; signs that no address can hold are percent-encoded.

    >>> address_of(Document("d", "v", "", "", "", address="https://a.org/{b c}?d=50%25&e_f#g"))
    'https://a.org/%7Bb%20c%7D?d=50%25&e_f#g'
    """
    address = (document.address or "").strip()
    return _NOT_IN_AN_ADDRESS.sub(lambda sign: percent_encoded(sign[0], safe=""), address)


def pinpoint_of(place: Place, *, page: str, paragraph: str) -> str:
    """The page, else the finest part that people count in such a text, after the word for it.

    >>> pinpoint_of(Place(paragraph=12, line=40), page="p. ", paragraph="par. ")
    'par. 12'
    >>> pinpoint_of(Place(slide=3, paragraph=12), page="p. ", paragraph="par. ")
    'slide 3'
    """
    printed = without_stop(_clean(place.page)) or place.page_number
    if printed:
        return f"{page}{printed}"
    if place.reference:
        return _clean(place.reference)
    if place.time is not None:
        return clock(place.time)
    for name, number in (("slide", place.slide), ("cell", place.cell)):
        if number:
            return f"{name} {number}"
    if place.paragraph:
        return f"{paragraph}{place.paragraph}"
    return f"line {place.line}" if place.line else ""


def heading_of(document: Document, place: Place) -> str:
    """The innermost heading; empty where a page says enough, or it is the title over again."""
    heading = _clean(place.headings[-1]) if place.headings else ""
    return "" if _clean(place.page) or heading == title_of(document) else heading


def under(document: Document, place: Place) -> str:
    """The innermost heading in words; empty where `heading_of` is."""
    heading = heading_of(document, place)
    return f"under {quoted(heading)}" if heading else ""


def _clean(text: str | None) -> str:
    r"""The text on one line, without blanks around it or a comma, semicolon or colon at its end.

    >>> _clean(" On\n\tTides: ")
    'On Tides'
    """
    return _BREAKS.sub(" ", text or "").strip().rstrip(",;: ")


def without_stop(text: str) -> str:
    """The text without the full stop at its end; that of an abbreviation or ellipsis stays.

    >>> [without_stop(text) for text in ("Of bees.", "Doe, J.", "King Jr.", "And then ...")]
    ['Of bees', 'Doe, J.', 'King Jr.', 'And then ...']
    """
    seen = text.rstrip(_UNSEEN)
    before = seen.removesuffix(".")
    word = re.split(r"\W", before)[-1]
    abbreviation = word.casefold() in ABBREVIATIONS or (len(word) == 1 and word.isalpha())
    return text if abbreviation or before.endswith(".") else before + text[len(seen) :]


def marked(text: str, mark: str) -> str:
    """The text with a full stop or comma at its end, inside the quotation marks that end it.

    A full stop is not added to another or to a question mark, and gives way to a comma.

    >>> marked("“On ‘Tides’”", ","), marked("“Of bees.”", ","), marked("“Why?”", ".")
    ('“On ‘Tides,’”', '“Of bees,”', '“Why?”')
    """
    body = text
    while body[-1:] in _OPENING_OF and _OPENING_OF[body[-1]] in body[:-1]:
        body = body[:-1]
    marks = text[len(body) :]
    body = without_stop(body) if marks else body
    ended = not body or (mark == "." and body.rstrip(_UNSEEN).endswith(_STOPS))
    return f"{body}{'' if ended else mark}{marks}"


def quoted(title: str) -> str:
    """The title in quotation marks; empty where there is none.

    >>> quoted('On "Tides" of 12" Pipes')
    '“On ‘Tides’ of 12" Pipes”'
    """
    return f"“{single_marks(title)}”" if title else ""


def single_marks(title: str) -> str:
    """The title with single for double quotation marks where it stands within such; others stay."""
    return _QUOTED.sub(lambda found: f"‘{found[1] or found[2] or ''}’", title)


def listed(parts: Iterable[str]) -> str:
    """The parts that are not empty, with commas between them."""
    return ", ".join(part for part in parts if part)


def spaced(parts: Iterable[str]) -> str:
    """The parts that are not empty, with blanks between them."""
    return " ".join(part for part in parts if part)
