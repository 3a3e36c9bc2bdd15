"""What a reader chooses, says and keeps: the texts to ask, feedback, a conversation as a file."""

import json
import re
from pathlib import Path
from urllib.parse import quote as percent_encoded

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from eval.formats import load_suite
from rag.activity import Activity
from tests.browser.opening import GAUGE, HOSTILE, NO_ANSWER, Opener, Site, eventually_beside, put
from ui.giving_feedback import export_feedback


def saved(page: Page, name: str) -> tuple[str, str]:
    """The name and text of the file that a button makes of the conversation."""
    with page.expect_download() as download:
        page.get_by_role("button", name=f"Save as {name}").click()
    return download.value.suggested_filename, Path(download.value.path()).read_text("utf-8")


def test_a_question_in_the_address_is_asked_on_opening(open_page: Opener, site: Site) -> None:
    page = open_page(f"?q={percent_encoded(GAUGE)}")
    expect(page.locator(".pincite-question")).to_have_text(GAUGE)
    quote = site.ask(GAUGE).quotes[0]
    expect(page.locator(".pincite-quote blockquote").first).to_have_text(quote.text)


@pytest.mark.slow
def test_only_questions_that_are_answered_are_suggested(open_page: Opener, site: Site) -> None:
    page = open_page()
    suggested = page.locator("#pincite-messages button.example")
    expect(suggested).to_have_text([GAUGE])
    suggested.click()
    expect(page.locator(".pincite-question")).to_have_text(GAUGE)
    quote = site.ask(GAUGE).quotes[0]
    expect(page.locator(".pincite-quote blockquote").first).to_have_text(quote.text)


def test_only_the_chosen_texts_are_asked(open_page: Opener) -> None:
    page = open_page()
    page.get_by_label("Ask about").click()
    page.get_by_role("option", name="Hebrew").click()
    page.keyboard.press("Escape")
    put(page, GAUGE)
    assert page.locator(".pincite-quote").count() == 0
    titles = page.locator(".pincite-passage cite").all_text_contents()
    assert set(titles) <= {"Hebrew"}


def test_words_that_stand_nowhere_are_told(open_page: Opener) -> None:
    page = open_page()
    put(page, "Which zeppelin crossed the sea?")
    told = page.locator(".pincite-unknown").all_text_contents()
    assert told == ["zeppelin", "crossed"]


def test_why_a_quote_was_given_is_a_click_away(open_page: Opener) -> None:
    page = open_page()
    put(page, GAUGE)
    why = page.locator(".pincite-why").first
    expect(why.locator("ul")).to_be_hidden()
    why.locator("summary").click()
    assert "first, tide, gauge, Amsterdam, read" in why.inner_text()
    assert "number 1 in the search by words" in why.inner_text()


@pytest.mark.slow
def test_what_readers_say_becomes_a_suite(open_page: Opener, site: Site, tmp_path: Path) -> None:
    activity = Activity(site.pipeline.settings.library)
    before = len(activity.all())
    page = open_page()
    put(page, GAUGE)
    put(page, NO_ANSWER)
    page.get_by_role("button", name="Like").first.click()
    expect(page.get_by_text("it is kept for whoever looks after these texts")).to_be_visible()
    question = "When does the spring tide come?"
    put(page, question)
    menu = page.get_by_role("button", name="Feedback").last
    menu.hover()
    page.get_by_role("button", name="Should not have answered").last.click()
    eventually_beside(page, lambda: len(activity.all()) >= before + 2)
    assert [(each.question, each.verdict) for each in activity.all()[before:]] == [
        (GAUGE, "right"),
        (question, "should not have answered"),
    ]
    file = tmp_path / "suite.jsonl"
    export_feedback(file, site.pipeline.settings.library)
    answers = {case.question: case.answers for case in load_suite(file).cases}
    assert (answers[GAUGE], answers[question]) == (("1682",), ())


@pytest.mark.slow
def test_a_conversation_is_saved_in_every_format(open_page: Opener, site: Site) -> None:
    page = open_page()
    put(page, GAUGE)
    put(page, NO_ANSWER)
    quote = site.ask(GAUGE).quotes[0]
    name, text = saved(page, "Markdown")
    assert name == "pincite.md"
    assert "was read in **1682**" in text
    assert "These texts do not answer this" in text
    link = f"{site.address}read/{quote.document_id}"
    assert link in text
    name, text = saved(page, "web page")
    assert name == "pincite.html"
    assert "was read in <strong>1682</strong>" in text
    name, text = saved(page, "annotations")
    assert name == "pincite.jsonld"
    selectors = json.loads(text)["first"]["items"][0]["target"]["selector"]
    assert {selector.get("exact") for selector in selectors} >= {quote.text}
    again, _ = saved(page, "annotations")
    assert again == name


@pytest.mark.slow
def test_who_clicks_twice_is_given_the_first_file(open_page: Opener) -> None:
    page = open_page()
    put(page, GAUGE)
    names: list[str] = []
    page.on("download", lambda download: names.append(download.suggested_filename))
    page.evaluate(
        """() => {
            for (const name of ["markdown", "html"]) {
                document.querySelector(`#pincite-export-${name}`).click();
            }
        }"""
    )
    eventually_beside(page, lambda: names != [])
    name, _ = saved(page, "web page")
    assert names == ["pincite.md", "pincite.html"] == ["pincite.md", name]


@pytest.mark.slow
def test_a_file_that_does_not_come_is_told_and_one_that_comes_late_is_left(
    browser: Browser, site: Site
) -> None:
    page = browser.new_page(locale="en-GB")
    page.clock.install()
    names: list[str] = []
    page.on("download", lambda download: names.append(download.suggested_filename))
    page.goto(site.address)
    put(page, GAUGE)
    saved(page, "Markdown")
    held: list[Route] = []
    page.route("**/queue/join*", lambda route: held.append(route))
    page.get_by_role("button", name="Save as annotations").click()
    eventually_beside(page, lambda: len(held) == 1)
    page.clock.fast_forward(20_000)
    expect(page.get_by_role("alert")).to_have_text(
        "The conversation could not be saved. Try again."
    )
    assert names == ["pincite.md"]
    page.get_by_role("button", name="Save as web page").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    eventually_beside(page, lambda: len(held) == 2)
    made = page.locator("#pincite-exported textarea")
    held[0].continue_()
    expect(made).to_have_value(re.compile("pincite.jsonld"))
    with page.expect_download():
        held[1].continue_()
    expect(made).to_have_value(re.compile("pincite.html"))
    assert names == ["pincite.md", "pincite.html"]
    page.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["web page"])
def test_what_was_saved_shows_texts_literally(open_page: Opener, name: str) -> None:
    page = open_page()
    put(page, f"Why does the zephyr gauge tremble at dawn? {HOSTILE}")
    _, text = saved(page, name)
    page.goto("about:blank")  # the chat's scripts would run on
    page.set_content(text)
    assert HOSTILE in (page.locator("h2").first.text_content() or "")
    assert page.locator("img, script, code, em, b, [onerror], [href^=javascript]").count() == 0
