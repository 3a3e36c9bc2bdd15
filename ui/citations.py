"""A citation of a quote for a reader to copy, in the styles of `CITATION_STYLES`.

MLA (9th edition) and APA (7th) give the entry of the list of works with the pinpoint in it, Chicago
(17th) a full note, BibTeX an entry of type misc. All is made of what the document knows of itself
and of the quote's place: no publisher, no day of access and no initials are made up.

Does not change a title's capitals, shorten a heading or guess at names: a name is put in the other
order only where its form leaves no doubt which part is the family name, else it is left as it is.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import quote as percent_encoded

from index.records import Document, Place

MOST_APA_NAMES = 20  # of more, the first 19 and the last are given (APA 9.8)
MOST_CHICAGO_NAMES = 3  # of more, the first is given (Chicago 14.76)
MONTHS = [
    "",  # the first month is at 1
    *"January February March April May June".split(),
    *"July August September October November December".split(),
]
MLA_MONTHS = ["", *"Jan. Feb. Mar. Apr. May June July Aug. Sept. Oct. Nov. Dec.".split()]

_ISO_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_NOT_IN_AN_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f-\x9f{}\\]")
_PROTOCOL = re.compile(r"https?://(?!(?:dx\.)?doi\.org/)", re.IGNORECASE)
_QUOTED = re.compile(r"“([^“”„]*)”|(?<!\w)\"([^\"]+)\"(?!\w)")
_OPENING_OF = {"”": "“", "’": "‘", '"': '"'}
_STOPS = tuple(".?!…。？！؟۔।")
_UNSEEN = "".join(  # marks of direction and width, which may follow the last sign that is seen
    map(chr, (0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
_ABBREVIATIONS = frozenset("al bros co corp dr ed eds esq etc inc jr ltd sr st".split())
_SMALL_WORDS = frozenset("a an and at for from in of on the to with".split())
_LATEX = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_"},
        "{": r"{\textbraceleft}",  # BibTeX would count the brace of \{ as one that opens
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        "\\": r"{\textbackslash}",
    }
)


def citation(document: Document, place: Place, *, style: str) -> str:
    """The citation of what stands at `place` in `document`, in a style of `CITATION_STYLES`.

    It is one line; from "bibtex" several. Raises `ValueError` where there is no such style.

    >>> document = Document("t", "v", "On Tides", "t.md", "", author="Darwin, George", date="1881")
    >>> citation(document, Place(page="iv"), style="chicago")
    'George Darwin, “On Tides,” 1881, iv.'
    """
    if style not in CITATION_STYLES:
        raise ValueError(f"style is {style!r}; it must be one of {', '.join(CITATION_STYLES)}")
    return CITATION_STYLES[style](document, place)


def mla(document: Document, place: Place) -> str:
    """The entry of the works cited; the pinpoint stands where MLA has page numbers.

    >>> document = Document("t", "v", "On Tides", "t.md", "", date="1881-08-02")
    >>> mla(document, Place(paragraph=12))
    '“On Tides.” 2 Aug. 1881, par. 12.'
    """
    year, month, day = _date(document)
    pinpoint = _pinpoint(place, page="p. ", paragraph="par. ")
    location = [
        _spaced([day, MLA_MONTHS[month], year]),
        pinpoint if year else pinpoint[:1].upper() + pinpoint[1:],
        _PROTOCOL.sub("", _address(document)),
    ]
    parts = [_mla_names(_names(document)), _quoted(_title(document)), _listed(location)]
    return _spaced(_marked(part, ".") for part in parts)


def apa(document: Document, place: Place) -> str:
    """The entry of the references; the pinpoint stands in brackets after the title.

    >>> document = Document("t", "v", "On tides", "t.md", "", author="Darwin, George")
    >>> apa(document, Place(headings=("Springs",), paragraph=12))
    'Darwin, George. (n.d.). On tides (para. 12, “Springs” section).'
    """
    year, month, day = _date(document)
    heading = _heading(document, place)
    section = f"“{_single_marks(heading)}” section" if heading else ""
    pinpoint = _listed([_pinpoint(place, page="p. ", paragraph="para. "), section])
    title = _title(document)
    names = _marked(_apa_names(_names(document)), ".")
    dated = f"({_listed([year or 'n.d.', _spaced([MONTHS[month], day])])})."
    titled = _marked(_spaced([_without_stop(title), f"({pinpoint})"]) if pinpoint else title, ".")
    opening = [names, dated, titled] if names else [titled, dated]
    return _spaced([*opening, _address(document)])


def chicago(document: Document, place: Place) -> str:
    """The full note. A comma also follows a title that ends in a question mark (Chicago 6.125).

    >>> document = Document("t", "v", "Why Tides?", "t.md", "", date="1881-08-02")
    >>> chicago(document, Place(headings=("Springs",), paragraph=12))
    '“Why Tides?,” August 2, 1881, para. 12, under “Springs.”'
    """
    year, month, day = _date(document)
    elements = [
        _chicago_names(_names(document)),
        _quoted(_title(document)),
        _spaced([MONTHS[month], f"{day}," if day else "", year]),
        _pinpoint(place, page="", paragraph="para. "),
        _under(document, place),
        _address(document),
    ]
    *first, last = [element for element in elements if element] or [""]
    return _spaced([*(_marked(element, ",") for element in first), _marked(last, ".")])


def bibtex(document: Document, place: Place) -> str:
    """The entry of type misc, with the pinpoint as its note.

    Braces of their own keep the capitals of a title, and a name as it is where its order is not
    known. In the address alone nothing is escaped: that is what BibTeX's styles expect there.

    >>> document = Document("t", "v", "On Tides", "t.md", "", author="G. Darwin", date="1881-08")
    >>> print(bibtex(document, Place(page="iv")))
    @misc{darwin1881tides,
      author = {{G. Darwin}},
      title = {{On Tides}},
      year = {1881},
      month = aug,
      note = {p. iv},
    }
    """
    year, month, day = _date(document)
    title, address = _title(document), _address(document)
    note = _listed([_pinpoint(place, page="p. ", paragraph="para. "), _under(document, place)])
    fields = {
        "author": _braced(" and ".join(map(_bibtex_name, _names(document)))),
        "title": _braced(_braced(_latex(title))),
        "year": _braced(_latex(year)),
        "month": MONTHS[month][:3].lower(),
        "day": _braced(day),
        "url": _braced(address),
        "note": _braced(_latex(note)),
    }
    lines = [f"  {name} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(document)},", *lines, "}"])


CITATION_STYLES: Mapping[str, Callable[[Document, Place], str]] = {
    "mla": mla,
    "apa": apa,
    "chicago": chicago,
    "bibtex": bibtex,
}


def _names(document: Document) -> list[str]:
    """The authors, each as the document writes it; semicolons stand between them."""
    names = [_without_stop(_clean(name)) for name in (document.author or "").split(";")]
    return [name for name in names if name]


def _family_and_given(name: str) -> tuple[str, str] | None:
    """The parts of a name of the form "Family, Given"; None where it may be something else.

    >>> _family_and_given("von Humboldt, Alexander")
    ('von Humboldt', 'Alexander')
    >>> [_family_and_given(name) for name in ("Acme, Inc.", "Jane Doe, PhD", "Jane Doe, Ann Roe")]
    [None, None, None]
    """
    family, _, given = name.partition(", ")
    *particles, last = family.split(" ")
    is_name = last[:1].isupper() and all(particle.islower() for particle in particles)
    is_given = given.istitle() and not re.search(r",|\w\w\.", given)
    words = re.findall(r"\w+", given.casefold())
    if not (is_name and is_given) or {"and", *_ABBREVIATIONS} & {*words}:
        return None
    return family, given


def _natural(name: str) -> str:
    """The name, given name first where it is known which that is.

    >>> _natural("Darwin, George"), _natural("Acme, Inc.")
    ('George Darwin', 'Acme, Inc.')
    """
    family, given = _family_and_given(name) or ("", name)
    return _spaced([given, family])


def _mla_names(names: Sequence[str]) -> str:
    """The names as MLA has them; a comma parts the first from the next where it holds one.

    >>> _mla_names(["Darwin, George", "Doe, Ann"]), _mla_names(["Plato", "Doe, Ann", "Roe, Jo"])
    ('Darwin, George, and Ann Doe', 'Plato et al.')
    """
    if len(names) < 2:
        return "".join(names)
    comma = "," if "," in names[0] else ""
    others = f"and {_natural(names[1])}" if len(names) == 2 else "et al."
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
    natural = [_natural(name) for name in names]
    if len(natural) > MOST_CHICAGO_NAMES:
        return f"{natural[0]} et al."
    if len(natural) == 3:
        return f"{natural[0]}, {natural[1]}, and {natural[2]}"
    return " and ".join(natural)


def _bibtex_name(name: str) -> str:
    """The name, in braces where BibTeX would have to guess which part is the family name."""
    return _latex(name) if _family_and_given(name) else _braced(_latex(name))


def _title(document: Document) -> str:
    """The title; where it is blank, the source."""
    return _clean(document.title) or _clean(document.source)


def _date(document: Document) -> tuple[str, int, str]:
    """The year, the month from 1 and the day; a date that is not ISO's stands as the year.

    What there is none of is 0 for the month, else empty.

    >>> [_date(Document("d", "v", "", "", "", date=text)) for text in ("1881-08-02", "c. 1881")]
    [('1881', 8, '2'), ('c. 1881', 0, '')]
    """
    text = _without_stop(_clean(document.date))
    parts = _ISO_DATE.fullmatch(text)
    if not parts:
        return text, 0, ""
    year, month, day = parts.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:  # there is no such day
        return text, 0, ""
    return year, int(month or 0), str(int(day)) if day else ""


def _address(document: Document) -> str:
    r"""The address on the web; signs that no address can hold are percent-encoded.

    >>> _address(Document("d", "v", "", "", "", address="https://a.org/{b c}?d=50%25&e_f#g"))
    'https://a.org/%7Bb%20c%7D?d=50%25&e_f#g'
    """
    address = (document.address or "").strip()
    return _NOT_IN_AN_ADDRESS.sub(lambda sign: percent_encoded(sign[0], safe=""), address)


def _pinpoint(place: Place, *, page: str, paragraph: str) -> str:
    """The page, else the paragraph, else the line, after the word for it.

    >>> _pinpoint(Place(paragraph=12, line=40), page="p. ", paragraph="par. ")
    'par. 12'
    """
    printed = _without_stop(_clean(place.page))
    if printed:
        return f"{page}{printed}"
    if place.paragraph:
        return f"{paragraph}{place.paragraph}"
    return f"line {place.line}" if place.line else ""


def _heading(document: Document, place: Place) -> str:
    """The innermost heading; empty where a page says enough, or it is the title over again."""
    heading = _clean(place.headings[-1]) if place.headings else ""
    return "" if _clean(place.page) or heading == _title(document) else heading


def _under(document: Document, place: Place) -> str:
    heading = _heading(document, place)
    return f"under {_quoted(heading)}" if heading else ""


def _clean(text: str | None) -> str:
    r"""The text on one line, without blanks around it or a comma, semicolon or colon at its end.

    >>> _clean(" On\n\tTides: ")
    'On Tides'
    """
    return _BREAKS.sub(" ", text or "").strip().rstrip(",;: ")


def _without_stop(text: str) -> str:
    """The text without the full stop at its end; that of an abbreviation or ellipsis stays.

    >>> [_without_stop(text) for text in ("Of bees.", "Doe, J.", "King Jr.", "And then ...")]
    ['Of bees', 'Doe, J.', 'King Jr.', 'And then ...']
    """
    seen = text.rstrip(_UNSEEN)
    before = seen.removesuffix(".")
    word = re.split(r"\W", before)[-1]
    abbreviation = word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())
    return text if abbreviation or before.endswith(".") else before + text[len(seen) :]


def _marked(text: str, mark: str) -> str:
    """The text with a full stop or comma at its end, inside the quotation marks that end it.

    A full stop is not added to another or to a question mark, and gives way to a comma.

    >>> _marked("“On ‘Tides’”", ","), _marked("“Of bees.”", ","), _marked("“Why?”", ".")
    ('“On ‘Tides,’”', '“Of bees,”', '“Why?”')
    """
    body = text
    while body[-1:] in _OPENING_OF and _OPENING_OF[body[-1]] in body[:-1]:
        body = body[:-1]
    marks = text[len(body) :]
    body = _without_stop(body) if marks else body
    ended = not body or (mark == "." and body.rstrip(_UNSEEN).endswith(_STOPS))
    return f"{body}{'' if ended else mark}{marks}"


def _quoted(title: str) -> str:
    """The title in quotation marks; empty where there is none.

    >>> _quoted('On "Tides" of 12" Pipes')
    '“On ‘Tides’ of 12" Pipes”'
    """
    return f"“{_single_marks(title)}”" if title else ""


def _single_marks(title: str) -> str:
    """The title with single for double quotation marks where it stands within such; others stay."""
    return _QUOTED.sub(lambda found: f"‘{found[1] or found[2] or ''}’", title)


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


def _spaced(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)


def _latex(text: str) -> str:
    r"""The text with LaTeX's own signs escaped; every brace that opens is closed.

    >>> print(_latex("R&D {50%}"))
    R\&D {\textbraceleft}50\%{\textbraceright}
    """
    return text.translate(_LATEX)


def _braced(value: str) -> str:
    """The value in braces; empty where it is."""
    return f"{{{value}}}" if value else ""


def _key(document: Document) -> str:
    """The key of a BibTeX entry: what seems the family name, the year, a word of the title.

    Where none of it has a letter of ASCII, the document's id is the key.

    >>> _key(Document("t", "v", "The Éclair", "t.md", "", author="Zoë Brontë; X", date="May 1881"))
    'bronte1881eclair'
    """
    author = "".join(_names(document)[:1]).partition(",")[0]
    family = [word for word in _plain_words(author) if word not in _ABBREVIATIONS][-1:]
    title = [word for word in _plain_words(_title(document)) if word not in _SMALL_WORDS][:1]
    year = re.findall(r"[0-9]{4}", _date(document)[0])[:1]
    parts = [*family, *year, *title] if family or title else _plain_words(document.id)
    return "".join(parts) or "text"


def _plain_words(text: str) -> list[str]:
    """The words in ASCII and small letters; none of what has no such letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", plain.lower())
