"""One reader, from the first question to what is kept, as it goes in one sitting."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from eval.formats import load_suite
from index.sources import text_source
from rag.activity import Activity
from tests.browser.opening import GAUGE, NO_ANSWER, Opener, Site, put
from tests.browser.test_keeping import saved
from tests.browser.test_reader import marked, opened
from ui.giving_feedback import export_feedback

SEVERAL = "When was the first heliometer turned?"
FIRST = "The first heliometer of Königsberg was turned in 1829."
SECOND = "The first heliometer of Bonn was turned in 1840."
BRASS, STEEL = "It was of brass.", "It was of steel."


@pytest.mark.slow
def test_a_reader_asks_reads_doubts_and_keeps(
    open_page: Opener, site: Site, tmp_path: Path
) -> None:
    def write(text: str) -> None:
        source = text_source("journey", "journey.md", text)
        embedder = site.pipeline.embedder
        list(site.pipeline.library.add([source], embedder=embedder, max_bytes=1_000_000))

    write(f"# Heliometers 🔭\n\n{FIRST} {BRASS}\n\n{SECOND} {STEEL}\n")
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    # asks, and opens the quote
    put(page, SEVERAL)
    quotes = site.ask(SEVERAL).quotes
    assert {quote.text for quote in quotes[:2]} == {FIRST, SECOND}
    text = site.text(quotes[0].document_id)
    page.get_by_role("link", name="Read it in its place").first.click()
    reader = opened(page)
    assert marked(reader) == text[quotes[0].start : quotes[0].end]

    # the next quote, and back to the chat
    reader.get_by_role("link", name="Next quote").click()
    expect(reader.get_by_text(f"Quote 2 of {len(quotes)}")).to_be_visible()
    assert marked(opened(page)) == text[quotes[1].start : quotes[1].end]
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".pincite-question")).to_have_text(SEVERAL)

    # an abstention, an error, a narrower question
    put(page, NO_ANSWER)
    expect(page.get_by_text("These texts do not answer this.")).to_be_visible()
    put(page, " ")
    expect(page.get_by_role("alert")).to_contain_text("the question is empty")
    page.get_by_label("Ask about").click()
    page.get_by_role("option", name="Hebrew").click()
    page.keyboard.press("Escape")
    put(page, GAUGE)
    assert page.locator(".pincite-card").last.locator(".pincite-quote").count() == 0

    # a thumb down becomes a case of a suite
    before = len(Activity(site.pipeline.settings.library).all())
    page.get_by_role("button", name="Feedback").first.hover()
    page.get_by_role("button", name="Should not have answered").first.click()
    kept = page.get_by_text("it is kept for whoever looks after these texts")
    expect(kept.first).to_be_visible()
    said = Activity(site.pipeline.settings.library).all()[before:]
    assert [(each.question, each.verdict) for each in said] == [
        (SEVERAL, "should not have answered")
    ]
    export_feedback(tmp_path / "suite.jsonl", site.pipeline.settings.library)
    cases = load_suite(tmp_path / "suite.jsonl").cases
    assert [case.answers for case in cases if case.question == SEVERAL] == [()]

    # the conversation as a file that other tools can anchor
    _, annotations = saved(page, "annotations")
    selectors = json.loads(annotations)["first"]["items"][0]["target"]["selector"]
    assert quotes[0].text in {selector.get("exact") for selector in selectors}

    # a link to the words, opened elsewhere, before and after the text is changed
    page.get_by_role("button", name="Copy link").first.click()
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('http')")
    link = page.evaluate("navigator.clipboard.readText()").removeprefix(site.address)
    open_page.forget()
    assert marked(open_page(link)) == quotes[0].text
    write(f"# Heliometers 🔭\n\nOne before them.\n\n{FIRST} {BRASS}\n\n{SECOND} {STEEL}\n")
    fresh = open_page(link)
    assert fresh.locator("mark").count() == 0
    fresh.get_by_role("link", name="Those words stand here now").click()
    assert marked(fresh) == quotes[0].text
    site.pipeline.library.remove(quotes[0].document_id)
