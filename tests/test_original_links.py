"""Links to originals on the web: a page's words, a recording's second, a page of a PDF."""

from urllib.parse import unquote

import pytest

from index.records import Document, Mark
from tests.test_contract import QUOTE, Shelf, answered
from tests.test_reading import read
from tests.test_render import Page, answer, quote
from ui.addresses import Site
from ui.contract import answer_json
from ui.originals import original_url, text_directive
from ui.reading import Address
from ui.render import answer_bubble

TEXT = (
    "Tides\n\nThe Moon pulls. The Sun pulls too, but less.\n\n• high\n• low, & long\n\n"
    "The Moon pulls."
)
PAGE = "https://a.org/tides?x=1&y=2"


def document(source: str, address: str | None, *marks: Mark) -> Document:
    return Document("tides", "v1", "Tides", source, TEXT, marks, address=address)


def span(words: str, start: int = 0) -> tuple[int, int]:
    start = TEXT.index(words, start)
    return start, start + len(words)


@pytest.mark.parametrize(
    ("label", "place", "directive"),
    [
        ("a sentence", span("The Sun pulls too, but less."), "The Sun pulls too, but less."),
        ("what stands twice, its first", span("The Moon pulls."), "The Moon pulls."),
        (
            "what stands twice, its second",
            span("The Moon pulls.", 40),
            "low, & long-,The Moon pulls.",
        ),
        ("over blocks", span("but less.\n\n• high\n• low"), "but less.,low"),
        ("an item with its sign, which a page has not as text", span("• high"), "high"),
    ],
)
def test_words_are_named_as_a_page_has_them(
    label: str, place: tuple[int, int], directive: str
) -> None:
    assert unquote(text_directive(TEXT, place)) == f":~:text={directive}"


def test_signs_that_mean_something_in_a_fragment_are_encoded() -> None:
    text = "well-known, & “so-called”"
    assert text_directive(text, (0, len(text))) == (
        ":~:text=well%2Dknown%2C%20%26%20%E2%80%9Cso%2Dcalled%E2%80%9D"
    )


def test_many_words_are_named_by_their_ends() -> None:
    text = " ".join(f"word{number}" for number in range(100))
    assert unquote(text_directive(text, (0, len(text)))) == (
        ":~:text=word0 word1 word2 word3 word4 word5,word94 word95 word96 word97 word98 word99"
    )


@pytest.mark.parametrize(
    ("source", "address", "mark", "opened"),
    [
        ("t.html", "https://a.org/#now", None, "https://a.org/#:~:text=The%20Moon%20pulls."),
        ("t.md", PAGE, None, f"{PAGE}#:~:text=The%20Moon%20pulls."),
        ("t.epub", PAGE, None, PAGE),
        ("t.pdf", PAGE, Mark(0, 90, "page", "iv", data={"number": 4}), f"{PAGE}#page=4"),
        ("t.vtt", PAGE, Mark(0, 90, "time", data={"seconds": 62.9}), f"{PAGE}#t=62"),
        (
            "t.srt",
            "https://www.youtube.com/watch?v=a-b&t=9s#x",
            Mark(0, 90, "time", data={"seconds": 62.9}),
            "https://www.youtube.com/watch?v=a-b&t=62",
        ),
        (
            "t.srt",
            "https://notyoutube.com/watch",
            Mark(0, 90, "time", data={"seconds": 1}),
            "https://notyoutube.com/watch#t=1",
        ),
    ],
)
def test_an_original_opens_where_the_quote_stands(
    source: str, address: str, mark: Mark | None, opened: str
) -> None:
    marks = () if mark is None else (mark,)
    assert original_url(document(source, address, *marks), span("The Moon pulls.")) == opened
    assert original_url(document(source, address, *marks)) == address


@pytest.mark.parametrize(
    "address", [None, "", "javascript:alert(1)", "ftp://a.org", "https://", "http://[", "//a.org"]
)
def test_only_an_address_of_the_web_is_linked_to(address: str | None) -> None:
    assert original_url(document("t.html", address), span("Moon")) is None
    assert original_url(document("t.html", address)) is None


def links(page: Page) -> list[dict[str, str | None]]:
    found = [attributes for tag, attributes in page.tags if tag == "a"]
    return [attributes for attributes in found if attributes.get("class") == "pincite-original"]


LINK = {"class": "pincite-original", "target": "_blank", "rel": "noreferrer noopener"}
OPENED = "https://a.org/tides?x=1&y=2#:~:text=The%20Sun%20pulls%20too%2C%20but%20less."


def test_the_reader_and_the_card_lead_to_the_original() -> None:
    source = document("t.html", PAGE, Mark(0, 5, "heading", "Tides", 1))
    sun = "The Sun pulls too, but less."
    start, end = span(sun)
    page = read(Address("tides", "v1", f"{start},{end}"), source)
    assert links(page) == [{**LINK, "href": OPENED}]
    assert "Open the original" in page.text
    assert links(read(Address("tides"), source)) == [{**LINK, "href": PAGE}]
    shown = answer(quotes=(quote(source, sun),))
    card = Page(answer_bubble(shown, {"tides": source}, site=Site(language="de")))
    assert links(card) == [{**LINK, "href": OPENED}]
    assert "Original öffnen" in card.text
    nowhere = document("t.html", None)
    assert links(read(Address("tides"), nowhere)) == []
    assert links(Page(answer_bubble(shown, {"tides": nowhere}, site=Site()))) == []


def test_programs_get_the_original_too() -> None:
    source = Document("tides-1", "v1", "Tides", "t.html", "x" * 25 + QUOTE.text, address=PAGE)
    (found,) = answer_json(answered(), Shelf(source))["quotes"]
    assert found["original"].startswith(f"{PAGE}#:~:text=")
    changed = Document("tides-1", "v2", "Tides", "t.html", "other words", address=PAGE)
    (found,) = answer_json(answered(), Shelf(changed))["quotes"]
    assert found["original"] is None
