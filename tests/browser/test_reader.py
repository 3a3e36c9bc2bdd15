"""The reader in a real browser: beside the chat and as a page of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from index.embedding import load_embedder
from index.sources import text_source
from tests.browser.opening import GAUGE, Opener, Site, contrast, put

QUESTION = "When was the first tide gauge read?"  # several sentences answer it


def opened(page: Page) -> FrameLocator:
    """The reader beside the chat, once its quote is seen."""
    reader = page.frame_locator("#pincite-reader iframe")
    expect(reader.locator("#quote")).to_be_in_viewport()
    return reader


def marked(reader: FrameLocator | Page) -> str:
    return "".join(reader.locator("mark").all_text_contents())


def test_a_click_shows_the_quote_in_the_whole_text_beside_the_chat(
    open_page: Opener, site: Site
) -> None:
    page = open_page()
    put(page, GAUGE)
    quote = site.ask(GAUGE).quotes[0]
    link = page.get_by_role("link", name="Read it in its place").first
    link.click()
    reader = opened(page)
    assert marked(reader) == quote.text
    assert reader.locator("article").text_content() == site.text(quote.document_id)
    assert reader.locator("mark.pincite-answer").all_text_contents() == ["1682"]
    beside = page.locator("#pincite-reader").bounding_box()
    assert beside is not None
    assert beside["x"] > 640
    assert page.locator(".pincite-question").text_content() == GAUGE  # the chat is still there
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#pincite-reader")).to_be_hidden()
    expect(link).to_be_focused()


@pytest.mark.slow
def test_on_a_narrow_screen_it_lies_over_the_chat(open_page: Opener) -> None:
    page = open_page(width=360)
    put(page, GAUGE)
    page.get_by_role("link", name="Read it in its place").first.click()
    opened(page)
    assert page.locator("#pincite-reader").bounding_box() == {
        "x": 0,
        "y": 0,
        "width": 360,
        "height": 800,
    }


def test_the_keys_go_through_quotes_open_one_and_come_back(open_page: Opener, site: Site) -> None:
    page = open_page()
    put(page, QUESTION)
    quotes = site.ask(QUESTION).quotes
    assert len(quotes) > 1
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    reader = opened(page)
    assert marked(reader) == quotes[1].text
    expect(reader.get_by_text(f"Quote 2 of {len(quotes)}")).to_be_visible()
    page.keyboard.press("k")
    expect(reader.get_by_text(f"Quote 1 of {len(quotes)}")).to_be_visible()
    assert marked(opened(page)) == quotes[0].text
    page.keyboard.press("j")
    expect(reader.get_by_text(f"Quote 2 of {len(quotes)}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#pincite-reader")).to_be_hidden()
    expect(page.locator(".pincite-quote .pincite-open").nth(1)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Question")).to_be_focused()


def test_the_reading_page_marks_any_characters(open_page: Opener, site: Site) -> None:
    document_id = site.ask("zephyr gauge trembles dawn").hits[0].chunk.document_id
    text = site.text(document_id)
    start, end = text.index("😀"), text.index(" trembles")
    page = open_page(f"read/{document_id}?char={start},{end}#quote")
    assert page.locator("mark").all_text_contents() == [text[start:end]]
    assert page.locator("article").text_content() == text
    assert page.locator("article img, article script, article b").count() == 0


SELECTIONS: dict[str, Callable[[str], tuple[int, int]]] = {
    "an emoji before it": lambda text: (text.index("é", text.index("😀")), text.index(" trembles")),
    "the emoji itself": lambda text: (text.index("😀"), text.index("😀") + 1),
    "a heading": lambda text: (text.index("A zephyr"), text.index("</b>") + 4),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SELECTIONS)
def test_what_is_selected_gets_its_own_link(open_page: Opener, site: Site, name: str) -> None:
    document_id = site.ask("zephyr gauge trembles dawn").hits[0].chunk.document_id
    text = site.text(document_id)
    start, end = SELECTIONS[name](text)
    page = open_page(f"read/{document_id}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    units = [len(text[:offset].encode("utf-16-le")) // 2 for offset in (start, end)]
    page.evaluate(SELECT, units)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert f"char={start},{end}#quote" in link
    page.goto(link)
    assert marked(page) == text[start:end]
    page.evaluate(SELECT, units)
    page.get_by_role("toolbar").get_by_role("button", name="Cite").click()
    expect(page.get_by_role("heading", name="MLA")).to_be_visible()
    assert page.locator("blockquote").text_content() == text[start:end]


SELECT = """([start, end]) => {
    const walker = document.createTreeWalker(document.querySelector("article"), 4);
    const range = document.createRange();
    let before = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const after = before + node.length;
        if (before <= start && start < after) range.setStart(node, start - before);
        if (before < end && end <= after) range.setEnd(node, end - before);
        before = after;
    }
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(range);
}"""


@pytest.mark.slow
def test_a_citation_is_copied_as_it_is_shown(open_page: Opener, site: Site) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    put(page, GAUGE)
    page.locator(".pincite-quote").first.get_by_role("link", name="Cite").click()
    cited = page.frame_locator("#pincite-reader iframe")
    expect(cited.get_by_role("heading", name="APA")).to_be_visible()
    cited.locator("section", has_text="MLA").get_by_role("button", name="Copy").click()
    expect(cited.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == cited.locator("#citation-mla").text_content()
    assert copied == "“The Tides.” Par. 2."


@pytest.mark.slow
def test_the_quote_and_its_link_are_copied(open_page: Opener, site: Site) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    put(page, QUESTION)
    quote = site.ask(QUESTION).quotes[0]
    figure = page.locator(".pincite-quote").first
    figure.get_by_role("button", name="Copy quote").click()
    expect(figure.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == quote.text
    figure.get_by_role("button", name="Copy link").click()
    expect(figure.get_by_text("Copied").first).to_be_visible()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('http')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "trail" not in link
    open_page.forget()
    fresh = open_page(link.removeprefix(site.address))
    expect(fresh.locator("#quote")).to_be_in_viewport()
    assert marked(fresh) == quote.text


def test_a_link_from_before_a_change_leads_to_where_the_words_stand_now(
    open_page: Opener, site: Site, tmp_path: Path
) -> None:
    def add(text: str) -> None:
        list(
            site.pipeline.library.add(
                [text_source("changing", "changing.md", text)],
                embedder=load_embedder("hashing"),
                max_bytes=1_000_000,
            )
        )

    words = "The quagga was hunted to extinction in 1883."
    question = "When was the quagga hunted to extinction?"
    add(f"# Changing\n\n{words}\n")
    quote = next(quote for quote in site.ask(question).quotes if quote.text == words)
    path = f"read/{quote.document_id}?v={quote.version}&char={quote.start},{quote.end}#quote"
    assert marked(open_page(path)) == words
    add(f"# Changing\n\nA sentence before it.\n\n{words}\n")
    page = open_page(path)
    assert page.locator("mark").count() == 0
    page.get_by_role("link", name="Those words stand here now").click()
    expect(page.locator("#quote")).to_be_in_viewport()
    assert marked(page) == words
    add("# Changing\n\nThe quagga was hunted until 1883.\n")
    page = open_page(path)
    assert page.locator("mark").count() == 0
    assert page.locator(".pincite-notice blockquote").text_content() == words
    site.pipeline.library.remove(quote.document_id)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_reading_page_fits(open_page: Opener, site: Site, width: int, scheme: str) -> None:
    quote = site.ask(GAUGE).quotes[0]
    path = f"read/{quote.document_id}?v={quote.version}&char={quote.start},{quote.end}"
    start, end = quote.answer or (0, 0)
    path += f"&answer={start},{end}#quote"
    page = open_page(path, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert contrast(page, "mark") >= 7
    assert contrast(page, "mark.pincite-answer") >= 7
