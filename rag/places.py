"""Places in words for people; the other packages keep them as data."""

from dataclasses import dataclass

from index.records import Place


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """What the parts of a place are called, in one language."""

    page: str = "page"
    slide: str = "slide"
    cell: str = "cell"
    notes: str = "notes"
    time: str = "at"
    paragraph: str = "paragraph"
    line: str = "line"


ENGLISH = PlaceNames()


def place_words(place: Place, names: PlaceNames = ENGLISH) -> str:
    """Where a quote stands, in words; empty where nothing is known.

    What people cite by, such as act, scene and line, needs no paragraph beside it.

    >>> place_words(Place(headings=("Tides", "Spring tides"), paragraph=12, line=40))
    'Tides > Spring tides, paragraph 12, line 40'
    >>> place_words(Place(page="iv", line=3), PlaceNames(page="S.", line="Zeile"))
    'S. iv, Zeile 3'
    >>> place_words(Place(slide=3, notes=True)), place_words(Place(time=3725.2, speaker="Ada"))
    ('slide 3, notes', 'at 1:02:05, Ada')
    """
    counted = {
        names.page: place.page or place.page_number,
        names.slide: place.slide,
        names.cell: place.cell,
        names.time: None if place.time is None else clock(place.time),
    }
    within = {names.paragraph: place.paragraph, names.line: place.line}
    parts = [
        " > ".join(_path(place)),
        *(f"{name} {value}" for name, value in counted.items() if value),
        place.speaker or "",
        place.reference or "",
        names.notes if place.notes else "",
        *(f"{name} {value}" for name, value in within.items() if value and not place.reference),
    ]
    return ", ".join(part for part in parts if part)


def clock(seconds: float) -> str:
    """A moment of a recording as players show it.

    >>> clock(59.9), clock(3600)
    ('0:59', '1:00:00')
    """
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02}:{second:02}" if hour else f"{minute}:{second:02}"


def _path(place: Place) -> list[str]:
    """The headings, the chapter before them where none of them is called so."""
    chapter = [place.chapter] if place.chapter and place.chapter not in place.headings else []
    return [*chapter, *place.headings]
