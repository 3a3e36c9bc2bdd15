"""Words that would be more than words: as question, text, title, heading, file name, everywhere."""

from collections.abc import Iterator
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from index.embedding import load_embedder
from index.records import Document
from index.sources import text_source
from rag.answer import Answer, Quote
from tests.browser.opening import Opener, Site
from tests.hostile import HOSTILE
from ui.addresses import Site as Address
from ui.addresses import citation_url, reader_url, target_of
from ui.exports import EXPORTS, Exchange
from ui.suggesting import Suggestions
from ui.web import answering

WORDS = [words for words in HOSTILE if not any("\ud800" <= sign <= "\udfff" for sign in words)]
AT_ONCE = 6  # documents quoted in one answer
OURS = (  # elements that our templates make in a message and in the panel
    "section p figure blockquote figcaption cite bdi span a button strong details summary ul li "
    "div article h2 h3 mark"
).split()
FOREIGN = "img, svg, iframe, object, embed, form, input, style, base, article article, [onerror]"
OUR_SCRIPTS = 3  # of the reader's page, and of the one that cites
ELEMENTS = """root => [...root.querySelectorAll("*")].map(element => [
    element.localName, [...element.attributes].map(each => [each.name, each.value])])"""


@pytest.fixture(scope="module")
def documents(site: Site) -> Iterator[list[Document]]:
    """A text for each of the words, with them in it, in its heading, its title, its file's name."""
    library = site.pipeline.library
    sources = [
        text_source(
            "hostile",
            f"{number} {words.replace('/', '')}.md",
            f"# {words}\n\nSentence {number} says {words} and ends.\n",
            title=words,
        )
        for number, words in enumerate(WORDS)
    ]
    before = {row.id for row in library.documents()}
    list(library.add(sources, embedder=load_embedder("hashing"), max_bytes=1_000_000))
    with library.snapshot() as snapshot:
        added = [snapshot.document(row.id) for row in snapshot.documents() if row.id not in before]
    assert len(added) >= 200
    yield added
    for document in added:
        library.remove(document.id)


def quote_of(document: Document) -> Quote:
    """All that stands below the heading, the words between "says" and "and" as the answer."""
    start = document.text.index("Sentence ")
    end = len(document.text.rstrip())
    answer = (document.text.index(" says ", start) + 6, document.text.rindex(" and ends."))
    return Quote(
        document.id,
        document.version,
        document.title,
        document.source,
        document.place(start, end),
        start,
        end,
        document.text[start:end],
        0.9,
        answer if answer[0] < answer[1] else None,
    )


def nothing_foreign(page: Page, selector: str, address: str) -> None:
    """Only elements and attributes of our templates, and links to pages of ours."""
    for root in page.locator(selector).all():
        for name, attributes in root.evaluate(ELEMENTS):
            assert name in OURS, name
            for attribute, value in attributes:
                assert not attribute.startswith("on"), attribute
                assert attribute not in {"style", "src", "srcset", "ping", "action"}, attribute
                assert attribute != "href" or value.startswith(address), value


def shows_literally(page: Page, typed: str) -> None:
    """The last question is shown as it was typed."""
    said = page.locator(".pincite-question").last.text_content()
    assert said == typed.replace("\0", "\ufffd")


@pytest.mark.slow
def test_the_chat_shows_them_literally(
    open_page: Opener, site: Site, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Document] = []
    looked = Event()

    def stages_of(question: str, *_: object, **__: object) -> Iterator[Answer]:
        assert looked.wait(30)  # what is streamed before the answer is looked at first
        looked.clear()
        quotes = tuple(map(quote_of, shown))
        yield Answer(question, "answered", None, 0.9, quotes, (), {}, {})

    monkeypatch.setattr(answering, "stages_of", stages_of)
    for first in range(0, len(documents), AT_ONCE):
        page = open_page()
        shown[:] = documents[first : first + AT_ONCE]
        for words in filter(str.strip, WORDS[first : first + AT_ONCE]):  # blanks are refused
            cards = page.locator(".pincite-card").count()
            page.get_by_label("Question").fill(words)
            typed = page.get_by_label("Question").input_value()
            page.get_by_label("Question").press("Enter")
            expect(page.locator(".pincite-waiting")).to_be_visible()
            shows_literally(page, typed)
            nothing_foreign(page, ".pincite-question, .pincite-waiting", "/c/default/")
            looked.set()
            expect(page.locator(".pincite-card")).to_have_count(cards + 1)
            shows_literally(page, typed)
        card = page.locator(".pincite-card").last
        for more in card.locator(".pincite-more > summary").all():
            more.click()
        quoted = card.locator("blockquote").all_text_contents()
        assert quoted == [quote_of(document).text for document in shown]
        assert card.locator("cite").all_text_contents() == [each.title for each in shown]
        panel = page.locator("#pincite-panel .pincite-surroundings")
        marks = ["".join(each.locator("mark").all_text_contents()) for each in panel.all()]
        assert marks == quoted[: len(marks)]
        assert len(marks) == min(site.pipeline.settings.limit, len(quoted))
        nothing_foreign(page, ".pincite-card, .pincite-question, .pincite-panel", "/c/default/")
        assert page.evaluate("window.ran") is None
        assert page.title() == "Pincite"
        page.close()


@pytest.mark.slow
def test_the_reader_and_the_citation_show_them_literally(
    open_page: Opener, site: Site, documents: list[Document]
) -> None:
    page = open_page()
    origin = site.address.removesuffix("/c/default/")
    for document in documents:
        quote = quote_of(document)
        page.goto(origin + reader_url(target_of(quote), site=Address()))
        assert page.locator("article").text_content() == document.text
        assert "".join(page.locator("mark").all_text_contents()) == quote.text
        assert page.locator("mark#quote").count() == 1
        assert page.locator(".pincite-footer").text_content() == document.source
        assert page.locator(".pincite-bar-title").text_content() == document.title
        assert page.locator("script").count() == OUR_SCRIPTS
        assert page.locator(FOREIGN).count() == 0
        page.goto(origin + citation_url(target_of(quote), site=Address()))
        assert page.locator("blockquote").text_content() == quote.text
        assert page.locator("script").count() == OUR_SCRIPTS
        assert page.locator(FOREIGN).count() == 0
        assert page.evaluate("window.ran") is None


@pytest.mark.slow
def test_suggestions_and_the_choice_of_texts_show_them_literally(
    open_page: Opener, documents: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Suggestions, "now", lambda _: WORDS)
    page = open_page()
    suggested = page.locator("#pincite-messages button.example")
    expect(suggested).to_have_count(len(WORDS))
    said = [words.removeprefix(" ") for words in suggested.all_text_contents()]  # Gradio's blank
    assert said == WORDS
    page.get_by_label("Ask about").click()
    expect(page.get_by_role("option").first).to_be_visible()
    named = page.locator("[role=option]").evaluate_all("all => all.map(each => each.ariaLabel)")
    titles = {document.title for document in documents}
    assert len(named) == 100  # Gradio lists no more; typing narrows them
    assert len([name for name in named if name in titles]) >= 90
    made_of_them = ":is(img, iframe, object, form, style, [onerror])"
    for place in ("#pincite-messages", "#pincite-scope"):
        assert page.locator(f"{place} {made_of_them}").count() == 0
    assert page.evaluate("window.ran") is None


@pytest.mark.slow
def test_a_saved_page_shows_them_literally(open_page: Opener, documents: list[Document]) -> None:
    exchanges = [
        Exchange(
            document.title,
            Answer(document.title, "answered", None, 0.9, (quote_of(document),), (), {}, {}),
        )
        for document in documents
    ]
    texts = {document.id: document for document in documents}
    page = open_page.at("about:blank")  # a chat's scripts would run on
    page.set_content(
        EXPORTS["html"].text(exchanges, texts, site=Address(root_path="https://example.org"))
    )
    quoted = page.locator("blockquote").all_text_contents()
    assert quoted == [quote_of(document).text for document in documents]
    assert page.locator("script").count() == 0
    assert page.locator(FOREIGN.replace("style, ", "")).count() == 0  # its own style stands in it
    assert page.evaluate("window.ran") is None
