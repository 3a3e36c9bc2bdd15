"""The reader's pages: the whole text, exactly the characters of an address marked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from index.errors import LibraryDamagedError, LibraryError
from index.layout import Sheet
from index.library import Library
from index.records import Document, Mark
from tests.test_render import HOSTILE, MARKS, TEXT, Page
from ui.addresses import Site, Target, reader_url
from ui.citing import citing
from ui.pages import MOST_CHARACTERS
from ui.reading import Address, Html, reading

SITE = Site()


class Shelf:
    """A library of one document, and of its former texts by version."""

    def __init__(self, document: Document, **former: str) -> None:
        self._document = document
        self._former = former

    @contextmanager
    def snapshot(self) -> Iterator["Shelf"]:
        yield self

    def document(self, document_id: str) -> Document:
        if document_id != self._document.id:
            raise LibraryError("no such document")
        return self._document

    def sheets(self, document_id: str) -> tuple[Sheet, ...]:
        return ()

    def former_text(self, document_id: str, version: str) -> str | None:
        if version == "broken":
            raise LibraryDamagedError("the text is damaged")
        return self._former.get(version)


def document(
    text: str = TEXT, marks: tuple[Mark, ...] = MARKS, title: str = "Tides", **known: str
) -> Document:
    return Document("tides", "v2", title, "tides.md", text, marks, language="en", **known)


def read(address: Address, source: Document | None = None, **former: str) -> Page:
    html = shown(reading, address, source, **former)
    assert html.status == 200
    return Page(html.text)


def shown(
    page: Any,
    address: Address,
    source: Document | None = None,
    *,
    site: Site = SITE,
    **former: str,
) -> Html:
    shelf = Shelf(source or document(), **former)
    return cast(Html, page(address, cast(Library, shelf), site=site))


def test_it_holds_the_whole_text_and_marks_the_span() -> None:
    page = read(Address("tides", "v2", "13,40"))
    assert page.within["mark"] == TEXT[13:40]
    assert [attributes for tag, attributes in page.tags if tag == "mark"] == [{"id": "quote"}]
    assert page.within["article"] == TEXT
    assert page.within["h1"].strip() == "# Tides"
    assert page.within["h2"].strip().startswith("## Moon")


def test_the_short_answer_is_marked_within_its_sentence() -> None:
    page = read(Address("tides", "v2", "9,40", "18,23"))
    assert page.within["mark"] == TEXT[9:40]
    marks = [attributes for tag, attributes in page.tags if tag == "mark"]
    assert marks == [{"id": "quote"}, {"class": "pincite-answer"}, {}]


def test_an_answer_outside_of_its_quote_is_not_marked() -> None:
    page = read(Address("tides", "v2", "9,24", "30,40"))
    assert page.within["mark"] == TEXT[9:24]
    assert [attributes for tag, attributes in page.tags if tag == "mark"] == [{"id": "quote"}]


def test_a_span_over_two_paragraphs_has_one_anchor() -> None:
    page = read(Address("tides", "v2", "30,45"))
    assert page.within["mark"] == TEXT[30:45]
    assert [a.get("id") for tag, a in page.tags if tag == "mark"] == ["quote", None]


def test_without_a_span_nothing_is_marked() -> None:
    page = read(Address("tides"))
    assert "mark" not in page.within
    assert "To the quote" not in page.text


def test_the_outline_leads_to_the_headings() -> None:
    page = read(Address("tides"))
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert {"at-0", "at-60", "paragraph-1", "paragraph-3"} <= ids
    assert [link for link in page.links() if link and link[:4] == "#at-"] == ["#at-0", "#at-60"]


def test_a_long_text_comes_in_pages_and_the_page_of_the_quote_is_shown() -> None:
    long = "x" * (MOST_CHARACTERS - 9)
    text = f"# One\n\n{long}\n\n# Two\n\nthe end"
    start = text.index("# Two")
    marks = (
        Mark(0, 5, "heading", "One", 1),
        Mark(7, 7 + len(long), "paragraph"),
        Mark(start, start + 5, "heading", "Two", 1),
        Mark(start + 7, len(text), "paragraph"),
    )
    source = document(text, marks)
    page = read(Address("tides", "v2", f"{start + 11},{start + 14}"), source)
    assert page.within["mark"] == "end"
    assert page.within["article"] == "# Two\n\nthe end"
    assert "Page 2 of 2" in page.text
    first = read(Address("tides", page="1"), source)
    assert first.within["article"].startswith("# One")
    assert "/c/default/read/tides?v=v2&page=2" in first.links()
    for odd in ("0", "9", "x", "-1", "²", "1" * 50, "0000000012", "000000001" + "0" * 5_000):
        assert read(Address("tides", page=odd), source).within["article"].startswith("# One")


def test_five_megabytes_are_open_at_any_place() -> None:
    section = "# Tides\n\n" + "The Moon pulls, and the sea follows; nobody waits. " * 10 + "\n\n"
    text = section * (5_000_000 // len(section) + 1)
    marks = [
        mark
        for start in range(0, len(text), len(section))
        for mark in (
            Mark(start, start + 7, "heading", "Tides", 1),
            Mark(start + 9, start + len(section) - 3, "paragraph"),
        )
    ]
    source = document(text, tuple(marks))
    for start in (9, len(text) // len(section) // 2 * len(section) + 9, len(text) - 60):
        html = shown(reading, Address("tides", "v2", f"{start},{start + 30}"), source)
        assert re.findall("<mark[^>]*>([^<]*)<", html.text) == [text[start : start + 30]]


def test_the_quotes_of_an_answer_lead_to_each_other() -> None:
    trail = [Target("tides", "v2", (9, 24)), Target("moon", "v9", (0, 5)), Target("x", "v", (1, 2))]
    (text,) = parse_qs(urlsplit(reader_url(trail[0], site=SITE, trail=trail)).query)["trail"]
    page = read(Address("tides", "v2", "9,24", trail=text))
    assert "Quote 1 of 3" in page.text
    assert "Previous quote" not in page.text
    assert reader_url(trail[1], site=SITE, trail=trail) in page.links()
    assert "Quote" not in read(Address("tides", "v2", "25,40", trail=text)).text


FORMER = "The tide\nrises. It falls again.\n\nThe Sun shines."


@pytest.mark.parametrize(
    ("label", "words", "stands"),
    [
        ("stands elsewhere", "It falls again.", (25, 40)),
        ("with another break of line", "The tide\nrises.", (9, 24)),
        ("gone", "The Sun shines.", None),
    ],
)
def test_a_link_to_a_former_text_leads_to_where_its_words_stand(
    label: str, words: str, stands: tuple[int, int] | None
) -> None:
    start = FORMER.index(words)
    page = read(Address("tides", "v1", f"{start},{start + len(words)}"), v1=FORMER)
    assert "This text was changed since the link to it was made" in page.text
    assert "mark" not in page.within
    if stands:
        assert reader_url(Target("tides", "v2", stands), site=SITE) in page.links()
        assert TEXT[slice(*stands)] == words
    else:
        assert page.within["blockquote"] == words
        assert "no longer stand" in page.text


@pytest.mark.parametrize("version", ["unknown", "broken"])
def test_of_a_text_that_was_not_kept_it_is_only_said_that_it_changed(version: str) -> None:
    page = read(Address("tides", version, "0,9999"))
    assert "This text was changed since the link to it was made" in page.text
    assert "mark" not in page.within
    assert "blockquote" not in page.within


@pytest.mark.parametrize("page", [reading, citing])
def test_what_is_not_there_is_said(page: Any) -> None:
    assert shown(page, Address("moon")).status == 404
    wrong = shown(page, Address("tides", "v2", "0,<b>"))
    assert wrong.status == 400
    assert "0,<b>" in Page(wrong.text).text
    assert "b" not in {tag for tag, _ in Page(wrong.text).tags}


def test_a_place_is_cited_in_every_style() -> None:
    source = document(author="Darwin, George", date="1881")
    page = Page(shown(citing, Address("tides", "v2", "25,40"), source).text)
    assert page.within["blockquote"] == "It falls again."
    assert "Darwin, George. “Tides.” 1881, par. 1." in page.text
    assert [name for name in ("MLA", "APA", "Chicago", "BibTeX") if name in page.within["h2"]] == [
        "MLA",
        "APA",
        "Chicago",
        "BibTeX",
    ]
    assert "/c/default/read/tides?v=v2&char=25,40#quote" in page.links()


def test_a_document_is_cited_as_a_whole_and_a_former_text_is_not() -> None:
    page = Page(shown(citing, Address("tides")).text)
    assert "“Tides.”" in page.text
    assert "blockquote" not in page.within
    assert shown(citing, Address("tides", "v1", "0,3")).status == 409


def test_the_page_speaks_the_reader_s_language_and_the_text_its_own() -> None:
    trail = [Target("tides", "v2", (9, 24)), Target("moon", "v9", (0, 5))]
    (text,) = parse_qs(urlsplit(reader_url(trail[0], site=SITE, trail=trail)).query)["trail"]
    site = Site(language="de", names_language=True)
    page = Page(shown(reading, Address("tides", "v2", "9,24", trail=text), site=site).text)
    assert [tag for tag, a in page.tags if a.get("lang") == "de"] == ["html"]
    assert [tag for tag, a in page.tags if a.get("lang") == "en"] == ["article"]
    assert [a["aria-label"] for _, a in page.tags if "aria-label" in a] == [
        "Dieser Text",
        "Die ausgewählten Worte",
        "Inhalt",
        "Zitate dieser Antwort",
    ]
    for words in ("Zum Zitat", "Link kopieren", "Zitat 1 von 2", "Nächstes Zitat ›"):
        assert words in page.text
    assert page.within["article"] == TEXT
    ours = [link for link in page.links() if link and not link.startswith("#")]
    assert len(ours) == 3
    assert all("lang=de" in link for link in ours)


def test_notices_and_citations_speak_the_reader_s_language() -> None:
    site = Site(language="es")
    wrong = Page(shown(reading, Address("tides", "v2", "0,9999"), site=site).text)
    assert "Este lugar no existe" in wrong.within["h1"]
    assert f"La dirección dice char=0,9999; este texto tiene {len(TEXT)} caracteres" in wrong.text
    assert "Este texto no existe" in Page(shown(reading, Address("moon"), site=site).text).text
    former = shown(reading, Address("tides", "v1", "4,7"), site=site, v1="The Sun")
    assert "Las palabras a las que remite ya no figuran en él." in Page(former.text).text
    cited = Page(shown(citing, Address("tides", "v2", "25,40"), site=site).text)
    assert "Volver a la cita" in cited.text
    assert "Tides, párrafo 1, línea 4" in cited.text
    assert not [link for link in cited.links() if "lang" in (link or "")]


def test_hostile_text_is_shown_literally() -> None:
    source = document(HOSTILE, (Mark(0, len(HOSTILE), "paragraph"),), title=HOSTILE)
    whole = Address("tides", "v2", f"0,{len(HOSTILE)}")
    for page in (
        shown(reading, whole, source),
        shown(reading, Address("tides", "v1", f"0,{len(HOSTILE)}"), document(), v1=HOSTILE),
        shown(citing, whole, source),
    ):
        parsed = Page(page.text)
        assert HOSTILE in parsed.text
        ours = re.findall(
            r'<script src="/static/(?:framed|copying|reading)\.js"(?: defer)?></script>', page.text
        )
        tags = [tag for tag, _ in parsed.tags]
        assert tags.count("script") == len(ours) == 3
        assert not {"img", "code", "em", "form"} & set(tags)
        assert not [name for _, found in parsed.tags for name in found if name[:2] == "on"]
    assert unescape(HOSTILE) != HOSTILE  # an entity within it would show if it were not escaped
