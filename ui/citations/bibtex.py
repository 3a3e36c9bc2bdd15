"""BibTeX: a citation for programs."""

import re
import unicodedata

from index.records import Document, Place
from ui.citations.parts import (
    ABBREVIATIONS,
    MONTHS,
    address_of,
    date_parts,
    family_and_given,
    listed,
    names_of,
    pinpoint_of,
    title_of,
    under,
)

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
    year, month, day = date_parts(document)
    title, address = title_of(document), address_of(document)
    note = listed([pinpoint_of(place, page="p. ", paragraph="para. "), under(document, place)])
    fields = {
        "author": _braced(" and ".join(map(_bibtex_name, names_of(document)))),
        "title": _braced(_braced(_latex(title))),
        "year": _braced(_latex(year)),
        "month": MONTHS[month][:3].lower(),
        "day": _braced(day),
        "url": _braced(address),
        "note": _braced(_latex(note)),
    }
    lines = [f"  {name} = {value}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(document)},", *lines, "}"])


def _bibtex_name(name: str) -> str:
    """The name, in braces where BibTeX would have to guess which part is the family name."""
    return _latex(name) if family_and_given(name) else _braced(_latex(name))


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
    author = "".join(names_of(document)[:1]).partition(",")[0]
    family = [word for word in _plain_words(author) if word not in ABBREVIATIONS][-1:]
    title = [word for word in _plain_words(title_of(document)) if word not in _SMALL_WORDS][:1]
    year = re.findall(r"[0-9]{4}", date_parts(document)[0])[:1]
    parts = [*family, *year, *title] if family or title else _plain_words(document.id)
    return "".join(parts) or "text"


def _plain_words(text: str) -> list[str]:
    """The words in ASCII and small letters; none of what has no such letters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", plain.lower())
