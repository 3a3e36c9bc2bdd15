"""What is heard, reached by key and seen by those who do not use the page as it was drawn."""

import pytest
from playwright.sync_api import expect

from tests.browser.opening import GAUGE, NO_ANSWER, Opener, put

pytestmark = pytest.mark.slow
SEVERAL = "When was the first tide gauge read?"
LISTEN = """() => {
    const log = document.querySelector("[role=log]");
    window.heard = [];
    new MutationObserver(changes => {
        for (const change of changes) {
            for (const node of change.addedNodes) {
                const words = node.textContent.replace(/\\s+/g, " ").trim();
                if (words) window.heard.push(words);
            }
        }
    }).observe(log, { subtree: true, childList: true });
}"""
FOCUS = """() => {
    const element = document.activeElement;
    if (element === document.body) return null;
    const around = element.closest(".wrap") ?? element; // Gradio rings the box around a field
    const shown = [element, around].some(each => {
        const style = getComputedStyle(each);
        const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
        return outlined || style.boxShadow !== "none";
    });
    const name = element.getAttribute("aria-label") || element.title || element.textContent
        || document.getElementById(element.getAttribute("aria-labelledby"))?.textContent || "";
    return [name.replace(/\\s+/g, " ").trim(), shown, element.checkVisibility()];
}"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Quote 2 of 4, Gauges, paragraph 1, line 3 exact"),
        ("de", "Zitat 2 von 4, Gauges, Absatz 1, Zeile 3 wörtlich"),
        ("es", "Cita 2 de 4, Gauges, párrafo 1, línea 3 literal"),
    ],
)
def test_a_quote_is_announced_by_number_title_and_place(
    open_page: Opener, language: str, said: str
) -> None:
    page = open_page(f"?lang={language}")
    put(page, SEVERAL)
    quotes = page.get_by_role("log").get_by_role("figure")
    expect(quotes).to_have_count(3)  # the fourth stands behind a click
    expect(quotes.nth(1)).to_have_accessible_name(said)
    heard = page.locator(".pincite-heard").first.bounding_box()
    assert heard is not None
    assert heard["width"] <= 1


def test_what_happens_is_announced_once(open_page: Opener) -> None:
    page = open_page()
    expect(page.get_by_role("log").get_by_role("button", name=GAUGE)).to_be_visible()  # suggested
    page.evaluate(LISTEN)
    put(page, GAUGE)
    put(page, NO_ANSWER)
    heard = page.evaluate("window.heard")
    for words in (GAUGE, NO_ANSWER, "was read in 1682.", "These texts do not answer this."):
        assert [words in each for each in heard].count(True) == 1 + (words == "was read in 1682.")
    waited = [each for each in heard if "Searching the texts" in each]
    assert len(waited) == 2
    assert page.get_by_role("log").locator("[aria-live], [role=status]").count() == 0


def test_the_reader_is_named_by_its_text_and_what_it_covers_is_out_of_reach(
    open_page: Opener,
) -> None:
    page = open_page(width=360)
    put(page, GAUGE)
    page.get_by_role("link", name="Read it in its place").first.click()
    frame = page.locator("#pincite-reader iframe")
    expect(frame).to_have_attribute("title", "The Tides · Pincite")
    expect(page.get_by_label("Question")).to_be_hidden()
    expect(page.locator("#pincite-panel")).to_be_hidden()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_label("Question")).to_be_visible()
    expect(page.locator("#pincite-panel")).to_be_visible()


def test_keys_reach_everything_in_the_order_it_is_read_and_are_seen_to(open_page: Opener) -> None:
    page = open_page()
    put(page, SEVERAL)
    page.get_by_role("button", name="Clear").focus()
    reached = [page.evaluate(FOCUS)]
    while reached[-1] is not None:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUS))
    quote = ["Read it in its place", "Copy quote", "Copy link", "Cite", "Why this quote"]
    reasons = ["Wrong place", "Incomplete", "Wrong answer", "Should not have answered"]
    assert [name for name, _, _ in reached[:-1]] == [
        "Clear",
        *quote,
        *quote,
        *quote,
        "More from the texts",
        "Like",
        "Feedback",
        *reasons,
        "Question",
        "Ask",
        "Ask about (all texts, unless you choose some)",
        "Save as Markdown",
        "Save as web page",
        "Save as annotations",
        *["Open the whole text here"] * 3,
    ]
    assert [name for name, ringed, visible in reached[:-1] if not (ringed and visible)] == []


MOVES = """() => [...document.querySelectorAll("*")].filter(element => {
    const style = getComputedStyle(element);
    return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0
        || style.scrollBehavior === "smooth";
}).length"""


def test_nothing_moves_where_that_is_asked_for(open_page: Opener) -> None:
    page = open_page()
    put(page, GAUGE)
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVES) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVES) == 0


def test_the_mark_is_seen_in_forced_colours(open_page: Opener) -> None:
    page = open_page()
    page.emulate_media(forced_colors="active")
    put(page, GAUGE)
    page.get_by_role("link", name="Read it in its place").first.click()
    reader = page.frame_locator("#pincite-reader iframe")
    for marked in (page.locator("#pincite-panel mark"), reader.locator("mark")):
        colour = "element => getComputedStyle(element).backgroundColor"
        paper = marked.first.locator("..").evaluate(colour)
        assert marked.first.evaluate(colour) not in {paper, "rgba(0, 0, 0, 0)"}
