"""The whole interface in German and Spanish, in a browser that asks for it."""

import re

import pytest
from playwright.sync_api import Frame, Page, expect

from rag.activity import Activity
from tests.browser.opening import GAUGE, NO_ANSWER, Opener, Site, eventually_beside, put
from ui.events import feedback_options
from ui.wording import ENGLISH, sentences, words

pytestmark = pytest.mark.slow

LOCALES = [("de-AT", "de"), ("es-ES", "es")]
GRADIO = {"Clear", "Like", "Submit", "Feedback", "Close", "Loading", "Scroll", "conversation"}
NOT_OURS = (  # texts, their titles, citations, questions, and errors from below
    "article, blockquote, cite, mark, pre, footer, h1 [dir], .pincite-question, .pincite-message, "
    ".pincite-bar-title, .pincite-outline li, .pincite-why bdi, .pincite-unknown, "
    ".pincite-surroundings > [dir], .pincite-place, .pincite-citation h2, [role=option], "
    "button.example > *, "
    "script, style, noscript"
)
SAID = """excluded => {
    const said = [document.title];
    for (const element of document.querySelectorAll("body, body *")) {
        if (element.closest(excluded)) continue;
        for (const name of ["aria-label", "title", "placeholder", "alt", "aria-description"]) {
            if (element.hasAttribute(name)) said.push(element.getAttribute(name));
        }
        for (const node of element.childNodes) {
            if (node.nodeType === Node.TEXT_NODE && node.data.trim()) said.push(node.data.trim());
        }
    }
    return said;
}"""


def english_for(language: str) -> set[str]:
    """What English says and the language does not, without the places for values."""
    own = "\n".join(sentences(language).values())
    said = {
        piece.strip(" .:,;–“”()…")
        for sentence in sentences(ENGLISH).values()
        for piece in re.split(r"\{\w+\}", sentence)
    }
    return {piece for piece in GRADIO | said if piece and not _has(own, piece)}


def _has(text: str, piece: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text) is not None


def english_left(page: Page | Frame, language: str) -> list[str]:
    """What a page says in English though the language has other words for it."""
    said = page.evaluate(SAID, NOT_OURS)
    assert len(said) > 5
    english = english_for(language)
    return [text for text in said if any(_has(text, piece) for piece in english)]


def test_english_would_be_found(open_page: Opener) -> None:
    page = open_page()
    expect(page.get_by_label("Question")).to_be_visible()
    put(page, GAUGE)
    left = english_left(page, "de")
    assert {"Read it in its place", "Why this quote", "exact", "Save as Markdown"} <= set(left)


@pytest.mark.parametrize(("locale", "language"), LOCALES)
def test_no_english_is_left(open_page: Opener, site: Site, locale: str, language: str) -> None:
    page = open_page(locale=locale)
    expect(page.get_by_text(words("chat.question_info", language))).to_be_visible()
    expect(page.get_by_text(words("chat.placeholder", language))).to_be_visible()
    expect(page.get_by_text(words("panel.purpose", language))).to_be_visible()
    assert page.locator("html").get_attribute("lang") == language
    assert english_left(page, language) == []

    put(page, GAUGE)
    page.locator(".pincite-why summary").first.click()
    assert words("place.paragraph", language) in page.locator(".pincite-place").first.inner_text()
    assert english_left(page, language) == []

    page.get_by_role("link", name=words("quote.read", language)).first.click()
    reader = page.frame_locator("#pincite-reader iframe")
    expect(reader.get_by_text(words("reading.to_quote", language))).to_be_visible()
    assert reader.locator("html").get_attribute("lang") == language
    assert reader.locator("article").get_attribute("lang") in {None, "en"}
    assert [english_left(frame, language) for frame in page.frames] == [[], []]
    reader.get_by_role("link", name=words("quote.cite", language)).click()
    expect(reader.get_by_text(words("citing.to_quote", language))).to_be_visible()
    assert [english_left(frame, language) for frame in page.frames] == [[], []]
    page.get_by_role("button", name=words("script.close", language)).click()

    put(page, NO_ANSWER)
    put(page, "   ")
    assert words("answer.absent", language) in page.inner_text("#pincite-messages")
    assert words("answer.error", language) in page.get_by_role("alert").inner_text()
    assert english_left(page, language) == []

    activity = Activity(site.pipeline.settings.library)
    before = len(activity.all())
    page.locator("#pincite-messages .message-buttons button").first.click()
    expect(page.get_by_text(words("feedback.kept", language)).first).to_be_visible()
    page.get_by_role("button", name=words("script.feedback", language)).first.hover()
    page.get_by_role("button", name=feedback_options(language)[-1]).first.click()
    eventually_beside(page, lambda: len(activity.all()) >= before + 2)
    assert english_left(page, language) == []
    verdicts = [each.verdict for each in activity.all()][before:]
    assert verdicts == ["right", "should not have answered"]


def test_the_address_goes_before_the_browser_and_stays_in_links(open_page: Opener) -> None:
    page = open_page("?lang=de", locale="es-ES")
    expect(page.get_by_text("Frage", exact=True)).to_be_visible()
    put(page, GAUGE)
    assert english_left(page, "de") == []
    assert page.locator("html").get_attribute("lang") == "de"
    page.get_by_role("link", name="An der Fundstelle lesen").first.click()
    reader = page.frame_locator("#pincite-reader iframe")
    expect(reader.get_by_text("Zum Zitat")).to_be_visible()
    to_the_chat = reader.locator(".pincite-bar > a").first
    expect(to_the_chat).to_be_hidden()  # beside the chat it would only lose the conversation
    assert to_the_chat.get_attribute("href") == "/c/default/?lang=de"


@pytest.mark.parametrize(("locale", "marks"), [("de", "„“"), ("es", "«»"), ("fr", "“”")])
def test_a_quote_stands_in_the_marks_of_the_language(
    open_page: Opener, locale: str, marks: str
) -> None:
    page = open_page(locale=locale)
    put(page, GAUGE)
    style = "quote => getComputedStyle(quote).quotes"
    assert page.locator(".pincite-card blockquote").first.evaluate(style) == (
        f'"{marks[0]}" "{marks[1]}"'
    )


def test_what_is_copied_is_said_and_a_link_to_share_has_no_language(open_page: Opener) -> None:
    page = open_page("?lang=es")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    put(page, GAUGE)
    figure = page.locator(".pincite-quote").first
    figure.get_by_role("button", name="Copiar el enlace").click()
    expect(figure.get_by_text("Copiado")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "char=" in link
    assert "lang" not in link
