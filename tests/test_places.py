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
    ],
)
def test_a_place_is_told_from_the_outside_in(place: Place, words: str) -> None:
    assert place_words(place) == words
