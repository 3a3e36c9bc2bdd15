"""Places in words for people; the other packages keep them as data."""

from index.records import Place


def place_words(
    place: Place, *, page: str = "page", paragraph: str = "paragraph", line: str = "line"
) -> str:
    """Where a quote stands, in words; empty where nothing is known.

    `page`, `paragraph` and `line` are what they are called, in another language for instance.

    >>> place_words(Place(headings=("Tides", "Spring tides"), paragraph=12, line=40))
    'Tides > Spring tides, paragraph 12, line 40'
    >>> place_words(Place(page="iv", line=3), page="S.", line="Zeile")
    'S. iv, Zeile 3'
    """
    parts = [
        " > ".join(place.headings),
        f"{page} {place.page}" if place.page else "",
        f"{paragraph} {place.paragraph}" if place.paragraph else "",
        f"{line} {place.line}" if place.line else "",
    ]
    return ", ".join(part for part in parts if part)
