"""Places looked up by what people cite them by: in a question, and in an address of the reader."""

from collections.abc import Callable

import pytest

from index.library import Library
from rag.ask import Pipeline, ask, open_pipeline
from rag.places import place_words
from rag.settings import Settings
from tests.test_render import Page
from ui.addresses import Site
from ui.reading import Address, reading

PLAY = (
    "Hamlet\n\nACT III\n\nSCENE I. A room.\n\nHAMLET.\nTo be, or not to be,\n"
    "That is the question:\nWhether it is nobler\nTo suffer, or to end it.\n"
)
GENESIS = "Genesis\n\n1:1 In the beginning.\n1:2 Darkness.\n1:3 Light.\n1:4 It was good.\n"
JOHN = "John\n\n1:1 The Word.\n1:2 It was there.\n1:3 All was made.\n1:4 Life.\n"
LAW = (
    "Law\n\n§ 11 Bees hum.\n\n§ 12 Ants walk.\n\n§ 12a Some fly.\n\n"
    "§ 13 Wasps sting.\n\n§ 14 Flies buzz.\n"
)


@pytest.fixture
def library(make_library: Callable[[dict[str, str]], Library]) -> Library:
    return make_library({"hamlet.txt": PLAY, "a.txt": GENESIS, "b.txt": JOHN, "law.txt": LAW})


@pytest.fixture
def pipeline(library: Library) -> Pipeline:
    return open_pipeline(Settings(library=library.path))


@pytest.mark.parametrize(
    ("question", "quotes"),
    [
        ("3.1.2", ["That is the question:"]),
        ("Hamlet, 3.1.2", ["That is the question:"]),
        ("hamlet 3.1.1–2", ["To be, or not to be,\nThat is the question:"]),
        ("1:3", ["1:3 Light.", "1:3 All was made."]),
        ("John 1:3", ["1:3 All was made."]),
        ("John 1:3-4?", ["1:3 All was made.\n1:4 Life."]),
        ("§ 12", ["§ 12 Ants walk."]),
        ("§ 12a", ["§ 12a Some fly."]),
        ("§ 12a-13", ["§ 12a Some fly.\n\n§ 13 Wasps sting."]),
        ("§§ 12-12a", ["§ 12 Ants walk.\n\n§ 12a Some fly."]),
    ],
)
def test_a_question_that_is_a_reference_is_answered_by_its_place(
    pipeline: Pipeline, question: str, quotes: list[str]
) -> None:
    answer = ask(question, pipeline)
    assert answer.status == "answered"
    assert [quote.text for quote in answer.quotes] == quotes
    assert (answer.text, answer.confidence, answer.hits) == (None, None, ())
    assert answer.signature["reader"] == "reference"


def test_the_place_is_what_was_asked_for(pipeline: Pipeline) -> None:
    (quote,) = ask("3.1.2", pipeline).quotes
    assert place_words(quote.place).endswith("3.1.2")
    assert (quote.source, quote.text) == ("hamlet.txt", PLAY[quote.start : quote.end])


@pytest.mark.parametrize("question", ["3.1.99", "Genesis 9:9", "Macbeth 3.1.2", "Who wrote 3.1.2?"])
def test_what_is_no_reference_of_the_texts_is_a_question(pipeline: Pipeline, question: str) -> None:
    assert ask(question, pipeline).signature["reader"] != "reference"


def test_a_reference_is_looked_up_among_the_chosen_texts_and_up_to_the_limit(
    pipeline: Pipeline, library: Library
) -> None:
    (john,) = (row.id for row in library.documents() if row.source == "b.txt")
    assert [quote.source for quote in ask("1:3", pipeline, documents=[john]).quotes] == ["b.txt"]
    assert [quote.source for quote in ask("1:3", pipeline, limit=1).quotes] == ["a.txt"]


def test_the_reader_marks_a_reference(library: Library) -> None:
    (play,) = (row.id for row in library.documents() if row.source == "hamlet.txt")

    def shown(reference: str) -> tuple[int, Page]:
        page = reading(Address(play, reference=reference), library, site=Site())
        return page.status, Page(page.text)

    status, page = shown("3.1.2")
    assert (status, page.within["mark"]) == (200, "That is the question:")
    status, page = shown("3.1.1-2")
    assert page.within["mark"] == "To be, or not to be,\nThat is the question:"
    status, page = shown("9.9.9")
    assert status == 400
    assert "Nothing in this text is cited as 9.9.9." in page.text
