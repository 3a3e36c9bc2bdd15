"""The page of a PDF beside its text: the image is there, and the marks lie over the very words."""

from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.opening import Opener, Site, put
from tests.browser.states import PDF_LINES, PDF_PLACE, pdf_in
from tests.pdfs import HEIGHT, LETTER, WIDTH

QUESTION = "When were the corals of Palau counted?"
LETTERS = 10 * LETTER  # points that one is wide
BOXES = """kind => {
    const sheet = document.querySelector("svg .pincite-sheet").getBoundingClientRect();
    return [...document.querySelectorAll(`svg .pincite-${kind}-box`)].map(rect => {
        const box = rect.getBoundingClientRect();
        return [
            (box.left - sheet.left) / sheet.width, (box.top - sheet.top) / sheet.height,
            (box.right - sheet.left) / sheet.width, (box.bottom - sheet.top) / sheet.height,
        ];
    });
}"""
LOADED = """async () => {
    const image = new Image();
    image.src = document.querySelector("svg image").href.baseVal;
    await image.decode();
    return [image.naturalWidth, image.naturalHeight];
}"""


def boxes(page: Page, kind: str) -> list[list[float]]:
    """Left, top, right and bottom of the marks, as ratios of the page as it is seen."""
    found: list[list[float]] = page.evaluate(BOXES, kind)
    return found


def over(line: int, first: int, last: int) -> list[float]:
    """The box of letters of a line, `last` not included, as ratios of the page."""
    x, y = PDF_PLACE
    top = HEIGHT - y - 8 + 12 * line  # letters reach 8 points above their line and 2 below
    across = (x + LETTERS * first) / WIDTH, (x + LETTERS * last) / WIDTH
    return [across[0], top / HEIGHT, across[1], (top + 10) / HEIGHT]


def near(expected: list[float]) -> Any:
    return pytest.approx(expected, abs=0.003)  # a mark is a little higher than its letters


@pytest.mark.parametrize("width", [1280, pytest.param(360, marks=pytest.mark.slow)])
def test_the_marks_lie_over_the_words_of_the_answer(
    open_page: Opener, site: Site, width: int
) -> None:
    with pdf_in(site):
        page = open_page(width=width)
        put(page, QUESTION)
        address = page.locator(".pincite-open").first.get_attribute("href") or ""
        answered: list[Response] = []
        page.on("response", lambda response: answered.append(response))
        page.goto(site.address.removesuffix("/c/default/") + address.partition("#")[0])
        page.wait_for_load_state("networkidle")
        (image,) = [each for each in answered if "/page/" in each.url]
        assert (image.status, image.headers["content-type"]) == (200, "image/webp")
        assert page.evaluate(LOADED) == [1400, 1812]
        expect(
            page.get_by_role("img", name="Page 1 of Reefs, with the quote marked")
        ).to_be_visible()
        first, second = boxes(page, "quote")
        assert first == near(over(0, 0, len(PDF_LINES[0])))
        assert second == near(over(1, 0, len(PDF_LINES[1])))
        assert "".join(page.locator("mark").all_text_contents()) == (
            "The corals of Palau were counted in 1931, and again by divers in 1972."
        )
        answer = "".join(page.locator("mark.pincite-answer").all_text_contents())
        at = PDF_LINES[0].index(answer)
        assert boxes(page, "answer") == [near(over(0, at, at + len(answer)))]
        beside = page.locator(".pincite-images").bounding_box()
        assert beside is not None
        assert (beside["x"] > 600) == (width == 1280)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_it_is_printed_with_its_marks_in_the_same_places(open_page: Opener, site: Site) -> None:
    with pdf_in(site) as document_id:
        page = open_page(f"read/{document_id}?char=0,8", scheme="dark")
        on_screen = boxes(page, "quote")
        page.emulate_media(media="print")
        assert boxes(page, "quote") == [pytest.approx(on_screen[0], abs=0.003)]
        rect = page.locator(".pincite-quote-box")
        style = "element => [getComputedStyle(element).fill, getComputedStyle(element).stroke]"
        assert rect.evaluate(style) == ["rgb(248, 228, 166)", "rgb(185, 138, 29)"]
        expect(page.locator(".pincite-images svg")).to_be_visible()
