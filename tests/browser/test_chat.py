"""The chat in a real browser, over a real library."""

import pytest
from playwright.sync_api import Browser, Error, expect

from rag.answer import Answer
from tests.browser.opening import (
    GAUGE,
    HEBREW,
    HOSTILE,
    NO_ANSWER,
    Opener,
    Site,
    contrast,
    put,
)
from ui.web import answering


def test_an_answer_is_a_quote_with_its_place(open_page: Opener, site: Site) -> None:
    page = open_page()
    put(page, GAUGE)
    quote = site.ask(GAUGE).quotes[0]
    text = site.text(quote.document_id)
    figure = page.locator(".pincite-quote").first
    assert figure.locator("blockquote").text_content() == text[quote.start : quote.end]
    assert quote.text == "The first tide gauge of Amsterdam was read in 1682."
    assert "The Tides, Measuring, paragraph 2" in (
        figure.locator("figcaption").text_content() or ""
    )
    panel = page.locator("#pincite-panel .pincite-surroundings").first
    assert "".join(panel.locator("mark").all_text_contents()) == quote.text
    assert "It stood at a sluice." in panel.inner_text()
    assert "Each question stands alone for now" in page.inner_text("body")


def test_no_answer_is_said_and_passages_are_labelled(open_page: Opener) -> None:
    page = open_page()
    put(page, NO_ANSWER)
    card = page.locator(".pincite-card")
    assert "These texts do not answer this." in card.inner_text()
    passages = card.locator(".pincite-passage").count()
    assert passages > 0
    assert card.get_by_text("related, not an answer").count() == passages
    assert page.locator("#pincite-panel mark").count() == 0
    assert page.locator(".pincite-error").count() == 0


def test_an_error_looks_unlike_an_absence(
    open_page: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> Answer:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(answering, "stages_of", fail)
    page = open_page()
    put(page, GAUGE)
    error = page.get_by_role("alert")
    assert "Something went wrong inside Pincite" in error.inner_text()
    assert error.evaluate("element => getComputedStyle(element).borderLeftWidth") == "5px"
    assert "secret" not in page.content()
    assert "a secret of the machine" in caplog.text


def test_questions_and_texts_are_shown_literally(open_page: Opener, site: Site) -> None:
    question = f"Why does the zephyr gauge tremble at dawn? {HOSTILE}"
    page = open_page()
    put(page, question)
    assert page.locator(".pincite-question").text_content() == question
    quote = next(quote for quote in site.ask(question).quotes if HOSTILE in quote.text)
    shown = page.locator(".pincite-quote blockquote", has_text="zephyr").first
    assert shown.text_content() == quote.text
    marks = page.locator("#pincite-panel .pincite-surroundings", has_text="trembles").first
    assert "".join(marks.locator("mark").all_text_contents()) == quote.text
    made_of_them = "img, script, code, em, b, .katex, [onerror], [href^=javascript]"
    for place in ("#pincite-messages .message", "#pincite-panel"):
        assert page.locator(place).locator(made_of_them).count() == 0
    assert page.title() == "Pincite"


@pytest.mark.slow
def test_odd_questions_come_back_as_they_were_typed(open_page: Opener) -> None:
    page = open_page()
    for question in ("<!-- x", "\u202eabc", "a\u0000b", "   x\n\n    y\t z", "&lt;"):
        page.get_by_label("Question").fill(question)
        typed = page.get_by_label("Question").input_value()
        put(page, question)
        shown = page.locator(".pincite-question").last.text_content()
        assert shown == typed.replace("\0", "\ufffd")


@pytest.mark.slow
def test_right_to_left_text_runs_from_the_right(open_page: Opener) -> None:
    page = open_page()
    put(page, HEBREW)
    for words in (".pincite-question", ".pincite-card blockquote"):
        style = "element => getComputedStyle(element).direction"
        assert page.locator(words).first.evaluate(style) == "rtl"


def test_the_question_field_has_the_focus_and_messages_no_markup_in_labels(
    open_page: Opener,
) -> None:
    page = open_page()
    expect(page.get_by_label("Question")).to_be_focused()
    put(page, GAUGE)
    expect(page.get_by_label("Question")).to_be_focused()
    expect(page.locator("[aria-label*='<']")).to_have_count(0)


def test_a_second_question_follows_and_clearing_starts_anew(open_page: Opener) -> None:
    page = open_page()
    put(page, GAUGE)
    put(page, NO_ANSWER)
    assert page.locator(".pincite-question").all_text_contents() == [GAUGE, NO_ANSWER]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".pincite-question")).to_have_count(0)
    expect(page.locator("#pincite-panel .pincite-surroundings")).to_have_count(0)
    put(page, GAUGE)
    assert page.locator(".pincite-question").all_text_contents() == [GAUGE]


def test_an_empty_question_is_an_error_in_words(open_page: Opener) -> None:
    page = open_page()
    put(page, "   ")
    assert "The question is empty" in page.get_by_role("alert").inner_text()
    assert page.locator(".pincite-question").count() == 0


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (768, "light"), (1280, "light")])
def test_every_width_and_theme_is_readable(open_page: Opener, width: int, scheme: str) -> None:
    page = open_page(width=width, scheme=scheme)
    for state, question in (("answer", GAUGE), ("absence", NO_ANSWER)):
        put(page, question)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if state == "answer":
            assert contrast(page, "#pincite-panel mark") >= 7
    side = page.locator("#pincite-side").bounding_box()
    field = page.locator("#pincite-ask").bounding_box()
    assert side is not None
    assert field is not None
    beneath = side["y"] >= field["y"] + field["height"]
    assert beneath == (width < 820)


@pytest.mark.slow
def test_behind_a_proxy_with_a_path(site_behind_a_proxy: Site, browser: Browser) -> None:
    opener = Opener(browser, site_behind_a_proxy)
    page = opener()
    put(page, GAUGE)
    page.get_by_role("link", name="Read it in its place").first.click()
    mark = page.frame_locator("#pincite-reader iframe").locator("#quote")
    expect(mark).to_be_in_viewport()
    address = mark.evaluate("mark => mark.ownerDocument.location.href")
    assert address.startswith(f"{site_behind_a_proxy.address}read/")
    opener.close()
    assert opener.complaints == []


def test_other_hosts_cannot_be_reached(open_page: Opener) -> None:
    """The net that the other tests stand on holds."""
    page = open_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://elsewhere.test/")
    assert open_page.complaints == ["a request to http://elsewhere.test/"]
    open_page.complaints.clear()
