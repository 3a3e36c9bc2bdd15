"""What a reader does while an answer is awaited: it is neither lost nor undone by the answer."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Response, expect

from tests.browser.opening import GAUGE, NO_ANSWER, Opener
from ui.web import answering

pytestmark = pytest.mark.slow


@pytest.fixture
def may_go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Until it is set, one question is not answered."""
    event, stages_of = Event(), answering.stages_of

    def stages(question: str, *given: Any, **named: Any) -> Iterator[Any]:
        if question == GAUGE:
            assert event.wait(60)
        yield from stages_of(question, *given, **named)

    monkeypatch.setattr(answering, "stages_of", stages)
    yield event
    event.set()


def test_what_is_typed_meanwhile_stays(open_page: Opener, may_go_on: Event) -> None:
    page = open_page()
    field = page.locator("#pincite-ask textarea")
    field.fill(GAUGE)
    field.press("Enter")
    expect(page.locator(".pincite-waiting")).to_have_count(1)
    expect(field).to_have_value("")
    field.press_sequentially("And who read it?")
    may_go_on.set()
    expect(page.locator(".pincite-quote blockquote").first).to_contain_text("1682")
    expect(field).to_have_value("And who read it?")


@pytest.mark.parametrize("by", ["its address", "its field"])
def test_a_question_asked_meanwhile_stands_below_and_both_are_answered(
    open_page: Opener, may_go_on: Event, by: str
) -> None:
    page = open_page(f"?q={GAUGE}" if by == "its address" else "")
    field = page.locator("#pincite-ask textarea")
    if by == "its field":
        field.fill(GAUGE)
        field.press("Enter")
    expect(page.locator(".pincite-waiting")).to_have_count(1)
    field.fill(NO_ANSWER)
    field.press("Enter")
    questions = page.locator(".pincite-question")
    expect(questions).to_have_text([GAUGE, NO_ANSWER])
    expect(page.locator(".pincite-waiting")).to_have_count(1)
    may_go_on.set()
    expect(page.locator(".pincite-waiting")).to_have_count(0)
    expect(page.locator(".pincite-quote blockquote").first).to_contain_text("1682")
    expect(questions).to_have_text([GAUGE, NO_ANSWER])


def has_sent_nothing(response: Response) -> bool:
    """Whether it is that of an event whose question is empty."""
    return '"data":["",' in (response.request.post_data or "")


def test_enter_pressed_twice_asks_once(open_page: Opener, may_go_on: Event) -> None:
    page = open_page()
    field = page.locator("#pincite-ask textarea")
    field.fill(GAUGE)
    field.press("Enter")
    field.press("Enter")
    expect(page.locator(".pincite-waiting")).to_have_count(1)
    expect(field).to_have_value("")
    with page.expect_response(has_sent_nothing):  # else it would send what is typed next
        field.press("Enter")
    field.fill(NO_ANSWER)
    field.press("Enter")
    expect(page.locator(".pincite-absent")).to_have_count(1)  # so the server has heard them all
    may_go_on.set()
    expect(page.locator(".pincite-quote blockquote").first).to_contain_text("1682")
    expect(page.locator(".pincite-question")).to_have_text([GAUGE, NO_ANSWER])
    expect(page.get_by_role("alert")).to_have_count(0)


def test_what_is_cleared_meanwhile_stays_cleared(open_page: Opener, may_go_on: Event) -> None:
    page = open_page(f"?q={GAUGE}")
    expect(page.locator(".pincite-waiting")).to_have_count(1)
    with page.expect_response("**/queue/join*"):
        page.get_by_role("button", name="Clear").click()
    expect(page.locator(".pincite-question")).to_have_count(0)
    may_go_on.set()
    field = page.locator("#pincite-ask textarea")
    field.fill(NO_ANSWER)
    field.press("Enter")
    expect(page.locator(".pincite-absent")).to_have_count(1)
    expect(page.locator(".pincite-question")).to_have_text([NO_ANSWER])
