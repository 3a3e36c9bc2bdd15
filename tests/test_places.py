"""Places in words."""

import pytest

from index.records import Place
from rag.places import place_words


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(), ""),
        (Place(headings=("A",)), "A"),
        (Place(headings=("A", "B"), paragraph=2, line=7), "A > B, paragraph 2, line 7"),
        (Place(page="xii", paragraph=1), "page xii, paragraph 1"),
        (Place(line=1), "line 1"),
        (Place(page_number=7), "page 7"),
        (Place(page="5", page_number=7), "page 5"),
        (Place(chapter="One", headings=("A",), paragraph=1), "One > A, paragraph 1"),
        (Place(chapter="A", headings=("A", "B")), "A > B"),
        (Place(headings=("A",), slide=3), "A, slide 3"),
        (Place(headings=("A",), slide=3, notes=True), "A, slide 3, notes"),
        (Place(headings=("A",), cell=12), "A, cell 12"),
        (Place(time=0.0), "at 0:00"),
        (Place(time=754.9, speaker="Ada"), "at 12:34, Ada"),
        (Place(time=36_061.0), "at 10:01:01"),
        (Place(headings=("Act 3",), reference="3.1.56", paragraph=4, line=9), "Act 3, 3.1.56"),
        (Place(headings=("A",), anchor="x", paragraph=2), "A, paragraph 2"),
    ],
)
def test_a_place_is_told_from_the_outside_in(place: Place, words: str) -> None:
    assert place_words(place) == words
