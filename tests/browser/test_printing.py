"""What comes out on paper: everything, on white, and nothing that only a screen needs."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.opening import GAUGE, NO_ANSWER, Opener, Site, put
from tests.browser.test_keeping import saved

UNBREAKABLE = """element => {
    const found = [];
    for (let each = element.parentElement; each; each = each.parentElement) {
        const { display, overflowY } = getComputedStyle(each);
        if (!["block", "inline"].includes(display) || overflowY !== "visible") {
            found.push(`${each.localName}.${each.className}: ${display}, ${overflowY}`);
        }
    }
    return found;
}"""
INK = "element => getComputedStyle(element).color"
DARK_INK = "rgb(40, 35, 29)"


@pytest.mark.slow
def test_a_conversation_is_printed_whole(open_page: Opener) -> None:
    page = open_page(scheme="dark")
    put(page, GAUGE)
    put(page, NO_ANSWER)
    page.emulate_media(media="print")
    cards = page.locator(".pincite-card")
    assert cards.last.evaluate(UNBREAKABLE) == []  # the end of a sheet would cut it off
    assert cards.first.locator("blockquote").first.evaluate(INK) == DARK_INK
    for screen_only in ("#pincite-side", "#pincite-ask", ".pincite-actions", "#pincite-exports"):
        expect(page.locator(screen_only).first).to_be_hidden()


@pytest.mark.slow
def test_a_text_is_printed_with_its_mark(open_page: Opener, site: Site) -> None:
    page = open_page(scheme="dark")
    put(page, GAUGE)
    address = page.locator(".pincite-open").first.get_attribute("href") or ""
    page = open_page(address.removeprefix("/c/default/"))
    page.emulate_media(media="print")
    mark = page.locator("mark").first
    assert mark.evaluate("element => getComputedStyle(element).printColorAdjust") == "exact"
    expect(page.locator(".pincite-footer")).to_have_text("tides.md")
    for screen_only in (".pincite-bar", ".pincite-neighbours", ".pincite-outline"):
        expect(page.locator(screen_only)).to_be_hidden()


@pytest.mark.slow
def test_a_saved_conversation_is_printed_with_its_addresses(
    open_page: Opener, tmp_path: Path
) -> None:
    page = open_page(scheme="dark")
    put(page, GAUGE)
    _, text = saved(page, "web page")
    page.goto("about:blank")  # the chat's scripts would run on
    page.set_content(text)
    page.emulate_media(media="print")
    assert page.locator("blockquote").first.evaluate(INK) == "rgb(0, 0, 0)"
    after = "element => getComputedStyle(element, '::after').content"
    assert "/c/default/read/" in page.locator("figcaption a").first.evaluate(after)
