"""Every state that a reader can meet, one after the other: to look at, and to examine."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from index.sources import sources_below, text_source
from rag.answer import Answer
from rag.ask import Retrieved
from tests.benchmarks.texts import TextGenerator
from tests.browser.opening import HEBREW, Site, put
from tests.pdfs import column, pdf
from ui.addresses import Site as Address
from ui.addresses import Target, citation_url, reader_url, target_of
from ui.web import answering

PDF_LINES = ["The corals of Palau were counted in 1931, and again by div-", "ers in 1972."]
PDF_PLACE = 60, 700  # points, where the first line stands
PDF_MARKS = (0, 70), (36, 40)  # the sentence and the year in it
CHANGING = "The quagga was hunted to extinction in 1883."


@dataclass(frozen=True)
class Questions:
    """What a site is asked to bring it into its states."""

    answered: str
    several: str  # has more quotes than are seen at once
    absent: str
    right_to_left: str = HEBREW


def every_state(page: Page, site: Site, questions: Questions) -> Iterator[str]:
    """The name of each state, while the page is in it: of the chat, then of the other pages."""
    yield from _chat_states(page, questions)
    yield from _page_states(page, site, questions)


def _chat_states(page: Page, questions: Questions) -> Iterator[str]:
    expect(page.locator("#pincite-messages button.example").first).to_be_visible()
    yield "start"
    with _held():
        page.locator("#pincite-ask textarea").fill(questions.answered)
        page.locator("#pincite-ask textarea").press("Enter")
        expect(page.locator(".pincite-waiting")).to_be_visible()
        yield "waiting"
    expect(page.locator(".pincite-card")).to_have_count(1)
    yield "answer"
    page.locator(".pincite-why summary").first.click()
    yield "why"
    put(page, questions.several)
    card = page.locator(".pincite-card").last
    yield "several"
    card.locator(".pincite-more > summary").click()
    yield "more"
    page.locator(".extra-feedback > button").last.hover()
    expect(page.locator(".extra-feedback-option").last).to_be_visible()
    yield "feedback"
    page.mouse.move(1, 1)
    put(page, questions.absent)
    yield "absence"
    put(page, "   ")
    yield "error"
    page.locator("#pincite-scope input").first.click()
    expect(page.get_by_role("option").first).to_be_visible()
    yield "scope"
    page.get_by_role("option").nth(1).click()
    page.keyboard.press("Escape")
    yield "scope-chosen"
    page.reload()
    expect(page.locator("#pincite-messages button.example").first).to_be_visible()
    put(page, questions.right_to_left)
    yield "right-to-left"
    put(page, questions.several)
    page.locator(".pincite-open").nth(1).click()
    reader = page.frame_locator("#pincite-reader iframe")
    expect(reader.locator("#quote")).to_be_in_viewport()
    yield "reader"
    reader.locator(".pincite-bar a[href*='/cite/']").click()
    expect(reader.locator(".pincite-citation").first).to_be_visible()
    yield "cited"


def _page_states(page: Page, site: Site, questions: Questions) -> Iterator[str]:
    origin = site.address.removesuffix("/c/default/")
    trail = [target_of(quote) for quote in site.ask(questions.several).quotes]
    page.goto(origin + reader_url(Target(trail[0].document_id, ""), site=Address()))
    yield "text"
    page.goto(origin + reader_url(trail[1], site=Address(), trail=trail))
    expect(page.locator("#quote")).to_be_in_viewport()
    yield "quote"
    page.locator("mark").first.select_text()
    expect(page.get_by_role("toolbar")).to_be_visible()
    yield "selection"
    page.goto(origin + citation_url(trail[0], site=Address()))
    yield "citation"
    with pdf_in(site) as document_id:
        page.goto(origin + reader_url(Target(document_id, "", *PDF_MARKS), site=Address()))
        page.wait_for_load_state("networkidle")
        yield "page-image"
    long = _put(site, "long.md", TextGenerator(1).text(1_500))
    page.goto(origin + reader_url(Target(long, ""), site=Address(), page=2))
    page.locator(".pincite-pages").scroll_into_view_if_needed()
    yield "pages"
    site.pipeline.library.remove(long)
    changing = _put(site, "changing.md", f"# Changing\n\n{CHANGING}\n")
    quote = next(each for each in site.ask(CHANGING).quotes if each.document_id == changing)
    former = origin + reader_url(target_of(quote), site=Address())
    _put(site, "changing.md", f"# Changing\n\nOne before it.\n\n{CHANGING}\n")
    page.goto(former)
    yield "moved"
    _put(site, "changing.md", "# Changing\n\nNothing of the kind.\n")
    page.reload()  # the same address with an anchor is otherwise not asked for again
    yield "gone"
    site.pipeline.library.remove(changing)
    page.reload()
    yield "notice"


@contextmanager
def _held() -> Iterator[None]:
    """No question is answered before the end of the block."""
    released, stages_of = threading.Event(), answering.stages_of

    def held(*question: Any, **options: Any) -> Iterator[Retrieved | Answer]:
        assert released.wait(30)
        yield from stages_of(*question, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "stages_of", held)
        yield
        released.set()


@contextmanager
def pdf_in(site: Site) -> Iterator[str]:
    """The id of a PDF that the library has until the end of the block."""
    library, embedder = site.pipeline.library, site.pipeline.embedder
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "reefs.pdf").write_bytes(pdf([column(*PDF_PLACE, PDF_LINES)]))
        list(library.add(sources_below([Path(folder)]), embedder=embedder, max_bytes=100_000))
    document_id = next(row.id for row in library.documents() if row.source == "reefs.pdf")
    yield document_id
    library.remove(document_id)


def _put(site: Site, name: str, text: str) -> str:
    """The id of a text that the library has from now on."""
    library, embedder = site.pipeline.library, site.pipeline.embedder
    source = text_source("states", name, text)
    list(library.add([source], embedder=embedder, max_bytes=10_000_000))
    return next(row.id for row in library.documents() if row.source == name)
